//! Messages in: placed orders from `orders`. Refuses decisions: those are the service's.

use crate::service::Carts;
use chassis::{Failure, Received};
use events::orders::OrderPlaced;
use events::{Message, Outgoing};

/// Handles one message. Nothing is sent in consequence.
///
/// # Errors
/// If the message cannot be read, the table fails, or others keep writing the cart.
pub(crate) async fn receive(app: &Carts, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    match message.kind() {
        OrderPlaced::TYPE => {
            let placed: OrderPlaced = message.data()?;
            app.remove_ordered(&placed, message.envelope.time, &message.context()).await?;
        }
        _ => return Err(message.unknown()),
    }
    Ok(Vec::new())
}
