//! A postal address as it stands on a parcel. Refuses the telephone number: that is for the carrier's form.

use ::pages::{AddressFields, Page};

/// The address line by line. The country has its name in the reader's language.
pub(super) fn lines(address: &AddressFields, page: &Page) -> Vec<String> {
    let AddressFields { name, company, line1, line2, postal_code, city, region, country, .. } = address;
    let place = [postal_code, city].map(String::as_str).join(" ");
    let lines = [name, company, line1, line2, &place, region, &page.country(country)];
    lines.into_iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}
