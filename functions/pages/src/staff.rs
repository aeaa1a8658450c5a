//! The menu of the staff's pages: the areas of the shop that have one; and the parts of their start page that every
//! capability has. Refuses to decide who may open which: routes say that, and
//! a test compares.

use crate::page::Page;
use crate::words::{Phrase, StaffWords};
use events::users::Permission;
use events::{Capability, routes};

/// Where the menu begins.
const START: &str = "/staff";

/// The areas of the menu, each with the permission that its first page needs; none is for all staff.
pub const AREAS: [(&str, Option<Permission>); 12] = [
    (START, None),
    ("/staff/orders", Some(Permission::OrdersRead)),
    ("/staff/orders/sales", Some(Permission::OrdersRead)),
    ("/staff/shipping", Some(Permission::ShipmentsRead)),
    ("/staff/shipping/zones", Some(Permission::ShippingWrite)),
    ("/staff/catalog", Some(Permission::CatalogWrite)),
    ("/staff/inventory", Some(Permission::StockRead)),
    ("/staff/payments", Some(Permission::PaymentsRead)),
    ("/staff/payments/ledger", Some(Permission::LedgerRead)),
    ("/staff/users", Some(Permission::UsersRead)),
    ("/staff/notifications", Some(Permission::NotificationsRead)),
    ("/staff/catalog/settings", Some(Permission::CatalogWrite)),
];

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

    /// Whether the visitor may do this.
    pub const fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// Whether the visitor may open this area.
    fn opens(&self, area: &str) -> bool {
        AREAS.iter().any(|(path, needs)| *path == area && needs.is_none_or(|permission| self.may(permission)))
    }

    /// The areas that the shop has pages for and that the visitor may open, the start page first.
    pub fn staff_areas(&self) -> Vec<StaffArea> {
        let words = &self.words.staff;
        let there: Vec<_> = areas(words).into_iter().filter(|(path, _)| has(path) && self.opens(path)).collect();
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

fn areas(words: &'static StaffWords) -> [(&'static str, &'static Phrase); 12] {
    [
        (START, &words.start),
        ("/staff/orders", &words.orders),
        ("/staff/orders/sales", &words.sales),
        ("/staff/shipping", &words.packing),
        ("/staff/shipping/zones", &words.zones),
        ("/staff/catalog", &words.catalog),
        ("/staff/inventory", &words.stock),
        ("/staff/payments", &words.payments),
        ("/staff/payments/ledger", &words.ledger),
        ("/staff/users", &words.users),
        ("/staff/notifications", &words.emails),
        ("/staff/catalog/settings", &words.settings),
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
    fn the_menu_shows_what_its_reader_may_open() {
        let mut page = Page::sample(Locale::En, "Staff");
        page.permissions = [Permission::StockRead, Permission::StockWrite].into_iter().collect();
        let shown: Vec<_> = page.staff_areas().into_iter().map(|area| area.href).collect();
        assert_eq!(shown, ["/stage/staff", "/stage/staff/inventory"]);
        let known: Vec<_> = areas(&page.words.staff).into_iter().map(|(path, _)| path).collect();
        assert_eq!(known, AREAS.map(|(path, _)| path));
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
        assert_eq!(marked("/staff/catalog/settings"), [("Settings".to_owned(), "page")]);
        assert_eq!(marked("/staff/catalog/categories"), [("Products".to_owned(), "true")]);
        assert_eq!(marked("/account"), []);
    }
}
