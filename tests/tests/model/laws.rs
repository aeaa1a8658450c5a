//! The laws: what holds in every state, and what holds at rest, when no message about an order is on its way. Refuses to ask
//! orders alone: stock, money and goods are read where they are.

use crate::interner::{Interner, Items};
use crate::participants::money::Funds;
use crate::participants::stock::units_held;
use events::payments::LedgerAccount;
use inventory::domain::Status as HoldStatus;
use orders::domain::effect::ReplyState;
use orders::domain::order::Order;
use orders::domain::states::{FulfillmentState, PaymentState, Status};
use shipping::domain::shipment::Status as Goods;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// `sold + reserved + available = received`, none below zero.
    StockAddsUp,
    /// A confirmed order has all its units.
    AConfirmedOrderHasItsUnits,
    /// Money is taken only of orders that were confirmed, once their goods left, and exactly what was quoted.
    TakenAsQuotedOnceTheGoodsLeft,
    /// The provider never holds or has more than the order's total, and never gives back more than it took.
    MoneyIsHeldOnce,
    /// Goods leave only against money that is held or taken.
    GoodsLeaveAgainstMoney,
    /// An order that ended without goods never dispatched any.
    GoodsNeverBothLeaveAndStay,
    /// Every booking sums to zero.
    TheBooksBalance,
    /// No message became a dead letter.
    NothingIsDeadLettered,
    /// At rest: every order is settled, or waits for its customer or the staff.
    RestIsAnEndOrAWait,
    /// At rest: an order that ended without goods holds no units, no money, no shipment.
    TheEndedHoldNothing,
    /// At rest: an order that goes on holds its units, its money and its shipment.
    TheStandingHoldAll,
    /// At rest: what an order says about money and goods is true.
    OrdersTellTheTruth,
    /// At rest: the receivable account is zero, but for goods whose capture failed and whose dispatch was taken back.
    NothingIsOwed,
    /// The provider is not asked to authorize what was called off.
    NothingIsAuthorizedOnceCalledOff,
}

impl Law {
    pub const ALL: [Self; 14] = [
        Self::StockAddsUp,
        Self::AConfirmedOrderHasItsUnits,
        Self::TakenAsQuotedOnceTheGoodsLeft,
        Self::MoneyIsHeldOnce,
        Self::GoodsLeaveAgainstMoney,
        Self::GoodsNeverBothLeaveAndStay,
        Self::TheBooksBalance,
        Self::NothingIsDeadLettered,
        Self::RestIsAnEndOrAWait,
        Self::TheEndedHoldNothing,
        Self::TheStandingHoldAll,
        Self::OrdersTellTheTruth,
        Self::NothingIsOwed,
        Self::NothingIsAuthorizedOnceCalledOff,
    ];

    pub const fn bit(self) -> u16 {
        1 << self as u16
    }
}

fn broken(checks: &[(Law, bool)]) -> u16 {
    checks.iter().filter(|(_, holds)| !holds).fold(0, |bits, (law, _)| bits | law.bit())
}

const fn stands(status: Status) -> bool {
    matches!(status, Status::Confirmed | Status::Canceling | Status::Completed)
}

fn units_of(order: &Order) -> u32 {
    order.lines.iter().map(|line| line.quantity).sum()
}

/// The laws of every state that one order and its items break.
pub fn broken_always(interner: &Interner, items: Items) -> u16 {
    let order = interner.orders.get(items.order);
    let hold = interner.holds.get(items.hold);
    let funds = interner.funds.get(items.money);
    let goods = interner.shipments.get(items.shipment).as_ref().as_ref().map(|shipment| shipment.status);
    let left = matches!(goods, Some(Goods::Dispatched | Goods::Retracting | Goods::Delivered));
    let confirmed = order.log.iter().any(|made| made.status == Status::Confirmed);
    let taken = funds.cash + funds.returned;
    let backed = funds.held == order.total || taken == order.total;
    broken(&[
        (Law::AConfirmedOrderHasItsUnits, !stands(order.status) || units_held(&hold) == units_of(&order)),
        (Law::TakenAsQuotedOnceTheGoodsLeft, taken == 0 || (confirmed && left && taken == order.total)),
        (Law::MoneyIsHeldOnce, funds.held >= 0 && funds.cash >= 0 && funds.held + taken <= order.total),
        (Law::GoodsLeaveAgainstMoney, !left || backed),
        (Law::GoodsNeverBothLeaveAndStay, !(order.status.is_void() && left)),
        (Law::TheBooksBalance, funds.balance(None) == 0),
        (Law::NothingIsAuthorizedOnceCalledOff, !funds.asked_in_vain),
    ])
}

