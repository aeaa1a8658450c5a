//! The words of orders' pages.

use super::staff::words::StaffWords;
use ::pages::{Locale, Phrase, read};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) checkout: CheckoutWords,
    pub(super) order: OrderWords,
    pub(super) orders: OrdersWords,
    pub(super) headlines: Headlines,
    pub(super) next: Next,
    pub(super) declines: Declines,
    pub(super) methods: Methods,
    pub(super) refusals: Refusals,
    pub(super) saga: SagaWords,
    pub(super) staff: StaffWords,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckoutWords {
    pub(super) title: Phrase,
    pub(super) your_order: Phrase,
    pub(super) deliver_to: Phrase,
    pub(super) email: Phrase,
    pub(super) method: Phrase,
    pub(super) no_methods: Phrase,
    pub(super) nothing_to_pay: Phrase,
    pub(super) accept_before: Phrase,
    pub(super) accept_link: Phrase,
    pub(super) accept_after: Phrase,
    pub(super) pay: Phrase,
    pub(super) order_free: Phrase,
    pub(super) holds_until: Phrase,
    pub(super) choose_method: Phrase,
    pub(super) accept_terms: Phrase,
    pub(super) back_to_cart: Phrase,
    pub(super) again_title: Phrase,
    pub(super) again_at: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderWords {
    pub(super) title: Phrase,
    pub(super) placed: Phrase,
    pub(super) status: Phrase,
    pub(super) timeline: Phrase,
    pub(super) refresh: Phrase,
    pub(super) confirm_with_bank: Phrase,
    pub(super) why_declined: Phrase,
    pub(super) tries_left: Phrase,
    pub(super) one_try_left: Phrase,
    pub(super) pay_until: Phrase,
    pub(super) pay_again: Phrase,
    pub(super) pay: Phrase,
    pub(super) pay_with: Phrase,
    pub(super) buy_again: Phrase,
    pub(super) into_cart_again: Phrase,
    pub(super) cancel: Phrase,
    pub(super) cancel_explained: Phrase,
    pub(super) tracking: Phrase,
    pub(super) subtotal: Phrase,
    pub(super) shipping: Phrase,
    pub(super) tax: Phrase,
    pub(super) total: Phrase,
    pub(super) refunded: Phrase,
    pub(super) deliver_to: Phrase,
    pub(super) bill_to: Phrase,
    pub(super) missing: Phrase,
    pub(super) missing_out: Phrase,
    pub(super) missing_fewer: Phrase,
    pub(super) terms: Phrase,
    pub(super) link_kept: Phrase,
    pub(super) forget_title: Phrase,
    pub(super) forget_explained: Phrase,
    pub(super) forget_later: Phrase,
    pub(super) forget_confirm: Phrase,
    pub(super) forget_confirm_first: Phrase,
    pub(super) forget: Phrase,
    pub(super) to_be_forgotten: Phrase,
    pub(super) forgotten: Phrase,
    pub(super) parcel: Phrase,
    pub(super) saga: Phrase,
    pub(super) saga_away: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrdersWords {
    pub(super) title: Phrase,
    pub(super) none: Phrase,
    pub(super) none_advice: Phrase,
    pub(super) guest_advice: Phrase,
    pub(super) forgotten: Phrase,
    pub(super) sign_in: Phrase,
    pub(super) to_shop: Phrase,
    pub(super) placed: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Headlines {
    pub(super) pending: Phrase,
    pub(super) paying: Phrase,
    pub(super) declined: Phrase,
    pub(super) requires_action: Phrase,
    pub(super) confirmed: Phrase,
    pub(super) dispatched: Phrase,
    pub(super) delivered: Phrase,
    pub(super) completed: Phrase,
    pub(super) canceling: Phrase,
    pub(super) rejected: Phrase,
    pub(super) canceled: Phrase,
    pub(super) expired: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Next {
    pub(super) pending: Phrase,
    pub(super) paying: Phrase,
    pub(super) declined: Phrase,
    pub(super) no_try_left: Phrase,
    pub(super) requires_action: Phrase,
    pub(super) confirmed: Phrase,
    pub(super) dispatched: Phrase,
    pub(super) canceling: Phrase,
    pub(super) rejected: Phrase,
    pub(super) by_customer: Phrase,
    pub(super) by_staff: Phrase,
    pub(super) lapsed: Phrase,
    pub(super) not_paid: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declines {
    pub(super) card_declined: Phrase,
    pub(super) insufficient_funds: Phrase,
    pub(super) authentication_failed: Phrase,
    pub(super) unknown_payment_method: Phrase,
    pub(super) earlier_payment_waits: Phrase,
    pub(super) other: Phrase,
}

/// The payment methods of the sandbox.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Methods {
    pub(super) pm_card_visa: Phrase,
    pub(super) pm_card_requires_action: Phrase,
    pub(super) pm_card_declined: Phrase,
    pub(super) pm_card_insufficient_funds: Phrase,
    pub(super) pm_card_slow: Phrase,
    pub(super) pm_card_capture_fails: Phrase,
    pub(super) pm_card_short_hold: Phrase,
}

/// Why something was not done.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refusals {
    pub(super) quote_expired: Phrase,
    pub(super) quote_invalid: Phrase,
    pub(super) quote_foreign: Phrase,
    pub(super) quote_mismatch: Phrase,
    pub(super) too_many_open_orders: Phrase,
    pub(super) too_many_declines: Phrase,
    pub(super) nothing_to_pay: Phrase,
    pub(super) payment_under_way: Phrase,
    pub(super) too_late_to_pay: Phrase,
    pub(super) too_many_payments: Phrase,
    pub(super) already_dispatched: Phrase,
    pub(super) order_ended: Phrase,
    pub(super) method_unknown: Phrase,
    pub(super) bank_waits: Phrase,
    pub(super) page_outdated: Phrase,
    pub(super) account_erased: Phrase,
    pub(super) not_a_guests_order: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SagaWords {
    pub(super) states: Phrase,
    pub(super) sequence: Phrase,
    pub(super) explained: Phrase,
}

::pages::words!(Words);

/// Sentences of the timeline and words of the drawings, by their keys.
type Sentences = HashMap<String, Phrase>;

/// The sentence of a key, in a language.
pub(super) fn timeline_words(locale: Locale, key: &str) -> Option<&'static Phrase> {
    static ENGLISH: LazyLock<Sentences> = LazyLock::new(|| read(include_str!("../../words/timeline.en.json")));
    static GERMAN: LazyLock<Sentences> = LazyLock::new(|| read(include_str!("../../words/timeline.de.json")));
    match locale {
        Locale::En => ENGLISH.get(key),
        Locale::De => GERMAN.get(key),
    }
}

impl Refusals {
    /// The words of a problem, by its name.
    pub(super) fn of(&self, kind: &str) -> Option<&Phrase> {
        Some(match kind {
            "quote_expired" => &self.quote_expired,
            "quote_invalid" => &self.quote_invalid,
            "quote_foreign" => &self.quote_foreign,
            "quote_mismatch" => &self.quote_mismatch,
            "too_many_open_orders" => &self.too_many_open_orders,
            "too_many_declines" => &self.too_many_declines,
            "nothing_to_pay" => &self.nothing_to_pay,
            "payment_under_way" => &self.payment_under_way,
            // A page that was left open asks for another card under the key of the one that was paid with since.
            "idempotency_key_reused" => &self.page_outdated,
            "too_late_to_pay" => &self.too_late_to_pay,
            "too_many_payments" => &self.too_many_payments,
            "already_dispatched" => &self.already_dispatched,
            "order_ended" => &self.order_ended,
            "account_erased" => &self.account_erased,
            "not_a_guests_order" => &self.not_a_guests_order,
            "invalid_field" => &self.method_unknown,
            _ => return None,
        })
    }
}
