//! The words of the pages for staff.

use crate::domain::{Exception, Phase, Status};
use ::pages::Phrase;
use events::payments::{LedgerAccount, Operation};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct StaffWords {
    /// What staff call the pages that are theirs.
    pub area: Phrase,
    pub exceptions: ExceptionWords,
    pub payment: PaymentWords,
    pub statuses: StatusWords,
    pub steps: StepWords,
    pub phases: PhaseWords,
    /// Reasons of refusals, by their stable names.
    pub reasons: BTreeMap<String, Phrase>,
    pub refund: RefundWords,
    pub ledger: LedgerWords,
    pub figures: FiguresWords,
    pub accounts: AccountWords,
    pub overview: OverviewWords,
}

/// The payments that staff must look at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct ExceptionWords {
    pub title: Phrase,
    pub intro: Phrase,
    pub state: Phrase,
    pub any: Phrase,
    pub show: Phrase,
    pub none: Phrase,
    pub none_advice: Phrase,
    pub none_in_state: Phrase,
    pub none_in_state_advice: Phrase,
    pub show_all: Phrase,
    /// With `{number}`.
    pub of_order: Phrase,
    pub changed: Phrase,
    pub ledger: Phrase,
    pub capture_failed: Phrase,
    pub capture_failed_advice: Phrase,
    pub refund_failed: Phrase,
    pub refund_failed_advice: Phrase,
    pub void_failed: Phrase,
    pub void_failed_advice: Phrase,
    pub unresolved: Phrase,
    pub unresolved_advice: Phrase,
}

/// One payment.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct PaymentWords {
    /// With `{number}`.
    pub title: Phrase,
    pub summary: Phrase,
    pub to_order: Phrase,
    pub amount: Phrase,
    pub customer: Phrase,
    pub guest: Phrase,
    pub show_user: Phrase,
    pub erased: Phrase,
    pub attempt: Phrase,
    pub authorized: Phrase,
    pub captured: Phrase,
    pub refunded: Phrase,
    pub pending: Phrase,
    pub left: Phrase,
    pub decline: Phrase,
    pub log: Phrase,
    pub reference: Phrase,
    pub reason: Phrase,
    pub given_reason: Phrase,
    /// With `{number}`.
    pub of_attempt: Phrase,
    /// With `{number}`.
    pub only_attempt: Phrase,
    pub by_customer: Phrase,
    /// With `{who}`.
    pub by_other: Phrase,
    pub held_until: Phrase,
    pub entries: Phrase,
    pub account: Phrase,
    pub debit: Phrase,
    pub credit: Phrase,
    pub refunds: Phrase,
    pub no_refunds: Phrase,
    pub open: Phrase,
    pub none: Phrase,
}

/// States of a payment.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct StatusWords {
    pub pending: Phrase,
    pub requires_action: Phrase,
    pub declined: Phrase,
    pub authorized: Phrase,
    pub capture_failed: Phrase,
    pub captured: Phrase,
    pub partially_refunded: Phrase,
    pub refunded: Phrase,
    pub voided: Phrase,
}

/// Transitions, by operation and phase.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct StepWords {
    pub authorize_requested: Phrase,
    pub authorize_action_required: Phrase,
    pub authorize_succeeded: Phrase,
    pub authorize_failed: Phrase,
    pub capture_requested: Phrase,
    pub capture_succeeded: Phrase,
    pub capture_failed: Phrase,
    pub void_requested: Phrase,
    pub void_succeeded: Phrase,
    pub void_failed: Phrase,
    pub refund_requested: Phrase,
    pub refund_succeeded: Phrase,
    pub refund_failed: Phrase,
}

/// Progress of a refund.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct PhaseWords {
    pub requested: Phrase,
    pub action_required: Phrase,
    pub succeeded: Phrase,
    pub failed: Phrase,
}

/// The form to refund.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct RefundWords {
    pub title: Phrase,
    /// With `{amount}`.
    pub left: Phrase,
    pub nothing_left: Phrase,
    /// With `{currency}`.
    pub amount: Phrase,
    pub amount_hint: Phrase,
    /// With `{example}`.
    pub amount_wrong: Phrase,
    /// With `{left}`.
    pub amount_exceeds: Phrase,
    pub reason: Phrase,
    pub reason_hint: Phrase,
    /// With `{most}`.
    pub reason_wrong: Phrase,
    pub exact: Phrase,
    pub exact_hint: Phrase,
    pub confirm: Phrase,
    pub confirm_missing: Phrase,
    pub submit: Phrase,
    /// With `{amount}`.
    pub granted: Phrase,
    /// With `{amount}` and `{requested}`.
    pub granted_less: Phrase,
    pub too_many: Phrase,
    pub outdated: Phrase,
}

/// A day's bookings, and the balances.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct LedgerWords {
    pub title: Phrase,
    pub intro: Phrase,
    pub date: Phrase,
    pub show: Phrase,
    pub day_before: Phrase,
    pub day_after: Phrase,
    /// With `{day}`.
    pub day: Phrase,
    pub csv: Phrase,
    pub figures: Phrase,
    pub none: Phrase,
    pub none_advice: Phrase,
    pub no_balances: Phrase,
    pub no_balances_advice: Phrase,
    pub account: Phrase,
    pub debit: Phrase,
    pub credit: Phrase,
    pub balance: Phrase,
    pub sum: Phrase,
    pub equal: Phrase,
    pub unequal: Phrase,
    pub balances: Phrase,
    pub zero: Phrase,
    pub not_zero: Phrase,
}

