//! The reminder of a cart that its customer left: when somebody looks at the cart next, and what is told. Refuses to remind anybody who did
//! not ask, of an empty cart, twice of the same, and more than once in seven days.

use super::Cart;
use events::carts::{AbandonedLine, CartAbandoned};
use events::message::Origin;
use events::{Actor, Outgoing, Timestamp};
use serde::{Deserialize, Serialize};

/// Days between two reminders of one customer.
pub const DAYS_BETWEEN: i64 = 7;
const HOUR: i64 = 60 * 60;

/// What a customer wants to be told of their cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    pub is_on: bool,
    /// Hours without a change after which a cart counts as left, as they were when the customer asked.
    pub hours: u32,
    /// The change of the cart that was told last, or that an order made: nothing is told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_seq: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_at: Option<Timestamp>,
}

/// What a look at a cart leads to. Each has the cart as it is to be kept; none of them counts as a change of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// Nothing until it changes, or at a later time.
    Keep(Cart),
    /// Its customer is told, once this is kept. Then it rests.
    Due(Cart),
    /// That was kept, and maybe not sent.
    DueAgain(Cart),
}

impl Cart {
    /// With its reminder on or off; `None` if it is so already.
    pub fn reminding(self, is_on: bool, hours: u32, now: Timestamp) -> Option<Self> {
        if self.is_reminding() == is_on {
            return None;
        }
        let earlier = self.reminder.clone();
        let (told_seq, told_at) = earlier.map_or((None, None), |earlier| (earlier.told_seq, earlier.told_at));
        let reminder = Some(Reminder { is_on, hours, told_seq, told_at });
        let cart = Self { reminder, due_at: None, ..self };
        Some(cart.changed(now))
    }

    pub fn is_reminding(&self) -> bool {
        self.reminder.as_ref().is_some_and(|reminder| reminder.is_on)
    }

    /// With the time of its next look, if it needs one and has none. A change moves no key: the look itself finds that it was too early.
    #[must_use]
    pub fn watched(self) -> Self {
        match &self.reminder {
            Some(reminder) if reminder.is_on && self.due_at.is_none() => {
                let left_at = left_at(&self, reminder);
                Self { due_at: Some(left_at), ..self }
            }
            _ => self,
        }
    }

    /// Whether a write that did not know the cart left it without the look that it needs.
    pub fn lacks_its_look(&self) -> bool {
        self.is_reminding() && self.due_at.is_none() && !self.lines.is_empty()
    }

    /// The same after an order took its lines: nothing is told of what is left until that changes.
    #[must_use]
    pub(super) fn ordered(mut self) -> Self {
        if let Some(reminder) = &mut self.reminder {
            reminder.told_seq = Some(self.seq);
        }
        Self { due_at: None, ..self }
    }

    /// What is to be done at this time.
    pub fn look(self, now: Timestamp) -> Look {
        let rest = |cart: Self| Look::Keep(Self { due_at: None, ..cart });
        let Some(reminder) = self.reminder.clone().filter(|reminder| reminder.is_on) else { return rest(self) };
        if self.lines.is_empty() {
            return rest(self);
        }
        if reminder.told_seq == Some(self.seq) {
            return Look::DueAgain(self);
        }
        let again_at = reminder.told_at.map(|told_at| told_at.plus_seconds(DAYS_BETWEEN * 24 * HOUR));
        let look_at = left_at(&self, &reminder).max(again_at.unwrap_or_default());
        if look_at > now {
            return Look::Keep(Self { due_at: Some(look_at), ..self });
        }
        let reminder = Some(Reminder { told_seq: Some(self.seq), told_at: Some(now), ..reminder });
        Look::Due(Self { reminder, ..self })
    }

    /// The same once its customer is told.
    #[must_use]
    pub fn told(self) -> Self {
        Self { due_at: None, ..self }
    }

    /// The message that reminds its customer. It is named after the change that it tells.
    pub fn reminder_message(&self) -> Vec<Outgoing> {
        let Some((user_id, at)) = self.owner.zip(self.reminder.as_ref().and_then(|reminder| reminder.told_at)) else {
            return Vec::new();
        };
        let line = |(sku, quantity): (&events::Sku, &u32)| AbandonedLine {
            sku: sku.clone(),
            title: None,
            quantity: *quantity,
        };
        let lines = self.lines.iter().map(line).collect();
        let message = CartAbandoned { user_id, cart_id: self.id, lines, seq: self.seq };
        let actor = Some(Actor::from(user_id));
        let origin = Origin { subject: user_id.to_string(), seq: self.seq, at, traceparent: None, actor };
        Outgoing::to_all(&origin, &message)
    }
}

