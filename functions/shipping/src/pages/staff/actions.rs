//! What staff do with a shipment by the forms of its page. Refuses in words, at the field or above the form, and shows the shipment as it is
//! by then: a colleague may have been faster. A second click is the same command, as a repeated request of the API is.

use super::link;
use super::shipment::{ShipmentPage, TrackingForm};
use crate::domain::Rejection;
use crate::domain::shipment::{Command, Shipment, Tracking};
use crate::http::{MAX_TEXT, parcel_text};
use crate::pages::words::{RefusalWords, StaffWords, Words};
use crate::service::{Error, Shipping};
use ::pages::{CardNumbers, Errors, Form, Page, Phrase, TypedForm, html};
use chassis::http::{Response, redirect};
use chassis::{Call, NoBody, Problem};
use serde::Deserialize;
use std::sync::Arc;

/// A form whose box must be ticked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Confirmation {
    /// Empty if it is not.
    confirmed: String,
}

/// Where a page goes once the command is carried out.
#[derive(Debug, Clone, Copy)]
enum Then {
    /// To the list, which names the order and keeps the carrier.
    List,
    /// To the shipment, which says that this was done.
    Shipment(&'static str),
}

/// `POST /staff/shipping/{id}/dispatch`.
pub(super) async fn dispatch(app: Arc<Shipping>, call: Call<TypedForm<TrackingForm>>) -> Result<Response, Problem> {
    track(&app, &call, Command::Dispatch, Then::List).await
}

/// `POST /staff/shipping/{id}/tracking`.
pub(super) async fn correct_tracking(
    app: Arc<Shipping>,
    call: Call<TypedForm<TrackingForm>>,
) -> Result<Response, Problem> {
    track(&app, &call, Command::CorrectTracking, Then::Shipment("corrected")).await
}

/// `POST /staff/shipping/{id}/delivery`.
pub(super) async fn deliver(app: Arc<Shipping>, call: Call<NoBody>) -> Result<Response, Problem> {
    carry_out(&app, &call, &Command::Deliver, Then::Shipment("delivered"), None).await
}

/// `POST /staff/shipping/{id}/retraction`. A repeat asks the order once more.
pub(super) async fn request_retraction(
    app: Arc<Shipping>,
    call: Call<Form<Confirmation>>,
) -> Result<Response, Problem> {
    if call.body.0.confirmed.is_empty() {
        let mut shown = ShipmentPage::read(&app, &call).await?;
        let words = &shown.t.shipment;
        shown.errors.add("confirmed", &words.retract_confirm, &words.retract_unconfirmed);
        return html(422, &shown);
    }
    carry_out(&app, &call, &Command::RequestRetraction, Then::Shipment("retracting"), None).await
}

async fn track(
    app: &Shipping,
    call: &Call<TypedForm<TrackingForm>>,
    command: fn(Tracking) -> Command,
    then: Then,
) -> Result<Response, Problem> {
    let TypedForm { fields, card_numbers } = &call.body;
    let locale = Page::locale(app, call);
    match read(fields, card_numbers, ::pages::Words::of(locale), &Words::of(locale).staff) {
        Ok(tracking) => carry_out(app, call, &command(tracking), then, Some(fields)).await,
        Err(errors) => {
            let mut shown = ShipmentPage::read(app, call).await?;
            shown.typed = fields.clone();
            shown.errors = errors;
            html(422, &shown)
        }
    }
}

/// The tracking as the API reads it, or what is wrong with each field.
fn read(
    typed: &TrackingForm,
    emptied: &CardNumbers,
    shared: &::pages::Words,
    t: &StaffWords,
) -> Result<Tracking, Errors> {
    let words = &t.shipment;
    let mut errors = Errors::default();
    let mut text = |field: &'static str, label: &Phrase, typed: &str| {
        let parsed = parcel_text(field, typed).ok();
        if emptied.held_in(field) {
            errors.add(field, label, &shared.card_number);
        } else if parsed.is_none() {
            errors.add(field, label, why(typed, t));
        }
        parsed.unwrap_or_default()
    };
    let carrier = text("carrier", &words.carrier, &typed.carrier);
    let tracking_number = text("tracking_number", &words.tracking_number, &typed.tracking_number);
    if errors.is_empty() { Ok(Tracking { carrier, tracking_number }) } else { Err(errors) }
}

/// Why a text is refused.
pub(super) fn why(typed: &str, t: &StaffWords) -> Phrase {
    match typed.trim().chars().count() {
        0 => t.shipment.missing.clone(),
        length if length > MAX_TEXT => t.shipment.too_long.with("most", MAX_TEXT),
        _ => t.shipment.illegible.clone(),
    }
}

/// Carries out what the API carries out. The relay sends the events.
async fn carry_out<B>(
    app: &Shipping,
    call: &Call<B>,
    command: &Command,
    then: Then,
    typed: Option<&TrackingForm>,
) -> Result<Response, Problem> {
    match app.command(call.param("id")?, command, &call.context()).await {
        Ok((shipment, _)) => Ok(redirect(303, &then.target(&Page::new(app, call, ""), &shipment)?)),
        Err(Error::Rejected(Rejection::Unknown)) => Err(Problem::not_found()),
        Err(Error::Rejected(rejection)) => {
            let mut shown = ShipmentPage::read(app, call).await?;
            shown.refusal = Some(told(&rejection, &shown.t.refusals));
            if let Some(typed) = typed {
                shown.typed = typed.clone();
            }
            html(409, &shown)
        }
        Err(error) => Err(error.into()),
    }
}

impl Then {
    fn target(self, page: &Page, shipment: &Shipment) -> Result<String, Problem> {
        match self {
            Self::List => {
                let carrier = shipment.tracking.as_ref().map(|tracking| tracking.carrier.as_str()).unwrap_or_default();
                let order = shipment.id.order().to_string();
                link(page, "", &[("dispatched", order.as_str()), ("carrier", carrier)])
            }
            Self::Shipment(done) => link(page, &format!("/{}", shipment.id), &[("done", done)]),
        }
    }
}

/// A refusal in the reader's words.
pub(super) const fn told(rejection: &Rejection, t: &'static RefusalWords) -> &'static Phrase {
    match rejection {
        Rejection::Unknown => &t.unknown,
        Rejection::Canceled => &t.canceled,
        Rejection::AlreadyDispatched => &t.already_dispatched,
        Rejection::Overdue => &t.overdue,
        Rejection::NotDispatched => &t.not_dispatched,
        Rejection::Delivered => &t.delivered,
        Rejection::Erased => &t.erased,
        Rejection::RetractionPending => &t.retraction_pending,
        Rejection::RetractionRefused => &t.retraction_refused,
    }
}
