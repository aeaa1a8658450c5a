//! The tree of categories as it is shown and chosen from. Refuses changes.

use super::Link;
use crate::domain::CategoryId;
use crate::domain::catalogue::Catalogue;
use crate::domain::category::lineage;
use ::pages::Phrase;

/// Between the names of a category and of those above it.
pub(super) const BELOW: &str = " › ";

/// Value and text of each category after an empty choice, each with those above it.
pub(super) fn choices(catalogue: &Catalogue, empty: &Phrase) -> Vec<Link> {
    let named = catalogue.categories.keys().map(|id| {
        let names: Vec<_> = lineage(&catalogue.categories, id).iter().rev().map(|above| above.name.as_str()).collect();
        (id.to_string(), names.join(BELOW))
    });
    let mut options: Vec<_> = named.collect();
    options.sort_by_cached_key(|(_, names)| events::text::fold(names));
    options.insert(0, (String::new(), empty.to_string()));
    options
}

/// The name of a category, or what was typed for one.
pub(super) fn name_of(catalogue: &Catalogue, id: &str) -> String {
    let category = id.parse().ok().and_then(|id: CategoryId| catalogue.categories.get(&id));
    category.map_or_else(|| id.to_owned(), |category| category.name.clone())
}
