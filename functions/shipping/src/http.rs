//! The HTTP side of shipping: its routes, and the one place where refusals become problem documents.

pub mod quotes;
pub mod shipments;
pub mod zones;

use crate::Shipping;
use crate::domain::pricing::PricingRejection;
use crate::domain::shipment::Rejection;
use crate::domain::zones::{Fault, ZoneRejection};
use crate::service::quotes::QuoteError;
use crate::service::shipments::ShipmentError;
use crate::service::zones::ZoneError;
use chassis::{Access, Problem, Route};

/// All routes of shipping.
pub fn routes() -> Vec<Route<Shipping>> {
    vec![
        Route::new(
            "POST",
            "/v1/shipping-quotes",
            Access::OptionalAuth,
            200,
            "Offer carriage for a price quote",
            quotes::quote,
        ),
        Route::new("GET", "/v1/shipments", Access::Staff, 200, "Find an order's shipment", shipments::list),
        Route::new("POST", "/v1/shipments/{id}/dispatch", Access::Staff, 200, "Hand goods over", shipments::dispatch),
        Route::new("POST", "/v1/shipments/{id}/delivery", Access::Staff, 200, "Note the arrival", shipments::deliver),
        Route::new("GET", "/v1/shipping-zones", Access::Staff, 200, "List zones with their rates", zones::list),
        Route::new("PUT", "/v1/shipping-zones/{id}", Access::Staff, 200, "Create or replace a zone", zones::put),
        Route::document(
            "/v1/openapi/shipping.json",
            "This capability's OpenAPI document",
            include_str!("../openapi.json"),
        ),
    ]
}

fn fault(fault: &Fault) -> Problem {
    Problem::invalid(&fault.field, format!("{fault}."))
}

fn zone_problem(error: ZoneError) -> Problem {
    match error {
        ZoneError::Rejected(ZoneRejection::CountryTaken { country, zone }) => {
            Problem::new(409, "country_taken", format!("{country} is in zone {zone}; take it out there first."))
                .with("country", country)
                .with("zone", zone)
        }
        ZoneError::Rejected(ZoneRejection::TooMany) => {
            Problem::new(409, "too_many_zones", "There can be 32 zones; put countries into one that exists.")
        }
        ZoneError::Store(error) => error.into(),
    }
}

fn quote_problem(error: QuoteError) -> Problem {
    match error {
        QuoteError::Invalid => Problem::new(422, "quote_invalid", "The quote is not one that this shop made."),
        QuoteError::Expired => Problem::new(422, "quote_expired", "The quote has expired; ask for a new one."),
        QuoteError::Rejected(PricingRejection::DestinationUnsupported(country)) => {
            Problem::new(422, "destination_unsupported", format!("We do not send anything to {country}."))
                .with("country", country)
        }
        QuoteError::Rejected(PricingRejection::CurrencyUnavailable(currency)) => {
            Problem::new(422, "currency_unavailable", format!("Carriage to there has no price in {currency}."))
                .with("currency", currency)
        }
        QuoteError::Rejected(PricingRejection::TooHeavy) => {
            Problem::new(422, "too_heavy", "This is too heavy for any of our rates.")
        }
        QuoteError::Store(error) => error.into(),
        QuoteError::Key(error) => error.into(),
        QuoteError::Signing(error) => {
            tracing::error!(%error, "signing");
            Problem::internal()
        }
    }
}

fn shipment_problem(error: ShipmentError) -> Problem {
    match error {
        ShipmentError::Rejected(Rejection::Unknown) => Problem::not_found(),
        ShipmentError::Rejected(Rejection::Canceled) => {
            Problem::new(409, "shipment_canceled", "The shipment was canceled: keep the goods.")
        }
        ShipmentError::Rejected(Rejection::Overdue) => {
            Problem::new(409, "dispatch_overdue", "The held money is about to be let go: keep the goods.")
        }
        ShipmentError::Rejected(Rejection::AlreadyDispatched) => Problem::new(
            409,
            "already_dispatched",
            "The shipment was dispatched before, with another carrier or tracking number.",
        ),
        ShipmentError::Rejected(Rejection::NotDispatched) => {
            Problem::new(409, "not_dispatched", "The shipment has not been dispatched yet.")
        }
        ShipmentError::Store(error) => error.into(),
    }
}
