//! `/v1/shipments`.

use crate::domain::shipment::{self, Command, ShipmentRequest, Status, Tracking};
use crate::service::Shipping;
use chassis::http::Listing;
use chassis::{Call, Json, NoBody, Problem};
use events::ids::{OrderId, ShipmentId};
use events::inventory::StockLine;
use events::{Actor, Address, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ShipmentQuery {
    /// The order of the shipments.
    order_id: OrderId,
}

/// The right tracking of goods that left.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateTracking {
    /// The name of the carrier.
    #[schemars(length(min = 1, max = 100))]
    carrier: String,
    /// The carrier's number for the goods.
    #[schemars(length(min = 1, max = 100))]
    tracking_number: String,
}

/// The dispatch of a shipment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateDispatch {
    /// The name of the carrier.
    #[schemars(length(min = 1, max = 100))]
    carrier: String,
    /// The carrier's number for the goods.
    #[schemars(length(min = 1, max = 100))]
    tracking_number: String,
}

/// The goods of an order on their way.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Shipment {
    id: ShipmentId,
    order_id: OrderId,
    status: Status,
    /// The goods; empty if the shipment was canceled before it was created.
    lines: Vec<StockLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ship_to: Option<Address>,
    /// The code of the chosen service.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    weight_grams: u64,
    /// From this time on the shipment cannot be dispatched, since the held money is about to be released.
    #[serde(skip_serializing_if = "Option::is_none")]
    dispatch_before: Option<Timestamp>,
    /// The carrier, once the goods left.
    #[serde(skip_serializing_if = "Option::is_none")]
    carrier: Option<String>,
    /// The carrier's number for the goods.
    #[serde(skip_serializing_if = "Option::is_none")]
    tracking_number: Option<String>,
    /// The statuses so far, oldest first.
    history: Vec<HistoryEntry>,
}

/// A status that a shipment reached.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "ShipmentHistoryEntry")]
struct HistoryEntry {
    status: Status,
    at: Timestamp,
    /// Id of who wanted it: the customer, or a member of staff. Absent for guests, and where nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Actor>,
}

impl From<shipment::Shipment> for Shipment {
    fn from(shipment: shipment::Shipment) -> Self {
        let (carrier, tracking_number) =
            shipment.tracking.map(|Tracking { carrier, tracking_number }| (carrier, tracking_number)).unzip();
        let history = shipment.log.iter();
        let history =
            history.map(|made| HistoryEntry { status: made.to, at: made.at, by: made.actor.clone() }).collect();
        let tombstone = Self {
            id: shipment.id,
            order_id: shipment.id.order(),
            status: shipment.status,
            lines: Vec::new(),
            ship_to: None,
            service: None,
            weight_grams: 0,
            dispatch_before: None,
            carrier,
            tracking_number,
            history,
        };
        match shipment.request {
            None => tombstone,
            Some(ShipmentRequest { lines, ship_to, service, weight_grams, dispatch_before }) => Self {
                lines,
                ship_to: Some(ship_to),
                service: Some(service),
                weight_grams,
                dispatch_before,
                ..tombstone
            },
        }
    }
}

fn tracking(carrier: &str, tracking_number: &str) -> Result<Tracking, Problem> {
    let parsed = |field: &'static str, text: &str| {
        let text = text.trim();
        let fits = (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        fits.then(|| text.to_owned())
            .ok_or_else(|| Problem::invalid(field, format!("{field} must be 1 to 100 printable characters.")))
    };
    let (carrier, tracking_number) = (parsed("carrier", carrier)?, parsed("tracking_number", tracking_number)?);
    Ok(Tracking { carrier, tracking_number })
}

pub(super) async fn list(app: Arc<Shipping>, call: Call<NoBody, ShipmentQuery>) -> Result<Listing<Shipment>, Problem> {
    let found = app.shipment(call.query.order_id.shipment()).await?;
    Ok(Listing::whole(found.into_iter().map(Shipment::from).collect()))
}

pub(super) async fn dispatch(app: Arc<Shipping>, call: Call<Json<CreateDispatch>>) -> Result<Shipment, Problem> {
    let CreateDispatch { carrier, tracking_number } = &call.body.0;
    let command = Command::Dispatch(tracking(carrier, tracking_number)?);
    carry_out(&app, &call, &command).await
}

pub(super) async fn correct_tracking(
    app: Arc<Shipping>,
    call: Call<Json<UpdateTracking>>,
) -> Result<Shipment, Problem> {
    let UpdateTracking { carrier, tracking_number } = &call.body.0;
    let command = Command::CorrectTracking(tracking(carrier, tracking_number)?);
    carry_out(&app, &call, &command).await
}

/// A repeat asks the order once more.
pub(super) async fn request_retraction(app: Arc<Shipping>, call: Call<NoBody>) -> Result<Shipment, Problem> {
    carry_out(&app, &call, &Command::RequestRetraction).await
}

pub(super) async fn deliver(app: Arc<Shipping>, call: Call) -> Result<Shipment, Problem> {
    carry_out(&app, &call, &Command::Deliver).await
}

async fn carry_out<B>(app: &Shipping, call: &Call<B>, command: &Command) -> Result<Shipment, Problem> {
    // The relay sends the events.
    let (shipment, _) = app.command(call.param("id")?, command, &call.context()).await?;
    Ok(shipment.into())
}
