//! The sandbox's warehouse and carrier: in a shop to try out, whoever knows a shipment sends and delivers it, as no staff is there. Refuses
//! every shop that sells: there the goods move, and staff say so.

use super::words::Words;
use crate::domain::Rejection;
use crate::domain::shipment::{Command, Shipment, Status, Tracking};
use crate::service::{Error, Shipping};
use ::pages::{Form, Page};
use askama::Template;
use chassis::http::{Response, base_path, redirect};
use chassis::{Call, NoBody, NoQuery, Problem, Service};
use events::Timestamp;
use events::ids::ShipmentId;
use serde::Deserialize;
use std::sync::Arc;

/// A carrier that nobody takes for a real one.
const CARRIER: &str = "souk-demo";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Play {
    /// `dispatch` or `deliver`.
    act: String,
}

/// What can be played next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Dispatch,
    Deliver,
}

/// The part of the order's page.
#[derive(Template)]
#[template(path = "demo.html")]
struct DemoPart {
    page: Page,
    t: &'static Words,
    id: ShipmentId,
    act: Option<Act>,
    /// Whether there is more to come.
    is_live: bool,
}

/// The same on a page of its own, for browsers that run no script.
#[derive(Template)]
#[template(path = "demo_page.html")]
struct DemoPage {
    page: Page,
    t: &'static Words,
    id: ShipmentId,
    act: Option<Act>,
    is_live: bool,
}

/// `GET /fragments/shipments/{id}`.
pub(super) async fn show(app: Arc<Shipping>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let (id, act, is_live) = next(&app, &call).await?;
    let page = Page::new(&*app, &call, "");
    ::pages::fragment(&DemoPart { t: Words::of(page.locale), page, id, act, is_live })
}

/// `GET /shipments/{id}/demo`.
pub(super) async fn page(app: Arc<Shipping>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let (id, act, is_live) = next(&app, &call).await?;
    let t = Words::of(Page::locale(&*app, &call));
    let page = Page::new(&*app, &call, t.demo.title.to_string());
    ::pages::html(200, &DemoPage { page, t, id, act, is_live })
}

/// The shipment, what can be played next, and whether there is more to come.
async fn next(app: &Shipping, call: &Call<NoBody, NoQuery>) -> Result<(ShipmentId, Option<Act>, bool), Problem> {
    let id = known_to_the_demo(app, call)?;
    let shipment = app.shipment(id).await?;
    let act = shipment.as_ref().and_then(|shipment| Act::of(shipment, call.now));
    let has_ended = |shipment: &Shipment| matches!(shipment.status, Status::Delivered | Status::Canceled);
    Ok((id, act, !shipment.as_ref().is_some_and(has_ended)))
}

/// `POST /shipments/{id}/demo`. It is no operation of staff, so the audit log has nothing of it; the shipment says who wanted it.
pub(super) async fn play(app: Arc<Shipping>, call: Call<Form<Play>>) -> Result<Response, Problem> {
    let id = known_to_the_demo(&app, &call)?;
    let command = match call.body.0.act.as_str() {
        "dispatch" => Command::Dispatch(tracking(id)),
        "deliver" => Command::Deliver,
        _ => return Err(Problem::invalid("act", "act must be dispatch or deliver.")),
    };
    // The relay sends the events.
    match app.command(id, &command, &call.context()).await {
        Err(Error::Rejected(Rejection::Unknown)) => Err(Problem::not_found()),
        // Whoever comes too late sees on the order how it stands.
        Ok(_) | Err(Error::Rejected(_)) => {
            let base = base_path(app.wiring.tokens.issuer());
            Ok(redirect(303, &format!("{base}/orders/{}", id.order())))
        }
        Err(error) => Err(error.into()),
    }
}

/// The shipment's id, where there is a warehouse to play.
fn known_to_the_demo<B, Q>(app: &Shipping, call: &Call<B, Q>) -> Result<ShipmentId, Problem> {
    if app.wiring().site.is_demo { call.param("id") } else { Err(Problem::not_found()) }
}

/// The same each time, so that a second click is the same dispatch.
fn tracking(id: ShipmentId) -> Tracking {
    Tracking { carrier: CARRIER.to_owned(), tracking_number: id.order().number().to_string() }
}

impl Act {
    fn of(shipment: &Shipment, now: Timestamp) -> Option<Self> {
        match shipment.status {
            Status::Created if shipment.is_overdue(now) => None,
            Status::Created => Some(Self::Dispatch),
            Status::Dispatched => Some(Self::Deliver),
            Status::Retracting | Status::Delivered | Status::Canceled => None,
        }
    }
}
