//! Puts guests' tokens into the messages about their orders, for the links in mails. Whatever this capability sends about an order passes
//! here. Owns which token a message carries; refuses to store one, and to change anything else of a message.

use super::Orders;
use super::guest_tokens::GuestToken;
use crate::domain::order::Order;
use chassis::tokens::KeyError;
use events::orders::OrderDetails;
use events::{Capability, Envelope, Outgoing};
use serde::Deserialize;
use serde_json::Value;

impl Orders {
    /// The messages about an order, those to `notifications` with the token that the guest has: the one that the transition left, so a
    /// repeated message is the same message whatever staff replaced since. A customer signs in, and a token that had ended by then is left
    /// out.
    ///
    /// # Errors
    /// `Unavailable`: the caller sends nothing, and comes again.
    pub(crate) async fn with_guest_tokens(
        &self,
        order: &Order,
        mut messages: Vec<Outgoing>,
    ) -> Result<Vec<Outgoing>, KeyError> {
        let is_for_a_guest =
            |message: &&mut Outgoing| order.customer.is_none() && message.to == Capability::Notifications;
        for message in messages.iter_mut().filter(is_for_a_guest) {
            if let Some(token) = self.token_for(order, &message.envelope).await? {
                put_into(&mut message.envelope, token);
            }
        }
        Ok(messages)
    }

    async fn token_for(&self, order: &Order, envelope: &Envelope<Value>) -> Result<Option<GuestToken>, KeyError> {
        let Some(seq) = envelope.seq() else { return Ok(None) };
        match self.guest_tokens.issue(order, seq).await {
            Ok(token) => Ok(Some(token).filter(|token| envelope.time < token.expires_at)),
            // No repeat changes that. No order gets stuck because a mail would lack its link.
            Err(error @ KeyError::Unusable { .. }) => {
                tracing::error!(id = envelope.id, %error, "the mail gets a link without the guest's token");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

fn put_into(envelope: &mut Envelope<Value>, token: GuestToken) {
    let Some(about) = envelope.data.get_mut("order") else { return };
    let details = OrderDetails::deserialize(&*about);
    let details = details.map(|details| OrderDetails { guest_token: Some(token.text), ..details });
    // What was just made of the type is read as it, and can be made again.
    if let Ok(details) = details.and_then(serde_json::to_value) {
        *about = details;
    }
}
