//! What the browser of a guest asks of a shop without faults, counted: pages with their parts and files, on a visit and on the way to
//! an order, and a page that asks again. Refuses what only a demo shop shows.

use super::clock::on_virtual_time;
use super::invocation::Trigger;
use super::meter::Usage;
use super::visit::{SKU, Visit, address};
use crate::captured_log::CapturedLog;
use chassis::testing::{Request, Response};
use events::{Capability, routes};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tracing::Level;

/// What some requests used, and what they logged.
#[derive(Debug, Clone)]
pub struct Browsed {
    pub used: Usage,
    pub log: String,
    /// How many pages were opened.
    pub pages: u64,
}

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
    let log = CapturedLog::default();
    let capturing = log.capture_from(Level::INFO);
    let browsing = on_virtual_time(async {
        let visit = Visit::begin().await;
        visit.settle().await;
        let mut guest = Guest { visit: &visit, cookies: BTreeMap::new(), kept: BTreeSet::new(), pages: 0 };
        guest.since_then(&log, 0);
        let product = guest.visit.ask(Capability::Catalog, Request::get("/v1/products")).await["items"][0].take();
        let (id, category) = (text(&product["id"]), text(&product["category"]));
        let mut from = log.text().len();
        guest.since_then(&log, from);
        for page in [
            "/",
            &format!("/categories/{category}"),
            &format!("/products/{id}"),
            "/search?q=a",
            &format!("/products/{id}"),
        ] {
            guest.open(page, None).await;
        }
        let looked = guest.since_then(&log, from);
        from = log.text().len();
        let order = guest.buys().await;
        let purchase = guest.since_then(&log, from);
        visit.settle().await;
        guest.since_then(&log, from);
        let mut apart = Vec::new();
        for parts in [vec!["/fragments/account".to_owned(), "/fragments/cart".to_owned()], vec![order]] {
            from = log.text().len();
            for part in parts {
                guest.ask(&part, None).await;
            }
            apart.push(guest.since_then(&log, from));
        }
        let poll = apart.pop().unwrap();
        Browsing { visit: looked, purchase, header: apart.pop().unwrap(), poll }
    });
    drop(capturing);
    browsing
}

struct Guest<'a> {
    visit: &'a Visit,
    cookies: BTreeMap<String, String>,
    /// Files that the browser keeps.
    kept: BTreeSet<String>,
    pages: u64,
}

/// Fields of a form.
type Fields = Vec<(String, String)>;

impl Guest<'_> {
    /// Usage and log since the last call.
    fn since_then(&mut self, log: &CapturedLog, from: usize) -> Browsed {
        let mut used = Usage::default();
        // What queues and streams do with an order is the order's.
        let usages = self.visit.shop.stage.meter.take();
        usages.iter().filter(|((_, trigger), _)| *trigger == Trigger::Http).for_each(|(_, more)| used += *more);
        Browsed { used, log: log.text()[from..].to_owned(), pages: std::mem::take(&mut self.pages) }
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
        let answer = self.visit.shop.http(owner, request.header("cookie", &cookies.join("; "))).await.unwrap();
        assert!(answer.status < 400, "{target}: {answer:?}");
        for line in &answer.cookies {
            let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    /// Puts something into the cart and buys it; the path of the order's progress.
    async fn buys(&mut self) -> String {
        let cart = self.open("/cart/lines", Some(vec![field("sku", SKU), field("quantity", "1")])).await;
        let asked = self.open("/checkout", Some(carried(&cart, "/checkout"))).await;
        let mut typed = carried(&asked, "/checkout/order");
        typed.push(field("email", "ada@example.com"));
        typed.extend(address().as_object().unwrap().iter().map(|(name, value)| field(name, &text(value))));
        let priced = self.open("/checkout/order", Some(typed)).await;
        let ways = self.open("/checkout/delivery", Some(carried(&priced, "/checkout/delivery"))).await;
        let mut chosen = carried(&ways, "/checkout/payment");
        chosen.push(first(&ways, "shipping_quote"));
        let review = self.open("/checkout/payment", Some(chosen)).await;
        let mut accepted = carried(&review, "/orders");
        accepted.extend([field("payment_method", "pm_card_visa"), first(&review, "terms")]);
        let page = self.open("/orders", Some(accepted)).await;
        let progress = page.split('"').find(|text| text.starts_with("/fragments/orders/")).unwrap();
        progress.to_owned()
    }
}

/// Whether it is a part that a page asks for as soon as it is there. The progress of an order is in its page, and only a demo shop
/// shows the rest of that page's parts.
fn is_part(address: &str) -> bool {
    ["/fragments/account", "/fragments/cart", "/fragments/lines"].iter().any(|part| address.starts_with(part))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// The hidden fields of the form that is sent to this path.
fn carried(html: &str, action: &str) -> Fields {
    let form = html.split("<form ").find(|form| form.contains(&format!("action=\"{action}\""))).unwrap();
    let form = form.split("</form>").next().unwrap_or_default();
    let hidden = form.split("<input type=\"hidden\"").skip(1);
    hidden.map(|input| (attribute(input, "name"), attribute(input, "value"))).collect()
}

/// A field with the first value that the page offers for it.
fn first(html: &str, name: &str) -> (String, String) {
    let offered = html.split("<input ").find(|input| input.contains(&format!("name=\"{name}\"")));
    (name.to_owned(), offered.map(|input| attribute(input, "value")).unwrap_or_default())
}

fn attribute(input: &str, name: &str) -> String {
    let value = input.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    ["<&#60;", ">&#62;", "\"&#34;", "'&#39;", "&&#38;"]
        .iter()
        .fold(value.to_owned(), |value, pair| value.replace(&pair[1..], &pair[..1]))
}
