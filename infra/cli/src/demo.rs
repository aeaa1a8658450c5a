//! A demo purchase: what a customer and then a member of staff do, told as it happens.
//! Owns the story. Refuses knowledge of the inside: it sees the timeline, the shipment, the ledger and the mails that
//! the shop shows.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::emulator;
use crate::endpoint::Endpoint;
use crate::process;
use crate::progress::{Progress, seconds};
use crate::shop::{Shop, entries, text};
use crate::state::Demo;

const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(60);
const LINES: usize = 3;

/// A finished demo purchase.
pub struct Purchase {
    /// The order's id.
    pub order_id: String,
    /// From sending `POST /v1/orders` to seeing `confirmed`.
    pub to_confirmed: Duration,
}

/// Buys three things and sees them delivered.
///
/// # Errors
/// When the shop refuses a step, or the order does not move within a minute.
pub fn buy(progress: &Progress, shop: &Shop, endpoint: &Endpoint, demo: &Demo) -> Result<Purchase> {
    let mails_before = emulator::mails(endpoint).map_or(0, |mails| mails.len());
    let customer = shop.signed_in(&demo.customer)?;
    let staff = shop.signed_in(&demo.staff)?;
    progress.say(format!("{} goes shopping", demo.customer.email));
    let lines = choose(shop)?;
    for line in &lines {
        progress.say(format!("  puts {} × {} into the cart", line.quantity, line.title));
    }
    let cart = fill_cart(&customer, &lines)?;
    let body = check_out(progress, &customer, &lines, &cart)?;

    let began = Instant::now();
    let order = customer.post("/v1/orders", &body)?;
    let order_id = text(&order, "id")?;
    progress.say(format!("  places {order_id}, pays with pm_card_visa"));
    let mut story = Story { progress, customer: &customer, order_id: &order_id, began, told: 0 };
    story.follow_until("status", "confirmed")?;
    let to_confirmed = began.elapsed();
    progress.say(format!("  confirmed {} after POST /v1/orders", seconds(to_confirmed)));

    dispatch(progress, &staff, &order_id)?;
    story.follow_until("fulfilment_state", "delivered")?;
    show_ledger(progress, &staff);
    show_mails(progress, endpoint, mails_before);
    Ok(Purchase { order_id, to_confirmed })
}

struct Line {
    sku: String,
    title: String,
    quantity: u32,
}

fn choose(shop: &Shop) -> Result<Vec<Line>> {
    let mut lines: Vec<Line> = Vec::new();
    for query in ["tea", "notebook", "lamp", "mug", "scarf"] {
        let found = entries(&shop.get(&format!("/v1/products?q={query}&limit=5"))?);
        let mut variants = found.iter().filter_map(first_variant);
        lines
            .extend(variants.find(|line| lines.iter().all(|other| other.sku != line.sku) && in_stock(shop, &line.sku)));
        if lines.len() == LINES {
            break;
        }
    }
    if lines.is_empty() {
        bail!("the shop finds nothing to buy; was the demo catalogue brought in?");
    }
    if let Some(first) = lines.first_mut() {
        first.quantity = 2;
    }
    Ok(lines)
}

fn in_stock(shop: &Shop, sku: &str) -> bool {
    let stock = shop.get(&format!("/v1/stock/{sku}")).unwrap_or_default();
    stock.get("available").and_then(Value::as_i64).is_none_or(|available| available > 1)
}

fn first_variant(product: &Value) -> Option<Line> {
    let sku = product.pointer("/variants/0/sku")?.as_str()?.to_owned();
    let title = product.get("title").and_then(Value::as_str).unwrap_or(&sku).to_owned();
    Some(Line { sku, title, quantity: 1 })
}

fn fill_cart(customer: &Shop, lines: &[Line]) -> Result<String> {
    let cart = text(&customer.post("/v1/carts", &json!({}))?, "id")?;
    for line in lines {
        customer.put(&format!("/v1/carts/{cart}/lines/{}", line.sku), &json!({ "quantity": line.quantity }))?;
    }
    Ok(cart)
}

fn check_out(progress: &Progress, customer: &Shop, lines: &[Line], cart: &str) -> Result<Value> {
    let wanted: Vec<Value> = lines.iter().map(|line| json!({ "sku": line.sku, "quantity": line.quantity })).collect();
    let quote = customer.post(
        "/v1/quotes",
        &json!({ "currency": "EUR", "lines": wanted, "ship_to": { "country": "DE", "postal_code": "10115" } }),
    )?;
    progress.say(format!("  is quoted {}, tax included", money(quote.get("total"))));
    let signed = text(&quote, "quote")?;
    let options = customer.post("/v1/shipping-quotes", &json!({ "quote": signed }))?;
    let option = entries(&options).into_iter().next().context("nobody carries goods to Germany")?;
    let service = option.get("name").or(option.get("service")).and_then(Value::as_str).unwrap_or("the first option");
    progress.say(format!("  chooses {service}"));
    Ok(json!({
        "quote": signed,
        "shipping_quote": shipping_quote(&option)?,
        "payment_method": "pm_card_visa",
        "cart_id": cart,
        "ship_to": {
            "name": "Amina Haddad", "line1": "Invalidenstraße 116", "city": "Berlin",
            "postal_code": "10115", "country": "DE"
        }
    }))
}

