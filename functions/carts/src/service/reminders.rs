//! Reminders of carts: their customers ask for them, and a sweep finds the carts that were left. Refuses to look at carts whose customers
//! did not ask: they are not in the index, and their writes are what they were.

use super::{Carts, Error};
use crate::domain::{Cart, Look, Rejection, cart_of};
use crate::store::Item;
use chassis::runtime::sweep_due;
use chassis::{Caller, Context, Failure, decide_and_write};
use events::ids::CartId;
use std::ops::ControlFlow::Break;
use std::time::Duration;

impl Carts {
    /// Whether this shop reminds anybody.
    pub(crate) const fn has_reminders(&self) -> bool {
        self.config.reminder_hours > 0
    }

    /// Has the customer reminded of their cart, or no more.
    ///
    /// # Errors
    /// `NotFound` of a cart that is not the caller's own; `NoReminders`; `Unverified`: mails go to an address that its owner has confirmed.
    pub async fn remind(&self, id: CartId, is_on: bool, caller: &Caller, context: &Context) -> Result<Cart, Error> {
        let me = caller.identity.as_ref().filter(|me| cart_of(me.user) == id).ok_or(Error::NotFound)?;
        if is_on && !self.has_reminders() {
            return Err(Error::Rejected(Rejection::NoReminders));
        }
        if is_on && !me.email_verified {
            return Err(Error::Rejected(Rejection::Unverified));
        }
        decide_and_write(self.store.cart(id).await?, move |cart: Option<Cart>| async move {
            let cart = cart.ok_or(Error::NotFound)?;
            let Some(next) = cart.clone().reminding(is_on, self.config.reminder_hours, context.now) else {
                return Ok(Break(cart));
            };
            Ok(self.store.replace(&next, &context.cause(next.seq)).await?.or_again(next))
        })
        .await
    }

    /// The cart after a write that did not know it. If its customer wants to be reminded and nobody looks at it, somebody does from now on.
    /// A write that is missed here is made good by the next.
    pub(super) async fn watch(&self, cart: Cart, context: &Context) -> Result<Cart, Error> {
        if !cart.lacks_its_look() {
            return Ok(cart);
        }
        let cart = cart.watched();
        self.store.keep(&cart, &context.cause(cart.seq)).await?;
        Ok(cart)
    }

    /// Tells the customers of the carts that were left.
    ///
    /// # Errors
    /// If the index cannot be read; the next tick goes on.
    pub async fn sweep(&self, time_left: Duration) -> Result<(), Failure> {
        let context = Context::sweep(self.wiring.world.now());
        let look = |Item { cart, .. }: Item| self.look_at(cart, &context);
        let swept = sweep_due(&self.store.due(), &self.wiring.world, time_left, look).await;
        if swept.recovered > 0 {
            self.wiring.metrics.count("carts_reminded", swept.recovered);
        }
        swept.outcome(&self.wiring.metrics)
    }

    /// Whether its customer is told. What is told is kept first and sent then: the key stays until both are done, and the message has the
    /// same name each time. Whoever changes the cart meanwhile is back, so nothing is told.
    async fn look_at(&self, cart: Cart, context: &Context) -> Result<bool, Failure> {
        if cart.due_at.is_none_or(|due| due > context.now) {
            // It has moved since the index was read.
            return Ok(false);
        }
        let cause = context.cause(cart.seq);
        let told = match cart.look(context.now) {
            Look::Keep(cart) => {
                self.store.keep(&cart, &cause).await?;
                return Ok(false);
            }
            Look::Due(cart) => {
                if !self.store.keep(&cart, &cause).await? {
                    return Ok(false);
                }
                cart
            }
            Look::DueAgain(cart) => cart,
        };
        self.wiring.queues.send(told.reminder_message()).await?;
        self.store.keep(&told.told(), &cause).await?;
        Ok(true)
    }
}
