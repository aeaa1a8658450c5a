//! The HTTP API of shipping: its routes, and the problem document of each rejection. Refuses decisions: those are the service's.

mod quotes;
mod shipments;
mod zones;

pub(crate) use shipments::{MAX_TEXT, list_name, parcel_text};

use crate::domain::zones::{MAX_ZONES, ZoneId};
use crate::domain::{QuoteRejection, Rejection, ZoneRejection};
use crate::service::Shipping;
use chassis::Access::{Needs, OptionalAuth};
use chassis::{Problem, Route};
use events::Capability;
use events::ids::ShipmentId;
use events::users::Permission::{ShipmentsRead, ShipmentsWrite, ShippingWrite};

const DOCUMENT: &str = include_str!("../openapi.json");

pub(crate) fn routes() -> Vec<Route<Shipping>> {
    [of_shipments(), of_corrections(), of_zones()].into_iter().flatten().collect()
}

fn of_zones() -> Vec<Route<Shipping>> {
    vec![
        Route::new(
            "GET",
            "/v1/shipping-zones",
            Needs(ShippingWrite),
            200,
            "List zones with their services and rates",
            zones::list,
        )
        .named("listShippingZones")
        .explained("Every zone with its countries, services and rates."),
        Route::new("GET", "/v1/shipping-zones/{id}", Needs(ShippingWrite), 200, "Get a zone", zones::read)
            .named("getShippingZone")
            .explained("Its countries, services and rates.")
            .variable::<ZoneId>("id"),
        Route::new("PUT", "/v1/shipping-zones/{id}", Needs(ShippingWrite), 200, "Create or replace a zone", zones::put)
            .named("replaceShippingZone")
            .rechecked()
            .explained("A country is in one zone at most. New shipping quotes use the zone at once.")
            .conditional_lists()
            .variable::<ZoneId>("id")
            .refuses(&[(409, "country_taken"), (409, "too_many_zones"), (422, "invalid_field")]),
    ]
}

fn of_shipments() -> Vec<Route<Shipping>> {
    vec![
        Route::new(
            "POST",
            "/v1/shipping-quotes",
            OptionalAuth,
            200,
            "Price shipping for a price quote",
            quotes::create,
        )
        .named("createShippingQuotes")
        .explained(
            "One signed quote for each service that ships these goods there. Each expires with the price \
                 quote that it was made for.",
        )
        .refuses(&[
            (422, "currency_unavailable"),
            (422, "destination_unsupported"),
            (422, "quote_expired"),
            (422, "quote_invalid"),
            (422, "too_heavy"),
        ]),
        Route::new("GET", "/v1/shipments", Needs(ShipmentsRead), 200, "List shipments", shipments::list)
            .named("listShipments")
            .explained(
                "Those of one order, or those that wait, which is what is to pack: what must leave first comes first, and \
                 what may leave at any time comes last. A list of what left would only grow: ask by the order.",
            ),
        Route::new("POST", "/v1/shipments/{id}/dispatch", Needs(ShipmentsWrite), 200, "Record the dispatch", shipments::dispatch)
            .named("dispatchShipment")
            .rechecked()
            .explained(
                "The goods have left: the order can no longer be canceled, and its money is captured. The \
                 same dispatch again changes nothing.",
            )
            .variable::<ShipmentId>("id")
            .refuses(&[
                (409, "already_dispatched"),
                (409, "dispatch_overdue"),
                (409, "retraction_pending"),
                (409, "shipment_canceled"),
                (422, "invalid_field"),
            ]),
        Route::new("POST", "/v1/shipments/{id}/delivery", Needs(ShipmentsWrite), 200, "Record the delivery", shipments::deliver)
            .named("deliverShipment")
            .rechecked()
            .explained("The goods have arrived. The order is completed once its money is captured.")
            .variable::<ShipmentId>("id")
            .refuses(&[(409, "not_dispatched"), (409, "retraction_pending"), (409, "shipment_canceled")]),
        Route::audit("/v1/shipping/audit", "listShippingAudit", Shipping::audit_log),
        Route::openapi(Capability::Shipping, DOCUMENT),
    ]
}

