//! Payment methods of the sandbox, by which customers pay. Refuses others: the shop knows none.

use crate::sim::dice::Dice;
use crate::sim::journey::Journey;

/// Payment methods, repeated by how often they are used.
pub(super) const METHODS: [&str; 12] = [
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_declined",
    "pm_card_insufficient_funds",
    "pm_card_requires_action",
    "pm_card_requires_action",
    "pm_card_slow",
    "pm_card_capture_fails",
];

/// What somebody pays by who goes a way that is given, or by chance.
pub(super) fn method(journey: Option<Journey>, dice: &Dice) -> &'static str {
    match journey {
        None => dice.pick::<&'static str>(&METHODS),
        Some(Journey::PaidAtTheSecondTry | Journey::Abandoned) => "pm_card_declined",
        Some(Journey::Challenged) => "pm_card_requires_action",
        Some(_) => "pm_card_visa",
    }
}
