//! `/v1/shipments`.

use crate::domain::shipment::{self, Command, ShipmentRequest, Status, Tracking, Worklist};
use crate::service::Shipping;
use chassis::http::Listing;
use chassis::table::is_place;
use chassis::{Call, Json, NoBody, Problem, cursor};
use events::ids::{OrderId, ShipmentId};
use events::inventory::StockLine;
use events::text::{FieldError, line, normalized};
use events::{Actor, Address, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Longest name of a carrier, and longest tracking number.
pub(crate) const MAX_TEXT: usize = 100;

/// Which shipments: those of an order, or those that wait.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListShipments {
    /// The order of the shipments. Send either this or `status`.
    #[serde(default)]
    order_id: Option<OrderId>,
    /// What the shipments wait for. Those that left, arrived or were canceled are in no list.
    #[serde(default)]
    status: Option<Worklist>,
    /// The cursor of the previous page.
    #[serde(default)]
    cursor: Option<String>,
    /// Items in a page, 1 to 100. Default 20.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
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
    /// Whether the shipment forgot its recipient, at the buyer's request. Absent unless it did.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(default)]
    erased: bool,
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
        let is_erased = shipment.is_erased();
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
            erased: is_erased,
            history,
        };
        match shipment.request {
            None => tombstone,
            Some(ShipmentRequest { lines, ship_to, service, weight_grams, dispatch_before }) => Self {
                lines,
                ship_to: (!is_erased).then_some(ship_to),
                service: Some(service),
                weight_grams,
                dispatch_before,
                ..tombstone
            },
        }
    }
}

/// A carrier's name or tracking number, as it is kept.
pub(crate) fn parcel_text(field: &str, typed: &str) -> Result<String, FieldError> {
    line(field, &normalized(typed), MAX_TEXT)
}

fn tracking(carrier: &str, tracking_number: &str) -> Result<Tracking, Problem> {
    let (carrier, number) = (parcel_text("carrier", carrier)?, parcel_text("tracking_number", tracking_number)?);
    Ok(Tracking { carrier, tracking_number: number })
}

/// The name of a list, of which its cursors are.
pub(crate) fn list_name(list: Worklist) -> String {
    format!("shipments {}", list.name())
}

pub(super) async fn list(app: Arc<Shipping>, call: Call<NoBody, ListShipments>) -> Result<Listing<Shipment>, Problem> {
    let ListShipments { order_id, status, cursor, limit } = &call.query;
    match (order_id, status) {
        (Some(order), None) => {
            // An order has one shipment: no cursor is of its list.
            cursor::page("shipments", cursor.as_deref(), *limit, |_| false)?;
            let found = app.shipment(order.shipment()).await?;
            Ok(Listing::whole(found.into_iter().map(Shipment::from).collect()))
        }
        (None, Some(list)) => {
            let name = list_name(*list);
            let (after, limit) = cursor::page(&name, cursor.as_deref(), *limit, is_place)?;
            let page = app.worklist(*list, after.as_deref(), limit).await?;
            Ok(Listing::page(&name, page, Shipment::from))
        }
        (Some(_), Some(_)) => Err(Problem::parameter("status", "must not be sent together with order_id")),
        (None, None) => Err(Problem::parameter("order_id", "must be sent, or status in its place")),
    }
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
