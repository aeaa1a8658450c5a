//! What is wrong with a form, in the reader's language: at its fields, or above it with a link to what is in the way. Refuses what is no
//! fault of a form: that is a page of its own.

use super::words::{Field, RefusalWords, StaffWords};
use super::{Link, PRODUCTS, TAX_RATES, path_of};
use ::pages::{Errors, Page, Phrase};
use chassis::Problem;
use serde_json::Value;

/// What is wrong.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) errors: Errors,
    pub(super) refusal: Option<Refusal>,
}

/// What is of no field, or needs a link.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) text: String,
    pub(super) link: Option<Link>,
}

/// A field of a form, as a problem's pointer names it.
pub(super) struct Place<'a> {
    pub(super) name: String,
    /// The number of the row that it is in, if there are several.
    pub(super) row: Option<String>,
    pub(super) words: &'a Field,
}

impl Faults {
    /// What one field must be.
    pub(super) fn at(place: Place<'_>) -> Self {
        let text = &place.words.fault;
        Self::told(place, text)
    }

    fn told(place: Place<'_>, text: &Phrase) -> Self {
        let label = match &place.row {
            Some(row) => format!("{row}, {}", place.words.label),
            None => place.words.label.to_string(),
        };
        let mut errors = Errors::default();
        errors.add(place.name, label, text);
        Self { errors, refusal: None }
    }

    /// What a form would make is there already.
    pub(super) fn exists(t: &StaffWords, there: String) -> Self {
        Self::above(&t.refusals.exists, Some((there, t.refusals.exists_link.to_string())))
    }

    pub(super) fn above(text: impl ToString, link: Option<Link>) -> Self {
        Self { errors: Errors::default(), refusal: refusal(text, link) }
    }

    /// What a problem of the API says of a form. `place` finds the field that its pointer names.
    ///
    /// # Errors
    /// The problem itself, if nobody can mend it in the form.
    pub(super) fn of_problem<'a>(
        problem: Problem,
        page: &Page,
        t: &'a StaffWords,
        place: impl Fn(&str) -> Option<Place<'a>>,
    ) -> Result<Self, Problem> {
        if !matches!(problem.status, 409 | 422) {
            return Err(problem);
        }
        let member = |name: &str| problem.members.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let found = |pointer: &str, text: &Phrase| match place(pointer) {
            Some(place) => Self::told(place, text),
            None => Self::above(text, None),
        };
        let to_product = || {
            let target = page.href(&path_of(PRODUCTS, member("product_id")));
            Some((target, t.refusals.other_product.to_string()))
        };
        let words = &t.refusals;
        Ok(match problem.kind {
            "invalid_field" => match place(&member("field")) {
                Some(place) => Self::at(place),
                None => Self::above(&words.other, None),
            },
            "card_number_refused" => found(&member("field"), &page.words.card_number),
            "slug_taken" => {
                Self { refusal: refusal(&words.slug_taken, to_product()), ..found("/slug", &words.slug_taken) }
            }
            "sku_taken" => {
                let taken = words.sku_taken.with("sku", member("sku"));
                Self { refusal: refusal(&taken, to_product()), ..found(&member("field"), &taken) }
            }
            "unknown_category" => {
                let at = if place("/parent").is_some() { "/parent" } else { "/category" };
                found(at, &words.unknown_category)
            }
            "category_cycle" => found("/parent", &words.category_cycle),
            "tax_rate_exists" => {
                let other = (page.href(&path_of(TAX_RATES, member("tax_rate_id"))), words.other_tax_rate.to_string());
                Self::above(&words.tax_rate_exists, Some(other))
            }
            kind => Self::above(whole(kind, words), None),
        })
    }
}

fn refusal(text: impl ToString, link: Option<Link>) -> Option<Refusal> {
    Some(Refusal { text: text.to_string(), link })
}

/// What is said of a whole form.
fn whole<'a>(kind: &str, t: &'a RefusalWords) -> &'a Phrase {
    match kind {
        "catalogue_full" => &t.catalogue_full,
        "too_many_changes" => &t.too_many_changes,
        "too_many_categories" => &t.too_many_categories,
        _ => &t.other,
    }
}
