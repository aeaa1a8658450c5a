//! The fields of the form that refunds, read as the API reads its body, and the key that was made with the form, so that sending it
//! twice refunds once. Refuses a form that nobody confirmed.

use crate::domain::StaffRefund;
use crate::http::refunds::{CreateRefund, MAX_REASON, reason};
use crate::pages::words::StaffWords;
use crate::service::Payments;
use ::pages::{CardNumbers, Errors, Page, Typed, typed_money};
use events::{Currency, Money};
use serde::Deserialize;

/// Begins the keys of forms, so that none is a key of the API's.
const KEY: &str = "page-";
/// Length of a key's random part.
const KEY_DIGITS: usize = 32;
/// The value of a box that is ticked.
const TICKED: &str = "yes";

/// The fields as they were typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RefundForm {
    /// Names the request.
    pub(super) key: String,
    /// In units of the currency.
    pub(super) amount: String,
    pub(super) reason: String,
    pub(super) exact: String,
    pub(super) confirm: String,
}

impl Typed for RefundForm {
    fn is_typed(field: &str) -> bool {
        matches!(field, "amount" | "reason")
    }
}

impl RefundForm {
    /// A form that nobody has filled in, for this amount.
    pub(super) fn fresh(app: &Payments, amount: String) -> Self {
        let key = fresh_key(app);
        Self { key, amount, exact: TICKED.to_owned(), ..Self::default() }
    }

    pub(super) fn is_exact(&self) -> bool {
        self.exact == TICKED
    }

    /// What was asked for, or what is wrong with the fields.
    pub(super) fn read(
        &self,
        currency: Currency,
        card_numbers: &CardNumbers,
        page: &Page,
        t: &StaffWords,
    ) -> Result<StaffRefund, Errors> {
        let (words, mut errors) = (&t.refund, Errors::default());
        let amount_label = words.amount.with("currency", currency);
        if card_numbers.held_in("amount") {
            errors.add("amount", &amount_label, &page.words.card_number);
        }
        let amount = typed_money(&self.amount, currency).ok().filter(|amount| amount.amount > 0);
        if amount.is_none() {
            let example = page.decimal(example(currency));
            errors.add("amount", amount_label, words.amount_wrong.with("example", example));
        }
        if card_numbers.held_in("reason") {
            errors.add("reason", &words.reason, &page.words.card_number);
        }
        if reason(&self.reason).is_err() {
            errors.add("reason", &words.reason, words.reason_wrong.with("most", MAX_REASON));
        }
        if self.confirm != TICKED {
            errors.add("confirm", &words.confirm, &words.confirm_missing);
        }
        let Some(amount) = amount.filter(|_| errors.is_empty()) else { return Err(errors) };
        let body = CreateRefund { amount, exact: self.is_exact(), reason: self.reason.clone() };
        body.under(self.key.clone()).map_err(|_| errors)
    }
}

/// Nothing but the form has it.
pub(super) fn fresh_key(app: &Payments) -> String {
    format!("{KEY}{:0KEY_DIGITS$x}", u128::from_be_bytes(app.wiring.world.random()))
}

/// Whether a form was given this key.
pub(super) fn is_key(text: &str) -> bool {
    let is_digits = |rest: &str| rest.len() == KEY_DIGITS && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.strip_prefix(KEY).is_some_and(is_digits)
}

/// An amount with as many digits as the currency has: `12.34`, `12` or `12.345`.
fn example(currency: Currency) -> Money {
    let minor = [12, 123, 1_234, 12_345].get(usize::try_from(currency.exponent()).unwrap_or_default()).copied();
    Money::new(minor.unwrap_or(12), currency)
}
