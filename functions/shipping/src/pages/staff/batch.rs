//! What staff type to send several shipments at once: one carrier, and a tracking number for each. Refuses half of it: nothing leaves before
//! every row has its number, or is left out on purpose.

use super::actions::why;
use super::list::PER_PAGE;
use crate::domain::shipment::Tracking;
use crate::http::parcel_text;
use crate::pages::words::StaffWords;
use ::pages::{CardNumbers, Errors, Phrase, Typed, unreadable_form};
use chassis::Problem;
use events::ids::ShipmentId;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The field of a shipment's number begins like this, and ends with the shipment's id.
const NUMBER: &str = "tracking_number.";

/// Fields in the order of the form.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct BatchFields(Vec<(String, String)>);

impl Typed for BatchFields {
    fn is_typed(field: &str) -> bool {
        field == "carrier" || field.starts_with(NUMBER)
    }
}

#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) carrier: String,
    /// Shipments with their numbers, in the order of the form.
    pub(super) numbers: Vec<(ShipmentId, String)>,
    /// Whether shipments without a number stay.
    is_partial: bool,
}

impl Batch {
    /// A form that nobody has filled in yet.
    pub(super) fn blank(carrier: &str, chosen: &[ShipmentId]) -> Self {
        let mut seen = BTreeSet::new();
        let distinct = chosen.iter().filter(|id| seen.insert(**id));
        let numbers = distinct.map(|id| (*id, String::new())).collect();
        Self { carrier: carrier.to_owned(), numbers, is_partial: false }
    }

    /// The form as it was sent.
    ///
    /// # Errors
    /// 400 if it has another shape than the page has, or more rows.
    pub(super) fn of(BatchFields(fields): &BatchFields) -> Result<Self, Problem> {
        let mut batch = Self::default();
        for (name, value) in fields {
            match (name.strip_prefix(NUMBER), name.as_str()) {
                (Some(id), _) => batch.numbers.push((id.parse().map_err(|_| unreadable_form())?, value.clone())),
                (None, "carrier") => batch.carrier.clone_from(value),
                (None, "partial") => batch.is_partial = !value.is_empty(),
                _ => {}
            }
        }
        let distinct: BTreeSet<_> = batch.numbers.iter().map(|(id, _)| *id).collect();
        let is_whole = distinct.len() == batch.numbers.len() && distinct.len() <= PER_PAGE as usize;
        if is_whole { Ok(batch) } else { Err(unreadable_form()) }
    }

    /// What leaves and how, or what is wrong with each field. Two rows with one number are a label that was scanned twice.
    pub(super) fn read(
        &self,
        emptied: &CardNumbers,
        shared: &::pages::Words,
        t: &StaffWords,
    ) -> Result<Vec<(ShipmentId, Tracking)>, Errors> {
        let mut errors = Errors::default();
        let mut text = |field: &str, label: &Phrase, typed: &str| {
            let parsed = parcel_text(field, typed).ok();
            if emptied.held_in(field) {
                errors.add(field.to_owned(), label, &shared.card_number);
            } else if parsed.is_none() {
                errors.add(field.to_owned(), label, why(typed, t));
            }
            parsed.unwrap_or_default()
        };
        let carrier = text("carrier", &t.shipment.carrier, &self.carrier);
        let mut leaving = Vec::new();
        for (id, typed) in self.numbers.iter().filter(|row| self.leaves(row, emptied)) {
            leaving.push((*id, text(&field(*id), &label(*id, t), typed)));
        }
        let mut seen = BTreeSet::new();
        for (id, number) in &leaving {
            if !number.is_empty() && !seen.insert(number) {
                errors.add(field(*id), label(*id, t), &t.dispatches.twice);
            }
        }
        let with_carrier = |(id, tracking_number)| (id, Tracking { carrier: carrier.clone(), tracking_number });
        if errors.is_empty() { Ok(leaving.into_iter().map(with_carrier).collect()) } else { Err(errors) }
    }

    /// Whether a row is to leave. If none has a number, none was left out on purpose.
    fn leaves(&self, (id, typed): &(ShipmentId, String), emptied: &CardNumbers) -> bool {
        let is_partial = self.is_partial && self.numbers.iter().any(|(_, typed)| !typed.is_empty());
        !is_partial || !typed.is_empty() || emptied.held_in(&field(*id))
    }
}

/// The name of the field of a shipment's number.
pub(super) fn field(id: ShipmentId) -> String {
    format!("{NUMBER}{id}")
}

/// What that field is called.
pub(super) fn label(id: ShipmentId, t: &StaffWords) -> Phrase {
    t.dispatches.number_of.with("number", id.order().number())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::words::Words;
    use ::pages::Locale;
    use events::ids::OrderId;

    const FIRST: ShipmentId = OrderId::from_bits(1).shipment();
    const SECOND: ShipmentId = OrderId::from_bits(2).shipment();

    fn sent(first: &str, second: &str, further: &[(&str, &str)]) -> Result<Batch, Problem> {
        let rows = [(field(FIRST), first.to_owned()), (field(SECOND), second.to_owned())];
        let further = further.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Batch::of(&BatchFields(
            [("carrier".to_owned(), "dhl".to_owned())].into_iter().chain(rows).chain(further).collect(),
        ))
    }

    /// The numbers that leave, or the fields with a fault.
    fn read(batch: &Batch) -> Result<Vec<String>, Vec<String>> {
        let (shared, t) = (::pages::Words::of(Locale::En), &Words::of(Locale::En).staff);
        let leaving = batch.read(&CardNumbers::default(), shared, t);
        let numbers =
            leaving.map(|leaving| leaving.into_iter().map(|(_, tracking)| tracking.tracking_number).collect());
        numbers.map_err(|errors| errors.list().iter().map(|(name, ..)| name.to_string()).collect())
    }

    #[test]
    fn a_row_without_a_number_is_a_fault_unless_it_was_left_out_on_purpose() {
        assert_eq!(read(&sent("1", "2", &[]).unwrap()), Ok(vec!["1".to_owned(), "2".to_owned()]));
        assert_eq!(read(&sent("1", "", &[]).unwrap()), Err(vec![field(SECOND)]));
        let partial = [("partial", "yes")];
        assert_eq!(read(&sent("1", "", &partial).unwrap()), Ok(vec!["1".to_owned()]));
        assert_eq!(read(&sent("", "", &partial).unwrap()), Err(vec![field(FIRST), field(SECOND)]));
    }

    #[test]
    fn a_number_that_was_scanned_twice_is_a_fault_of_the_second_row() {
        assert_eq!(read(&sent("1", " 1 ", &[]).unwrap()), Err(vec![field(SECOND)]));
    }

    #[test]
    fn a_form_that_no_page_has_is_refused() {
        assert!(sent("1", "2", &[(&field(FIRST), "3")]).is_err(), "a shipment has one row");
        assert!(sent("1", "2", &[("tracking_number.shp_1", "3")]).is_err());
        let ids = |count: u128| (0..count).map(|bits| OrderId::from_bits(bits).shipment());
        let rows = |count| BatchFields(ids(count).map(|id| (field(id), "1".to_owned())).collect());
        assert!(Batch::of(&rows(50)).is_ok() && Batch::of(&rows(51)).is_err());
    }

    #[test]
    fn a_shipment_that_was_chosen_twice_has_one_row() {
        let batch = Batch::blank("dhl", &[SECOND, FIRST, SECOND]);
        assert_eq!(batch.numbers.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [SECOND, FIRST]);
    }
}
