//! Lists of orders for staff: by number, person, SKU, state and day. The address keeps what was looked for. What is picked goes to
//! `shipping` for its packing slips.

use super::look::Look;
use crate::domain::order::Order;
use crate::domain::search::Search;
use crate::pages::shown::Progress;
use crate::pages::words::Words;
use crate::service::Orders;
use ::pages::{Errors, Page, html};
use askama::Template;
use chassis::http::Response;
use chassis::table::is_place;
use chassis::{Call, NoBody, Problem, cursor};
use std::sync::Arc;

/// Orders of a page.
const PER_PAGE: u32 = 25;

/// Value and text of each choice.
type Choices<'a> = Vec<(&'a str, String)>;

#[derive(Template)]
#[template(path = "staff_orders.html")]
struct StaffOrdersPage<'a> {
    page: Page,
    t: &'static Words,
    look: &'a Look,
    /// The query by which `users` finds a customer by the address that was typed.
    of_email: Option<String>,
    errors: Errors,
    statuses: Choices<'static>,
    payment_states: Choices<'static>,
    fulfillment_states: Choices<'static>,
    orders: Vec<Progress<'a>>,
    next: Option<String>,
}

impl StaffOrdersPage<'_> {
    fn has_parcels(&self) -> bool {
        self.orders.iter().any(Progress::has_parcel)
    }
}

/// `GET /staff/orders`.
pub(in crate::pages) async fn list(app: Arc<Orders>, call: Call<NoBody, Look>) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(&*app, &call));
    let look = &call.query;
    match look.search(&t.staff) {
        Err(errors) => show(&app, &call, t, errors, &[], None),
        Ok(search) => {
            let (orders, next) = found(&app, look, &search).await?;
            show(&app, &call, t, Errors::default(), &orders, next)
        }
    }
}

/// A page of the orders, and the query of the next one.
async fn found(app: &Orders, look: &Look, search: &Search) -> Result<(Vec<Order>, Option<String>), Problem> {
    let list = format!("staff's orders {}", look.query(None));
    let sent = look.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let (after, limit) = cursor::page(&list, sent, Some(PER_PAGE), is_place)?;
    let page = app.search(search, after.as_deref(), limit).await?;
    let next = page.next.map(|place| look.query(Some(&cursor::encode(&list, &place))));
    Ok((page.items, next))
}

fn show(
    app: &Orders,
    call: &Call<NoBody, Look>,
    t: &'static Words,
    errors: Errors,
    orders: &[Order],
    next: Option<String>,
) -> Result<Response, Problem> {
    let page = Page::new(app, call, t.staff.title.to_string());
    let status = if errors.is_empty() { 200 } else { 422 };
    let next = next.map(|query| page.href(&format!("/staff/orders?{query}")));
    let any = |words: &'static std::collections::BTreeMap<String, ::pages::Phrase>| {
        let known = words.iter().map(|(name, word)| (name.as_str(), word.to_string()));
        [("", t.staff.any.to_string())].into_iter().chain(known).collect()
    };
    let view = StaffOrdersPage {
        t,
        look: &call.query,
        of_email: call.query.of_email(),
        errors,
        statuses: any(&t.staff.statuses),
        payment_states: any(&t.staff.payment_states),
        fulfillment_states: any(&t.staff.fulfillment_states),
        orders: orders.iter().map(|order| Progress::of(order, &page, call.now)).collect(),
        next,
        page,
    };
    html(status, &view)
}
