//! Every part of pages, to look at and to try with any text. Refuses to be part of the program.

use crate::locale::Locale;
use crate::page::Page;
use askama::Template;
use events::{Currency, Money, Timestamp};

#[derive(Template)]
#[template(path = "gallery.html")]
pub(super) struct Gallery {
    page: Page,
    text: String,
    error: String,
    pairs: Vec<(String, String)>,
    triples: Vec<(String, String, String)>,
    names: Vec<String>,
    amount: Money,
    at: Timestamp,
}

impl Gallery {
    /// All parts with one text.
    pub(super) fn of(text: &str) -> Self {
        Self::in_language(Locale::De, text)
    }

    pub(super) fn in_language(locale: Locale, text: &str) -> Self {
        let mut page = Page::sample(locale, text);
        page.description = text.to_owned();
        page.search = text.to_owned();
        let text = || text.to_owned();
        Self {
            page,
            text: text(),
            pairs: vec![(text(), text()), ("city".to_owned(), text())],
            triples: vec![(text(), text(), text()), (text(), text(), String::new())],
            names: vec![text()],
            amount: Money::new(123_450, Currency::EUR),
            at: Timestamp::from_millis(1_796_037_240_000),
            error: text(),
        }
    }
}
