//! Limits on the open orders of one shopper. They keep a shopper from reserving the whole shop with abandoned checkouts
//! and from trying cards by the dozen (OWASP Automated Threats OAT-021 denial of inventory, OAT-001 carding).

use super::order::Order;
use super::states::Status;
use super::transition::TransitionKind;
use events::Timestamp;
use events::ids::{OrderId, UserId};

/// Seconds for which an order counts after its end if a card was tried and the order was never paid.
const TRIED_COUNTS_SECONDS: i64 = 60 * 60;
/// Seconds from its quote for which an order counts that is not written yet: the quote has expired by then.
const UNWRITTEN_COUNTS_SECONDS: i64 = 15 * 60;

/// The customer or network whose open orders are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shopper {
    Customer(UserId),
    /// All guests of a network: an IPv4 address, or the first 64 bits of an IPv6 address.
    Network(String),
}

/// Largest numbers of open orders.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub customer: u32,
    /// For all guests of a network together.
    pub network: u32,
}

impl Limits {
    pub const fn of(&self, shopper: &Shopper) -> u32 {
        match shopper {
            Shopper::Customer(_) => self.customer,
            Shopper::Network(_) => self.network,
        }
    }
}

/// The time until which an order counts against its shopper; `None` if it no longer does. It counts while it holds
/// goods that are not paid, and for an hour more if a card was tried and none paid. The bank's result does not matter:
/// a decline after a cancellation is not recorded here, but the customer can still learn of it.
pub fn counts_until(order: &Order, now: Timestamp) -> Option<Timestamp> {
    let ended = order.log.last().map_or(order.placed_at, |last| last.at);
    let end = match order.status {
        status if status.is_unpaid() => order.deadline,
        Status::Canceled | Status::Expired if was_tried_in_vain(order) => ended.plus_seconds(TRIED_COUNTS_SECONDS),
        _ => return None,
    };
    // An order expires a moment after its deadline, and its goods are held until then.
    (order.status.is_unpaid() || now < end).then_some(end)
}

/// The time until which an order counts that is not written: it is being placed, or it was never placed.
pub fn unwritten_counts_until(id: OrderId, now: Timestamp) -> Option<Timestamp> {
    Some(id.time().plus_seconds(UNWRITTEN_COUNTS_SECONDS)).filter(|end| now < *end)
}

fn was_tried_in_vain(order: &Order) -> bool {
    let happened = |kind| order.log.iter().any(|transition| transition.kind == kind);
    happened(TransitionKind::StockReserved) && !happened(TransitionKind::PaymentAuthorized)
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
}
