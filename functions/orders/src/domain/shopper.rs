//! Who is counted when orders are placed, and which orders count: nobody may reserve the whole shop with checkouts that
//! are abandoned, nor try cards by the dozen (OWASP Automated Threats OAT-021 denial of inventory, OAT-001 carding).

use super::order::{Order, Status};
use super::step::Step;
use events::Timestamp;
use events::ids::{OrderId, UserId};

/// For how long an order counts after its end whose card was tried and that was never paid, in seconds.
const TRIED_COUNTS_SECONDS: i64 = 60 * 60;
/// For how long an order counts that is not written yet, in seconds from its quote: the quote has ended by then.
const UNWRITTEN_COUNTS_SECONDS: i64 = 15 * 60;

/// Whose orders are counted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shopper {
    /// A customer, wherever they are.
    Customer(UserId),
    /// All guests of one network.
    Network(String),
}

/// How many orders may count at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Of one customer.
    pub customer: u32,
    /// Of the guests of one network.
    pub network: u32,
}

impl Limits {
    /// The limit of a shopper.
    pub const fn of(&self, shopper: &Shopper) -> u32 {
        match shopper {
            Shopper::Customer(_) => self.customer,
            Shopper::Network(_) => self.network,
        }
    }
}

/// Until when an order counts against its shopper, if it still does: while it holds goods that are not paid, and for an
/// hour more if a card was tried and it was never paid. What the bank said does not matter: a decline that comes after a
/// cancellation is not heard here, and whoever tries cards can learn of it all the same.
pub fn counts_until(order: &Order, now: Timestamp) -> Option<Timestamp> {
    let ended = order.log.last().map_or(order.placed_at, |made| made.at);
    let end = match order.status {
        status if status.is_unpaid() => order.deadline,
        Status::Canceled | Status::Expired if was_tried_in_vain(order) => ended.plus_seconds(TRIED_COUNTS_SECONDS),
        _ => return None,
    };
    // The deadline is kept a moment late, and the goods are held until it is.
    (order.status.is_unpaid() || now < end).then_some(end)
}

/// Until when an order counts of which nothing is written, as it is being placed or was never placed.
pub fn unwritten_counts_until(id: OrderId, now: Timestamp) -> Option<Timestamp> {
    Some(id.time().plus_seconds(UNWRITTEN_COUNTS_SECONDS)).filter(|end| now < *end)
}

fn was_tried_in_vain(order: &Order) -> bool {
    let made = |step| order.log.iter().any(|made| made.step == step);
    made(Step::StockReserved) && !made(Step::PaymentAuthorized)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_being_placed_counts_until_its_quote_has_ended() {
        let quoted = Timestamp::from_millis(1_767_225_600_000);
        let end = quoted.plus_seconds(15 * 60);
        let id = OrderId::new(quoted, [7; 10]);
        assert_eq!(unwritten_counts_until(id, quoted), Some(end));
        assert_eq!(unwritten_counts_until(id, end.plus_seconds(-1)), Some(end));
        assert_eq!(unwritten_counts_until(id, end), None);
    }
}
