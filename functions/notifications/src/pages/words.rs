//! The words of the pages.

use crate::domain::email_delivery::Status;
use crate::domain::suppression::Reason;
use crate::domain::{EmailDelivery, Rejection};
use ::pages::Phrase;
use events::Language;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub failed_title: Phrase,
    pub failed_none: Phrase,
    pub failed_none_advice: Phrase,
    pub order_title: Phrase,
    pub order_none: Phrase,
    pub order_none_advice: Phrase,
    pub user_title: Phrase,
    pub user_none: Phrase,
    pub find_order: Phrase,
    pub all_failed: Phrase,
    pub all_of_order: Phrase,
    pub failed_count: Phrase,
    pub kind: Phrase,
    pub at: Phrase,
    pub state: Phrase,
    pub about: Phrase,
    pub order: Phrase,
    pub user: Phrase,
    pub to: Phrase,
    pub to_not_kept: Phrase,
    pub failure: Phrase,
    pub subject: Phrase,
    pub text: Phrase,
    pub text_not_kept: Phrase,
    pub replaced_by: Phrase,
    pub replaces: Phrase,
    pub resend: Phrase,
    pub resend_explained: Phrase,
    pub confirm: Phrase,
    pub confirm_first: Phrase,
    pub resent: Phrase,
    pub refused_again: Phrase,
    pub sent: Phrase,
    pub claimed: Phrase,
    pub failed: Phrase,
    pub failed_and_replaced: Phrase,
    pub suppressed: Phrase,
    pub unsubscribed: Phrase,
    pub outdated: Phrase,
    pub bounced: Phrase,
    pub complained: Phrase,
    pub refusals: RefusalWords,
    pub templates: TemplateWords,
    pub alerts: AlertWords,
    pub unsubscribe: UnsubscribeWords,
    pub mailbox: MailboxWords,
    /// By their names in the API.
    pub kinds: BTreeMap<String, Phrase>,
}

/// Why an email is not sent again.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefusalWords {
    pub not_failed: Phrase,
    pub not_kept: Phrase,
    pub outdated: Phrase,
    pub suppressed: Phrase,
    pub unsubscribed: Phrase,
    pub claimed: Phrase,
    pub unavailable: Phrase,
    pub too_many_tests: Phrase,
}

/// What the shop writes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TemplateWords {
    pub title: Phrase,
    pub explained: Phrase,
    pub on: Phrase,
    pub off: Phrase,
    pub english: Phrase,
    pub german: Phrase,
    pub as_html: Phrase,
    pub to: Phrase,
    pub to_hint: Phrase,
    pub to_refused: Phrase,
    pub send: Phrase,
    pub sent: Phrase,
    pub refused: Phrase,
    pub unavailable: Phrase,
}

/// What customers and guests read who wait for a SKU.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AlertWords {
    pub title: Phrase,
    pub explained: Phrase,
    pub explained_to_guest: Phrase,
    pub email: Phrase,
    pub invalid_email: Phrase,
    pub submit: Phrase,
    pub waiting: Phrase,
    pub asked: Phrase,
    pub unverified: Phrase,
    pub too_many: Phrase,
    pub too_many_requests: Phrase,
    pub later: Phrase,
    /// Has `{sku}` and `{email}`.
    pub confirm_text: Phrase,
    pub confirm: Phrase,
    pub dead_link: Phrase,
    pub to_product: Phrase,
    pub to_account: Phrase,
    pub to_shop: Phrase,
    pub own_title: Phrase,
    pub own_hint: Phrase,
    pub none: Phrase,
    pub none_advice: Phrase,
    pub since: Phrase,
    pub until: Phrase,
    pub end: Phrase,
    /// Has `{sku}`.
    pub end_of: Phrase,
    pub ended: Phrase,
}

/// Where emails of a kind are refused.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnsubscribeWords {
    pub title: Phrase,
    pub subscribed: Phrase,
    pub unsubscribe: Phrase,
    pub unsubscribed: Phrase,
    pub again: Phrase,
    pub dead_title: Phrase,
    pub dead_text: Phrase,
}

