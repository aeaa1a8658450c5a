//! The catalog's HTTP API: its routes, and the problem document of each rejection. Refuses decisions: those are the service's.

mod categories;
mod listing;
mod paging;
mod products;
mod quotes;
mod reference;
mod resources;
mod tax_rates;
mod variants;

use crate::domain::pricing::PricingError;
use crate::domain::rejection::Rejection;
use crate::service::Catalog;
use chassis::{Access, Problem, Route};
use events::Capability;

const DOCUMENT: &str = include_str!("../openapi.json");

pub(crate) fn routes() -> Vec<Route<Catalog>> {
    use Access::{OptionalAuth, Staff, Unauthenticated};
    vec![
        Route::new("GET", "/v1/products", Unauthenticated, 200, "Browse and search products", listing::list)
            .named("listProducts"),
        Route::new("POST", "/v1/products", Staff, 201, "Create a product", products::create).named("createProduct"),
        Route::new("GET", "/v1/products/{id}", Unauthenticated, 200, "Get a product by its id or slug", products::read)
            .named("getProduct"),
        Route::new("PATCH", "/v1/products/{id}", Staff, 200, "Update a product", products::update)
            .named("updateProduct"),
        Route::new("DELETE", "/v1/products/{id}", Staff, 204, "Archive a product", products::archive)
            .named("archiveProduct"),
        Route::new("GET", "/v1/variants", Unauthenticated, 200, "Get variants by SKU", variants::read)
            .named("getVariants"),
        Route::new("GET", "/v1/categories", Unauthenticated, 200, "List categories", categories::list)
            .named("listCategories"),
        Route::new("PUT", "/v1/categories/{id}", Staff, 200, "Create or replace a category", categories::put)
            .named("replaceCategory"),
        Route::new("GET", "/v1/tax-rates", Staff, 200, "List tax rates", tax_rates::list).named("listTaxRates"),
        Route::new("PUT", "/v1/tax-rates/{id}", Staff, 200, "Create or replace a tax rate", tax_rates::put)
            .named("replaceTaxRate"),
        Route::new("POST", "/v1/quotes", OptionalAuth, 201, "Get a signed quote for lines", quotes::create)
            .named("createQuote"),
        Route::responding("GET", "/v1/docs", Unauthenticated, 200, "Read the API reference", reference::read)
            .named("getReference")
            .cached(300),
        Route::openapi(Capability::Catalog, DOCUMENT),
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
                "One request can add and remove at most 98 SKUs. Split the change into several requests.",
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
