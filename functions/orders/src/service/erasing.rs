//! People who want to be forgotten: a customer whom `users` erased, with all orders, and a guest by one order. Owns how far a walk through
//! somebody's orders goes at once; refuses to decide what an order forgets, and when.

use super::{Error, Orders, message_name};
use crate::domain::Rejection;
use crate::domain::forgetting::ErasureCount;
use crate::domain::input::Input;
use crate::domain::order::Order;
use crate::domain::shopper::unwritten_counts_until;
use crate::store::{Progress, Walk};
use chassis::{Context, Failure, StoreError};
use events::Outgoing;
use events::ids::{OrderId, UserId};
use events::message::Origin;
use events::orders::UserDataErased;
use futures_util::future::try_join;

/// Orders that one message has forget. Where it stopped is kept, and the message goes on from there when it comes again.
const PAGE: u32 = 25;

/// How far a message got.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub(crate) enum Walked {
    /// Through all orders; what is to be sent.
    All(Vec<Outgoing>),
    /// The message is to be sent again.
    Part,
}

impl Orders {
    /// Has every order of a person forget the person: at once if it has ended, and else when it ends. From now on the person places no
    /// order, and claims none. Applied twice it is nothing; under another name it has everybody forget once more.
    ///
    /// # Errors
    /// `Transient` while an order may be written yet, or another message walks. `Permanent` if one cannot be read, once all others
    /// forgot: the next try begins anew.
    pub(crate) async fn erase_customer(&self, user: UserId, context: &Context) -> Result<Walked, Failure> {
        let (after, met_before) = match self.store.begin_walk(user, context).await? {
            Walk::On { after, met_unreadable } => (after, met_unreadable),
            Walk::Done => return Ok(Walked::All(self.erasure_of(user).await?.into_iter().collect())),
            Walk::Elsewhere => return Err(Failure::Transient("another message has the person erased".to_owned())),
        };
        let page = self.store.ids_of_customer(user, after.as_deref(), PAGE).await?;
        let met_unreadable = self.erase_each(&page.items, context).await? || met_before;
        if let Some(next) = page.next {
            // What the page sent is sent by now: the repeat begins after it.
            self.store.walk_to(user, Some(&next), met_unreadable, context).await?;
            return Ok(Walked::Part);
        }
        if self.erase_recent(user, context).await? || met_unreadable {
            self.store.walk_to(user, None, false, context).await?;
            return Err(Failure::Permanent("an order of the person cannot be read".to_owned()));
        }
        self.store.end_walk(user, context).await?;
        Ok(Walked::All(self.erasure_of(user).await?.into_iter().collect()))
    }

    /// The orders that were counted before the person was marked may have been written since. Whether one of them cannot be read.
    async fn erase_recent(&self, user: UserId, context: &Context) -> Result<bool, Failure> {
        let counted = self.store.counted_orders(user).await?;
        let found = self.store.find_many_now(&counted).await?;
        let (there, absent): (Vec<_>, Vec<_>) = counted.into_iter().zip(found).partition(|(_, found)| found.is_some());
        let ids: Vec<_> = there.into_iter().map(|(id, _)| id).collect();
        let met_unreadable = self.erase_each(&ids, context).await?;
        if absent.iter().any(|(id, _)| unwritten_counts_until(*id, context.now).is_some()) {
            return Err(Failure::Transient("an order of the person may be written yet".to_owned()));
        }
        Ok(met_unreadable)
    }

