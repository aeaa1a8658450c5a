//! What an order forgets of its buyer. Owns what is personal in an order; refuses to decide when, which the saga does.

use super::effect::{DomainEvent, Effect};
use super::order::Order;
use super::transition::TransitionKind;
use events::Address;

/// What an erasure changes in the counts of a person's orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ErasureCount {
    /// Orders that are to be erased, or are.
    pub orders: i64,
    /// Those of them that are not done.
    pub open: i64,
}

impl ErasureCount {
    fn of(order: &Order) -> Self {
        let by_account = order.erasure.as_ref().filter(|erasure| order.customer.is_some() && !erasure.by_guest);
        let is_open = by_account.is_some_and(|erasure| !erasure.is_done());
        Self { orders: i64::from(by_account.is_some()), open: i64::from(is_open) }
    }

    /// What a transition changes.
    pub fn change(before: &Order, after: &Order) -> Self {
        let (before, after) = (Self::of(before), Self::of(after));
        Self { orders: after.orders - before.orders, open: after.open - before.open }
    }

    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

impl Order {
    /// Whether the order forgot its buyer.
    pub fn is_erased(&self) -> bool {
        self.erasure.as_ref().is_some_and(|erasure| erasure.erased_at.is_some())
    }

    /// Whether the order is to forget its buyer when it ends.
    pub fn is_to_be_erased(&self) -> bool {
        self.erasure.as_ref().is_some_and(|erasure| erasure.erased_at.is_none())
    }

    /// Whether the guest who placed the order wants it to be forgotten, and no account.
    pub fn is_erased_by_guest(&self) -> bool {
        self.erasure.as_ref().is_some_and(|erasure| erasure.by_guest)
    }

    /// The transition that last had everybody forget, while somebody has not answered.
    pub fn unanswered_erasure(&self) -> Option<u64> {
        self.erasure.as_ref().filter(|erasure| erasure.erased_at.is_some() && !erasure.is_done())?;
        self.last_erased()
    }

    /// The transition that last had everybody forget.
    pub fn last_erased(&self) -> Option<u64> {
        self.log.iter().rfind(|made| made.kind == TransitionKind::Erased).map(|made| made.seq)
    }

    /// Where the goods went, unless that is forgotten.
    pub fn delivery_address(&self) -> Option<&Address> {
        (!self.is_erased()).then_some(&self.ship_to)
    }

    /// Takes out what is personal. Ids, lines, sums, times and accepted terms stay, and the country, by which the tax was reckoned.
    pub(super) fn forget(&mut self) {
        self.contact = None;
        self.guest = None;
        self.network = None;
        self.billing_address = None;
        self.next_action = None;
        self.tracking = None;
        self.dispatched_as = None;
        // It was made of the whole request: a repeat is another request now.
        self.request_digest = String::new();
        self.ship_to = self.ship_to.country_alone();
        for attempt in &mut self.attempts {
            attempt.method = String::new();
        }
        for effect in self.log.iter_mut().flat_map(|made| &mut made.effects) {
            match effect {
                // By its number, the carrier tells whose parcel it was. What is left renders nothing.
                Effect::Publish(DomainEvent::DispatchedAgain(tracking) | DomainEvent::TrackingCorrected(tracking)) => {
                    tracking.tracking_number = String::new();
                }
                Effect::Publish(DomainEvent::ActionRequired(url)) => *url = String::new(),
                _ => {}
            }
        }
    }
}
