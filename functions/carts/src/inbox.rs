//! From messages to use cases.

use crate::service::Carts;
use chassis::{Failure, Received};
use events::Message;
use events::orders::OrderPlaced;

pub(crate) async fn receive(app: &Carts, message: &Received) -> Result<(), Failure> {
    match message.kind() {
        OrderPlaced::TYPE => app.ordered(message, message.data()?).await,
        _ => Err(message.unknown()),
    }
}
