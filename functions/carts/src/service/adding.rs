//! Adding units to a cart, which is opened for them if need be. Refuses to lose units that are added at the same time.

use super::{Carts, Error, holder};
use crate::domain::{AddDecision, Addition, Cart, GuestKey, Holder, Rejection, max_quantity};
use chassis::table::Updated;
use chassis::{Caller, Context, Written, decide_and_write};
use events::ids::CartId;
use std::ops::ControlFlow::{Break, Continue};

impl Carts {
    /// Adds units to the caller's cart `id`: all or none. Another is opened if there is none, or that one is gone or closed: for a guest, with the
    /// token that opens it.
    ///
    /// # Errors
    /// If the cart is full.
    pub async fn add(
        &self,
        id: Option<CartId>,
        addition: &Addition<'_>,
        caller: &Caller,
        context: &Context,
    ) -> Result<(Cart, Option<String>), Error> {
        if let Some((id, holder)) = id.and_then(|id| Some((id, holder(id, caller)?))) {
            match self.add_to(id, &holder, addition, context).await {
                Err(Error::NotFound | Error::Rejected(Rejection::Merged | Rejection::NotOwner)) => {}
                added => return added.map(|cart| (cart, None)),
            }
        }
        self.open_with(addition, context).await
    }

    async fn add_to(
        &self,
        id: CartId,
        holder: &Holder,
        addition: &Addition<'_>,
        context: &Context,
    ) -> Result<Cart, Error> {
        let cart = match addition.lines {
            // One line needs no read ahead of its write, if there may be room for it.
            [(sku, units)] if units.get() <= max_quantity(self.config.max_units) => {
                let max_units = self.config.max_units;
                match self.store.add_units(id, holder, (sku, *units), max_units, addition.input, context).await? {
                    Updated::Done(cart) => return self.watch(cart, context).await,
                    Updated::Refused(cart) => cart.map(|cart| *cart),
                }
            }
            _ => self.store.cart(id).await?,
        };
        self.decide_to_add(cart.ok_or(Error::NotFound)?, holder, addition, context).await
    }

    /// Opens a cart that has the units from the first.
    async fn open_with(&self, addition: &Addition<'_>, context: &Context) -> Result<(Cart, Option<String>), Error> {
        let (empty, token) = self.empty_cart(context);
        let key = |digest: &String| Holder::Guest(GuestKey { digest: digest.clone(), is_id: false });
        let holder = match (context.user(), &empty.token_digest) {
            (Some(user), _) => Holder::Customer(user),
            (None, digest) => digest.as_ref().map(key).ok_or(Error::NotFound)?,
        };
        let filled = empty.with_more(&holder, addition, self.config.max_units, context.now);
        let (AddDecision::Add(cart) | AddDecision::AddedBefore(cart)) = filled.map_err(Error::Rejected)?;
        let cart = match self.store.create(&cart, &context.cause(0)).await? {
            Written::Done => cart,
            // The customer's own, opened a moment ago, or what an attempt wrote whose answer was lost.
            Written::Refused(Some(current)) => self.decide_to_add(*current, &holder, addition, context).await?,
            Written::Refused(None) => return Err(Error::Contended),
        };
        Ok((cart, token))
    }

    async fn decide_to_add(
        &self,
        cart: Cart,
        holder: &Holder,
        addition: &Addition<'_>,
        context: &Context,
    ) -> Result<Cart, Error> {
        decide_and_write(cart, move |cart: Cart| async move {
            let decision = cart.with_more(holder, addition, self.config.max_units, context.now);
            let cart = match decision.map_err(Error::Rejected)? {
                AddDecision::AddedBefore(cart) => return Ok(Break(cart)),
                AddDecision::Add(cart) => cart,
            };
            match self.store.replace(&cart, &context.cause(cart.seq)).await? {
                Written::Done => Ok(Break(cart)),
                Written::Refused(current) => current.map(|cart| Continue(*cart)).ok_or(Error::NotFound),
            }
        })
        .await
    }
}
