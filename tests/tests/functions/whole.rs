//! All eight capabilities in one process; this module delivers the messages between them.

use super::benches;
use chassis::testing::{Bench, EmbeddedDynamo, RecordedQueues, Request, Response, Sent};
use chassis::tokens::Verifier;
use events::quotes::{QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims};
use events::{Capability, Envelope};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A shop that sells three kinds of tea to Germany.
pub struct Shop {
    pub users: Bench<users::Users>,
    pub catalog: Bench<catalog::Catalog>,
    pub inventory: Bench<inventory::Inventory>,
    pub carts: Bench<carts::Carts>,
    pub orders: Bench<orders::Orders>,
    pub payments: Bench<payments::Payments>,
    pub shipping: Bench<shipping::Shipping>,
    pub notifications: Bench<notifications::Notifications>,
    sent: BTreeMap<String, u64>,
}

pub const SKUS: [&str; 3] = ["TEA-1", "TEA-2", "TEA-3"];

/// The usage of tables and queues.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Tenths of write request units, per capability.
    pub written: BTreeMap<&'static str, u64>,
    /// Tenths of read request units, per capability.
    pub read: BTreeMap<&'static str, u64>,
    /// Messages by type, timers included.
    pub messages: BTreeMap<String, u64>,
}

impl Cost {
    /// Write request units of all capabilities, in tenths.
    pub fn all_written(&self) -> u64 {
        self.written.values().sum()
    }

    /// Read request units of all capabilities, in tenths.
    pub fn all_read(&self) -> u64 {
        self.read.values().sum()
    }

    pub fn all_messages(&self) -> u64 {
        self.messages.values().sum()
    }
}

impl Shop {
    /// A shop with stock, prices and a shipping zone.
    pub async fn open() -> Self {
        let mut shop = Self {
            users: benches::users(),
            catalog: benches::catalog(),
            inventory: benches::inventory(),
            carts: benches::carts(),
            orders: benches::orders(),
            payments: benches::payments(),
            shipping: benches::shipping(),
            notifications: benches::notifications(),
            sent: BTreeMap::new(),
        };
        shop.set_up().await;
        shop
    }

    async fn set_up(&mut self) {
        let staff = self.catalog.staff();
        let rate = json!({"country": "DE", "tax_class": "reduced", "rate_basis_points": 700});
        done(&self.catalog.http(Request::put("/v1/tax-rates/de-reduced", rate).bearer(&staff)).await);
        done(&self.catalog.http(Request::put("/v1/categories/tea", json!({"name": "Tea"})).bearer(&staff)).await);
        for sku in SKUS {
            let variant = json!({"sku": sku, "title": "100 g", "options": {}, "weight_grams": 130,
                "prices": [{"amount": 690, "currency": "EUR"}]});
            let product = json!({"title": sku, "slug": sku.to_lowercase(), "description": "Tea", "category": "tea",
                "tax_class": "reduced", "variants": [variant]});
            done(&self.catalog.http(Request::post("/v1/products", product).bearer(&staff)).await);
            let receipt =
                Request::post(&format!("/v1/stock/{sku}/adjustments"), json!({"delta": 50, "reason": "receipt"}));
            done(&self.inventory.http(receipt.bearer(&staff).header("idempotency-key", sku)).await);
        }
        let service = json!({"code": "standard", "name": "Parcel", "min_days": 1, "max_days": 3,
            "rates": [{"currency": "EUR", "base": 490, "per_kg": 0}]});
        let zone = json!({"name": "Germany", "countries": ["DE"], "tax_basis_points": 1900, "services": [service]});
        done(&self.shipping.http(Request::put("/v1/shipping-zones/germany", zone).bearer(&staff)).await);
        self.settle().await;
        self.take_cost();
    }

    /// The body of an order for one of each SKU, from a cart.
    pub async fn order_of_three_lines(&self) -> Value {
        let opened = self.carts.http(Request::new("POST", "/v1/carts")).await.body;
        let (cart, token) = (opened["id"].clone(), opened["guest_token"].as_str().unwrap());
        for sku in SKUS {
            let path = format!("/v1/carts/{}/lines/{sku}", cart.as_str().unwrap());
            let line = Request::put(&path, json!({"quantity": 1})).header("x-guest-token", token);
            done(&self.carts.http(line).await);
        }
        let lines: Vec<_> = SKUS.iter().map(|sku| json!({"sku": sku, "quantity": 1})).collect();
        let wanted = json!({"currency": "EUR", "lines": lines, "ship_to": {"country": "DE"}});
        let quote = self.catalog.http(Request::post("/v1/quotes", wanted)).await.body["quote"].clone();
        let shipping_quote = self.shipping.http(Request::post("/v1/shipping-quotes", json!({"quote": quote}))).await;
        json!({"quote": quote, "shipping_quote": shipping_quote.body["items"][0]["shipping_quote"],
            "payment_method": "pm_card_visa", "cart_id": cart, "email": "ada@example.com",
            "ship_to": {"name": "Ada", "line1": "1 Analytical Way", "city": "Berlin", "postal_code": "10115", "country": "DE"}})
    }