/// The laws at rest that one order and its items break.
pub fn broken_at_rest(interner: &Interner, items: Items, reminded: bool) -> u16 {
    let order = interner.orders.get(items.order);
    let hold = interner.holds.get(items.hold);
    let funds = interner.funds.get(items.money);
    let goods = interner.shipments.get(items.shipment).as_ref().as_ref().map(|shipment| shipment.status);
    let sold = hold.as_ref().as_ref().is_some_and(|hold| hold.status == HoldStatus::Committed);
    let free = units_held(&hold) == 0 && funds.held == 0 && funds.cash == 0;
    let kept = sold && units_held(&hold) == units_of(&order) && funds.held + funds.cash + funds.returned == order.total;
    let home = matches!(goods, None | Some(Goods::Canceled));
    broken(&[
        (Law::RestIsAnEndOrAWait, order.is_settled() || waits(&order, reminded)),
        (Law::TheEndedHoldNothing, !order.status.is_void() || (free && home)),
        (Law::TheStandingHoldAll, !stands(order.status) || (kept && !home)),
        (Law::OrdersTellTheTruth, tells_the_truth(&order, &funds, goods)),
        (Law::NothingIsOwed, funds.balance(Some(LedgerAccount::Receivable)) == 0 || is_taken_back(&order)),
    ])
}

/// Whether the goods wait for their dispatch again, after one that was taken back.
fn is_taken_back(order: &Order) -> bool {
    order.shipment_seq > 0 && order.fulfillment_state == FulfillmentState::Created
}

/// Whether the order waits for a person.
fn waits(order: &Order, reminded: bool) -> bool {
    let asked = [order.stock, order.payment, order.shipment];
    let open = asked.into_iter().flatten().filter(|asked| asked.reply != ReplyState::Answered).count();
    match order.status {
        // For the customer, until the deadline; a reminder of it must be on its way.
        Status::AwaitingPayment => match order.payment_state {
            PaymentState::Declined => reminded && open == 0,
            PaymentState::RequiresAction => reminded && open == 1,
            _ => false,
        },
        // For the warehouse or the carrier.
        Status::Confirmed => {
            matches!(order.fulfillment_state, FulfillmentState::Created | FulfillmentState::Dispatched) && open == 0
        }
        _ => false,
    }
}

fn tells_the_truth(order: &Order, funds: &Funds, goods: Option<Goods>) -> bool {
    let money = match order.payment_state {
        PaymentState::Authorized | PaymentState::CaptureFailed => (order.total, 0),
        PaymentState::Captured | PaymentState::PartiallyRefunded => (0, order.total - order.refunded),
        _ => (0, 0),
    };
    let shipment = match order.fulfillment_state {
        FulfillmentState::Created => matches!(goods, Some(Goods::Created)),
        // Nobody asks any more whether the goods of a completed order arrived. Staff whose request got no answer ask again.
        FulfillmentState::Dispatched => {
            matches!(goods, Some(Goods::Dispatched))
                || (order.status == Status::Completed && matches!(goods, Some(Goods::Delivered | Goods::Retracting)))
        }
        FulfillmentState::Delivered => matches!(goods, Some(Goods::Delivered)),
        _ => matches!(goods, None | Some(Goods::Canceled)),
    };
    // The bank holds money of which nobody told us yet.
    let untold = order.status == Status::AwaitingPayment && funds.is_untold();
    let known = if untold { funds.held - order.total } else { funds.held };
    money == (known, funds.cash) && order.refunded == funds.returned && shipment
}
