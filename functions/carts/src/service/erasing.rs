//! A person is forgotten. Refuses to leave nothing: what comes late must find that the person is gone.

use super::{Carts, Error};
use crate::domain::{Cart, cart_of};
use chassis::{Context, decide_and_write};
use events::ids::UserId;
use std::ops::ControlFlow::Break;

impl Carts {
    /// Empties a customer's cart for good, whether or not there was one. Doing it again does nothing.
    ///
    /// # Errors
    /// If the table fails, or others keep writing the cart.
    pub async fn erase(&self, user: UserId, context: &Context) -> Result<(), Error> {
        let loaded = self.store.cart(cart_of(user)).await?;
        decide_and_write(loaded, move |cart: Option<Cart>| async move {
            let Some(erased) = Cart::erased(cart.as_ref(), user, context.now) else { return Ok(Break(())) };
            let cause = context.cause(erased.seq);
            let written = match cart {
                Some(_) => self.store.replace(&erased, &cause).await?,
                None => self.store.create(&erased, &cause).await?,
            };
            Ok(written.or_again(()))
        })
        .await
    }
}
