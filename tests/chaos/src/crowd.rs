//! Who shops and looks around while a capability goes and comes back.
//! Owns the customers' patience: a customer who has a quote tries again with it until there is an answer, as a person with a full
//! cart does. Refuses to hide an answer: each is counted when it comes.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use events::Capability;
use serde_json::{Value, json};

use crate::tally::{Tally, Verdict};
use souk::process;
use souk::shop::{Shop, entries, text};

/// Customers who shop at once.
pub const CUSTOMERS: usize = 2;
const BETWEEN_PURCHASES: Duration = Duration::from_millis(400);
const BEFORE_ANOTHER_TRY: Duration = Duration::from_millis(500);
const BETWEEN_ROUNDS: Duration = Duration::from_millis(200);

/// Customers and somebody who looks around, for one trial.
pub struct Crowd<'a> {
    /// Judges what they get.
    pub tally: &'a Tally,
    /// Does not sign in: an account may leave a few orders unpaid only, and a trial may leave many.
    pub guest: Shop,
    /// Signed in as a member of staff.
    pub staff: Shop,
    /// Bought one after the other.
    pub skus: &'a [String],
    /// An order that exists, with its payment and its mails.
    pub known_order: &'a str,
    /// A cart that exists.
    pub known_cart: String,
    shopping: AtomicBool,
    present: AtomicBool,
    inside: AtomicUsize,
    orders: Mutex<Vec<String>>,
}

impl<'a> Crowd<'a> {
    /// Everybody is at the door.
    pub fn new(
        tally: &'a Tally,
        (guest, staff): (Shop, Shop),
        skus: &'a [String],
        known_order: &'a str,
        known_cart: String,
    ) -> Self {
        Self {
            tally,
            guest,
            staff,
            skus,
            known_order,
            known_cart,
            shopping: AtomicBool::new(true),
            present: AtomicBool::new(true),
            inside: AtomicUsize::new(CUSTOMERS),
            orders: Mutex::default(),
        }
    }

    /// What one customer does until shopping ends.
    pub fn shop(&self, number: usize) {
        for sku in self.skus.iter().cycle().skip(number) {
            if !self.shopping.load(Ordering::SeqCst) || process::interrupted() {
                break;
            }
            if let Some(order) = self.buy(sku) {
                self.orders.lock().unwrap_or_else(PoisonError::into_inner).push(order);
            }
            let _ = process::pause(BETWEEN_PURCHASES);
        }
        self.inside.fetch_sub(1, Ordering::SeqCst);
    }

    /// What somebody does who buys nothing: reads from everybody, round after round, until the crowd leaves.
    pub fn look_around(&self) {
        let reads = self.reads();
        while self.present.load(Ordering::SeqCst) && !process::interrupted() {
            for (asked, path) in &reads {
                let _ = self.tally.ask(&self.staff, *asked, ("GET", path), None);
            }
            let _ = process::pause(BETWEEN_ROUNDS);
        }
    }

    /// Nobody begins another purchase.
    pub fn stop_shopping(&self) {
        self.shopping.store(false, Ordering::SeqCst);
    }

    /// Everybody leaves, even those who still wait.
    pub fn leave(&self) {
        self.stop_shopping();
        self.present.store(false, Ordering::SeqCst);
    }

    /// Customers whose last purchase is not done.
    pub fn inside(&self) -> usize {
        self.inside.load(Ordering::SeqCst)
    }

    /// The orders placed so far.
    pub fn orders(&self) -> Vec<String> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a capability's own route answers.
    pub fn is_served(&self, capability: Capability) -> bool {
        let mut own = self.reads().into_iter().filter(|(asked, _)| *asked == capability);
        own.all(|(asked, path)| self.tally.ask(&self.staff, asked, ("GET", &path), None).is_ok())
    }

    /// A cheap route of everybody.
    fn reads(&self) -> Vec<(Capability, String)> {
        reads(self.skus.first().map_or("", String::as_str), &self.known_cart, self.known_order)
    }

