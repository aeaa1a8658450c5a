//! Why an order is as it is, in words of the shop: read from its log, never stored. Refuses the provider's own words.

use super::effect::{DomainEvent, Effect};
use super::order::{MAX_ATTEMPTS, Order};
use super::states::Status;
use super::transition::{Transition, TransitionKind};
use chassis::table::WantedBy;
use events::payments::EARLIER_PAYMENT_WAITS;
use schemars::JsonSchema;
use serde::Serialize;

/// Why the last attempt to pay was declined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// The bank or the card issuer declined, and says no more.
    CardDeclined,
    /// There is not enough money in the account.
    InsufficientFunds,
    /// The customer did not confirm the payment with the bank.
    AuthenticationFailed,
    /// The payment provider does not know the payment method.
    UnknownPaymentMethod,
    /// The bank still waits for the customer to confirm an earlier attempt, and would not drop it.
    EarlierPaymentWaits,
    /// Any other reason.
    Other,
}

impl DeclineReason {
    /// Of the stable name that payments gives.
    pub fn named(name: &str) -> Self {
        match name {
            "card_declined" => Self::CardDeclined,
            "insufficient_funds" => Self::InsufficientFunds,
            "authentication_failed" => Self::AuthenticationFailed,
            "unknown_payment_method" => Self::UnknownPaymentMethod,
            EARLIER_PAYMENT_WAITS => Self::EarlierPaymentWaits,
            _ => Self::Other,
        }
    }
}

/// Why an order is canceled, is being canceled, or has expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CancellationReason {
    /// The customer canceled it.
    ByCustomer,
    /// Staff canceled it.
    ByStaff,
    /// The goods did not leave while the money was held, so the shop called it off.
    AuthorizationLapsed,
    /// It was not paid, or its goods were not reserved, in time.
    NotPaidInTime,
}

impl Order {
    /// Why the last attempt to pay was declined; `None` if it was not, or if another followed.
    pub fn decline_reason(&self) -> Option<DeclineReason> {
        let decides = |made: &&Transition| {
            let (declined, again) = (TransitionKind::PaymentDeclined, TransitionKind::PaymentRetried);
            made.kind == declined || made.kind == again || made.kind == TransitionKind::PaymentAuthorized
        };
        let last = self.log.iter().rev().find(decides)?;
        last.effects.iter().find_map(|effect| match effect {
            Effect::Publish(DomainEvent::PaymentDeclined(reason)) => Some(DeclineReason::named(reason)),
            _ => None,
        })
    }

    /// How often another payment method may be tried; `None` once the order is paid or ended, or if it costs nothing.
    pub fn attempts_left(&self) -> Option<u32> {
        (self.status.is_unpaid() && !self.costs_nothing()).then(|| MAX_ATTEMPTS.saturating_sub(self.attempt()))
    }

    /// Why the order is called off; `None` if it is not.
    pub fn cancellation_reason(&self) -> Option<CancellationReason> {
        let called_off = matches!(self.status, Status::Canceling | Status::Canceled | Status::Expired);
        let reason = |made: &Transition| match (made.kind, &made.by) {
            (TransitionKind::CancellationRequested, WantedBy::Other(_)) => Some(CancellationReason::ByStaff),
            (TransitionKind::CancellationRequested, _) => Some(CancellationReason::ByCustomer),
            (TransitionKind::AuthorizationLapsed, _) => Some(CancellationReason::AuthorizationLapsed),
            (TransitionKind::DeadlinePassed, _) => Some(CancellationReason::NotPaidInTime),
            _ => None,
        };
        called_off.then(|| self.log.iter().rev().find_map(reason)).flatten()
    }
}
