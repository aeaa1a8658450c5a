//! The kinds of emails, by the names of the messages that bring them, and which of them a shop may do without. Refuses words.

use events::orders::OrderEvent;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// A kind of email.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "NotificationKind")]
pub enum Kind {
    OrderPlaced,
    OrderConfirmed,
    OrderPaymentDeclined,
    OrderPaymentActionRequired,
    OrderRejected,
    OrderExpired,
    OrderCanceled,
    OrderCancellationRefused,
    OrderDispatched,
    OrderTrackingCorrected,
    OrderDelivered,
    OrderRefunded,
    UserRegistered,
    EmailVerificationRequested,
    PasswordResetRequested,
    EmailChangeRequested,
    CredentialsChanged,
    AccountErased,
}

/// The text is the name of no kind of email.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a kind of email, such as order_placed")]
pub struct UnknownKind;

/// The kinds cannot be switched off.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKindsOff {
    #[error("{0} is no kind of email")]
    Unknown(String),
    #[error("{0} cannot be switched off: it protects an account, or asks for what an order waits for")]
    Needed(Kind),
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::OrderPlaced,
        Self::OrderConfirmed,
        Self::OrderPaymentDeclined,
        Self::OrderPaymentActionRequired,
        Self::OrderRejected,
        Self::OrderExpired,
        Self::OrderCanceled,
        Self::OrderCancellationRefused,
        Self::OrderDispatched,
        Self::OrderTrackingCorrected,
        Self::OrderDelivered,
        Self::OrderRefunded,
        Self::UserRegistered,
        Self::EmailVerificationRequested,
        Self::PasswordResetRequested,
        Self::EmailChangeRequested,
        Self::CredentialsChanged,
        Self::AccountErased,
    ];

    pub(super) const fn of_order(event: &OrderEvent) -> Self {
        match event {
            OrderEvent::Placed => Self::OrderPlaced,
            OrderEvent::Confirmed => Self::OrderConfirmed,
            OrderEvent::PaymentDeclined { .. } => Self::OrderPaymentDeclined,
            OrderEvent::PaymentActionRequired { .. } => Self::OrderPaymentActionRequired,
            OrderEvent::Rejected { .. } => Self::OrderRejected,
            OrderEvent::Expired => Self::OrderExpired,
            OrderEvent::Canceled { .. } => Self::OrderCanceled,
            OrderEvent::CancellationRefused => Self::OrderCancellationRefused,
            OrderEvent::Dispatched { .. } => Self::OrderDispatched,
            OrderEvent::TrackingCorrected { .. } => Self::OrderTrackingCorrected,
            OrderEvent::Delivered => Self::OrderDelivered,
            OrderEvent::Refunded { .. } => Self::OrderRefunded,
        }
    }

    /// The type of its message without capability and version.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrderPlaced => "order_placed",
            Self::OrderConfirmed => "order_confirmed",
            Self::OrderPaymentDeclined => "order_payment_declined",
            Self::OrderPaymentActionRequired => "order_payment_action_required",
            Self::OrderRejected => "order_rejected",
            Self::OrderExpired => "order_expired",
            Self::OrderCanceled => "order_canceled",
            Self::OrderCancellationRefused => "order_cancellation_refused",
            Self::OrderDispatched => "order_dispatched",
            Self::OrderTrackingCorrected => "order_tracking_corrected",
            Self::OrderDelivered => "order_delivered",
            Self::OrderRefunded => "order_refunded",
            Self::UserRegistered => "user_registered",
            Self::EmailVerificationRequested => "email_verification_requested",
            Self::PasswordResetRequested => "password_reset_requested",
            Self::EmailChangeRequested => "email_change_requested",
            Self::CredentialsChanged => "credentials_changed",
            Self::AccountErased => "account_erased",
        }
    }

    /// Whether it is about an order.
    pub fn is_about_an_order(self) -> bool {
        self < Self::UserRegistered
    }

    /// Whether a shop may do without it. What protects an account, and what an order or a refund waits for somebody to read, is always sent.
    pub const fn is_optional(self) -> bool {
        matches!(
            self,
            Self::OrderPlaced
                | Self::OrderConfirmed
                | Self::OrderExpired
                | Self::OrderDispatched
                | Self::OrderTrackingCorrected
                | Self::OrderDelivered
                | Self::UserRegistered
        )
    }

    /// Whether the email of an order's placing is left out, as one of this kind about the same order came first: it has the order's number,
    /// its lines and its sums, and a mail of an earlier state after it would mislead.
    pub fn stands_for_placing(self) -> bool {
        self != Self::OrderPlaced && self.is_about_an_order()
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownKind)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The kinds that a shop does without.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KindsOff(BTreeSet<Kind>);

impl KindsOff {
    pub fn contains(&self, kind: Kind) -> bool {
        self.0.contains(&kind)
    }
}

impl FromStr for KindsOff {
    type Err = InvalidKindsOff;

    /// Reads their names, with commas between them.
    fn from_str(text: &str) -> Result<Self, InvalidKindsOff> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let kinds = names.map(|name| {
            let kind: Kind = name.parse().map_err(|_| InvalidKindsOff::Unknown(name.to_owned()))?;
            if kind.is_optional() { Ok(kind) } else { Err(InvalidKindsOff::Needed(kind)) }
        });
        kinds.collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::Capability;
    use events::flows::received_by;

    #[test]
    fn a_kind_has_the_name_of_a_message_and_reads_back() {
        let received: BTreeSet<&str> = received_by(Capability::Notifications)
            .map(|flow| super::super::notification_id::kind_of(flow.kind))
            .collect();
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert!(received.contains(kind.as_str()), "{kind}");
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!("order".parse::<Kind>(), Err(UnknownKind));
    }

    #[test]
    fn a_shop_may_do_without_some_kinds_and_without_none_that_protects_an_account() {
        let off: KindsOff = "order_delivered, user_registered,".parse().unwrap();
        assert!(off.contains(Kind::OrderDelivered) && off.contains(Kind::UserRegistered));
        assert!(!off.contains(Kind::OrderConfirmed) && KindsOff::default() == "".parse().unwrap());
        for needed in [
            Kind::EmailVerificationRequested,
            Kind::PasswordResetRequested,
            Kind::EmailChangeRequested,
            Kind::CredentialsChanged,
            Kind::AccountErased,
            Kind::OrderPaymentActionRequired,
            Kind::OrderRefunded,
        ] {
            assert_eq!(needed.as_str().parse::<KindsOff>(), Err(InvalidKindsOff::Needed(needed)));
        }
        assert!(matches!("order_lost".parse::<KindsOff>(), Err(InvalidKindsOff::Unknown(_))));
    }
}