/// When a cart that does not change any more counts as left.
fn left_at(cart: &Cart, reminder: &Reminder) -> Timestamp {
    cart.updated_at.plus_seconds(i64::from(reminder.hours) * HOUR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Holder, Quantity};
    use events::ids::UserId;

    const USER: UserId = UserId::from_bits(1);

    fn at(hours: i64) -> Timestamp {
        Timestamp::default().plus_seconds(hours * HOUR)
    }

    fn changed(cart: Cart, units: i64, hours: i64) -> Cart {
        let quantity = Quantity::new(units, 100).unwrap();
        cart.with_line(&Holder::Customer(USER), &"TEA".parse().unwrap(), quantity, 100, at(hours)).unwrap()
    }

    fn filled() -> Cart {
        changed(Cart::of_customer(USER, at(0)), 2, 0)
    }

    fn reminding() -> Cart {
        filled().reminding(true, 4, at(0)).unwrap()
    }

    /// The cart after it was told at this hour.
    fn told(cart: Cart, hours: i64) -> Cart {
        match cart.look(at(hours)) {
            Look::Due(cart) => cart.told(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nobody_looks_at_a_cart_whose_customer_did_not_ask() {
        assert_eq!((filled().due_at, filled().look(at(1000))), (None, Look::Keep(filled())));
        let off = reminding().reminding(false, 4, at(1)).unwrap();
        assert_eq!((off.due_at, off.clone().reminding(false, 4, at(2))), (None, None));
        assert!(matches!(off.look(at(1000)), Look::Keep(cart) if cart.due_at.is_none()));
    }

    #[test]
    fn a_cart_is_told_four_hours_after_its_last_change_and_once() {
        assert_eq!(reminding().due_at, Some(at(4)));
        let later = changed(reminding(), 3, 3);
        assert_eq!(later.due_at, Some(at(4)), "a change moves no key");
        assert!(matches!(later.clone().look(at(4)), Look::Keep(cart) if cart.due_at == Some(at(7))));
        let Look::Due(kept) = later.look(at(7)) else { panic!("not told") };
        let message = kept.reminder_message().remove(0).envelope;
        assert_eq!(message.id, format!("{USER}/{}/carts.cart_abandoned.v1", kept.seq));
        // Nobody knows whether it was sent: it is sent again, under the same name.
        assert!(
            matches!(kept.clone().look(at(8)), Look::DueAgain(cart) if cart.reminder_message()[0].envelope.id == message.id)
        );
        assert_eq!(kept.told().due_at, None);
    }

    #[test]
    fn a_customer_is_told_once_in_seven_days_however_often_the_cart_changes_or_the_box_is_ticked() {
        let again = changed(told(reminding(), 4), 5, 10);
        assert_eq!(again.due_at, Some(at(14)));
        assert!(matches!(again.clone().look(at(14)), Look::Keep(cart) if cart.due_at == Some(at(4 + 7 * 24))));
        let ticked = again.reminding(false, 4, at(20)).unwrap().reminding(true, 4, at(21)).unwrap();
        assert!(matches!(ticked.clone().look(at(100)), Look::Keep(_)));
        assert!(matches!(ticked.look(at(4 + 7 * 24)), Look::Due(_)));
    }

    #[test]
    fn an_empty_cart_and_what_an_order_left_are_not_told() {
        let emptied = changed(reminding(), 0, 1);
        let lines_gone = Cart { lines: std::collections::BTreeMap::new(), ..emptied };
        assert!(matches!(lines_gone.look(at(10)), Look::Keep(cart) if cart.due_at.is_none()));
        let ordered = changed(reminding(), 9, 1).ordered();
        assert!(!ordered.lines.is_empty() && ordered.due_at.is_none());
        // It is once it changes.
        assert_eq!(changed(ordered, 8, 2).due_at, Some(at(6)));
    }
}
