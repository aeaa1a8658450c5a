//! `/staff/shipping/dispatches`: several shipments leave with one carrier, each by the use case that sends one alone. Refuses to send any
//! before all that was typed can be read. What was sent stays sent, and its row says so; what was refused says why, and keeps its number; what
//! had no turn, as the table did not answer, stays in the form.

use super::actions::told;
use super::batch::{self, Batch, BatchFields};
use super::{DISPATCHES, link, slips, trail};
use crate::domain::Rejection;
use crate::domain::shipment::{Command, Shipment, Urgency};
use crate::pages::words::{StaffWords, Words};
use crate::service::{Error, Shipping};
use ::pages::{Errors, Page, Phrase, TypedForm, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use events::Timestamp;
use events::ids::{OrderId, ShipmentId};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct DispatchesQuery {
    /// The carrier to begin with.
    carrier: String,
}

struct Row {
    id: ShipmentId,
    order: OrderId,
    href: String,
    recipient: String,
    place: String,
    units: u64,
    dispatch_before: Option<Timestamp>,
    urgency: Urgency,
    /// The name of the number's field.
    field: String,
    label: Phrase,
    typed: String,
    /// Whether it left a moment ago.
    is_dispatched: bool,
    /// Why it does not leave.
    refusal: Option<&'static Phrase>,
}

#[derive(Template)]
#[template(path = "staff_dispatches.html")]
struct DispatchesPage {
    page: Page,
    t: &'static StaffWords,
    trail: Vec<(String, String)>,
    carrier: String,
    rows: Vec<Row>,
    errors: Errors,
    /// Whether it stopped before all had their turn.
    is_interrupted: bool,
    to_list: String,
}

/// `GET /staff/shipping/dispatches?id=…&id=…`.
pub(super) async fn show(app: Arc<Shipping>, call: Call<NoBody, DispatchesQuery>) -> Result<Response, Problem> {
    let batch = Batch::blank(&call.query.carrier, &slips::chosen(&call.target)?);
    let found = found(&app, &batch).await?;
    let mut shown = DispatchesPage::of(&app, &call, &batch, &found)?;
    let context = call.context();
    for row in &mut shown.rows {
        let shipment = found.iter().find(|shipment| shipment.id == row.id);
        let refusal = shipment.map_or(Some(Rejection::Unknown), |shipment| shipment.dispatch_refusal(&context));
        row.refusal = refusal.map(|refusal| told_in_row(&refusal, shown.t));
    }
    html(200, &shown)
}

/// `POST /staff/shipping/dispatches`. The form again is the same commands again, as repeated requests of the API are.
pub(super) async fn dispatch(app: Arc<Shipping>, call: Call<TypedForm<BatchFields>>) -> Result<Response, Problem> {
    let TypedForm { fields, card_numbers } = &call.body;
    let batch = Batch::of(fields)?;
    let mut shown = DispatchesPage::of(&app, &call, &batch, &found(&app, &batch).await?)?;
    let leaving = match batch.read(card_numbers, shown.page.words, shown.t) {
        Ok(leaving) => leaving,
        Err(errors) => {
            shown.errors = errors;
            return html(422, &shown);
        }
    };
    for (id, tracking) in leaving {
        match app.command(id, &Command::Dispatch(tracking), &call.context()).await {
            Ok(_) => shown.change(id, |row, _| row.is_dispatched = true),
            Err(Error::Rejected(rejection)) => {
                shown.change(id, |row, t| row.refusal = Some(told_in_row(&rejection, t)));
            }
            Err(error) => {
                // What has left is said, and the others stay in the form, to be sent again.
                tracing::error!(%error, shipment = %id, "dispatches were interrupted");
                shown.is_interrupted = true;
                return html(Problem::from(error).status, &shown);
            }
        }
    }
    html(if shown.is_refused() { 409 } else { 200 }, &shown)
}

async fn found(app: &Shipping, batch: &Batch) -> Result<Vec<Shipment>, Problem> {
    let ids: Vec<_> = batch.numbers.iter().map(|(id, _)| *id).collect();
    Ok(app.shipments(&ids).await?)
}

/// A refusal in the reader's words, in a row that does not show what was recorded.
const fn told_in_row(rejection: &Rejection, t: &'static StaffWords) -> &'static Phrase {
    match rejection {
        Rejection::AlreadyDispatched => &t.dispatches.already_dispatched,
        other => told(other, &t.refusals),
    }
}

impl DispatchesPage {
    fn of<B, Q>(app: &Shipping, call: &Call<B, Q>, batch: &Batch, found: &[Shipment]) -> Result<Self, Problem> {
        let t = &Words::of(Page::locale(app, call)).staff;
        let page = Page::new(app, call, t.dispatches.title.to_string());
        let row = |(id, typed): &(ShipmentId, String)| {
            let shipment = found.iter().find(|shipment| shipment.id == *id);
            Row::of(*id, shipment, typed, &page, t, call.now)
        };
        Ok(Self {
            trail: trail(&page, &t.home, Some(&t.title)),
            rows: batch.numbers.iter().map(row).collect::<Result<_, _>>()?,
            to_list: link(&page, "", &[("carrier", batch.carrier.as_str())])?,
            carrier: batch.carrier.clone(),
            errors: Errors::default(),
            is_interrupted: false,
            page,
            t,
        })
    }

    fn change(&mut self, id: ShipmentId, change: impl Fn(&mut Row, &'static StaffWords)) {
        let t = self.t;
        self.rows.iter_mut().filter(|row| row.id == id).for_each(|row| change(row, t));
    }

    /// Where the form is sent to.
    fn action(&self) -> String {
        self.page.href(DISPATCHES)
    }

    /// Whether there is still something to send.
    fn is_open(&self) -> bool {
        self.rows.iter().any(Row::is_open)
    }

    fn is_refused(&self) -> bool {
        self.rows.iter().any(|row| row.refusal.is_some())
    }

    fn dispatched(&self) -> usize {
        self.rows.iter().filter(|row| row.is_dispatched).count()
    }

    /// The field in which a scanner begins to type; empty if the summary of what is wrong has the focus.
    fn focus(&self) -> &str {
        let first = self.rows.iter().find(|row| row.is_open()).map_or("", |row| row.field.as_str());
        match (self.errors.is_empty(), self.carrier.is_empty()) {
            (false, _) => "",
            (true, true) => "carrier",
            (true, false) => first,
        }
    }
}

impl Row {
    fn of(
        id: ShipmentId,
        found: Option<&Shipment>,
        typed: &str,
        page: &Page,
        t: &StaffWords,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let address = found.and_then(Shipment::recipient);
        let place = address.map(|address| format!("{}, {}", address.city, page.country(address.country.as_str())));
        Ok(Self {
            id,
            order: id.order(),
            href: link(page, &format!("/{id}"), &[])?,
            recipient: address.map(|address| address.name.clone()).unwrap_or_default(),
            place: place.unwrap_or_default(),
            units: found.map(Shipment::units).unwrap_or_default(),
            dispatch_before: found.and_then(Shipment::dispatch_before),
            urgency: found.map_or(Urgency::None, |shipment| shipment.urgency(now)),
            field: batch::field(id),
            label: batch::label(id, t),
            typed: typed.to_owned(),
            is_dispatched: false,
            refusal: None,
        })
    }

    /// Whether it may still leave.
    fn is_open(&self) -> bool {
        !self.is_dispatched && self.refusal.is_none()
    }
}