/// Mistakes of staff, made good.
fn of_corrections() -> Vec<Route<Shipping>> {
    vec![
        Route::new(
            "DELETE",
            "/v1/shipments/{id}/dispatch",
            Needs(ShipmentsWrite),
            202,
            "Take a mistaken dispatch back",
            shipments::request_retraction,
        )
        .named("retractDispatch")
        .rechecked()
        .explained(
            "For goods that never left. The shipment is `retracting` until the order has answered: it waits for its \
                 dispatch again if no money was captured and the order is not completed, and else is `dispatched` as before.",
        )
        .variable::<ShipmentId>("id")
        .refuses(&[
            (409, "already_delivered"),
            (409, "not_dispatched"),
            (409, "retraction_refused"),
            (409, "shipment_canceled"),
            (409, "shipment_erased"),
        ]),
        Route::new(
            "PUT",
            "/v1/shipments/{id}/tracking",
            Needs(ShipmentsWrite),
            200,
            "Correct the tracking",
            shipments::correct_tracking,
        )
        .named("correctTracking")
        .rechecked()
        .explained(
            "Until the goods arrive. The order shows the correction, and the customer is told. The same tracking \
                 again changes nothing.",
        )
        .variable::<ShipmentId>("id")
        .refuses(&[
            (409, "already_delivered"),
            (409, "not_dispatched"),
            (409, "retraction_pending"),
            (409, "shipment_canceled"),
            (409, "shipment_erased"),
            (422, "invalid_field"),
        ]),
    ]
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Unknown => Self::not_found(),
            Rejection::Canceled => {
                Self::new(409, "shipment_canceled", "The shipment was canceled. Do not dispatch it.")
            }
            Rejection::Overdue => Self::new(
                409,
                "dispatch_overdue",
                "The payment authorization is about to expire. Do not dispatch the shipment.",
            ),
            Rejection::AlreadyDispatched => Self::new(
                409,
                "already_dispatched",
                "The shipment was dispatched before, with another carrier or tracking number.",
            ),
            Rejection::Delivered => Self::new(409, "already_delivered", "The shipment has arrived."),
            Rejection::Erased => Self::new(
                409,
                "shipment_erased",
                "The personal data of the order was erased. Nobody is there whom this would concern.",
            ),
            Rejection::RetractionPending => Self::new(
                409,
                "retraction_pending",
                "The dispatch is being taken back. Wait until the shipment is created or dispatched again.",
            ),
            Rejection::RetractionRefused => Self::new(
                409,
                "retraction_refused",
                "The dispatch cannot be taken back: the money for the goods was captured, or the order is completed.",
            ),
            Rejection::NotDispatched => Self::new(409, "not_dispatched", "The shipment has not been dispatched yet."),
        }
    }
}

impl From<ZoneRejection> for Problem {
    fn from(rejection: ZoneRejection) -> Self {
        match rejection {
            ZoneRejection::Invalid(error) => error.into(),
            ZoneRejection::CountryTaken { country, zone } => {
                Self::new(409, "country_taken", format!("{country} is in zone {zone}. Remove it there first."))
                    .with("country", country)
                    .with("zone", zone)
            }
            ZoneRejection::TooMany => {
                let detail =
                    format!("There are already {MAX_ZONES} zones, the maximum. Add the countries to an existing zone.");
                Self::new(409, "too_many_zones", detail)
            }
        }
    }
}

impl From<QuoteRejection> for Problem {
    fn from(rejection: QuoteRejection) -> Self {
        match rejection {
            QuoteRejection::Invalid => Self::new(
                422,
                "quote_invalid",
                "The quote is not signed by this shop, or is meant for another purpose.",
            )
            .of_field("quote"),
            QuoteRejection::Expired => Self::new(422, "quote_expired", "The quote has expired. Get a new one."),
            QuoteRejection::DestinationUnsupported(country) => {
                Self::new(422, "destination_unsupported", format!("This shop does not ship to {country}."))
                    .with("country", country)
            }
            QuoteRejection::CurrencyUnavailable(currency) => {
                let detail = format!("There is no shipping rate to this destination in {currency}.");
                Self::new(422, "currency_unavailable", detail).with("currency", currency)
            }
            QuoteRejection::TooHeavy => Self::new(422, "too_heavy", "The goods are too heavy to be shipped."),
        }
    }
}
