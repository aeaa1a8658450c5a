//! Categories: the tree in which shoppers find products. Refuses deletion: products point at categories.

use super::ids::CategoryId;
use super::rejection::Rejection;
use events::text::{self, FieldError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Categories in the tree, at most. All of them are held in memory and fit into one answer.
pub const MAX_CATEGORIES: usize = 1_000;

/// A category as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub id: CategoryId,
    pub name: String,
    /// The category above it; absent at the top of the tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<CategoryId>,
    /// Number of changes so far, from 1; 0 for one that was last changed before they were counted.
    #[serde(default)]
    pub seq: u64,
}

impl Category {
    /// A category as staff described it.
    ///
    /// # Errors
    /// If the name is empty or longer than 100 characters.
    pub fn parse(id: CategoryId, name: &str, parent: Option<CategoryId>) -> Result<Self, FieldError> {
        Ok(Self { id, name: text::line("name", name, 100)?, parent, seq: 1 })
    }

    /// The category to write in place of the stored one; `None` if that is the same already.
    pub fn replacing(&self, stored: Option<&Self>) -> Option<Self> {
        let next = Self { seq: stored.map_or(1, |category| category.seq + 1), ..self.clone() };
        let same = stored.is_some_and(|category| Self { seq: next.seq, ..category.clone() } == next);
        (!same).then_some(next)
    }

    /// Whether this category in place of the stored one would leave the place that it has below another. A client that does not know
    /// of the parent sends none.
    pub fn drops_parent(&self, stored: Option<&Self>) -> bool {
        self.parent.is_none() && stored.is_some_and(|category| category.parent.is_some())
    }

    /// The category in the words of the audit log.
    pub fn audit_words(&self) -> String {
        let parent = self.parent.as_ref().map(|parent| format!(" below {parent}")).unwrap_or_default();
        format!("{}{parent}", self.name)
    }
}

/// A category and those above it, nearest first. It ends where a category comes a second time: in an earlier version,
/// two writes at once could make a circle.
pub fn lineage<'a>(categories: &'a BTreeMap<CategoryId, Category>, id: &CategoryId) -> Vec<&'a Category> {
    let mut above: Vec<&Category> = Vec::new();
    let mut next = categories.get(id);
    while let Some(category) = next.filter(|category| !above.iter().any(|seen| seen.id == category.id)) {
        above.push(category);
        next = category.parent.as_ref().and_then(|parent| categories.get(parent));
    }
    above
}

/// Checks that a category may be put into the tree.
///
/// # Errors
/// If its parent is unknown, it would be its own ancestor, or there would be too many categories.
pub fn admit(categories: &BTreeMap<CategoryId, Category>, category: &Category) -> Result<(), Rejection> {
    if !categories.contains_key(&category.id) && categories.len() >= MAX_CATEGORIES {
        return Err(Rejection::TooManyCategories);
    }
    let Some(parent) = &category.parent else {
        return Ok(());
    };
    if *parent == category.id || lineage(categories, parent).iter().any(|above| above.id == category.id) {
        return Err(Rejection::CategoryCycle);
    }
    if categories.contains_key(parent) { Ok(()) } else { Err(Rejection::UnknownCategory(parent.clone())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(edges: &[(&str, Option<&str>)]) -> BTreeMap<CategoryId, Category> {
        edges.iter().map(|&(id, parent)| (id.parse().unwrap(), category(id, parent))).collect()
    }

    fn category(id: &str, parent: Option<&str>) -> Category {
        Category::parse(id.parse().unwrap(), id, parent.map(|parent| parent.parse().unwrap())).unwrap()
    }

    #[test]
    fn a_category_goes_below_one_that_exists() {
        let there = tree(&[("pantry", None)]);
        assert_eq!(admit(&there, &category("tea", Some("pantry"))), Ok(()));
        let unknown = admit(&there, &category("tea", Some("attic")));
        assert_eq!(unknown, Err(Rejection::UnknownCategory("attic".parse().unwrap())));
    }

    #[test]
    fn no_category_is_its_own_ancestor() {
        let there = tree(&[("a", None), ("b", Some("a")), ("c", Some("b"))]);
        assert_eq!(admit(&there, &category("a", Some("c"))), Err(Rejection::CategoryCycle));
        assert_eq!(admit(&there, &category("a", Some("a"))), Err(Rejection::CategoryCycle));
        assert_eq!(admit(&there, &category("new", Some("new"))), Err(Rejection::CategoryCycle));
    }

    #[test]
    fn a_circle_that_slipped_in_does_not_hang_the_walk() {
        let there = tree(&[("a", Some("b")), ("b", Some("a"))]);
        let walked: Vec<_> = lineage(&there, &"a".parse().unwrap()).iter().map(|c| c.name.clone()).collect();
        assert_eq!(walked, ["a", "b"]);
    }

    #[test]
    fn a_full_tree_takes_changes_but_nothing_new() {
        let ids: Vec<_> = (0..MAX_CATEGORIES).map(|n| format!("c{n}")).collect();
        let there = tree(&ids.iter().map(|id| (id.as_str(), None)).collect::<Vec<_>>());
        assert_eq!(admit(&there, &category("new", None)), Err(Rejection::TooManyCategories));
        assert_eq!(admit(&there, &category("c7", Some("c8"))), Ok(()));
    }
}
