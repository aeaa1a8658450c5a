//! The catalog's HTTP API: its routes, and the problem document of each rejection. Refuses decisions: those are the service's.

mod categories;
mod legal_pages;
mod listing;
mod paging;
mod products;
mod quotes;
mod reference;
mod resources;
mod tax_rates;
mod variants;

pub(crate) use categories::UpdateCategory;
pub(crate) use legal_pages::UpdateLegalPage;
pub(crate) use tax_rates::UpdateTaxRate;

use crate::domain::ids::{CategoryId, TaxRateId};
use crate::domain::legal::LegalPageName;
use crate::domain::pricing::PricingError;
use crate::domain::rejection::Rejection;
use crate::service::Catalog;
use chassis::Access::{self, OptionalAuth, Unauthenticated};
use chassis::http::Refusal;
use chassis::{Problem, Route};
use events::Capability;
use events::ids::ProductId;
use events::users::Permission;

/// Bytes of two long texts, most of whose characters have two or three.
const MAX_LEGAL_PAGE_BYTES: usize = 256 * 1024;

/// Access of those who change the catalogue.
const EDIT: Access = Access::Needs(Permission::CatalogWrite);

const DOCUMENT: &str = include_str!("../openapi.json");

/// Of requests that describe a product.
const PRODUCT_REFUSALS: &[Refusal] =
    &[(409, "catalogue_full"), (409, "sku_taken"), (422, "invalid_field"), (422, "unknown_category")];

pub(crate) fn routes() -> Vec<Route<Catalog>> {
    let groups = [of_products(), of_categories_and_tax_rates(), of_legal_pages(), of_quotes(), of_documents()];
    groups.into_iter().flatten().collect()
}

fn of_quotes() -> Vec<Route<Catalog>> {
    vec![
        Route::new("POST", "/v1/quotes", OptionalAuth, 201, "Get a signed quote for lines", quotes::create)
            .named("createQuote")
            .explained(
                "Prices lines for a destination. The quote is signed, expires after 15 minutes and can become \
                 one order, at exactly these prices.",
            )
            .refuses(&[
                (422, "amount_too_large"),
                (422, "currency_unavailable"),
                (422, "destination_unsupported"),
                (422, "invalid_field"),
                (422, "unknown_coupon"),
                (422, "unknown_sku"),
            ]),
    ]
}

fn of_documents() -> Vec<Route<Catalog>> {
    vec![
        Route::responding("GET", "/v1/docs", Unauthenticated, 200, "Read the API reference", reference::read)
            .named("getReference")
            .answering("text/html")
            .explained("A page that shows the documents of all capabilities. It loads nothing from elsewhere.")
            .cached(300),
        Route::openapi(Capability::Catalog, DOCUMENT),
    ]
}

fn of_products() -> Vec<Route<Catalog>> {
    vec![
        Route::new("GET", "/v1/products", Unauthenticated, 200, "Browse and search products", listing::list)
            .named("listProducts")
            .explained(
                "Without a search text, all products on sale; with one, those that have all its words, best \
                 first.",
            ),
        Route::new("POST", "/v1/products", EDIT, 201, "Create a product", products::create)
            .named("createProduct")
            .rechecked()
            .multi_line(&["description"])
            .explained(
                "A product has 1 to 96 variants, each with its own SKU, and a slug that no other product on sale has. A SKU that was \
                 given back keeps its stock: `availability` says at once whether there are units of it.",
            )
            .refuses(PRODUCT_REFUSALS)
            .refuses(&[(409, "slug_taken")]),
        Route::new("GET", "/v1/products/{id}", Unauthenticated, 200, "Get a product by its id or slug", products::read)
            .named("getProduct")
            .explained("With all variants, their prices and whether they can be had.")
            .variable::<String>("id"),
        Route::new("PATCH", "/v1/products/{id}", EDIT, 200, "Update a product", products::update)
            .named("updateProduct")
            .rechecked()
            .multi_line(&["description"])
            .explained(
                "A field that is not sent stays as it is. Variants that are sent replace all of the \
                 product's. As in a new product, `availability` says whether there are units of their SKUs.",
            )
            .conditional_lists()
            .variable::<ProductId>("id")
            .refuses(PRODUCT_REFUSALS)
            .refuses(&[(422, "too_many_changes")]),
        Route::new("DELETE", "/v1/products/{id}", EDIT, 204, "Archive a product", products::archive)
            .named("archiveProduct")
            .rechecked()
            .explained(
                "Takes a product off sale. Quotes that were made stay valid until they expire. Its SKUs are given back, and the stock of \
                 each stays: write it off, or the next product with the SKU has it.",
            )
            .conditional()
            .variable::<ProductId>("id")
            .refuses(&[(422, "too_many_changes")]),
        Route::new("GET", "/v1/variants", Unauthenticated, 200, "Get variants by SKU", variants::read)
            .named("getVariants")
            .explained(
                "Variants of several SKUs at once, as a cart needs them. Those that are not on sale are in \
                 `unknown`.",
            ),
    ]
}

