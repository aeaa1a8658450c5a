//! `GET /staff/shipping/{id}`: a shipment, its history, and a form for each thing that may be done with it now. Refuses to decide what that
//! is: the domain says so.

use super::trail;
use crate::domain::shipment::{Action, Change, Shipment, Status, Transition, Urgency};
use crate::pages::envelope;
use crate::pages::words::{ShipmentWords, StaffWords, Words};
use crate::service::Shipping;
use ::pages::{AddressFields, Errors, Page, Phrase, Typed, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use events::Timestamp;
use events::ids::UserId;
use events::users::Permission;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ShipmentQuery {
    /// What was done a moment ago.
    done: Option<Done>,
    /// The carrier to begin with.
    carrier: String,
}

/// What the page says was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Done {
    Delivered,
    Corrected,
    Retracting,
}

/// The carrier and its number, as they are typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct TrackingForm {
    pub(super) carrier: String,
    pub(super) tracking_number: String,
}

impl Typed for TrackingForm {
    fn is_typed(field: &str) -> bool {
        ["carrier", "tracking_number"].contains(&field)
    }
}

/// What happened to the shipment.
struct Entry {
    tone: &'static str,
    title: &'static Phrase,
    at: Timestamp,
    /// The tracking from then on.
    tracking: String,
    /// Who wanted it, if it is known.
    by: String,
    /// The same, if it is a user.
    user: Option<UserId>,
}

#[derive(Template)]
#[template(path = "staff_shipment.html")]
pub(super) struct ShipmentPage {
    page: Page,
    pub(super) t: &'static StaffWords,
    trail: Vec<(String, String)>,
    shipment: Shipment,
    status: &'static Phrase,
    tone: &'static str,
    urgency: Urgency,
    address: Vec<String>,
    phone: String,
    history: Vec<Entry>,
    actions: Vec<Action>,
    /// What was done a moment ago.
    success: Option<&'static Phrase>,
    /// Why nothing was done.
    pub(super) refusal: Option<&'static Phrase>,
    pub(super) typed: TrackingForm,
    pub(super) errors: Errors,
}

pub(super) async fn show(app: Arc<Shipping>, call: Call<NoBody, ShipmentQuery>) -> Result<Response, Problem> {
    let mut shown = ShipmentPage::read(&app, &call).await?;
    let words = &shown.t.shipment;
    shown.success = call.query.done.map(|done| match done {
        Done::Delivered => &words.done_delivered,
        Done::Corrected => &words.done_corrected,
        Done::Retracting => &words.done_retracting,
    });
    if shown.shipment.tracking.is_none() {
        shown.typed.carrier.clone_from(&call.query.carrier);
    }
    html(200, &shown)
}

impl ShipmentPage {
    /// The page of the call's shipment as it is now.
    pub(super) async fn read<B, Q>(app: &Shipping, call: &Call<B, Q>) -> Result<Self, Problem> {
        let shipment = app.shipment(call.param("id")?).await?.ok_or_else(Problem::not_found)?;
        let t = &Words::of(Page::locale(app, call)).staff;
        let number = shipment.id.order().number();
        let mut page = Page::new(app, call, t.shipment.title.with("number", number).to_string());
        // A form of the page was sent elsewhere, where nothing can be opened.
        page.path = format!("{}/{}", super::LIST, shipment.id);
        let ship_to = shipment.recipient();
        let address = ship_to.map(|address| envelope::lines(&AddressFields::of(address), &page)).unwrap_or_default();
        let tracking = shipment.tracking.clone();
        let typed = tracking.map(|now| TrackingForm { carrier: now.carrier, tracking_number: now.tracking_number });
        let (status, tone) = status(shipment.status, &t.shipment);
        Ok(Self {
            trail: trail(&page, &t.home, Some(&t.title)),
            status,
            tone,
            urgency: shipment.urgency(call.now),
            address,
            phone: ship_to.and_then(|address| address.phone.clone()).unwrap_or_default(),
            history: shipment.log.iter().map(|made| Entry::of(&shipment, made, &t.shipment)).collect(),
            actions: shipment.actions(&call.context()),
            success: None,
            refusal: None,
            typed: typed.unwrap_or_default(),
            errors: Errors::default(),
            page,
            t,
            shipment,
        })
    }

    /// The way to its packing slip.
    fn slip(&self) -> String {
        self.page.href(&format!("{}/slips?id={}", super::LIST, self.shipment.id))
    }

    fn retraction(&self) -> &'static Phrase {
        retraction(self.shipment.status, &self.t.shipment)
    }
}

impl Entry {
    fn of(shipment: &Shipment, made: &Transition, t: &'static ShipmentWords) -> Self {
        let change = shipment.change(made);
        let (title, tone) = told(change, t);
        // The first dispatch says its number only once another took its place.
        let first = || shipment.dispatched_as.as_ref().or(shipment.tracking.as_ref());
        let names_parcel = matches!(change, Change::Dispatched | Change::TrackingCorrected);
        let tracking = made.tracking.as_ref().or_else(first).filter(|_| names_parcel);
        Self {
            tone,
            title,
            at: made.at,
            tracking: tracking.map(|to| format!("{} {}", to.carrier, to.tracking_number)).unwrap_or_default(),
            by: made.actor.as_ref().map(ToString::to_string).unwrap_or_default(),
            user: made.actor.as_ref().and_then(events::Actor::user),
        }
    }
}

/// What a button that takes the dispatch back says.
pub(super) const fn retraction(status: Status, t: &'static ShipmentWords) -> &'static Phrase {
    if matches!(status, Status::Retracting) { &t.retract_again } else { &t.retract }
}

pub(super) const fn status(status: Status, t: &'static ShipmentWords) -> (&'static Phrase, &'static str) {
    match status {
        Status::Created => (&t.created, "neutral"),
        Status::Dispatched => (&t.dispatched, "good"),
        Status::Retracting => (&t.retracting, "attention"),
        Status::Delivered => (&t.delivered, "good"),
        Status::Canceled => (&t.canceled, "bad"),
    }
}

const fn told(change: Change, t: &'static ShipmentWords) -> (&'static Phrase, &'static str) {
    match change {
        Change::Created => (&t.was_created, "neutral"),
        Change::Dispatched => (&t.was_dispatched, "good"),
        Change::TrackingCorrected => (&t.was_corrected, "neutral"),
        Change::RetractionRequested => (&t.was_retracting, "attention"),
        Change::RetractionRefused => (&t.was_refused, "attention"),
        Change::Retracted => (&t.was_retracted, "neutral"),
        Change::Delivered => (&t.was_delivered, "good"),
        Change::Canceled => (&t.was_canceled, "bad"),
        Change::Erased => (&t.was_erased, "neutral"),
    }
}
