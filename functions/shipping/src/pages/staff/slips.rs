//! `GET /staff/shipping/slips?id=…&id=…`: packing slips to print, each on a sheet of its own. Refuses prices, and slips of what was
//! canceled: nobody is to pack it.

use super::list::PER_PAGE;
use super::trail;
use crate::domain::shipment::{Shipment, Status};
use crate::pages::envelope;
use crate::pages::words::{StaffWords, Words};
use crate::service::Shipping;
use ::pages::{AddressFields, Page, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use events::ids::{OrderId, ShipmentId};
use events::inventory::StockLine;
use std::sync::Arc;

struct Slip {
    order: OrderId,
    address: Vec<String>,
    service: String,
    lines: Vec<StockLine>,
}

#[derive(Template)]
#[template(path = "staff_slips.html")]
struct SlipsPage {
    page: Page,
    t: &'static StaffWords,
    trail: Vec<(String, String)>,
    slips: Vec<Slip>,
    /// The numbers of the orders that have no slip.
    left_out: String,
}

pub(super) async fn show(app: Arc<Shipping>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let ids = chosen(&call.target)?;
    let t = &Words::of(Page::locale(&*app, &call)).staff;
    let page = Page::new(&*app, &call, t.slips.title.to_string());
    let found = app.shipments(&ids).await?;
    let slips: Vec<_> = found.iter().filter_map(|shipment| Slip::of(shipment, &page)).collect();
    let has_none = |id: &&ShipmentId| slips.iter().all(|slip| slip.order != id.order());
    let left_out: Vec<_> = ids.iter().filter(has_none).map(|id| id.order().number().to_string()).collect();
    let left_out = left_out.join(", ");
    html(200, &SlipsPage { trail: trail(&page, &t.home, Some(&t.title)), page, t, slips, left_out })
}

/// The chosen shipments. A typed query has each parameter once, but a form sends one for each box that is ticked.
pub(super) fn chosen(target: &str) -> Result<Vec<ShipmentId>, Problem> {
    let (_, query) = target.split_once('?').unwrap_or_default();
    let sent = query.split('&').filter_map(|pair| pair.strip_prefix("id="));
    let refused = |_| Problem::parameter("id", "must be the id of a shipment");
    let ids = sent.map(|id| id.parse().map_err(refused)).collect::<Result<Vec<_>, _>>()?;
    if ids.len() > PER_PAGE as usize {
        return Err(Problem::parameter("id", &format!("must be sent {PER_PAGE} times at most")));
    }
    Ok(ids)
}

impl Slip {
    fn of(shipment: &Shipment, page: &Page) -> Option<Self> {
        let request =
            shipment.request.as_ref().filter(|_| shipment.status != Status::Canceled && !shipment.is_erased())?;
        Some(Self {
            order: shipment.id.order(),
            address: envelope::lines(&AddressFields::of(&request.ship_to), page),
            service: request.service.clone(),
            lines: request.lines.clone(),
        })
    }
}
