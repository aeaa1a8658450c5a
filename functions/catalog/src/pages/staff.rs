//! What staff run the catalogue with: its products, categories, tax rates and legal pages, each with a form, the shop's settings, and the
//! start page's part. Refuses rules of its own: each form is a request of the API, read by the API's reader and carried out by its use case.

mod archive;
mod categories;
mod category;
mod comparison;
mod draft;
mod faults;
mod form;
mod legal_page;
mod legal_pages;
mod list;
mod places;
pub(super) mod price;
mod product;
mod save;
mod setting;
mod settings;
mod summary;
mod tax_rate;
mod tax_rates;
mod tree;
pub(super) mod words;

use crate::service::Catalog;
use ::pages::{Page, get, post};
use categories::CategoryDraft;
use chassis::http::{Response, redirect};
use chassis::{Access, Route};
use events::users::Permission;
use legal_page::LegalPageDraft;
use schemars::JsonSchema;
use serde::Deserialize;
use tax_rates::TaxRateDraft;
use words::StaffWords;

/// Who changes a part of the catalogue sees it.
const EDIT: Access = Access::Needs(Permission::CatalogWrite);

const PRODUCTS: &str = "/staff/catalog";
const CATEGORIES: &str = "/staff/catalog/categories";
const TAX_RATES: &str = "/staff/catalog/tax-rates";
const LEGAL_PAGES: &str = "/staff/catalog/legal-pages";
const SETTINGS: &str = "/staff/catalog/settings";

/// Bytes of a form of many variants, in which every letter may take nine.
const MAX_PRODUCT_BYTES: usize = 256 * 1024;

/// Bytes of two long texts, in which every letter may take nine.
const MAX_LEGAL_PAGE_BYTES: usize = 576 * 1024;

/// A form acts as an operation of the API: the audit log knows it by the same name.
pub(super) fn routes() -> Vec<Route<Catalog>> {
    vec![
        get(PRODUCTS, EDIT, list::list),
        Route::fragment("/staff/catalog/summary", EDIT, summary::part),
        get("/staff/catalog/products/new", EDIT, product::blank),
        of_product(post("/staff/catalog/products/new", EDIT, save::create).named("createProduct")),
        get("/staff/catalog/products/{id}", EDIT, product::page),
        of_product(post("/staff/catalog/products/{id}", EDIT, save::update).named("updateProduct")),
        post("/staff/catalog/products/{id}/archiving", EDIT, archive::archive).named("archiveProduct").rechecked(),
        get(CATEGORIES, EDIT, categories::list),
        post(CATEGORIES, EDIT, categories::create).named("replaceCategory").rechecked(),
        get("/staff/catalog/categories/{id}", EDIT, setting::page::<CategoryDraft>),
        post("/staff/catalog/categories/{id}", EDIT, setting::replace::<CategoryDraft>)
            .named("replaceCategory")
            .rechecked(),
        get(TAX_RATES, EDIT, tax_rates::list),
        post(TAX_RATES, EDIT, tax_rates::create).named("replaceTaxRate").rechecked(),
        get("/staff/catalog/tax-rates/{id}", EDIT, setting::page::<TaxRateDraft>),
        post("/staff/catalog/tax-rates/{id}", EDIT, setting::replace::<TaxRateDraft>)
            .named("replaceTaxRate")
            .rechecked(),
        get(LEGAL_PAGES, EDIT, legal_pages::list),
        get("/staff/catalog/legal-pages/{name}", EDIT, setting::page::<LegalPageDraft>),
        of_legal_page(post("/staff/catalog/legal-pages/{name}", EDIT, setting::replace::<LegalPageDraft>)),
        get(SETTINGS, EDIT, settings::list),
    ]
}

fn of_product(route: Route<Catalog>) -> Route<Catalog> {
    let mut route = route.rechecked().multi_line(&["description"]);
    route.body_limit = MAX_PRODUCT_BYTES;
    route
}

fn of_legal_page(route: Route<Catalog>) -> Route<Catalog> {
    let mut route = route.named("replaceLegalPage").rechecked().multi_line(&["en", "de"]);
    route.body_limit = MAX_LEGAL_PAGE_BYTES;
    route
}

/// The query of a page that says what was just done.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Done {
    done: String,
}

/// A link with its text.
type Link = (String, String);

/// The path of what has this name.
fn path_of(list: &str, id: impl std::fmt::Display) -> String {
    match list {
        PRODUCTS => format!("{PRODUCTS}/products/{id}"),
        other => format!("{other}/{id}"),
    }
}

/// Where a page stands: below the start page of staff, and below lists.
fn trail(page: &Page, t: &StaffWords, lists: &[(&str, &::pages::Phrase)]) -> Vec<Link> {
    let lists = lists.iter().map(|(path, title)| (page.href(path), title.to_string()));
    [(page.href("/staff"), t.home.to_string())].into_iter().chain(lists).collect()
}

/// Off to a page that says what was done.
fn done(page: &Page, path: &str, what: &str) -> Response {
    redirect(303, &page.href(&format!("{path}?done={what}")))
}
