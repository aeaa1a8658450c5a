//! Messages in: placed orders from `orders`, and persons who were erased from `users`, which gets an answer. Refuses decisions: those are the
//! service's.

use crate::service::Carts;
use chassis::{Failure, Received};
use events::carts::CartsOfUserErased;
use events::orders::OrderPlaced;
use events::users::UserErased;
use events::{Message, Outgoing};

/// Handles one message. An order has no consequence.
///
/// # Errors
/// If the message cannot be read, the table fails, or others keep writing the cart.
pub(crate) async fn receive(app: &Carts, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    match message.kind() {
        OrderPlaced::TYPE => {
            let placed: OrderPlaced = message.data()?;
            app.remove_ordered(&placed, message.envelope.time, &message.context()).await?;
            Ok(Vec::new())
        }
        UserErased::TYPE => {
            let UserErased { user_id, .. } = message.data()?;
            app.erase(user_id, &message.context()).await?;
            Ok(Outgoing::to_all(&message.answer_about(user_id), &CartsOfUserErased { user_id }))
        }
        _ => Err(message.unknown()),
    }
}
