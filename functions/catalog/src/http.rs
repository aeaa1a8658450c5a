//! The catalog's HTTP API: its routes, and what each refusal looks like from outside. Refuses decisions.

pub mod categories;
pub mod listing;
pub mod products;
pub mod quotes;
pub mod tax_rates;
pub mod variants;
pub mod views;

use crate::domain::pricing::Unpriceable;
use crate::domain::{Fault, Rejection};
use crate::service::{Catalog, Refusal};
use chassis::{Access, Problem, Route};

/// Every route.
pub fn routes() -> Vec<Route<Catalog>> {
    use Access::{OptionalAuth, Staff, Unauthenticated};
    vec![
        Route::new("GET", "/v1/products", Unauthenticated, 200, "Browse and search products", listing::list),
        Route::new("POST", "/v1/products", Staff, 201, "Make a product", products::create),
        Route::new("GET", "/v1/products/{id}", Unauthenticated, 200, "Read a product by id or slug", products::read),
        Route::new("PATCH", "/v1/products/{id}", Staff, 200, "Change a product", products::edit),
        Route::new("DELETE", "/v1/products/{id}", Staff, 204, "Archive a product", products::archive),
        Route::new("GET", "/v1/variants", Unauthenticated, 200, "Read variants by SKU", variants::read),
        Route::new("GET", "/v1/categories", Unauthenticated, 200, "List categories", categories::list),
        Route::new("PUT", "/v1/categories/{id}", Staff, 200, "Put a category", categories::put),
        Route::new("GET", "/v1/tax-rates", Staff, 200, "List tax rates", tax_rates::list),
        Route::new("PUT", "/v1/tax-rates/{id}", Staff, 200, "Put a tax rate", tax_rates::put),
        Route::new(
            "POST",
            "/v1/quotes",
            OptionalAuth,
            201,
            "Have lines priced and the prices promised",
            quotes::create,
        ),
        Route::document("/v1/openapi/catalog.json", "This document", include_str!("../openapi.json")),
    ]
}

/// A fault of a request as clients see it.
pub fn fault(fault: &Fault) -> Problem {
    Problem::invalid(&fault.field, format!("{fault}."))
}

/// A refusal as clients see it.
pub fn problem(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::NotFound => Problem::not_found(),
        Refusal::Rejected(rejection) => rejected(&rejection),
        Refusal::Unpriceable(reason) => unpriceable(&reason),
        Refusal::Store(error) => error.into(),
        Refusal::Key(error) => error.into(),
        Refusal::Unsigned => {
            tracing::error!("the signing key does not sign");
            Problem::internal()
        }
    }
}

fn rejected(rejection: &Rejection) -> Problem {
    match rejection {
        Rejection::Invalid(invalid) => fault(invalid),
        Rejection::SlugTaken(owner) => {
            Problem::new(409, "slug_taken", "Another product has this slug.").with("product_id", owner)
        }
        Rejection::SkuTaken(sku, owner) => {
            Problem::new(409, "sku_taken", "Another product has this SKU.").with("sku", sku).with("product_id", owner)
        }
        Rejection::CatalogueFull => Problem::new(409, "catalogue_full", "The catalogue holds no more variants."),
        Rejection::TooManyChanges => {
            Problem::new(422, "too_many_changes", "At most 98 SKUs can come and go in one change; make it in steps.")
        }
        Rejection::UnknownCategory(id) => {
            Problem::new(422, "unknown_category", "There is no such category.").with("category", id)
        }
        Rejection::CategoryCycle => Problem::new(422, "category_cycle", "A category cannot be below itself."),
        Rejection::TooManyCategories => Problem::new(409, "too_many_categories", "There can be no more categories."),
        Rejection::TaxRateExists(id) => {
            Problem::new(409, "tax_rate_exists", "Another rate covers this country and tax class.")
                .with("tax_rate_id", id)
        }
    }
}

fn unpriceable(reason: &Unpriceable) -> Problem {
    match reason {
        Unpriceable::Invalid(invalid) => fault(invalid),
        Unpriceable::UnknownCoupon => Problem::new(422, "unknown_coupon", "There is no such coupon."),
        Unpriceable::UnknownSkus(skus) => {
            Problem::new(422, "unknown_sku", "Some of this is not on sale.").with("skus", skus)
        }
        Unpriceable::CurrencyUnavailable(skus) => {
            Problem::new(422, "currency_unavailable", "Some of this has no price in that currency.").with("skus", skus)
        }
        Unpriceable::DestinationUnsupported(country) => {
            Problem::new(422, "destination_unsupported", "These goods are not sold to that country.")
                .with("country", country)
        }
        Unpriceable::TooLarge => Problem::new(422, "amount_too_large", "The sum is too large."),
    }
}
