//! An order as its owner reads it: what goes on, what comes next, what can be done. Refuses what is private to the shop.

use super::words::{Words, timeline_words};
use crate::domain::explanation::{CancellationReason, DeclineReason};
use crate::domain::milestone::{Audience, Milestone, TimelineEntry, timeline};
use crate::domain::order::Order;
use crate::domain::states::{FulfillmentState, PaymentState, Status};
use ::pages::{Locale, Page, Phrase};
use events::{Quantities, Timestamp};

/// How a state is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    Waiting,
    Good,
    Attention,
    Ended,
}

impl Mood {
    /// Name of the badge's class.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Waiting => "neutral",
            Self::Good => "good",
            Self::Attention => "attention",
            Self::Ended => "bad",
        }
    }
}

/// Where an order stands, in words.
#[derive(Debug)]
pub(super) struct Progress<'a> {
    pub(super) order: &'a Order,
    /// Amount to pay, as the reader writes it.
    pub(super) total: String,
    pub(super) headline: &'a Phrase,
    pub(super) mood: Mood,
    /// What goes on or comes next; none if the order rests.
    pub(super) next: Option<Phrase>,
    /// What happened, oldest first.
    pub(super) steps: Vec<Step>,
    /// Why the last payment was declined.
    pub(super) declined: Option<&'a Phrase>,
    pub(super) attempts_left: u32,
    pub(super) can_pay: bool,
    pub(super) can_cancel: bool,
    /// What a button says that puts the lines into the cart; none before the order ended.
    pub(super) buy_again: Option<&'a Phrase>,
    /// Whether the page asks again by itself.
    pub(super) is_live: bool,
}

/// A step that an owner cares about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) at: Timestamp,
    pub(super) text: &'static Phrase,
    /// Class of the event.
    pub(super) tone: &'static str,
}

impl<'a> Progress<'a> {
    /// Names the attempt to pay that a form would make, so that a second click is the same one.
    pub(super) fn key(&self) -> String {
        format!("page-{}", self.order.attempt().saturating_add(1))
    }

    pub(super) fn of(order: &'a Order, page: &Page, now: Timestamp) -> Self {
        let words = Words::of(page.locale);
        let (headline, mood) = headline(order, words);
        let attempts_left = order.attempts_left().unwrap_or(0);
        let waits_for_payer = matches!(order.payment_state, PaymentState::Declined | PaymentState::RequiresAction);
        Self {
            order,
            total: page.money(order.money(order.total)),
            headline,
            mood,
            next: next(order, words),
            steps: steps(order, page.locale),
            declined: order.decline_reason().map(|reason| decline_words(reason, words)),
            attempts_left,
            can_pay: order.status == Status::AwaitingPayment
                && waits_for_payer
                && attempts_left > 0
                && now < order.deadline,
            can_cancel: order.status.is_unpaid()
                || order.status == Status::Confirmed && !order.fulfillment_state.has_left(),
            buy_again: match order.status {
                Status::Completed => Some(&words.order.buy_again),
                status if status.is_void() => Some(&words.order.into_cart_again),
                _ => None,
            },
            is_live: !order.is_settled(),
        }
    }

    /// Whether there is a parcel, of which `shipping` prints a packing slip.
    pub(super) fn has_parcel(&self) -> bool {
        self.order.fulfillment_state != FulfillmentState::None
    }

    /// The lines as carts reads them.
    pub(super) fn lines(&self) -> String {
        let lines: Quantities = self.order.lines.iter().map(|line| (line.sku.clone(), line.quantity)).collect();
        lines.to_string()
    }
}