    /// One after the other, since each counts at the same item. What follows is sent before the walk goes on: whoever repeats it does
    /// not come here again. Whether one of them cannot be read.
    async fn erase_each(&self, ids: &[OrderId], context: &Context) -> Result<bool, Failure> {
        let mut met_unreadable = false;
        for id in ids {
            match self.erase_one(*id, false, context).await {
                Ok(outgoing) => self.wiring.queues.send(outgoing).await?,
                Err(Error::Store(StoreError::Corrupt(_))) => {
                    tracing::error!(order = %id, "an order that cannot be read does not forget its buyer");
                    met_unreadable = true;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(met_unreadable)
    }

    /// Has an order forget its buyer, or know that it will.
    pub(super) async fn erase_one(
        &self,
        id: OrderId,
        by_guest: bool,
        context: &Context,
    ) -> Result<Vec<Outgoing>, Error> {
        let input = Input::Erase { by_guest };
        let name = message_name(context.input_id(), id, &input);
        let order = self.find(id).await?;
        Ok(self.decide(order, &input, |_| name.clone(), context).await?.1)
    }

    /// Has a guest's order forget the guest, or know that it will. That it was wanted is kept first, where no restore of the orders takes it
    /// back.
    ///
    /// # Errors
    /// `Rejected` if it is a customer's; any other [`Error`].
    pub(crate) async fn erase_guest(&self, order: Order, context: &Context) -> Result<Order, Error> {
        if order.customer.is_some() {
            return Err(Error::Rejected(Rejection::NotAGuests));
        }
        let kept = async { Ok(self.store.keep_erasure(order.id, context).await?) };
        try_join(kept, self.leave_mailbox(&order)).await?;
        self.act(order, &Input::Erase { by_guest: true }, context).await
    }

    /// Has an order of which a guest wanted it forget the guest once more, as it came back with a restored table, maybe as a customer's who
    /// has claimed it since: that customer erased nothing, so it counts for nobody. Of one that did not come back there is nothing to forget.
    ///
    /// # Errors
    /// `NotFound` if nobody wanted it; any other [`Error`].
    pub(crate) async fn erase_again(&self, id: OrderId, context: &Context) -> Result<Vec<Outgoing>, Error> {
        if !self.store.keeps_erasure(id).await? {
            return Err(Error::NotFound);
        }
        match self.find(id).await {
            Ok(order) => self.leave_mailbox(&order).await?,
            Err(Error::NotFound) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        }
        self.erase_one(id, true, context).await
    }

    /// The list by which a guest's address finds an order loses it before the order forgets the address, of which the list's key is made.
    async fn leave_mailbox(&self, order: &Order) -> Result<(), Error> {
        if let Some(contact) = order.guest_contact() {
            let pseudonym = self.guest_pseudonym(&contact.email.mailbox()).await?;
            self.store.forget_guest(&pseudonym, order.id).await?;
        }
        Ok(())
    }

    /// What an order has beside it that is personal goes before the order says that it forgot: whoever dies between the two repeats both.
    /// A request to place it that came twice may have listed it once more.
    pub(super) async fn forget_beside(&self, before: &Order, next: &Order, context: &Context) -> Result<(), Error> {
        if next.is_erased() && !before.is_erased() {
            let notes = async { Ok(self.store.forget_notes(next.id, context).await?) };
            try_join(notes, self.leave_mailbox(before)).await?;
        }
        Ok(())
    }

    /// How far a person's erasure is, if a transition changed that, or changed it before and is repeated.
    pub(super) async fn erasure_after(
        &self,
        order: &Order,
        changed: ErasureCount,
    ) -> Result<Option<Outgoing>, StoreError> {
        match order.customer.filter(|_| !changed.is_nothing()) {
            Some(user) => self.erasure_of(user).await,
            None => Ok(None),
        }
    }

    /// How far a person's erasure is.
    pub(super) async fn erasure_of(&self, user: UserId) -> Result<Option<Outgoing>, StoreError> {
        let Some(Progress { orders, open, seq, at }) = self.store.progress(user).await? else { return Ok(None) };
        // Of the count alone, so that whoever says it again says the same.
        let origin = Origin { subject: user.to_string(), seq, at, traceparent: None, actor: None };
        Ok(Outgoing::to_all(&origin, &UserDataErased { user_id: user, orders, open, seq }).pop())
    }
}
