//! The words of staff's pages.

use crate::domain::states::{FulfillmentState, PaymentState, Status};
use ::pages::Phrase;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct StaffWords {
    pub title: Phrase,
    pub find: Phrase,
    pub reset: Phrase,
    pub any: Phrase,
    pub number: Phrase,
    pub email: Phrase,
    pub email_hint: Phrase,
    pub sku: Phrase,
    pub from: Phrase,
    pub to: Phrase,
    pub status: Phrase,
    pub payment: Phrase,
    pub fulfillment: Phrase,
    pub placed: Phrase,
    pub total: Phrase,
    pub of_customer: Phrase,
    pub of_email: Phrase,
    pub last_of_user: Phrase,
    pub all_of_user: Phrase,
    pub none_of_user: Phrase,
    pub none: Phrase,
    pub none_advice: Phrase,
    pub goes_on: Phrase,
    pub unreadable: Phrase,
    /// By their names in the API.
    pub statuses: BTreeMap<String, Phrase>,
    pub payment_states: BTreeMap<String, Phrase>,
    pub fulfillment_states: BTreeMap<String, Phrase>,
    pub pick: Phrase,
    pub slips: Phrase,
    pub order: OrderWords,
    pub notes: NotesWords,
    pub summary: SummaryWords,
    pub sales: SalesWords,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct OrderWords {
    pub customer: Phrase,
    pub guest: Phrase,
    pub forgotten: Phrase,
    pub erased: Phrase,
    pub to_be_erased: Phrase,
    pub waits_for_erasure: Phrase,
    pub other_orders: Phrase,
    pub payment: Phrase,
    pub shipment: Phrase,
    pub as_the_customer_sees_it: Phrase,
    pub diagnosis: Phrase,
    pub waits_for: Phrase,
    pub waits_for_customer: Phrase,
    pub waits_for_staff: Phrase,
    pub settled: Phrase,
    pub resends: Phrase,
    pub dispatch_before: Phrase,
    pub redrive: Phrase,
    pub redrive_explained: Phrase,
    pub redriven: Phrase,
    pub cancel: Phrase,
    pub cancel_explained: Phrase,
    pub confirm: Phrase,
    pub confirm_first: Phrase,
    pub canceled: Phrase,
    pub history: Phrase,
    pub what: Phrase,
    pub who: Phrase,
    pub messages: Phrase,
    pub at: Phrase,
    pub mails: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct NotesWords {
    pub title: Phrase,
    pub explained: Phrase,
    pub at: Phrase,
    pub text: Phrase,
    pub who: Phrase,
    pub add: Phrase,
    pub added: Phrase,
    pub wrong: Phrase,
    pub used: Phrase,
    pub full: Phrase,
    pub erased: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct SummaryWords {
    pub new: Phrase,
    pub stuck: Phrase,
    pub waiting: Phrase,
    pub all: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct SalesWords {
    pub title: Phrase,
    pub intro: Phrase,
    pub refunds: Phrase,
    pub from: Phrase,
    pub to: Phrase,
    pub currency: Phrase,
    pub show: Phrase,
    pub backwards: Phrase,
    pub too_long: Phrase,
    pub incomplete: Phrase,
    pub so_far: Phrase,
    pub none: Phrase,
    pub none_advice: Phrase,
    pub plot: Phrase,
    pub by_day: Phrase,
    pub day: Phrase,
    pub orders: Phrase,
    pub units: Phrase,
    pub net: Phrase,
    pub shipping: Phrase,
    pub tax: Phrase,
    pub gross: Phrase,
    pub sum: Phrase,
    pub by_product: Phrase,
    pub sku: Phrase,
    pub other: Phrase,
    pub csv_days: Phrase,
    pub csv_products: Phrase,
}

impl StaffWords {
    pub(in crate::pages) fn status(&self, status: Status) -> String {
        word(&self.statuses, status)
    }

    pub(in crate::pages) fn payment_state(&self, state: PaymentState) -> String {
        word(&self.payment_states, state)
    }

    pub(in crate::pages) fn fulfillment_state(&self, state: FulfillmentState) -> String {
        word(&self.fulfillment_states, state)
    }
}

/// The word for a state; its name, if there is none.
fn word(words: &BTreeMap<String, Phrase>, state: impl Serialize) -> String {
    let name = serde_json::to_value(state).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
    words.get(&name).map_or(name.clone(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use crate::domain::states::{FulfillmentState, PaymentState, Status};
    use crate::pages::words::Words;
    use ::pages::Locale;
    use serde::de::DeserializeOwned;

    fn are_states<T: DeserializeOwned>(names: Vec<&String>) -> usize {
        names.iter().filter(|name| serde_json::from_value::<T>(name.as_str().into()).is_ok()).count()
    }

    #[test]
    fn every_state_has_a_word_in_every_language_and_no_other_name_has_one() {
        for locale in Locale::ALL {
            let words = &Words::of(locale).staff;
            let statuses: Vec<_> = words.statuses.keys().collect();
            assert_eq!((statuses.len(), are_states::<Status>(statuses)), (8, 8), "{locale}");
            let payment: Vec<_> = words.payment_states.keys().collect();
            assert_eq!((payment.len(), are_states::<PaymentState>(payment)), (9, 9), "{locale}");
            let goods: Vec<_> = words.fulfillment_states.keys().collect();
            assert_eq!((goods.len(), are_states::<FulfillmentState>(goods)), (4, 4), "{locale}");
            assert_ne!(words.status(Status::AwaitingPayment), "awaiting_payment");
        }
    }
}
