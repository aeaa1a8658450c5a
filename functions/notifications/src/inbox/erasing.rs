//! Who is to be forgotten, and the answer that it is done. Refuses to answer before.

use super::failure;
use crate::service::Notifications;
use chassis::{Failure, Received};
use events::notifications::{MailsOfOrderErased, MailsOfUserErased};
use events::orders::OrderErased;
use events::users::UserErased;
use events::{Message, Outgoing};

pub(super) async fn receive(app: &Notifications, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    match message.kind() {
        UserErased::TYPE => {
            let UserErased { user_id, .. } = message.data()?;
            app.erase_user(user_id, &message.context()).await.map_err(failure)?;
            Ok(Outgoing::to_all(&message.answer_about(user_id), &MailsOfUserErased { user_id }))
        }
        _ => {
            let OrderErased { order_id, .. } = message.data()?;
            app.erase_order(order_id, &message.context()).await.map_err(failure)?;
            Ok(Outgoing::to_all(&message.answer_about(order_id), &MailsOfOrderErased { order_id }))
        }
    }
}