    /// Delivers messages and stream records until only reminders are left.
    pub async fn settle(&mut self) {
        self.settle_without(None).await;
    }

    /// The same while one capability is away for so long that its messages are given up.
    pub async fn settle_without(&mut self, away: Option<Capability>) {
        loop {
            self.relay().await;
            let under_way: Vec<Sent> = self.all_queues().into_iter().flat_map(RecordedQueues::take).collect();
            for message in &under_way {
                *self.sent.entry(message.kind().to_owned()).or_default() += 1;
            }
            let arrives = |message: &Sent| message.delay_seconds == 0 && Some(message.to) != away;
            let due: Vec<Sent> = under_way.into_iter().filter(arrives).collect();
            if due.is_empty() {
                return;
            }
            for message in due {
                let kind = message.kind().to_owned();
                let again = self.deliver(message.to, message.envelope).await;
                assert!(again.is_empty(), "{kind} comes again");
            }
        }
    }

    /// The usage since the last call.
    pub fn take_cost(&mut self) -> Cost {
        let mut cost = Cost { messages: std::mem::take(&mut self.sent), ..Cost::default() };
        for (name, dynamo) in self.tables() {
            let calls = dynamo.take_calls();
            let units = |reads: bool| {
                calls.iter().filter(|call| call.is_read() == reads).map(|call| call.tenths_of_units).sum()
            };
            for (side, tenths) in [(&mut cost.written, units(false)), (&mut cost.read, units(true))] {
                if tenths > 0 {
                    side.insert(name, tenths);
                }
            }
        }
        cost
    }

    async fn deliver(&self, to: Capability, envelope: Envelope<Value>) -> Vec<usize> {
        let batch = [envelope];
        match to {
            Capability::Users => self.users.deliver(&batch).await,
            Capability::Catalog => self.catalog.deliver(&batch).await,
            Capability::Inventory => self.inventory.deliver(&batch).await,
            Capability::Carts => self.carts.deliver(&batch).await,
            Capability::Orders => self.orders.deliver(&batch).await,
            Capability::Payments => self.payments.deliver(&batch).await,
            Capability::Shipping => self.shipping.deliver(&batch).await,
            Capability::Notifications => self.notifications.deliver(&batch).await,
        }
    }

    async fn relay(&self) {
        self.users.relay().await.unwrap();
        self.inventory.relay().await.unwrap();
        self.orders.relay().await.unwrap();
        self.payments.relay().await.unwrap();
        self.shipping.relay().await.unwrap();
    }

    fn all_queues(&self) -> [&RecordedQueues; 8] {
        [
            &self.users.queues,
            &self.catalog.queues,
            &self.inventory.queues,
            &self.carts.queues,
            &self.orders.queues,
            &self.payments.queues,
            &self.shipping.queues,
            &self.notifications.queues,
        ]
    }

    /// What each capability could not handle.
    pub fn dead_lettered(&self) -> Vec<(&'static str, Vec<String>)> {
        let names = self.tables().map(|(name, _)| name);
        names.into_iter().zip(self.all_queues().map(RecordedQueues::dead_lettered)).collect()
    }

    /// Every capability's table.
    pub fn tables(&self) -> [(&'static str, &EmbeddedDynamo); 8] {
        [
            ("users", &self.users.dynamo),
            ("catalog", &self.catalog.dynamo),
            ("inventory", &self.inventory.dynamo),
            ("carts", &self.carts.dynamo),
            ("orders", &self.orders.dynamo),
            ("payments", &self.payments.dynamo),
            ("shipping", &self.shipping.dynamo),
            ("notifications", &self.notifications.dynamo),
        ]
    }
}

/// The claims of a quote in an order's body.
pub fn claims(keys: &Verifier, order: &Value) -> QuoteClaims {
    let expected = chassis::tokens::Expected { typ: QUOTE_TYP, issuer: "catalog", audience: QUOTE_AUDIENCE };
    keys.verify(order["quote"].as_str().unwrap(), expected).unwrap()
}

fn done(response: &Response) {
    assert!(response.status < 300, "{response:?}");
}
