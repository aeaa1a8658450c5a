//! The words of the sandbox's bank.

use ::pages::Phrase;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub title: Phrase,
    pub sandbox: Phrase,
    pub question: Phrase,
    pub recipient: Phrase,
    pub amount: Phrase,
    pub confirm: Phrase,
    pub refuse: Phrase,
    pub choose_one: Phrase,
    pub confirmed: Phrase,
    pub refused: Phrase,
    pub not_pending: Phrase,
    pub unknown: Phrase,
    pub back_to_order: Phrase,
}

::pages::words!(Words);

#[cfg(test)]
mod tests {
    use super::Words;
    use ::pages::Locale;

    #[test]
    fn every_language_has_all_words_and_no_other() {
        let titles = Locale::ALL.map(|locale| Words::of(locale).title.to_string());
        assert_ne!(titles[0], titles[1]);
    }
}
