//! Every page that links lead to, looked at by axe-core in the light, in the dark and on a phone. `SOUK_PAGES=all` says so, at night; by
//! day it is the first few, as each kind of page has its place in `accessible.rs`.

use crate::browser::{Browser, Violation};
use crate::shopping::{CONFIRMED_CARD, NOTEBOOK, PAYING_CARD, TEA};
use std::collections::{BTreeSet, VecDeque};

/// How many pages each visitor sees by day.
const BY_DAY: usize = 2;

/// Where links of the page lead to within the shop.
const LINKS: &str = "[...document.links].filter((link) => link.origin === location.origin)
  .map((link) => link.pathname + link.search)";

/// A visitor who follows every link once.
struct Walk<'a> {
    browser: &'a Browser,
    ahead: VecDeque<String>,
    known: BTreeSet<String>,
    found: Vec<String>,
}

impl Walk<'_> {
    #[track_caller]
    fn of(browser: &Browser) {
        let by_night = std::env::var("SOUK_PAGES").is_ok_and(|which| which == "all");
        let mut walk = Walk { browser, ahead: VecDeque::new(), known: BTreeSet::new(), found: Vec::new() };
        walk.notes("/".to_owned());
        let mut seen = 0;
        while let Some(path) = walk.ahead.pop_front().filter(|_| by_night || seen < BY_DAY) {
            walk.looks_at(&path);
            seen += 1;
        }
        println!("{seen} pages");
        let found = &walk.found;
        assert!(found.is_empty(), "not everybody can use these:\n{}", found.join("\n"));
    }

    fn looks_at(&mut self, path: &str) {
        let browser = self.browser;
        browser.open(path);
        browser.has_its_parts();
        let links = browser.value_of(LINKS);
        links
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|link| link.as_str())
            .for_each(|link| self.notes(link.to_owned()));
        self.tells(path, "in the light", browser.axe());
        browser.in_the_dark();
        self.tells(path, "in the dark", browser.axe_about_colors());
        browser.in_the_light();
        browser.on_a_phone();
        self.tells(path, "on a phone", browser.axe());
        browser.on_a_desk();
    }

    fn tells(&mut self, path: &str, how: &str, found: Vec<Violation>) {
        self.found.extend(found.into_iter().map(|violation| format!("{path}, {how}: {violation}")));
    }

    /// Keeps a link for later, if its like was not met: pages that differ in what was searched for are alike.
    fn notes(&mut self, link: String) {
        let is_page = !["/v1/", "/assets/", "/fragments/"].iter().any(|start| link.starts_with(start));
        if is_page && !link.contains("lang=") && self.known.insert(kind_of(&link)) {
            self.ahead.push_back(link);
        }
    }
}

/// The path, and what its query asks about.
fn kind_of(link: &str) -> String {
    let (path, query) = link.split_once('?').unwrap_or((link, ""));
    let asked: BTreeSet<_> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{path}?{}", asked.into_iter().collect::<Vec<_>>().join("&"))
}

#[test]
fn a_guest_can_use_every_page_that_links_lead_to() {
    let browser = Browser::at_the_shop();
    browser.buys(&NOTEBOOK, 1, CONFIRMED_CARD);
    browser.watches_it_become("Your bank wants you to confirm");
    browser.puts_into_the_cart(&TEA, 2);
    Walk::of(&browser);
}

#[test]
fn a_german_customer_can_use_every_page_that_links_lead_to() {
    let browser = Browser::at_the_shop();
    browser.signs_up();
    browser.follow("Your addresses");
    browser.saves_an_address();
    browser.puts_into_the_cart(&NOTEBOOK, 1);
    browser.buys_the_cart(None, PAYING_CARD);
    browser.is_at_an_order();
    browser.puts_into_the_cart(&TEA, 2);
    browser.follow("Deutsch");
    browser.sees("Warenkorb");
    Walk::of(&browser);
}

#[test]
fn searches_for_other_words_are_alike_and_those_with_another_filter_are_not() {
    assert_eq!(kind_of("/search?q=tea&sort=price"), kind_of("/search?sort=name&q=mugs"));
    assert_ne!(kind_of("/search?q=tea&sort=price"), kind_of("/search?q=tea"));
    assert_ne!(kind_of("/products/1"), kind_of("/products/2"));
}
