//! Limits on open orders and declined cards, by customer or guest and by network. They keep anybody from reserving the whole shop
//! with abandoned checkouts, from trying cards by the dozen (OWASP Automated Threats OAT-021 denial of inventory, OAT-001 carding)
//! and from flooding a stranger with mails. Refuses to know addresses: it sees their pseudonyms.

use super::order::Order;
use super::place_order::QUOTE_SECONDS;
use super::states::Status;
use super::transition::TransitionKind;
use events::Timestamp;
use events::ids::{OrderId, UserId};
use serde::{Deserialize, Serialize};

/// Seconds for which an order counts after its end if a card was tried and the order was never paid, or if it brought mails; and
/// after it was placed, if it costs nothing.
const ENDED_COUNTS_SECONDS: i64 = 60 * 60;
/// Seconds for which a declined card counts.
const DECLINE_COUNTS_SECONDS: i64 = 60 * 60;

/// Who places an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shopper {
    /// An IPv4 address, or the first 64 bits of an IPv6 address.
    pub network: String,
    /// Whether a signed-in customer has shown that the e-mail address is theirs. Nobody else may do more than a guest.
    pub is_verified: bool,
}

/// Whom an order counts against, under names that show no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counter {
    Customer(UserId),
    /// A guest's e-mail address.
    Guest(String),
    /// Everybody in one network.
    Network(String),
}

/// Largest numbers that count.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Open orders.
    pub orders: u32,
    /// Cards that were declined within an hour.
    pub declines: u32,
}

#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Of a customer, or of a guest's e-mail address.
    pub customer: Limit,
    pub network: Limit,
}

impl Limits {
    pub const fn of(&self, counter: &Counter) -> Limit {
        match counter {
            Counter::Customer(_) | Counter::Guest(_) => self.customer,
            Counter::Network(_) => self.network,
        }
    }
}

/// Whom an order counts against.
pub fn counters(order: &Order) -> Vec<Counter> {
    let customer = order.customer.map(Counter::Customer);
    let guest = order.guest.clone().map(Counter::Guest);
    let network = order.network.clone().map(Counter::Network);
    [customer, guest, network].into_iter().flatten().collect()
}

/// A declined card: when, and of which attempt. The same decline is the same text, however often its message comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Decline(String);

impl Decline {
    pub fn new(order: OrderId, attempt: u32, at: Timestamp) -> Self {
        let id = order.to_string();
        // Fifty random bits of the id are enough to tell the declines of an hour apart, and an item costs by its size.
        let bits = id.get(id.len().saturating_sub(10)..).unwrap_or_default();
        Self(format!("{}/{bits}/{attempt}", at.seconds()))
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    /// The time until which it counts.
    fn end(&self) -> Timestamp {
        let seconds = self.0.split('/').next().and_then(|seconds| seconds.parse::<i64>().ok()).unwrap_or(0);
        Timestamp::from_millis(seconds.saturating_mul(1_000)).plus_seconds(DECLINE_COUNTS_SECONDS)
    }

    pub fn counts(&self, now: Timestamp) -> bool {
        now < self.end()
    }
}

/// The time until which too many declined cards count; `None` if there are fewer than `limit`.
pub fn too_many_until(declines: &[Decline], limit: u32, now: Timestamp) -> Option<Timestamp> {
    let mut ends: Vec<_> = declines.iter().filter(|decline| decline.counts(now)).map(Decline::end).collect();
    ends.sort_unstable();
    let too_many = ends.len().checked_sub(usize::try_from(limit).unwrap_or(usize::MAX))?;
    ends.get(too_many).copied()
}

/// The time until which an order counts against its shopper if nobody pays or cancels it; `None` if it no longer does. It
/// counts while it holds goods that are not paid, and for an hour more if a card was tried and none paid. The bank's result
/// does not matter: a decline after a cancellation moves no order, but the customer can still learn of it.
///
/// An order that costs nothing counts for an hour, whatever becomes of it: else its goods and mails would have no bound.
///
/// If `mails` count, so does for an hour each order that ended without goods: it brought mails to an address that nobody has
/// shown to be theirs.
pub fn counts_until(order: &Order, mails: bool, now: Timestamp) -> Option<Timestamp> {
    let hour_after = |time: Timestamp| time.plus_seconds(ENDED_COUNTS_SECONDS);
    let counts_on = mails || was_tried_in_vain(order);
    let end = match order.status {
        status if status.is_void() && counts_on => hour_after(ended_at(order)),
        // No payment keeps anybody from the next one.
        _ if order.costs_nothing() => hour_after(order.placed_at),
        status if status.is_unpaid() && counts_on => hour_after(order.deadline),
        status if status.is_unpaid() => order.deadline,
        _ => return None,
    };
    // An order expires a moment after its deadline, and its goods are held until then.
    (order.status.is_unpaid() || now < end).then_some(end)
}

/// The time until which an order counts that is not written: it is being placed, or it was never placed. Its quote expires then.
pub fn unwritten_counts_until(id: OrderId, now: Timestamp) -> Option<Timestamp> {
    Some(id.time().plus_seconds(QUOTE_SECONDS)).filter(|end| now < *end)
}

/// When an order without goods ended. What was not paid in time ended at that time, however late it was noticed.
fn ended_at(order: &Order) -> Timestamp {
    match order.status {
        Status::Expired => order.deadline,
        status => order.log.iter().find(|made| made.status == status).map_or(order.placed_at, |end| end.at),
    }
}

fn was_tried_in_vain(order: &Order) -> bool {
    let happened = |kind| order.log.iter().any(|transition| transition.kind == kind);
    happened(TransitionKind::StockReserved) && !happened(TransitionKind::PaymentAuthorized) && !order.costs_nothing()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_that_is_being_placed_counts_until_its_quote_has_expired() {
        let quoted = Timestamp::from_millis(1_767_225_600_000);
        let end = quoted.plus_seconds(15 * 60);
        let id = OrderId::new(quoted, [7; 10]);
        assert_eq!(unwritten_counts_until(id, quoted), Some(end));
        assert_eq!(unwritten_counts_until(id, end.plus_seconds(-1)), Some(end));
        assert_eq!(unwritten_counts_until(id, end), None);
    }

    #[test]
    fn too_many_declines_count_until_one_fewer_than_allowed_does() {
        let start = Timestamp::from_millis(1_767_225_600_000);
        let order = OrderId::new(start, [7; 10]);
        let declines: Vec<_> =
            (0..4).map(|n| Decline::new(order, n, start.plus_seconds(60 * i64::from(3 - n)))).collect();
        let after = |minutes: i64| start.plus_seconds(60 * minutes);
        assert_eq!(too_many_until(&declines, 5, after(4)), None);
        assert_eq!(too_many_until(&declines, 4, after(4)), Some(after(60)), "the first of four");
        assert_eq!(too_many_until(&declines, 2, after(4)), Some(after(62)), "the third of four");
        assert_eq!(too_many_until(&declines, 4, after(60)), None);
        assert!(!Decline("unreadable".to_owned()).counts(start));
    }
}
