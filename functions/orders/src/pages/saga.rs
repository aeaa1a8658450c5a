//! The saga of an order, drawn: for visitors of a demo shop, and for staff.

use super::visitor::admitted;
use super::words::{Words, timeline_words};
use crate::domain::drawing::{Caption, SequenceCaption, sequence_diagram, state_machine};
use crate::domain::order::Order;
use crate::service::Orders;
use ::pages::{Locale, Page, fragment};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem, Service};
use events::users::Permission::OrdersRead;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "order_saga.html")]
struct SagaPart {
    t: &'static Words,
    /// Made of numbers and names of the code alone: no text that anybody typed is in it.
    states: String,
    sequence: String,
    /// Whether there is more to come.
    is_live: bool,
}

/// `GET /fragments/orders/{id}/saga`.
pub(super) async fn drawing(app: Arc<Orders>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let order = admitted(&app, &call, OrdersRead).await?;
    if !is_shown_to(&app, &call) {
        return Err(Problem::not_found());
    }
    fragment(&part(&app, &call, &order))
}

/// Whether the visitor may see the drawing of an order that is theirs to see.
pub(super) fn is_shown_to<B, Q>(app: &Orders, call: &Call<B, Q>) -> bool {
    app.wiring().site.is_demo || call.caller.may(OrdersRead)
}

/// The drawing as HTML, for the whole page; none where it is not shown.
pub(super) fn drawn<B, Q>(app: &Orders, call: &Call<B, Q>, order: &Order) -> Result<Option<String>, Problem> {
    let part = is_shown_to(app, call).then(|| part(app, call, order).render());
    part.transpose().map_err(Problem::internal)
}

fn part<B, Q>(app: &Orders, call: &Call<B, Q>, order: &Order) -> SagaPart {
    let locale = Page::locale(app, call);
    let states = state_machine(order, &caption(locale, "drawing.states.title", "drawing.states.description"));
    let picture = caption(locale, "drawing.sequence.title", "drawing.sequence.description");
    let left_out = words(locale, "drawing.sequence.left_out");
    let sequence = sequence_diagram(order, &SequenceCaption { picture, left_out });
    SagaPart { t: Words::of(locale), states, sequence, is_live: !order.is_settled() }
}

fn caption(locale: Locale, title: &'static str, description: &'static str) -> Caption<'static> {
    Caption { title: words(locale, title), description: words(locale, description) }
}

fn words(locale: Locale, key: &'static str) -> &'static str {
    timeline_words(locale, key).map_or(key, |phrase| phrase.as_str())
}
