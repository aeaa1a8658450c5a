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

/// Whether a part of the page says that its owner does not answer, in any language.
const IS_A_PART_AWAY: &str =
    "[...document.querySelectorAll('souk-fragment')].some((part) => part.innerText.includes(part.dataset.away))";

/// Where links lead every visitor who has something in the cart and has ordered.
const EVERYBODY: [&str; 5] = ["/products/", "/categories/", "/cart", "/orders/", "/terms"];

/// A visitor who follows every link once.
struct Walk<'a> {
    browser: &'a Browser,
    ahead: VecDeque<String>,
    known: BTreeSet<String>,
    /// The paths at which the visitor arrived.
    seen: Vec<String>,
    found: Vec<String>,
}

impl Walk<'_> {
    /// Begins at a page. By night links must lead to what everybody has, and to what is this visitor's `own`.
    #[track_caller]
    fn from(first: &str, browser: &Browser, own: &str) {
        let by_night = std::env::var("SOUK_PAGES").is_ok_and(|which| which == "all");
        let (known, seen, found) = (BTreeSet::new(), Vec::new(), Vec::new());
        let mut walk = Walk { browser, ahead: VecDeque::new(), known, seen, found };
        walk.notes(first.to_owned());
        while let Some(path) = walk.ahead.pop_front().filter(|_| by_night || walk.seen.len() < BY_DAY) {
            walk.looks_at(&path);
        }
        let Walk { seen, found, .. } = walk;
        println!("{} pages", seen.len());
        assert!(found.is_empty(), "not everybody can use these:\n{}", found.join("\n"));
        if by_night {
            let is_met = |start: &str| seen.iter().any(|path| path.starts_with(start));
            let missed: Vec<_> = EVERYBODY.into_iter().chain([own]).filter(|start| !is_met(start)).collect();
            assert!(missed.is_empty(), "no link led to {missed:?}, but to {seen:#?}");
        } else {
            assert_eq!(seen.len(), BY_DAY, "{seen:?}");
        }
    }

    fn looks_at(&mut self, path: &str) {
        let browser = self.browser;
        browser.open(path);
        browser.has_its_parts();
        self.seen.push(browser.path());
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
        if browser.value_of(IS_A_PART_AWAY) == true {
            self.found.push(format!("{path}: a part is away"));
        }
    }

    fn tells(&mut self, path: &str, how: &str, found: Vec<Violation>) {
        self.found.extend(found.into_iter().map(|violation| format!("{path}, {how}: {violation}")));
    }

    /// Keeps a link for later, if its like was not met: pages that differ in what was searched for are alike.
    fn notes(&mut self, link: String) {
        // The company's provider is another site, which nobody serves here.
        let elsewhere = ["/v1/", "/assets/", "/fragments/", "/account/sign-in/provider"];
        let is_page = !elsewhere.iter().any(|start| link.starts_with(start));
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
    let order = browser.buys(&NOTEBOOK, 1, CONFIRMED_CARD);
    browser.watches_it_become("Your bank wants you to confirm");
    browser.puts_into_the_cart(&TEA, 2);
    // The bank asks for two minutes only.
    Walk::from(&order.path, &browser, "/payments/");
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
    Walk::from("/", &browser, "/account/addresses/");
}

#[test]
fn searches_for_other_words_are_alike_and_those_with_another_filter_are_not() {
    assert_eq!(kind_of("/search?q=tea&sort=price"), kind_of("/search?sort=name&q=mugs"));
    assert_ne!(kind_of("/search?q=tea&sort=price"), kind_of("/search?q=tea"));
    assert_ne!(kind_of("/products/1"), kind_of("/products/2"));
}
