//! The words of the sandbox's bank, and of the pages for staff.

mod staff;

pub(super) use staff::StaffWords;

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
    pub staff: StaffWords,
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

    #[test]
    fn every_reason_has_words_in_every_language() {
        let [english, german] = Locale::ALL.map(|locale| Words::of(locale).staff.reasons.keys().collect::<Vec<_>>());
        assert!(!english.is_empty());
        assert_eq!(english, german);
    }
}
