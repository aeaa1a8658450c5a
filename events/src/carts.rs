//! Messages from `carts`: a cart that its customer left, and that somebody is forgotten. Refuses prices and titles, which carts do not know.

use crate::Sku;
use crate::ids::{CartId, UserId};
use crate::message::messages;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A line of a cart that was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct AbandonedLine {
    pub sku: Sku,
    /// What the customer knows it as, if the sender does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub quantity: u32,
}

messages! {
    /// A customer who wanted to be reminded of the cart left it for hours.
    CartAbandoned = "carts.cart_abandoned.v1", Carts => [Notifications] {
        pub user_id: UserId,
        pub cart_id: CartId,
        pub lines: Vec<AbandonedLine>,
        /// Number of the cart's change that it tells.
        pub seq: u64,
    }
    /// Nothing in the carts' table is of this person any more, nor will be. Said once for each time it was asked.
    CartsOfUserErased = "carts.user_data_erased.v1", Carts => [Users] {
        pub user_id: UserId,
    }
}
