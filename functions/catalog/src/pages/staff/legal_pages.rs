//! The pages that the law has the shop publish: which are there, in which version and languages. Refuses changes: each has its own form.

use super::words::StaffWords;
use super::{LEGAL_PAGES, Link, SETTINGS, path_of, trail};
use crate::domain::LegalPageName;
use crate::pages::legal::title_of;
use crate::pages::words::Words;
use crate::service::Catalog;
use ::pages::{Locale, Page, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use std::sync::Arc;

/// A page of the list.
struct Listed {
    href: String,
    title: String,
    /// `None` of one that the shop has not published.
    version: Option<String>,
    languages: String,
    preview: String,
}

#[derive(Template)]
#[template(path = "staff_legal_pages.html")]
struct LegalPagesPage {
    page: Page,
    t: &'static StaffWords,
    trail: Vec<Link>,
    legal_pages: Vec<Listed>,
}

/// `GET /staff/catalog/legal-pages`.
pub(super) async fn list(app: Arc<Catalog>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let (catalogue, _) = app.shown(call.now).await?;
    let t = &Words::of(Page::locale(&*app, &call)).staff;
    let page = Page::new(&*app, &call, t.legal_pages.title.to_string());
    let listed = LegalPageName::ALL.into_iter().map(|name| {
        let stored = catalogue.legal_pages.get(&name);
        let text = |locale: Locale| stored.and_then(|stored| stored.texts.of(locale.tag()));
        let languages = Locale::ALL.into_iter().filter(|locale| text(*locale).is_some());
        Listed {
            href: page.href(&path_of(LEGAL_PAGES, name)),
            title: title_of(name, page.words).to_string(),
            version: stored.map(|stored| stored.version.clone()),
            languages: languages.map(Locale::name).collect::<Vec<_>>().join(", "),
            preview: page.href(&format!("/{name}")),
        }
    });
    html(
        200,
        &LegalPagesPage {
            legal_pages: listed.collect(),
            t,
            trail: trail(&page, t, &[(SETTINGS, &t.settings.title)]),
            page,
        },
    )
}
