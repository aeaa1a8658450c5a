//! The words of the cart's pages. Refuses plurals: a number stands beside its word.

use ::pages::Phrase;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub title: Phrase,
    pub empty: Phrase,
    pub empty_advice: Phrase,
    pub to_the_shop: Phrase,
    pub contents: Phrase,
    pub change: Phrase,
    /// Has `{units}`.
    pub units: Phrase,
    /// Has `{sku}`.
    pub quantity_of: Phrase,
    pub quantity: Phrase,
    pub update: Phrase,
    pub remove: Phrase,
    /// Has `{limit}`.
    pub limit: Phrase,
    pub to_checkout: Phrase,
    pub go_on: Phrase,
    pub prices_follow: Phrase,
    pub not_added: Phrase,
    pub add: Phrase,
    pub refused: Phrase,
    /// Has `{min}` and `{max}`.
    pub invalid_quantity: Phrase,
    pub unknown_sku: Phrase,
    pub unknown_lines: Phrase,
    /// Has `{units}`.
    pub added: Phrase,
    /// Has `{limit}`.
    pub too_many_lines: Phrase,
    /// Has `{limit}`.
    pub too_many_units: Phrase,
    /// Has `{limit}`.
    pub too_many_of_one: Phrase,
    pub reminder_offer: Phrase,
    pub remind: Phrase,
    pub reminder_on: Phrase,
    pub remind_no_more: Phrase,
    pub reminder_title: Phrase,
    pub left_title: Phrase,
    pub left: Phrase,
    pub left_show: Phrase,
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
                (&words.units, "{units}"),
                (&words.quantity_of, "{sku}"),
                (&words.added, "{units}"),
                (&words.limit, "{limit}"),
                (&words.invalid_quantity, "{min}"),
                (&words.invalid_quantity, "{max}"),
                (&words.too_many_lines, "{limit}"),
                (&words.too_many_units, "{limit}"),
                (&words.too_many_of_one, "{limit}"),
            ] {
                assert!(phrase.to_string().contains(place), "{locale}: {phrase}");
            }
        }
    }
}
