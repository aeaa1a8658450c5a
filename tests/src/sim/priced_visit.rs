//! What the browser of a guest asks of a shop without faults, counted: pages with their parts and files, on a visit and on the way to
//! an order, and a page that asks again. Refuses what only a demo shop shows.

use super::browser::form::Form;
use super::clock::on_virtual_time;
use super::invocation::Trigger;
use super::meter::Usage;
use super::visit::{SKU, Visit, address};
use crate::captured_log::CapturedLog;
use chassis::testing::{Request, Response};
use events::{Capability, routes};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::pin::pin;
use tracing::Level;

/// What some requests used, and what they logged.
#[derive(Debug, Clone)]
pub struct Browsed {
    pub used: Usage,
    pub log: String,
    /// How many pages were opened.
    pub pages: u64,
}

/// Parts that a page asks for as soon as it is there.
const PARTS: [&str; 3] = ["/fragments/account", "/fragments/cart", "/fragments/lines"];
/// Parts that are not asked for: the progress of an order is in its page, and only a demo shop shows the rest of that page's parts.
const LEFT_OUT: [&str; 2] = ["/fragments/orders/", "/fragments/shipments/"];

/// All that is counted.
#[derive(Debug, Clone)]
pub struct Browsing {
    /// Five pages by somebody who has no cart.
    pub visit: Browsed,
    /// From the cart to the page of an order, by somebody who has been here before.
    pub purchase: Browsed,
    /// The parts of one page's header, for a guest with a cart.
    pub header: Browsed,
    /// One more look at the progress of an order.
    pub poll: Browsed,
}

/// Runs them one after the other.
///
/// # Panics
/// If a request is refused.
pub fn browse() -> Browsing {
    on_virtual_time(async {
        let visit = Visit::begin().await;
        visit.settle().await;
        let product = visit.ask(Capability::Catalog, Request::get("/v1/products")).await["items"][0].take();
        let (id, category) = (text(&product["id"]), text(&product["category"]));
        let mut guest = Guest {
            visit: &visit,
            cookies: BTreeMap::new(),
            kept: BTreeSet::new(),
            pages: 0,
            log: CapturedLog::default(),
        };
        guest.since_then();
        for page in [
            "/",
            &format!("/categories/{category}"),
            &format!("/products/{id}"),
            "/search?q=a",
            &format!("/products/{id}"),
        ] {
            guest.open(page, None).await;
        }
        let looked = guest.since_then();
        let order = guest.buys().await;
        let purchase = guest.since_then();
        visit.settle().await;
        guest.since_then();
        let mut apart = Vec::new();
        for parts in [vec!["/fragments/account".to_owned(), "/fragments/cart".to_owned()], vec![order]] {
            for part in parts {
                guest.ask(&part, None).await;
            }
            apart.push(guest.since_then());
        }
        let poll = apart.pop().unwrap();
        Browsing { visit: looked, purchase, header: apart.pop().unwrap(), poll }
    })
}

struct Guest<'a> {
    visit: &'a Visit,
    cookies: BTreeMap<String, String>,
    /// Files that the browser keeps.
    kept: BTreeSet<String>,
    pages: u64,
    log: CapturedLog,
}

/// Fields of a form.
type Fields = Vec<(String, String)>;

impl Guest<'_> {
    /// Usage and log since the last call. What queues and streams do with an order is the order's.
    fn since_then(&mut self) -> Browsed {
        let mut used = Usage::default();
        let usages = self.visit.shop.stage.meter.take();
        usages.iter().filter(|((_, trigger), _)| *trigger == Trigger::Http).for_each(|(_, more)| used += *more);
        Browsed { used, log: std::mem::take(&mut self.log).text(), pages: std::mem::take(&mut self.pages) }
    }

    /// A page as its visitor gets it: with its parts, and the files that every page needs.
    async fn open(&mut self, target: &str, form: Option<Fields>) -> String {
        self.pages += 1;
        let mut answer = self.ask(target, form).await;
        while let Some(next) = answer.header("location").map(str::to_owned) {
            answer = self.ask(&next, None).await;
        }
        let html = text(&answer.body);
        let quoted: BTreeSet<_> = html.split('"').map(|text| text.replace("&#38;", "&")).collect();
        for address in quoted {
            let is_new_file = address.starts_with("/assets/") && self.kept.insert(address.clone());
            if is_new_file || is_part(&address) {
                self.ask(&address, None).await;
            }
        }
        html
    }

    async fn ask(&mut self, target: &str, form: Option<Fields>) -> Response {
        let path = target.split('?').next().unwrap_or_default();
        let owner = routes::at(path).next().unwrap_or_else(|| panic!("nobody owns {path}")).owner;
        let request = match &form {
            None => Request::get(target),
            Some(fields) => {
                let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                Request::form(target, &fields)
            }
        };
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answered = self.visit.shop.http(owner, request.header("cookie", &cookies.join("; ")));
        let answer = captured(&self.log, answered).await.unwrap();
        assert!(answer.status < 400, "{target}: {answer:?}");
        for line in &answer.cookies {
            let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    /// Sends a form as its page filled it, and what was put into it.
    async fn send(&mut self, form: &Form) -> String {
        self.open(&form.action, Some(form.fields())).await
    }

    /// Puts something into the cart and buys it; the path of the order's progress.
    async fn buys(&mut self) -> String {
        let line = [("sku", SKU), ("quantity", "1")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let cart = self.open("/cart/lines", Some(line.into())).await;
        let asked = self.send(&form(&cart, "/checkout")).await;
        let mut typed = form(&asked, "/checkout/order").with("email", "ada@example.com");
        for (name, value) in address().as_object().unwrap() {
            typed = typed.with(name, &text(value));
        }
        let priced = self.send(&typed).await;
        let ways = self.send(&form(&priced, "/checkout/delivery")).await;
        // The first way is chosen.
        let review = self.send(&form(&ways, "/checkout/payment")).await;
        let order = form(&review, "/orders").with("payment_method", "pm_card_visa");
        let terms = order.choices("terms")[0].to_owned();
        let page = self.send(&order.with("terms", &terms)).await;
        let progress = page.split('"').find(|text| text.starts_with("/fragments/orders/")).unwrap();
        progress.to_owned()
    }
}

/// Captures what some work logs, and nothing of what goes on beside it.
async fn captured<T>(log: &CapturedLog, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    poll_fn(|context| {
        let _capturing = log.capture_from(Level::INFO);
        work.as_mut().poll(context)
    })
    .await
}

/// Whether it is a part that a page asks for. A new one must be priced or left out.
fn is_part(address: &str) -> bool {
    let is_one_of = |parts: &[&str]| parts.iter().any(|part| address.starts_with(part));
    let is_known = is_one_of(&PARTS) || is_one_of(&LEFT_OUT) || !address.starts_with("/fragments/");
    assert!(is_known, "{address} is neither priced nor left out");
    is_one_of(&PARTS)
}

fn form(html: &str, action: &str) -> Form {
    Form::of(html, action).unwrap_or_else(|| panic!("no form is sent to {action}"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
