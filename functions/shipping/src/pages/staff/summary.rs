//! `GET /staff/shipping/summary`: shipping's part of the start page of staff. Refuses to count further than one page of the list.

use crate::domain::shipment::{Urgency, Worklist};
use crate::pages::words::{StaffWords, Words};
use crate::service::Shipping;
use ::pages::{Page, fragment};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use events::ids::OrderId;
use std::sync::Arc;

/// It counts up to here.
const MAX_COUNT: u32 = 100;

/// Urgent shipments that it names.
const NAMED: usize = 3;

#[derive(Template)]
#[template(path = "staff_summary.html")]
struct Summary {
    page: Page,
    t: &'static StaffWords,
    to_pack: String,
    urgent: String,
    /// The first of the urgent ones.
    first: Vec<OrderId>,
}

pub(super) async fn show(app: Arc<Shipping>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let page = Page::new(&*app, &call, "");
    let t = &Words::of(page.locale).staff;
    let found = app.worklist(Worklist::Created, None, MAX_COUNT).await?;
    // What is urgent comes first.
    let urgent = found.items.iter().filter(|shipment| shipment.urgency(call.now) != Urgency::None);
    let urgent: Vec<OrderId> = urgent.map(|shipment| shipment.id.order()).collect();
    let has_more = found.next.is_some();
    let told = |count: usize, is_more: bool| if is_more { format!("{MAX_COUNT}+") } else { count.to_string() };
    let summary = Summary {
        page,
        t,
        to_pack: told(found.items.len(), has_more),
        urgent: told(urgent.len(), has_more && urgent.len() == found.items.len()),
        first: urgent.into_iter().take(NAMED).collect(),
    };
    fragment(&summary)
}
