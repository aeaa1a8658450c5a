//! `/v1/shipments`.

use crate::Shipping;
use crate::domain::shipment::{Command, Contents, Handover, Input, Shipment, Status};
use crate::http::shipment_problem;
use chassis::http::Listing;
use chassis::{Call, Json, NoBody, Problem};
use events::ids::{OrderId, ShipmentId};
use events::inventory::StockLine;
use events::{Address, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which shipments.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShipmentQuery {
    /// Those of this order.
    pub order_id: OrderId,
}

/// Into whose hands the goods went.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DispatchRequest {
    /// Who carries them.
    #[schemars(length(min = 1, max = 100))]
    pub carrier: String,
    /// The carrier's number for them.
    #[schemars(length(min = 1, max = 100))]
    pub tracking_number: String,
}

/// A shipment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Shipment")]
pub struct ShipmentView {
    /// Its id.
    pub id: ShipmentId,
    /// Its order's.
    pub order_id: OrderId,
    /// Where it is in its life.
    pub status: Status,
    /// What is sent; empty if it was canceled before it was prepared.
    pub lines: Vec<StockLine>,
    /// Where to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ship_to: Option<Address>,
    /// The chosen service's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Weight of all goods in grams.
    pub weight_grams: u64,
    /// From then on it cannot be dispatched any more, as the held money is about to be let go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispatch_before: Option<Timestamp>,
    /// Who carries it, once it left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// The carrier's number for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking_number: Option<String>,
    /// Its steps so far.
    pub history: Vec<Step>,
}

/// A step in a shipment's life.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "ShipmentStep")]
pub struct Step {
    /// Where it led.
    pub status: Status,
    /// When.
    pub at: Timestamp,
}

impl From<Shipment> for ShipmentView {
    fn from(shipment: Shipment) -> Self {
        let (carrier, tracking_number) =
            shipment.handover.map(|Handover { carrier, tracking_number }| (carrier, tracking_number)).unzip();
        let history = shipment.log.iter().map(|step| Step { status: step.to, at: step.at }).collect();
        let view = Self {
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
        match shipment.contents {
            None => view,
            Some(Contents { lines, ship_to, service, weight_grams, dispatch_before }) => {
                Self { lines, ship_to: Some(ship_to), service: Some(service), weight_grams, dispatch_before, ..view }
            }
        }
    }
}

impl DispatchRequest {
    fn parsed(self) -> Result<Handover, Problem> {
        let text = |field: &'static str, text: String| {
            let text = text.trim();
            let fits = (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control);
            fits.then(|| text.to_owned())
                .ok_or_else(|| Problem::invalid(field, format!("{field} must be 1 to 100 printable characters.")))
        };
        Ok(Handover {
            carrier: text("carrier", self.carrier)?,
            tracking_number: text("tracking_number", self.tracking_number)?,
        })
    }
}

pub(super) async fn list(
    app: Arc<Shipping>,
    call: Call<NoBody, ShipmentQuery>,
) -> Result<Listing<ShipmentView>, Problem> {
    let found = app.shipment(call.query.order_id.shipment()).await?;
    Ok(Listing { items: found.into_iter().map(ShipmentView::from).collect(), cursor: None })
}

pub(super) async fn dispatch(app: Arc<Shipping>, call: Call<Json<DispatchRequest>>) -> Result<ShipmentView, Problem> {
    let command = Command::Dispatch(call.body.0.clone().parsed()?);
    advance(&app, &call, &command, "dispatch").await
}

pub(super) async fn deliver(app: Arc<Shipping>, call: Call) -> Result<ShipmentView, Problem> {
    advance(&app, &call, &Command::Deliver, "delivery").await
}

async fn advance<B>(app: &Shipping, call: &Call<B>, command: &Command, name: &str) -> Result<ShipmentView, Problem> {
    let input = Input { id: name, at: call.now, traceparent: Some(call.trace.parent()) };
    let outcome = app.command(call.param("id")?, command, input, |seq| call.cause(seq)).await;
    outcome.map(ShipmentView::from).map_err(shipment_problem)
}
