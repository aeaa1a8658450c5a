//! The menu of the staff's pages: the areas of the shop that have one; and the parts of their start page that every
//! capability has. Refuses to know who may open which: routes say that.

use crate::page::Page;
use crate::words::{Phrase, StaffWords};
use events::{Capability, routes};

/// Where the menu begins.
const START: &str = "/staff";

/// An area of the shop that staff work in.
#[derive(Debug, Clone)]
pub struct StaffArea {
    /// The link to its first page.
    pub href: String,
    /// Its name.
    pub name: &'static Phrase,
    /// The address of the part that says what waits there; empty if there is none.
    pub summary: String,
    /// For `aria-current`: `page` on its first page, `true` on those below, and else empty.
    pub current: &'static str,
}

/// A part of the start page, and what it is about.
#[derive(Debug, Clone)]
pub struct StaffPart {
    /// What it is about.
    pub name: &'static Phrase,
    /// Its address.
    pub src: String,
}

impl Page {
    /// The parts that say how many messages each capability gave up.
    pub fn dead_letter_parts(&self) -> Vec<StaffPart> {
        let words = &self.words.staff;
        let name = |of: Capability| match of {
            Capability::Users => &words.users,
            Capability::Catalog => &words.catalog,
            Capability::Inventory => &words.stock,
            Capability::Carts => &words.carts,
            Capability::Orders => &words.orders,
            Capability::Payments => &words.payments,
            Capability::Shipping => &words.packing,
            Capability::Notifications => &words.emails,
        };
        let part = |of| StaffPart { name: name(of), src: self.href(&format!("/staff/{of}/dead-letters")) };
        Capability::ALL.into_iter().map(part).collect()
    }

    /// The areas that the shop has pages for, the start page first.
    pub fn staff_areas(&self) -> Vec<StaffArea> {
        let words = &self.words.staff;
        let there: Vec<_> = areas(words).into_iter().filter(|(path, _)| has(path)).collect();
        let is_around = |path: &str| {
            let below = self.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            below && (path != START || self.path == START)
        };
        let nearest = there.iter().map(|(path, _)| *path).filter(|path| is_around(path)).max_by_key(|path| path.len());
        let area = |(path, name): (&str, &'static Phrase)| {
            let summary = format!("{path}/summary");
            let is_here = self.path == path;
            let current = if nearest != Some(path) {
                ""
            } else if is_here {
                "page"
            } else {
                "true"
            };
            StaffArea {
                href: self.href(path),
                name,
                summary: if has(&summary) { self.href(&summary) } else { String::new() },
                current,
            }
        };
        there.into_iter().map(area).collect()
    }
}

fn areas(words: &'static StaffWords) -> [(&'static str, &'static Phrase); 8] {
    [
        (START, &words.start),
        ("/staff/orders", &words.orders),
        ("/staff/shipping", &words.packing),
        ("/staff/catalog", &words.catalog),
        ("/staff/inventory", &words.stock),
        ("/staff/payments", &words.payments),
        ("/staff/payments/ledger", &words.ledger),
        ("/staff/users", &words.users),
    ]
}

/// Whether the shop has a page or a part of one with this path.
fn has(path: &str) -> bool {
    routes::PAGES.iter().any(|route| route.method == "GET" && route.path == path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;

    fn marked(path: &str) -> Vec<(String, &'static str)> {
        let mut page = Page::sample(Locale::En, "Staff");
        path.clone_into(&mut page.path);
        let areas = page.staff_areas().into_iter().filter(|area| !area.current.is_empty());
        areas.map(|area| (area.name.to_string(), area.current)).collect()
    }

    #[test]
    fn the_menu_links_what_is_there_and_nothing_else() {
        let page = Page::sample(Locale::En, "Staff");
        for area in page.staff_areas() {
            let path = area.href.strip_prefix("/stage").unwrap().to_owned();
            assert!(has(&path), "{path}");
            assert!(area.summary.is_empty() || area.summary == format!("{}/summary", area.href));
        }
        assert!(page.staff_areas().iter().any(|area| area.href == "/stage/staff/users"));
    }

    #[test]
    fn every_capability_has_a_part_that_says_how_many_messages_it_gave_up() {
        let parts = Page::sample(Locale::De, "Staff").dead_letter_parts();
        let names: std::collections::BTreeSet<_> = parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!((parts.len(), names.len()), (8, 8), "{parts:?}");
        for part in parts {
            assert!(has(part.src.strip_prefix("/stage").unwrap()), "{}", part.src);
        }
    }

    #[test]
    fn the_menu_says_where_its_reader_is() {
        assert_eq!(marked("/staff"), [("Overview".to_owned(), "page")]);
        assert_eq!(marked("/staff/users"), [("Users".to_owned(), "page")]);
        assert_eq!(marked("/staff/users/user_1"), [("Users".to_owned(), "true")]);
        assert_eq!(marked("/staff/usersx"), []);
        assert_eq!(marked("/account"), []);
    }
}