/// Whether a mailbox gets emails.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailboxWords {
    pub title: Phrase,
    pub state: Phrase,
    pub silenced: Phrase,
    pub open: Phrase,
    pub none: Phrase,
    pub not_silenced: Phrase,
    pub email: Phrase,
    pub email_hint: Phrase,
    pub search: Phrase,
    pub reason: Phrase,
    pub bounced: Phrase,
    pub complained: Phrase,
    pub since: Phrase,
    pub lifted_at: Phrase,
    pub lift: Phrase,
    pub lift_hint: Phrase,
    pub confirm: Phrase,
    pub confirm_first: Phrase,
    pub lifted: Phrase,
}

impl MailboxWords {
    pub(super) const fn of(&self, reason: Reason) -> &Phrase {
        match reason {
            Reason::Bounced => &self.bounced,
            Reason::Complained => &self.complained,
        }
    }
}

impl TemplateWords {
    pub(super) const fn language(&self, language: Language) -> &Phrase {
        match language {
            Language::En => &self.english,
            Language::De => &self.german,
        }
    }
}

impl Words {
    /// What an email is about; the name in the API, if there is no word.
    pub(super) fn kind(&self, name: &str) -> String {
        self.kinds.get(name).map_or(name.to_owned(), ToString::to_string)
    }

    /// What became of an email; what the mail service heard of it last says more than that it was sent.
    pub(super) const fn state(&self, delivery: &EmailDelivery) -> &Phrase {
        match delivery.status {
            _ if delivery.complained.is_some() => &self.complained,
            _ if delivery.bounced.is_some() => &self.bounced,
            Status::Suppressed => &self.suppressed,
            Status::Unsubscribed => &self.unsubscribed,
            Status::Outdated => &self.outdated,
            Status::Sent => &self.sent,
            Status::Claimed => &self.claimed,
            Status::Failed if delivery.resent => &self.failed_and_replaced,
            Status::Failed => &self.failed,
        }
    }
}

impl RefusalWords {
    pub(super) const fn of(&self, rejection: &Rejection) -> &Phrase {
        match rejection {
            Rejection::NotFailed => &self.not_failed,
            Rejection::NotKept => &self.not_kept,
            Rejection::Outdated => &self.outdated,
            Rejection::Suppressed => &self.suppressed,
            Rejection::Unsubscribed => &self.unsubscribed,
            Rejection::Claimed => &self.claimed,
            Rejection::TooManyTests => &self.too_many_tests,
            Rejection::AddressUnknown(_)
            | Rejection::NotSuppressed
            | Rejection::Deferred(_)
            | Rejection::Forbidden(_)
            | Rejection::TooManyAlerts
            | Rejection::Unverified
            | Rejection::InvalidToken
            | Rejection::UnknownLink
            | Rejection::TooManyRequests(_)
            | Rejection::SwitchedOff => &self.unavailable,
        }
    }
}

::pages::words!(Words);

#[cfg(test)]
mod tests {
    use super::Words;
    use crate::domain::notification_id::kind_of;
    use ::pages::Locale;
    use events::Capability;
    use events::flows::received_by;
    use std::collections::BTreeSet;

    #[test]
    fn every_message_that_brings_an_email_has_a_word_in_every_language_and_no_other_name_has_one() {
        const SILENT: [&str; 7] = [
            "access_changed",
            "contact_changed",
            "order_erased",
            "session_ended",
            "stock_alerts_due",
            "stock_level_changed",
            "user_erased",
        ];
        let received = received_by(Capability::Notifications).map(|flow| kind_of(flow.kind));
        // What asks a guest's mailbox is sent to whoever waits for the answer, so no message brings it.
        let kinds: BTreeSet<&str> =
            received.filter(|kind| !SILENT.contains(kind)).chain(["stock_alert_requested"]).collect();
        for locale in Locale::ALL {
            let named: BTreeSet<&str> = Words::of(locale).kinds.keys().map(String::as_str).collect();
            assert_eq!(named, kinds, "{locale}");
        }
    }
}
