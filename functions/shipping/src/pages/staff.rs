//! What staff pack and send by: the list of what waits, a shipment with what may be done with it, several that leave together, packing slips,
//! the zones, a summary for their start page and a part of an order's page. Refuses a second path for anything: each form is carried out by the API's own use case, and leaves the same audit entry.

mod actions;
mod amounts;
mod batch;
mod comparison;
mod dispatches;
mod faults;
mod list;
mod of_order;
mod shipment;
mod slips;
mod summary;
mod zone;
mod zone_draft;
mod zone_reader;
mod zone_rows;
mod zones;

use crate::service::Shipping;
use ::pages::{Page, Phrase};
use chassis::{Access, Problem, Route};
use events::users::Permission;
use schemars::JsonSchema;
use serde::Deserialize;

/// The list of what waits. Every page of staff is below it.
const LIST: &str = "/staff/shipping";
const DISPATCHES: &str = "/staff/shipping/dispatches";
const ZONES: &str = "/staff/shipping/zones";

/// Access of those who see what is to pack.
const READ: Access = Access::Needs(Permission::ShipmentsRead);
/// Access of those who record what left and arrived.
const WRITE: Access = Access::Needs(Permission::ShipmentsWrite);
/// Access of those who set what shipping costs.
const RATES: Access = Access::Needs(Permission::ShippingWrite);

/// A page's forms act as these operations of the API: the audit log knows them by the same names.
pub(super) fn routes() -> Vec<Route<Shipping>> {
    vec![
        ::pages::get(LIST, READ, list::show),
        Route::fragment("/staff/shipping/summary", READ, summary::show),
        Route::fragment("/staff/shipping/of/{id}", READ, of_order::show),
        ::pages::get("/staff/shipping/slips", READ, slips::show),
        ::pages::get(DISPATCHES, WRITE, dispatches::show),
        ::pages::post(DISPATCHES, WRITE, dispatches::dispatch).named("dispatchShipment").rechecked(),
        ::pages::get(ZONES, RATES, zones::list),
        ::pages::post(ZONES, RATES, zones::create).named("replaceShippingZone").rechecked(),
        ::pages::get("/staff/shipping/zones/{id}", RATES, zone::show),
        ::pages::post("/staff/shipping/zones/{id}", RATES, zone::replace).named("replaceShippingZone").rechecked(),
        ::pages::get("/staff/shipping/{id}", READ, shipment::show),
        ::pages::post("/staff/shipping/{id}/dispatch", WRITE, actions::dispatch).named("dispatchShipment").rechecked(),
        ::pages::post("/staff/shipping/{id}/delivery", WRITE, actions::deliver).named("deliverShipment").rechecked(),
        ::pages::post("/staff/shipping/{id}/tracking", WRITE, actions::correct_tracking)
            .named("correctTracking")
            .rechecked(),
        ::pages::post("/staff/shipping/{id}/retraction", WRITE, actions::request_retraction)
            .named("retractDispatch")
            .rechecked(),
    ]
}

/// The query of a page that says what was just done.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Done {
    done: String,
}

/// A link to the list, or to what is `below` it, with those parameters that have a value.
fn link(page: &Page, below: &str, parameters: &[(&str, &str)]) -> Result<String, Problem> {
    let said: Vec<_> = parameters.iter().filter(|(_, value)| !value.is_empty()).collect();
    let query = serde_urlencoded::to_string(said).map_err(Problem::internal)?;
    let mark = if query.is_empty() { "" } else { "?" };
    Ok(page.href(&format!("{LIST}{below}{mark}{query}")))
}

/// Where a page stands: below the start page of staff, and below the list.
fn trail(page: &Page, home: &Phrase, list: Option<&Phrase>) -> Vec<(String, String)> {
    let list = list.map(|title| (page.href(LIST), title.to_string()));
    [(page.href("/staff"), home.to_string())].into_iter().chain(list).collect()
}
