//! A demo purchase: the actions of a customer and of a member of staff, shown while they happen.
//! Owns the story. Refuses knowledge of the inside: it sees the timeline, the shipment, the ledger and the mails that
//! the shop shows.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use events::{Money, Timestamp};
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
/// If the shop refuses a step, or the order does not move within a minute.
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
    let body = check_out(progress, &customer, &lines, Some(&cart))?;

    let began = Instant::now();
    let order = customer.post("/v1/orders", &body)?;
    let order_id = text(&order, "id")?;
    progress.say(format!("  places {order_id}, pays with pm_card_visa"));
    let mut story = Story { progress, customer: &customer, order_id: &order_id, told: 0 };
    story.follow_until("status", "confirmed")?;
    let to_confirmed = began.elapsed();
    progress.say(format!("  confirmed {} after POST /v1/orders", seconds(to_confirmed)));

    dispatch(progress, &staff, &order_id)?;
    story.follow_until("fulfillment_state", "delivered")?;
    story.follow_until("status", "completed")?;
    show_ledger(progress, &staff);
    show_mails(progress, endpoint, mails_before);
    Ok(Purchase { order_id, to_confirmed })
}

/// Orders something as a guest and leaves it to be sent: the path of a page on which whoever opens it can watch the order, and play
/// those who send it.
///
/// # Errors
/// If the shop refuses a step.
pub fn leave_on_its_way(progress: &Progress, shop: &Shop) -> Result<String> {
    progress.say("a guest goes shopping, too");
    let lines = choose(shop)?;
    let mut body = check_out(progress, shop, lines.get(..1).unwrap_or_default(), None)?;
    if let Some(fields) = body.as_object_mut() {
        fields.insert("email".to_owned(), json!("guest@souk.example"));
    }
    let order = shop.post("/v1/orders", &body)?;
    Ok(format!("/orders/{}?token={}", text(&order, "id")?, text(&order, "guest_token")?))
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
    stock.get("level").is_none_or(|level| level == "in_stock")
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

fn check_out(progress: &Progress, customer: &Shop, lines: &[Line], cart: Option<&str>) -> Result<Value> {
    let wanted: Vec<Value> = lines.iter().map(|line| json!({ "sku": line.sku, "quantity": line.quantity })).collect();
    let quote = customer.post(
        "/v1/quotes",
        &json!({ "currency": "EUR", "lines": wanted, "ship_to": { "country": "DE", "postal_code": "10115" } }),
    )?;
    progress.say(format!("  is quoted {}, tax included", money(quote.get("total"))));
    let signed = text(&quote, "quote")?;
    let options = customer.post("/v1/shipping-quotes", &json!({ "quote": signed }))?;
    let option = entries(&options).into_iter().next().context("no shipping service delivers to Germany")?;
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
    let tracking = json!({ "carrier": "dhl", "tracking_number": "00340434161094042557" });
    staff.post(&format!("/v1/shipments/{shipment}/dispatch"), &tracking)?;
    let delivery = format!("/v1/shipments/{shipment}/delivery");
    staff.call("POST", &delivery, None, &[])?.success("POST", &delivery)?;
    Ok(())
}

/// Prints the timeline of one order, entry by entry.
struct Story<'a> {
    progress: &'a Progress,
    customer: &'a Shop,
    order_id: &'a str,
    told: usize,
}

impl Story<'_> {
    fn follow_until(&mut self, field: &str, wanted: &str) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            let timeline = entries(&self.customer.get(&format!("/v1/orders/{}/timeline", self.order_id))?);
            for entry in timeline.iter().skip(self.told) {
                self.progress.say(format!("  {}", describe(entry, timeline.first())));
            }
            self.told = self.told.max(timeline.len());
            let now = timeline.last().context("the order has no timeline")?;
            let state = text(now, field)?;
            if state == wanted {
                return Ok(());
            }
            let ended = ["rejected", "canceled", "expired"].contains(&text(now, "status")?.as_str());
            if ended || Instant::now() > until {
                bail!("{} is {state}, not {wanted}; see `cargo souk logs orders`", self.order_id);
            }
            process::pause(LOOK_AGAIN)?;
        }
    }
}

/// A timeline entry in one line: time since the first entry, event, and the order's three states after it.
fn describe(entry: &Value, first: Option<&Value>) -> String {
    let word = |field: &str| entry.get(field).and_then(Value::as_str).unwrap_or("?");
    let states = ["status", "payment_state", "fulfillment_state"].map(word);
    let when = instant(Some(entry)).zip(instant(first)).map_or(0, |(at, began)| at.millis() - began.millis());
    format!("{:>3}.{:03} s  {:<22} {}", when / 1000, when % 1000, word("kind"), states.join(" · "))
}

fn instant(entry: Option<&Value>) -> Option<Timestamp> {
    Timestamp::parse(entry?.get("at")?.as_str()?).ok()
}

fn show_ledger(progress: &Progress, staff: &Shop) {
    let ledger = match staff.get("/v1/ledger/balances") {
        Ok(ledger) => ledger,
        Err(error) => return progress.say(format!("  ledger: {error:#}")),
    };
    let list = |field: &str| ledger.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
    let balances: Vec<String> = list("balances").iter().map(balance).collect();
    let sums: Vec<String> = list("sums").iter().map(|sum| money(Some(sum))).collect();
    progress.say(format!("  ledger: {}; together {}", balances.join(", "), sums.join(", ")));
}

fn balance(entry: &Value) -> String {
    format!("{} {}", entry.get("account").and_then(Value::as_str).unwrap_or("?"), money(entry.get("balance")))
}

fn show_mails(progress: &Progress, endpoint: &Endpoint, before: usize) {
    // Only emulators show what they sent; on AWS the mails are in somebody's inbox.
    for mail in emulator::mails(endpoint).unwrap_or_default().iter().skip(before) {
        progress.say(format!("  mail to {}: {}", mail.to, mail.subject));
    }
}

/// An amount of money for people, without floating point.
fn money(value: Option<&Value>) -> String {
    let money = value.and_then(|money| serde_json::from_value::<Money>(money.clone()).ok());
    money.map_or_else(|| "an unknown amount".to_owned(), |money| money.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_told_with_the_digits_of_its_currency_and_its_sign() {
        assert_eq!(money(Some(&json!({"amount": 1905, "currency": "EUR"}))), "19.05 EUR");
        assert_eq!(money(Some(&json!({"amount": -5, "currency": "USD"}))), "-0.05 USD");
        assert_eq!(money(Some(&json!({"amount": 1905, "currency": "JPY"}))), "1905 JPY");
    }

    #[test]
    fn a_timeline_entry_tells_when_what_and_the_states_after_it() {
        let placed = json!({"at": "2026-01-01T00:00:00.000Z"});
        let entry = json!({
            "at": "2026-01-01T00:00:01.045Z", "kind": "stock_reserved", "status": "awaiting_payment",
            "payment_state": "none", "fulfillment_state": "none"
        });
        assert_eq!(describe(&entry, Some(&placed)), "  1.045 s  stock_reserved         awaiting_payment · none · none");
    }
}
