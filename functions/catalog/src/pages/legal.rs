//! `/imprint`, `/terms` and `/privacy`: the shop's own texts. Refuses to invent one that the shop has not published.

use super::words::Words;
use crate::domain::legal::{Block, LegalPageName, blocks};
use crate::service::Catalog;
use ::pages::{Locale, Page, Phrase};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "legal.html")]
struct LegalPage<'a> {
    page: Page,
    t: &'static Words,
    headline: String,
    /// What the shop calls the text; none if there is none.
    version: Option<&'a str>,
    language: Locale,
    blocks: Vec<Block<'a>>,
}

/// What a page is called.
pub(super) const fn title_of(name: LegalPageName, words: &::pages::Words) -> &Phrase {
    match name {
        LegalPageName::Imprint => &words.imprint,
        LegalPageName::Terms => &words.terms,
        LegalPageName::Privacy => &words.privacy,
    }
}

/// The page in the reader's language, else in the other.
pub(super) async fn read(
    app: Arc<Catalog>,
    call: Call<NoBody, NoQuery>,
    name: LegalPageName,
) -> Result<Response, Problem> {
    let (catalogue, _) = app.shown(call.now).await?;
    let mut page = Page::new(&*app, &call, "");
    page.title = title_of(name, page.words).to_string();
    let stored = catalogue.legal_pages.get(&name);
    let text = |language: Locale| stored?.texts.of(language.tag()).map(|text| (language, text));
    let found = text(page.locale).or_else(|| page.other_locales().find_map(text));
    page.is_indexed = found.is_some();
    let (language, text) = found.unwrap_or((page.locale, ""));
    ::pages::cacheable(&LegalPage {
        t: Words::of(page.locale),
        headline: page.title.clone(),
        version: stored.map(|stored| stored.version.as_str()),
        language,
        blocks: blocks(text),
        page,
    })
}
