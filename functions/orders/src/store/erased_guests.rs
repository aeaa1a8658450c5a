//! Guests' orders whose erasure was asked for, by their ids alone, in a table of their own. Refuses to say how far they are: the orders do.

use super::Store;
use chassis::{Context, Key, StoreError, Written};
use events::Timestamp;
use events::ids::OrderId;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
struct ErasedGuest {
    requested_at: Timestamp,
}

fn key(order: OrderId) -> Key {
    Key::new(order.to_string(), "erasure")
}

impl Store {
    /// Keeps that a guest wanted it, for good. A repeat changes nothing.
    pub(crate) async fn keep_erasure(&self, order: OrderId, context: &Context) -> Result<(), StoreError> {
        let item = ErasedGuest { requested_at: context.now };
        let _: Written<ErasedGuest> = self.erasures.create(&key(order), &item, &context.cause(1)).await?;
        Ok(())
    }

    /// Whether a guest ever wanted it.
    pub(crate) async fn keeps_erasure(&self, order: OrderId) -> Result<bool, StoreError> {
        Ok(self.erasures.get_consistent::<ErasedGuest>(&key(order)).await?.is_some())
    }
}
