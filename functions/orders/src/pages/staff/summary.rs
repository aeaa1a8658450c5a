//! The part of staff's start page that is about orders: what is new today, and what needs somebody. One page of each list is read.

use crate::domain::order::Order;
use crate::domain::search::Search;
use crate::pages::words::Words;
use crate::service::Orders;
use ::pages::{Page, fragment};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use events::Day;
use events::ids::OrderId;
use futures_util::future::try_join3;
use std::sync::Arc;

/// Most orders that are counted.
const COUNTED: u32 = 100;
/// Orders of a kind that are named.
const NAMED: usize = 5;

/// Orders of one kind.
struct Heap {
    count: String,
    first: Vec<OrderId>,
}

impl Heap {
    fn of(page: &chassis::Page<Order>) -> Self {
        let more = if page.next.is_some() { "+" } else { "" };
        let first = page.items.iter().map(|order| order.id).take(NAMED).collect();
        Self { count: format!("{}{more}", page.items.len()), first }
    }
}

#[derive(Template)]
#[template(path = "staff_orders_summary.html")]
struct SummaryPart {
    page: Page,
    t: &'static Words,
    /// Placed today, in UTC.
    new: Heap,
    today: Day,
    /// Commands were sent again, and have no answer.
    stuck: Heap,
    /// Nothing happens unless staff do something.
    waiting: Heap,
}

/// `GET /staff/orders/summary`.
pub(in crate::pages) async fn part(app: Arc<Orders>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let today = Day::of(call.now);
    let placed_today = Search { from: Some(today.start()), ..Search::default() };
    let reads = try_join3(app.search(&placed_today, None, COUNTED), app.stuck(call.now, COUNTED), app.waiting(COUNTED));
    let (new, stuck, waiting) = reads.await?;
    fragment(&SummaryPart {
        page: Page::new(&*app, &call, ""),
        t: Words::of(Page::locale(&*app, &call)),
        new: Heap::of(&new),
        today,
        stuck: Heap::of(&stuck),
        waiting: Heap::of(&waiting),
    })
}
