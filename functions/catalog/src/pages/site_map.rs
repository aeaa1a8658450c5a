//! `/sitemap.xml` and `/robots.txt`: what search engines may list. Refuses what is about a person.

use crate::service::Catalog;
use ::pages::Page;
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use lambda_http::http::header::{CONTENT_TYPE, HeaderValue};
use std::sync::Arc;

/// Where a visitor's own pages are, and parts of pages.
const OWN: [&str; 7] = ["/account", "/cart", "/checkout", "/orders", "/payments", "/fragments", "/staff"];

#[derive(Template)]
#[template(path = "sitemap.xml")]
struct SiteMap {
    /// Addresses, each with the day of its last change if that is known.
    entries: Vec<(String, Option<String>)>,
}

#[derive(Template)]
#[template(path = "robots.txt")]
struct Robots {
    own: Vec<String>,
    sitemap: String,
}

fn of_type(media_type: &'static str, made: Result<Response, Problem>) -> Result<Response, Problem> {
    let mut response = made?;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    Ok(response)
}

/// `GET /sitemap.xml`. A catalogue has 10,000 variants and 1,000 categories at most, and a site map 50,000 addresses.
pub(super) async fn sitemap(app: Arc<Catalog>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let (catalogue, _) = app.shown(call.now).await?;
    let page = Page::new(&*app, &call, "");
    let mut entries = vec![(page.url("/"), None)];
    let categories = catalogue.categories.keys().map(|id| (page.url(&format!("/categories/{id}")), None));
    entries.extend(categories);
    entries.extend(catalogue.products().iter().map(|product| {
        let day = product.updated_at.to_string().chars().take(10).collect();
        (page.url(&format!("/products/{}", product.slug)), Some(day))
    }));
    of_type("application/xml; charset=utf-8", ::pages::cacheable(&SiteMap { entries }))
}

/// `GET /robots.txt`.
pub(super) async fn robots(app: Arc<Catalog>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let page = Page::new(&*app, &call, "");
    let own = OWN.iter().map(|path| page.href(path)).collect();
    let robots = Robots { own, sitemap: page.url("/sitemap.xml") };
    of_type("text/plain; charset=utf-8", ::pages::cacheable(&robots))
}
