//! The payment methods that can be chosen. Refuses to know what they do: that is the provider's.

use super::words::Methods;
use ::pages::Phrase;

/// A payment method that can be chosen: its token, what it is called, and nothing more to say.
pub(super) type Method = (&'static str, &'static Phrase, &'static str);

/// The sandbox's payment methods. A shop that sells has its provider's.
pub(super) fn methods(is_demo: bool, words: &'static Methods) -> Vec<Method> {
    let all = [
        ("pm_card_visa", &words.pm_card_visa, ""),
        ("pm_card_requires_action", &words.pm_card_requires_action, ""),
        ("pm_card_declined", &words.pm_card_declined, ""),
        ("pm_card_insufficient_funds", &words.pm_card_insufficient_funds, ""),
        ("pm_card_slow", &words.pm_card_slow, ""),
        ("pm_card_capture_fails", &words.pm_card_capture_fails, ""),
        ("pm_card_short_hold", &words.pm_card_short_hold, ""),
    ];
    if is_demo { all.to_vec() } else { Vec::new() }
}