fn shipping_quote(option: &Value) -> Result<String> {
    text(option, "shipping_quote").or_else(|_| text(option, "quote"))
}

fn dispatch(progress: &Progress, staff: &Shop, order_id: &str) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    let shipment = loop {
        let found = entries(&staff.get(&format!("/v1/shipments?order_id={order_id}"))?);
        if let Some(shipment) = found.first() {
            break text(shipment, "id")?;
        }
        if Instant::now() > until {
            bail!("no shipment was made for {order_id}");
        }
        process::pause(LOOK_AGAIN)?;
    };
    progress.say(format!("  staff hands {shipment} to the carrier"));
    let parcel = json!({ "carrier": "dhl", "tracking_number": "00340434161094042557" });
    staff.post(&format!("/v1/shipments/{shipment}/dispatch"), &parcel)?;
    let delivery = format!("/v1/shipments/{shipment}/delivery");
    staff.call("POST", &delivery, None, &[])?.success("POST", &delivery)?;
    Ok(())
}

/// The timeline of one order, told entry by entry.
struct Story<'a> {
    progress: &'a Progress,
    customer: &'a Shop,
    order_id: &'a str,
    began: Instant,
    told: usize,
}

impl Story<'_> {
    fn follow_until(&mut self, field: &str, wanted: &str) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            let order = self.customer.get(&format!("/v1/orders/{}", self.order_id))?;
            self.tell_news()?;
            let state = text(&order, field)?;
            if state == wanted {
                return Ok(());
            }
            let ended = ["rejected", "cancelled", "expired"].contains(&text(&order, "status")?.as_str());
            if ended || Instant::now() > until {
                bail!("{} is {state}, not {wanted}; see `cargo souk logs orders`", self.order_id);
            }
            process::pause(LOOK_AGAIN)?;
        }
    }

    fn tell_news(&mut self) -> Result<()> {
        let timeline = entries(&self.customer.get(&format!("/v1/orders/{}/timeline", self.order_id))?);
        for entry in timeline.iter().skip(self.told) {
            self.progress.say(format!("  {:>7}  {}", seconds(self.began.elapsed()), describe(entry)));
        }
        self.told = self.told.max(timeline.len());
        Ok(())
    }
}

/// A timeline entry in one line: its text fields but ids and times, in their order.
fn describe(entry: &Value) -> String {
    let preferred =
        ["event", "kind", "type", "input", "text", "message", "status", "payment_state", "fulfilment_state"];
    let words: Vec<&str> = preferred.iter().filter_map(|field| entry.get(field)?.as_str()).collect();
    if words.is_empty() { entry.to_string() } else { words.join(" · ") }
}

fn show_ledger(progress: &Progress, staff: &Shop) {
    match staff.get("/v1/ledger/balances") {
        Ok(balances) => progress.say(format!("  ledger: {balances}")),
        Err(error) => progress.say(format!("  ledger: {error:#}")),
    }
}

fn show_mails(progress: &Progress, endpoint: &Endpoint, before: usize) {
    // Only emulators show what they sent; on AWS the mails are in somebody's inbox.
    for mail in emulator::mails(endpoint).unwrap_or_default().iter().skip(before) {
        progress.say(format!("  mail to {}: {}", mail.to, mail.subject));
    }
}

/// An amount of money for people, without floating point.
fn money(value: Option<&Value>) -> String {
    let amount = value.and_then(|money| money.get("amount")?.as_i64()).unwrap_or_default();
    let currency = value.and_then(|money| money.get("currency")?.as_str()).unwrap_or_default();
    format!("{}.{:02} {currency}", amount / 100, amount % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_told_with_its_cents() {
        assert_eq!(money(Some(&json!({"amount": 1905, "currency": "EUR"}))), "19.05 EUR");
    }

    #[test]
    fn a_timeline_entry_is_told_in_one_line_without_its_time() {
        let entry = json!({"at": "2026-01-01T00:00:00.000Z", "event": "stock_reserved", "status": "pending"});
        assert_eq!(describe(&entry), "stock_reserved · pending");
        assert_eq!(describe(&json!({"seq": 1})), r#"{"seq":1}"#);
    }
}