fn headline<'a>(order: &Order, words: &'a Words) -> (&'a Phrase, Mood) {
    let headlines = &words.headlines;
    match (order.status, order.payment_state, order.fulfillment_state) {
        (Status::Pending, _, _) => (&headlines.pending, Mood::Waiting),
        (Status::AwaitingPayment, PaymentState::Declined, _) => (&headlines.declined, Mood::Attention),
        (Status::AwaitingPayment, PaymentState::RequiresAction, _) => (&headlines.requires_action, Mood::Attention),
        (Status::AwaitingPayment, _, _) => (&headlines.paying, Mood::Waiting),
        (Status::Confirmed, _, FulfillmentState::Dispatched) => (&headlines.dispatched, Mood::Good),
        (Status::Confirmed, _, FulfillmentState::Delivered) => (&headlines.delivered, Mood::Good),
        (Status::Confirmed, _, _) => (&headlines.confirmed, Mood::Good),
        (Status::Canceling, _, _) => (&headlines.canceling, Mood::Waiting),
        (Status::Completed, _, FulfillmentState::Delivered) => (&headlines.delivered, Mood::Good),
        (Status::Completed, _, _) => (&headlines.completed, Mood::Good),
        (Status::Rejected, _, _) => (&headlines.rejected, Mood::Ended),
        (Status::Canceled, _, _) => (&headlines.canceled, Mood::Ended),
        (Status::Expired, _, _) => (&headlines.expired, Mood::Ended),
    }
}

fn next(order: &Order, words: &Words) -> Option<Phrase> {
    let next = &words.next;
    Some(match (order.status, order.payment_state, order.fulfillment_state) {
        (Status::Pending, _, _) => next.pending.clone(),
        (Status::AwaitingPayment, PaymentState::Declined, _) if order.attempts_left() == Some(0) => {
            next.no_try_left.clone()
        }
        (Status::AwaitingPayment, PaymentState::Declined, _) => next.declined.clone(),
        (Status::AwaitingPayment, PaymentState::RequiresAction, _) => next.requires_action.clone(),
        (Status::AwaitingPayment, _, _) => next.paying.clone(),
        (Status::Confirmed, _, FulfillmentState::Dispatched) => next.dispatched.clone(),
        (Status::Confirmed, _, FulfillmentState::None | FulfillmentState::Created) => next.confirmed.clone(),
        (Status::Canceling, _, _) => next.canceling.clone(),
        (Status::Rejected, _, _) => next.rejected.clone(),
        (Status::Canceled | Status::Expired, _, _) => match order.cancellation_reason()? {
            CancellationReason::ByCustomer => next.by_customer.clone(),
            CancellationReason::ByStaff => next.by_staff.clone(),
            CancellationReason::AuthorizationLapsed => next.lapsed.clone(),
            CancellationReason::NotPaidInTime => next.not_paid.clone(),
        },
        (Status::Confirmed | Status::Completed, _, _) => return None,
    })
}

const fn decline_words(reason: DeclineReason, words: &Words) -> &Phrase {
    let declines = &words.declines;
    match reason {
        DeclineReason::CardDeclined => &declines.card_declined,
        DeclineReason::InsufficientFunds => &declines.insufficient_funds,
        DeclineReason::AuthenticationFailed => &declines.authentication_failed,
        DeclineReason::UnknownPaymentMethod => &declines.unknown_payment_method,
        DeclineReason::EarlierPaymentWaits => &declines.earlier_payment_waits,
        DeclineReason::Other => &declines.other,
    }
}

/// What the order's owner cares about.
fn steps(order: &Order, locale: Locale) -> Vec<Step> {
    let shown = timeline(order).into_iter().filter(|entry| entry.milestone.audience() == Audience::Everyone);
    let step = |entry: TimelineEntry| {
        Some(Step { at: entry.at, text: timeline_words(locale, entry.milestone.key())?, tone: tone(entry.milestone) })
    };
    shown.filter_map(step).collect()
}

/// How a milestone is to be taken.
const fn tone(milestone: Milestone) -> &'static str {
    let mood = match milestone {
        Milestone::PaymentAuthorized | Milestone::StockReservedFree | Milestone::ShipmentDelivered => Mood::Good,
        Milestone::DeclinedByCardIssuer
        | Milestone::DeclinedForFunds
        | Milestone::DeclinedUnconfirmed
        | Milestone::DeclinedUnknownMethod
        | Milestone::DeclinedEarlierWaits
        | Milestone::DeclinedOtherwise
        | Milestone::PaymentActionRequired => Mood::Attention,
        Milestone::StockRejected
        | Milestone::OrderCanceled
        | Milestone::NotPaidInTime
        | Milestone::NotReservedInTime
        | Milestone::AuthorizationLapsed => Mood::Ended,
        _ => Mood::Waiting,
    };
    mood.class()
}
