//! `GET /staff/shipping`: what waits, in the order in which it must leave. Refuses what left: it is found by its order.

use super::{link, trail};
use crate::domain::shipment::{Shipment, Urgency, Worklist};
use crate::http::list_name;
use crate::pages::words::{StaffWords, Words};
use crate::service::Shipping;
use ::pages::{Page, Phrase, html};
use askama::Template;
use chassis::http::Response;
use chassis::table::is_place;
use chassis::{Call, NoBody, Problem, cursor};
use events::Timestamp;
use events::ids::{OrderId, ShipmentId};
use events::users::Permission;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Shipments of a page: as many as slips are printed at once.
pub(super) const PER_PAGE: u32 = 50;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ListQuery {
    /// What the shipments wait for.
    status: Worklist,
    /// Where the page before ended.
    cursor: Option<String>,
    /// The order whose goods left a moment ago.
    dispatched: Option<OrderId>,
    /// The carrier of that dispatch: the next one begins with it.
    carrier: String,
}

/// The way to a list.
struct Tab {
    href: String,
    text: &'static Phrase,
    is_shown: bool,
}

struct Row {
    id: ShipmentId,
    order: OrderId,
    href: String,
    recipient: String,
    country: String,
    service: String,
    units: u64,
    dispatch_before: Option<Timestamp>,
    urgency: Urgency,
}

#[derive(Template)]
#[template(path = "staff_list.html")]
struct ListPage {
    page: Page,
    t: &'static StaffWords,
    trail: Vec<(String, String)>,
    tabs: Vec<Tab>,
    /// Whether it is the list of what is to pack.
    is_packing: bool,
    rows: Vec<Row>,
    dispatched: Option<OrderId>,
    /// The slips of all rows.
    all_slips: String,
    /// The carrier of the last dispatch.
    carrier: String,
    next: Option<String>,
}

pub(super) async fn show(app: Arc<Shipping>, call: Call<NoBody, ListQuery>) -> Result<Response, Problem> {
    let ListQuery { status, cursor: sent, dispatched, carrier } = &call.query;
    let t = &Words::of(Page::locale(&*app, &call)).staff;
    let page = Page::new(&*app, &call, t.title.to_string());
    let name = list_name(*status);
    let (after, limit) = cursor::page(&name, sent.as_deref(), Some(PER_PAGE), is_place)?;
    let found = app.worklist(*status, after.as_deref(), limit).await?;
    let next = found.next.map(|next| cursor::encode(&name, &next));
    let further = |next: String| {
        link(&page, "", &[("status", status.name()), ("cursor", next.as_str()), ("carrier", carrier.as_str())])
    };
    let next = next.map(further).transpose()?;
    // The list may lag behind the dispatch that it tells of.
    let waiting = found.items.iter().filter(|shipment| Some(shipment.id.order()) != *dispatched);
    let rows = waiting.map(|shipment| Row::of(shipment, &page, carrier, call.now)).collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<_> = rows.iter().map(|row| row.id.to_string()).collect();
    let chosen: Vec<_> = ids.iter().map(|id| ("id", id.as_str())).collect();
    html(
        200,
        &ListPage {
            t,
            trail: trail(&page, &t.home, None),
            tabs: Worklist::ALL.map(|list| Tab::of(list, *status, &page, t)).into_iter().collect::<Result<_, _>>()?,
            is_packing: *status == Worklist::Created,
            all_slips: link(&page, "/slips", &chosen)?,
            carrier: carrier.clone(),
            rows,
            dispatched: *dispatched,
            next,
            page,
        },
    )
}

impl Tab {
    fn of(list: Worklist, shown: Worklist, page: &Page, t: &'static StaffWords) -> Result<Self, Problem> {
        let text = match list {
            Worklist::Created => &t.list.to_pack,
            Worklist::Retracting => &t.list.retracting,
        };
        Ok(Self { href: link(page, "", &[("status", list.name())])?, text, is_shown: list == shown })
    }
}

impl Row {
    fn of(shipment: &Shipment, page: &Page, carrier: &str, now: Timestamp) -> Result<Self, Problem> {
        let request = shipment.request.as_ref();
        let address = shipment.recipient();
        Ok(Self {
            id: shipment.id,
            order: shipment.id.order(),
            href: link(page, &format!("/{}", shipment.id), &[("carrier", carrier)])?,
            recipient: address.map(|address| address.name.clone()).unwrap_or_default(),
            country: address.map(|address| page.country(address.country.as_str())).unwrap_or_default(),
            service: request.map(|request| request.service.clone()).unwrap_or_default(),
            units: shipment.units(),
            dispatch_before: shipment.dispatch_before(),
            urgency: shipment.urgency(now),
        })
    }
}
