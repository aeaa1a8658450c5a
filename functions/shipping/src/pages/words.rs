//! The words of shipping's pages. Refuses names of services: the shop writes those.

mod staff;
mod zones;

pub(super) use staff::{RefusalWords, ShipmentWords, StaffWords};
pub(super) use zones::{FieldWords, ZoneWords};

use ::pages::Phrase;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub title: Phrase,
    pub choose: Phrase,
    /// Has `{total}` and `{tax}`.
    pub with_tax: Phrase,
    pub free: Phrase,
    pub same_day: Phrase,
    pub one_day: Phrase,
    /// Has `{days}`.
    pub days: Phrase,
    /// Has `{min}` and `{max}`.
    pub days_between: Phrase,
    pub to_payment: Phrase,
    pub destination: Phrase,
    pub goods: Phrase,
    pub back_to_cart: Phrase,
    pub expired_title: Phrase,
    pub expired: Phrase,
    pub unreadable_title: Phrase,
    pub unreadable: Phrase,
    pub nowhere_title: Phrase,
    /// Has `{country}`.
    pub nowhere: Phrase,
    /// Has `{currency}`.
    pub no_price: Phrase,
    pub too_heavy: Phrase,
    pub change_address: Phrase,
    pub demo: DemoWords,
    pub staff: StaffWords,
}

/// The words of the sandbox's warehouse and carrier.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoWords {
    pub title: Phrase,
    pub explained: Phrase,
    pub dispatch: Phrase,
    pub deliver: Phrase,
    pub not_yet: Phrase,
    pub ended: Phrase,
    pub refresh: Phrase,
    pub to_order: Phrase,
}

::pages::words!(Words);

#[cfg(test)]
mod tests {
    use super::Words;
    use ::pages::Locale;

    #[test]
    fn every_language_has_all_words_and_the_places_for_values() {
        for locale in Locale::ALL {
            let words = Words::of(locale);
            for (phrase, place) in [
                (&words.with_tax, "{total}"),
                (&words.with_tax, "{tax}"),
                (&words.days, "{days}"),
                (&words.days_between, "{min}"),
                (&words.days_between, "{max}"),
                (&words.nowhere, "{country}"),
                (&words.no_price, "{currency}"),
                (&words.staff.list.pick, "{number}"),
                (&words.staff.list.dispatched, "{number}"),
                (&words.staff.shipment.title, "{number}"),
                (&words.staff.shipment.grams, "{count}"),
                (&words.staff.shipment.too_long, "{most}"),
                (&words.staff.slips.slip, "{number}"),
                (&words.staff.slips.left_out, "{numbers}"),
                (&words.staff.dispatches.number_of, "{number}"),
                (&words.staff.dispatches.done, "{count}"),
                (&words.staff.dispatches.typed, "{number}"),
                (&words.staff.zones.service, "{number}"),
                (&words.staff.zones.new_service, "{number}"),
                (&words.staff.zones.taken, "{country}"),
                (&words.staff.zones.taken, "{zone}"),
                (&words.staff.zones.unknown_country, "{country}"),
                (&words.staff.zones.rate, "{base}"),
                (&words.staff.zones.rate, "{per_kg}"),
                (&words.staff.zones.free, "{rate}"),
                (&words.staff.zones.free, "{from}"),
                (&words.staff.zones.days, "{min}"),
                (&words.staff.zones.days, "{max}"),
            ] {
                assert!(phrase.to_string().contains(place), "{locale}: {phrase}");
            }
        }
    }
}
