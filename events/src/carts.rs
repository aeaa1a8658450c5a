//! Messages from `carts`. Refuses what is in a cart: no other capability needs it.

use crate::ids::UserId;
use crate::message::messages;

messages! {
    /// Nothing in the carts' table is of this person any more, nor will be. Said once for each time it was asked.
    CartsOfUserErased = "carts.user_data_erased.v1", Carts => [Users] {
        pub user_id: UserId,
    }
}
