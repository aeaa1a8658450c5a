//! The catalog's pages: browsing, the first steps to an order, what a shop must publish, and what staff run the catalogue with. Refuses to know a visitor where a cache may
//! keep the page.

mod browsing;
mod checkout;
mod currencies;
mod legal;
mod lines;
mod listed;
mod order;
mod product;
mod search;
mod shop;
mod site_map;
mod staff;
mod words;

use crate::domain::legal::LegalPageName;
use crate::service::Catalog;
use ::pages::{assets, dead_letters, get, post};
use chassis::Access::{OptionalAuth, Unauthenticated};
use chassis::Route;

pub(crate) fn routes() -> Vec<Route<Catalog>> {
    let mut routes = vec![
        get("/", Unauthenticated, browsing::home),
        get("/categories/{id}", Unauthenticated, browsing::category),
        get("/products/{id}", Unauthenticated, product::read),
        get("/search", Unauthenticated, search::read),
        get("/checkout", Unauthenticated, checkout::back_to_cart),
        post("/checkout", OptionalAuth, checkout::ask_for_address),
        get("/checkout/order", Unauthenticated, checkout::back_to_cart),
        post("/checkout/order", OptionalAuth, order::price),
        get("/imprint", Unauthenticated, |app, call| legal::read(app, call, LegalPageName::Imprint)),
        get("/terms", Unauthenticated, |app, call| legal::read(app, call, LegalPageName::Terms)),
        get("/privacy", Unauthenticated, |app, call| legal::read(app, call, LegalPageName::Privacy)),
        Route::page("GET", "/sitemap.xml", Unauthenticated, site_map::sitemap),
        Route::page("GET", "/robots.txt", Unauthenticated, site_map::robots),
        Route::fragment("/fragments/lines", Unauthenticated, lines::fragment),
        dead_letters("/staff/catalog/dead-letters"),
        assets("/assets/catalog/{file}"),
    ];
    routes.extend(staff::routes());
    routes
}
