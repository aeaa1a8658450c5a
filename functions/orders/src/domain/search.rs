//! What staff look orders up by. Owns which list an order stands in, and whether it is one that was looked for. Refuses to read lists.

use super::order::Order;
use super::place_order::QUOTE_SECONDS;
use super::states::{FulfillmentState, PaymentState, Status};
use events::ids::UserId;
use events::{Email, OrderNumber, Sku, Timestamp};

/// The orders of the shop by how they went on; each group is a list by the time of placing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Going on, or completed.
    Valid,
    Rejected,
    Canceled,
    Expired,
}

impl Group {
    pub const ALL: [Self; 4] = [Self::Valid, Self::Rejected, Self::Canceled, Self::Expired];

    /// The group of an order with that status.
    pub const fn of(status: Status) -> Self {
        match status {
            Status::Rejected => Self::Rejected,
            Status::Canceled => Self::Canceled,
            Status::Expired => Self::Expired,
            Status::Pending | Status::AwaitingPayment | Status::Confirmed | Status::Canceling | Status::Completed => {
                Self::Valid
            }
        }
    }

    /// The name of its list.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Rejected => "rejected",
            Self::Canceled => "canceled",
            Self::Expired => "expired",
        }
    }
}

/// What is looked for: every condition must hold. Without any, all orders are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    pub customer: Option<UserId>,
    /// A guest's address, as it was given with the order or another name of its mailbox.
    pub email: Option<Email>,
    pub number: Option<OrderNumber>,
    pub sku: Option<Sku>,
    pub status: Option<Status>,
    pub payment_state: Option<PaymentState>,
    pub fulfillment_state: Option<FulfillmentState>,
    /// Placed at this time or later.
    pub from: Option<Timestamp>,
    /// Placed before this time.
    pub to: Option<Timestamp>,
}

/// A list of orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum List {
    /// Orders with this number: hardly ever more than one.
    Number(OrderNumber),
    /// A customer's, newest first.
    Customer(UserId),
    /// Those of guests with this mailbox, newest first. The service puts its pseudonym in its place: the table knows no address.
    Guest(String),
    /// Those that were confirmed with this SKU, newest first.
    Sku(Sku),
    /// Those that are not settled, by the time at which something happens to them if nobody does anything. Those that wait for staff
    /// come last.
    Open,
    /// Open ones to which something happens by then.
    Due(Timestamp),
    /// Open ones to which nothing happens unless staff do something.
    Waiting,
    /// Those of some groups, newest first.
    Placed {
        groups: &'static [Group],
        /// Placed at this time or later.
        from: Option<Timestamp>,
        /// Placed before this time.
        to: Option<Timestamp>,
    },
}

impl Search {
    /// The list that has all that is looked for, and as little else as may be.
    pub fn list(&self) -> List {
        if let Some(number) = self.number {
            return List::Number(number);
        }
        if let Some(customer) = self.customer {
            return List::Customer(customer);
        }
        if let Some(email) = &self.email {
            return List::Guest(email.mailbox());
        }
        if let Some(sku) = &self.sku {
            return List::Sku(sku.clone());
        }
        let groups: &'static [Group] = match self.status {
            None => &Group::ALL,
            Some(Status::Rejected) => &[Group::Rejected],
            Some(Status::Canceled) => &[Group::Canceled],
            Some(Status::Expired) => &[Group::Expired],
            Some(Status::Completed) => &[Group::Valid],
            Some(Status::Pending | Status::AwaitingPayment | Status::Confirmed | Status::Canceling) => {
                return List::Open;
            }
        };
        List::Placed { groups, from: self.from, to: self.to }
    }

    /// Whether an order is one of those.
    pub fn keeps(&self, order: &Order) -> bool {
        let is = |holds: Option<bool>| holds.unwrap_or(true);
        is(self.customer.map(|customer| order.customer == Some(customer)))
            && is(self
                .email
                .as_ref()
                .map(|email| order.guest_contact().is_some_and(|known| known.email.mailbox() == email.mailbox())))
            && is(self.number.map(|number| order.id.number() == number))
            && is(self.sku.as_ref().map(|sku| order.lines.iter().any(|line| line.sku == *sku)))
            && is(self.status.map(|status| order.status == status))
            && is(self.payment_state.map(|state| order.payment_state == state))
            && is(self.fulfillment_state.map(|state| order.fulfillment_state == state))
            && is(self.from.map(|from| order.placed_at >= from))
            && is(self.to.map(|to| order.placed_at < to))
    }

    /// Whether no order that comes after this one in a list, newest first, is one of those.
    pub fn ends_at(&self, order: &Order) -> bool {
        self.list() != List::Open && self.from.is_some_and(|from| order.placed_at < from.plus_seconds(-QUOTE_SECONDS))
    }

    /// Whether its list has orders that are none of those.
    pub fn is_sparse(&self) -> bool {
        let Self { customer, email, number, sku, status, payment_state, fulfillment_state, from: _, to: _ } = self;
        let states = [payment_state.is_some(), fulfillment_state.is_some()];
        let names = [customer.is_some(), email.is_some(), number.is_some(), sku.is_some()];
        let named = names.into_iter().filter(|is_set| *is_set).count();
        let by_status = status.is_some_and(|status| named > 0 || !status.is_void());
        states.contains(&true) || named > 1 || by_status
    }
}

#[cfg(test)]
mod tests;
