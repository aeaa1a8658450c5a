//! A guest's cart whose holder signed in. Refuses to lose a line: what does not fit stays where it is.

use super::{Carts, Error, guest_key};
use crate::domain::{Cart, Holder, Rejection, cart_of};
use chassis::Context;
use events::ids::CartId;

/// What became of a guest's cart whose holder signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// The customer's cart; none if it was never opened.
    pub own: Option<Cart>,
    /// The guest's cart, if both have more together than a cart takes. It stays open.
    pub left: Option<Cart>,
}

impl Carts {
    /// Moves the lines of a guest's cart, which the token opens, into the caller's own cart, once. That one is opened if need be. A
    /// guest's cart that is gone, empty or closed changes nothing.
    ///
    /// # Errors
    /// If nobody is signed in.
    pub async fn adopt(&self, guest_id: CartId, token: &str, context: &Context) -> Result<Adoption, Error> {
        let id = context.user().map(cart_of).ok_or(Error::NotFound)?;
        let key = guest_key(guest_id, token);
        let (own, guest) = if id == guest_id {
            (self.store.cart(id).await?, None)
        } else {
            self.store.two_carts(id, guest_id).await?
        };
        if own.as_ref().is_some_and(Cart::is_erased) {
            return Ok(Adoption { own: None, left: None });
        }
        let is_worth_it = |cart: &Cart| cart.opens_to(&Holder::Guest(key.clone())) && !cart.lines.is_empty();
        let Some(guest) = guest.filter(is_worth_it) else {
            return Ok(Adoption { own, left: None });
        };
        let own = match own {
            Some(own) => own,
            None => self.open(context).await?.0,
        };
        let loaded = (Some(own.clone()), Some(guest.clone()));
        match self.merge_loaded((id, guest_id), loaded, &key, context).await {
            Ok(merged) => Ok(Adoption { own: Some(merged), left: None }),
            Err(Error::Rejected(Rejection::Full | Rejection::TooManyUnits(_))) => {
                Ok(Adoption { own: Some(own), left: Some(guest) })
            }
            // Another device was quicker.
            Err(Error::NotFound | Error::Rejected(_)) => Ok(Adoption { own: self.store.cart(id).await?, left: None }),
            Err(error) => Err(error),
        }
    }
}