/// Money by day, and the refund rate.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct FiguresWords {
    pub title: Phrase,
    pub intro: Phrase,
    pub from: Phrase,
    pub from_hint: Phrase,
    pub to: Phrase,
    pub to_hint: Phrase,
    pub currency: Phrase,
    pub currency_hint: Phrase,
    pub show: Phrase,
    pub ledger: Phrase,
    pub sales: Phrase,
    /// With `{from}` and `{to}`.
    pub period: Phrase,
    /// With `{currency}`.
    pub plot: Phrase,
    /// With `{currency}`.
    pub caption: Phrase,
    pub day: Phrase,
    pub captured: Phrase,
    pub refunded: Phrase,
    pub rate: Phrase,
    pub all: Phrase,
    pub none: Phrase,
    pub none_advice: Phrase,
    pub no_day: Phrase,
    pub no_currency: Phrase,
    pub reversed: Phrase,
    /// With `{most}`.
    pub too_long: Phrase,
}

/// The chart of accounts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct AccountWords {
    pub receivable: Phrase,
    pub cash: Phrase,
    pub revenue: Phrase,
    pub tax: Phrase,
    pub shipping: Phrase,
    pub refunds: Phrase,
    pub fees: Phrase,
    pub disputes: Phrase,
    pub write_offs: Phrase,
}

/// The part of the staff's start page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct OverviewWords {
    /// With `{count}`.
    pub wrong: Phrase,
    pub wrong_one: Phrase,
    /// With `{count}`.
    pub wrong_many: Phrase,
    pub fine: Phrase,
    pub today: Phrase,
    pub nothing: Phrase,
    pub captured: Phrase,
    pub refunded: Phrase,
    pub net: Phrase,
}

impl StaffWords {
    /// A reason in words, or its stable name if there are none.
    pub fn reason(&self, name: &str) -> String {
        self.reasons.get(name).map_or_else(|| name.to_owned(), ToString::to_string)
    }
}

impl ExceptionWords {
    /// What is wrong, in a few words.
    pub const fn name(&self, exception: Exception) -> &Phrase {
        match exception {
            Exception::CaptureFailed => &self.capture_failed,
            Exception::RefundFailed => &self.refund_failed,
            Exception::VoidFailed => &self.void_failed,
            Exception::Unresolved => &self.unresolved,
        }
    }

    /// What is wrong, and what to do about it.
    pub const fn advice(&self, exception: Exception) -> &Phrase {
        match exception {
            Exception::CaptureFailed => &self.capture_failed_advice,
            Exception::RefundFailed => &self.refund_failed_advice,
            Exception::VoidFailed => &self.void_failed_advice,
            Exception::Unresolved => &self.unresolved_advice,
        }
    }
}

impl StatusWords {
    pub const fn of(&self, status: Status) -> &Phrase {
        match status {
            Status::Pending => &self.pending,
            Status::RequiresAction => &self.requires_action,
            Status::Declined => &self.declined,
            Status::Authorized => &self.authorized,
            Status::CaptureFailed => &self.capture_failed,
            Status::Captured => &self.captured,
            Status::PartiallyRefunded => &self.partially_refunded,
            Status::Refunded => &self.refunded,
            Status::Voided => &self.voided,
        }
    }
}

impl StepWords {
    /// Only an authorization waits for somebody.
    pub const fn of(&self, operation: Operation, phase: Phase) -> &Phrase {
        match (operation, phase) {
            (Operation::Authorize, Phase::Requested) => &self.authorize_requested,
            (_, Phase::ActionRequired) => &self.authorize_action_required,
            (Operation::Authorize, Phase::Succeeded) => &self.authorize_succeeded,
            (Operation::Authorize, Phase::Failed) => &self.authorize_failed,
            (Operation::Capture, Phase::Requested) => &self.capture_requested,
            (Operation::Capture, Phase::Succeeded) => &self.capture_succeeded,
            (Operation::Capture, Phase::Failed) => &self.capture_failed,
            (Operation::Void, Phase::Requested) => &self.void_requested,
            (Operation::Void, Phase::Succeeded) => &self.void_succeeded,
            (Operation::Void, Phase::Failed) => &self.void_failed,
            (Operation::Refund, Phase::Requested) => &self.refund_requested,
            (Operation::Refund, Phase::Succeeded) => &self.refund_succeeded,
            (Operation::Refund, Phase::Failed) => &self.refund_failed,
        }
    }
}

impl PhaseWords {
    pub const fn of(&self, phase: Phase) -> &Phrase {
        match phase {
            Phase::Requested => &self.requested,
            Phase::ActionRequired => &self.action_required,
            Phase::Succeeded => &self.succeeded,
            Phase::Failed => &self.failed,
        }
    }
}

impl AccountWords {
    pub const fn of(&self, account: LedgerAccount) -> &Phrase {
        match account {
            LedgerAccount::Receivable => &self.receivable,
            LedgerAccount::Cash => &self.cash,
            LedgerAccount::Revenue => &self.revenue,
            LedgerAccount::Tax => &self.tax,
            LedgerAccount::Shipping => &self.shipping,
            LedgerAccount::Refunds => &self.refunds,
            LedgerAccount::Fees => &self.fees,
            LedgerAccount::Disputes => &self.disputes,
            LedgerAccount::WriteOffs => &self.write_offs,
        }
    }
}