fn of_categories_and_tax_rates() -> Vec<Route<Catalog>> {
    vec![
        Route::new("GET", "/v1/categories", Unauthenticated, 200, "List categories", categories::list)
            .named("listCategories")
            .explained("All categories; `parent` makes them a tree. The facets of `GET /v1/products` count products."),
        Route::new("GET", "/v1/categories/{id}", Unauthenticated, 200, "Get a category", categories::read)
            .named("getCategory")
            .explained("Its name and the category above it.")
            .variable::<CategoryId>("id"),
        Route::new("PUT", "/v1/categories/{id}", EDIT, 200, "Create or replace a category", categories::put)
            .named("replaceCategory")
            .rechecked()
            .explained("The path names the category; its parent must exist.")
            .conditional_lists()
            .variable::<CategoryId>("id")
            .refuses(&[
                (409, "too_many_categories"),
                (422, "category_cycle"),
                (422, "invalid_field"),
                (422, "unknown_category"),
            ]),
        Route::new("GET", "/v1/tax-rates", EDIT, 200, "List tax rates", tax_rates::list)
            .named("listTaxRates")
            .explained("The rate of each tax class in each country."),
        Route::new("GET", "/v1/tax-rates/{id}", EDIT, 200, "Get a tax rate", tax_rates::read)
            .named("getTaxRate")
            .explained("The rate, and what it is for.")
            .variable::<TaxRateId>("id"),
        Route::new("PUT", "/v1/tax-rates/{id}", EDIT, 200, "Create or replace a tax rate", tax_rates::put)
            .named("replaceTaxRate")
            .rechecked()
            .explained("A country has one rate for each tax class. New quotes use it at once.")
            .conditional_lists()
            .variable::<TaxRateId>("id")
            .refuses(&[(409, "tax_rate_exists"), (422, "invalid_field")]),
        Route::audit("/v1/catalog/audit", "listCatalogAudit", Catalog::audit_log),
    ]
}

fn of_legal_pages() -> Vec<Route<Catalog>> {
    let mut put = Route::new("PUT", "/v1/legal-pages/{name}", EDIT, 200, "Create or replace a legal page", legal_pages::put)
        .named("replaceLegalPage")
        .rechecked()
        .multi_line(&["en", "de"])
        .explained(
            "What shoppers read at `/imprint`, `/terms` and `/privacy`. Blank lines part paragraphs, and a line that begins with `# ` is a \
             heading. Other texts need another version: orders say by it what their buyers accepted.",
        )
        .conditional_lists()
        .variable::<LegalPageName>("name")
        .refuses(&[(422, "invalid_field")]);
    put.body_limit = MAX_LEGAL_PAGE_BYTES;
    vec![
        Route::new("GET", "/v1/legal-pages/{name}", Unauthenticated, 200, "Get a legal page", legal_pages::read)
            .named("getLegalPage")
            .explained("Its texts by language, and their version.")
            .variable::<LegalPageName>("name")
            .cached(5),
        put,
    ]
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Invalid(error) => error.into(),
            Rejection::SlugTaken(owner) => {
                Self::new(409, "slug_taken", "Another product has this slug.").with("product_id", owner)
            }
            Rejection::SkuTaken(sku, owner) => {
                Self::new(409, "sku_taken", "Another product has this SKU.").with("sku", sku).with("product_id", owner)
            }
            Rejection::CatalogueFull => {
                Self::new(409, "catalogue_full", "The catalogue cannot hold any more variants.")
            }
            Rejection::TooManyChanges => Self::new(
                422,
                "too_many_changes",
                "One request can add and remove at most 97 SKUs. Split the change into several requests.",
            ),
            Rejection::UnknownCategory(id) => {
                Self::new(422, "unknown_category", "There is no such category.").with("category", id)
            }
            Rejection::CategoryCycle => Self::new(422, "category_cycle", "A category cannot be below itself."),
            Rejection::TooManyCategories => Self::new(409, "too_many_categories", "There are too many categories."),
            Rejection::TaxRateExists(id) => {
                Self::new(409, "tax_rate_exists", "Another rate covers this country and tax class.")
                    .with("tax_rate_id", id)
            }
        }
    }
}

impl From<PricingError> for Problem {
    fn from(error: PricingError) -> Self {
        match error {
            PricingError::Invalid(error) => error.into(),
            PricingError::UnknownCoupon => Self::new(422, "unknown_coupon", "There is no such coupon."),
            PricingError::UnknownSkus(skus) => {
                Self::new(422, "unknown_sku", "Some of these SKUs are not on sale.").with("skus", skus)
            }
            PricingError::CurrencyUnavailable(skus) => {
                Self::new(422, "currency_unavailable", "Some of these SKUs have no price in this currency.")
                    .with("skus", skus)
            }
            PricingError::DestinationUnsupported(country) => {
                Self::new(422, "destination_unsupported", "Some of these SKUs are not sold to this country.")
                    .with("country", country)
            }
            PricingError::TooLarge => Self::new(422, "amount_too_large", "The total is too large."),
        }
    }
}