    /// One purchase; `None` when somebody who is needed was away, or the crowd left.
    fn buy(&self, sku: &str) -> Option<String> {
        let cart = self.fill_cart(sku);
        let wanted = json!({
            "currency": "EUR", "lines": [{ "sku": sku, "quantity": 1 }],
            "ship_to": { "country": "DE", "postal_code": "10115" }
        });
        let quote = text(&self.post(Capability::Catalog, "/v1/quotes", &wanted).ok()?, "quote").ok()?;
        let options = self.post(Capability::Shipping, "/v1/shipping-quotes", &json!({ "quote": quote })).ok()?;
        let shipping_quote = text(entries(&options).first()?, "shipping_quote").ok()?;
        // A mailbox gets the mails of few orders: the end of the quote's signature tells the customers apart.
        let email = format!("amina-{}@example.com", shipping_quote.get(shipping_quote.len() - 12..)?);
        let mut order = json!({
            "quote": quote, "shipping_quote": shipping_quote, "payment_method": "pm_card_visa",
            "email": email,
            "ship_to": {
                "name": "Amina Haddad", "line1": "Invalidenstraße 116", "city": "Berlin",
                "postal_code": "10115", "country": "DE"
            }
        });
        if let (Some(cart), Some(fields)) = (cart, order.as_object_mut()) {
            fields.insert("cart_id".to_owned(), cart.into());
        }
        self.place(&order)
    }

    /// Without a cart one can order as well.
    fn fill_cart(&self, sku: &str) -> Option<String> {
        let opened = self.post(Capability::Carts, "/v1/carts", &json!({})).ok()?;
        let (cart, token) = (text(&opened, "id").ok()?, text(&opened, "guest_token").ok()?);
        let guest = self.guest.holding(&token);
        let line = format!("/v1/carts/{cart}/lines/{sku}");
        let filled = self.tally.ask(&guest, Capability::Carts, ("PUT", &line), Some(&json!({ "quantity": 1 })));
        filled.ok().map(|_| cart)
    }

    /// A request that got no answer may have been heard all the same: only the same one again tells.
    fn place(&self, order: &Value) -> Option<String> {
        while self.present.load(Ordering::SeqCst) {
            match self.post(Capability::Orders, "/v1/orders", order) {
                Ok(placed) => return text(&placed, "id").ok(),
                Err(Verdict::Away) => process::pause(BEFORE_ANOTHER_TRY).ok()?,
                Err(_) => return None,
            }
        }
        None
    }

    fn post(&self, asked: Capability, path: &str, body: &Value) -> Result<Value, Verdict> {
        self.tally.ask(&self.guest, asked, ("POST", path), Some(body)).map(|answer| answer.body)
    }
}

fn reads(sku: &str, cart: &str, order: &str) -> Vec<(Capability, String)> {
    vec![
        (Capability::Users, "/v1/users/me".to_owned()),
        (Capability::Catalog, format!("/v1/variants?sku={sku}")),
        (Capability::Inventory, format!("/v1/stock/{sku}")),
        (Capability::Carts, format!("/v1/carts/{cart}")),
        (Capability::Orders, format!("/v1/orders/{order}")),
        (Capability::Payments, format!("/v1/payments?order_id={order}")),
        (Capability::Shipping, "/v1/shipping-zones".to_owned()),
        (Capability::Notifications, format!("/v1/notifications?order_id={order}")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::routes::ROUTES;

    #[test]
    fn everybody_is_asked_for_a_route_that_is_theirs() {
        let reads = reads("{sku}", "{id}", "{id}");
        let asked: Vec<Capability> = reads.iter().map(|(asked, _)| *asked).collect();
        assert_eq!(asked, Capability::ALL);
        for (asked, path) in reads {
            let path = path.split('?').next().unwrap();
            let route = ROUTES.iter().find(|route| route.method == "GET" && route.path == path);
            assert_eq!(route.map(|route| route.owner), Some(asked), "{path}");
        }
    }
}
