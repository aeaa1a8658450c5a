//! `GET /staff/shipping/of/{id}`: the goods of an order, as a part of its page for staff: where they are, until when they must leave, and the
//! way to each form of the shipment's own page that would be accepted now. Refuses to carry anything out.

use super::link;
use super::shipment::{retraction, status};
use crate::domain::shipment::{Action, Shipment, Urgency};
use crate::pages::words::{StaffWords, Words};
use crate::service::Shipping;
use ::pages::{Page, Phrase, fragment};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, Context, NoBody, NoQuery, Problem};
use events::ids::OrderId;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "staff_shipping_of_order.html")]
struct OfOrderPart {
    page: Page,
    t: &'static StaffWords,
    /// `None` if the order never asked for one.
    shown: Option<Shown>,
}

/// The shipment, with the ways to its forms.
struct Shown {
    shipment: Shipment,
    status: &'static Phrase,
    tone: &'static str,
    urgency: Urgency,
    ways: Vec<Way>,
}

/// The way to a form.
struct Way {
    href: String,
    text: &'static Phrase,
}

pub(super) async fn show(app: Arc<Shipping>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let order: OrderId = call.param("id")?;
    let page = Page::new(&*app, &call, "");
    let t = &Words::of(page.locale).staff;
    let found = app.shipment(order.shipment()).await?;
    let shown = found.map(|shipment| Shown::of(shipment, &page, t, &call.context())).transpose()?;
    fragment(&OfOrderPart { page, t, shown })
}

impl Shown {
    fn of(shipment: Shipment, page: &Page, t: &'static StaffWords, context: &Context) -> Result<Self, Problem> {
        let of_action = |action: Action| Way::of(action, &shipment, page, t);
        let ways = shipment.actions(context).into_iter().map(of_action).collect::<Result<_, _>>()?;
        let (status, tone) = status(shipment.status, &t.shipment);
        Ok(Self { status, tone, urgency: shipment.urgency(context.now), ways, shipment })
    }
}

impl Way {
    fn of(action: Action, shipment: &Shipment, page: &Page, t: &'static StaffWords) -> Result<Self, Problem> {
        let words = &t.shipment;
        let (anchor, text) = match action {
            // A scanner types there.
            Action::Dispatch => ("field-tracking_number", &words.dispatch_title),
            Action::Deliver => ("delivery", &words.deliver_title),
            Action::CorrectTracking => ("tracking", &words.correct_title),
            Action::RequestRetraction => ("retraction", retraction(shipment.status, words)),
        };
        Ok(Self { href: format!("{}#{anchor}", link(page, &format!("/{}", shipment.id), &[])?), text })
    }
}
