//! A SKU is back: some of those who wait are told, each by a message of their own. Refuses decisions.

use super::{done, failure};
use crate::service::Notifications;
use chassis::{Failure, Received};
use events::notifications::{StockAlertDue, StockAlertsDue};
use events::{Message, Outgoing, inventory};

pub(super) async fn receive(app: &Notifications, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    let context = message.context();
    match message.kind() {
        inventory::BackInStock::TYPE => {
            let inventory::BackInStock { sku, seq, .. } = message.data()?;
            app.tell_waiting(&sku, seq, None, &context).await.map_err(failure)
        }
        StockAlertsDue::TYPE => {
            let StockAlertsDue { sku, seq, after } = message.data()?;
            app.tell_waiting(&sku, seq, Some(after), &context).await.map_err(failure)
        }
        StockAlertDue::TYPE => done(app, message, app.tell_one(&message.data()?, &context).await).await,
        _ => Err(message.unknown()),
    }
}
