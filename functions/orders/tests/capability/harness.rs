//! Orders on a test bench, quotes to order with, and participants that reply to every command.

use chassis::Env;
use chassis::testing::bench::Parts;
use chassis::testing::connector::WireService;
use chassis::testing::signing::{STAGE, jwks, signer};
use chassis::testing::{Bench, EmbeddedDynamo, Request, Response, Sent};
use events::ids::{OrderId, QuoteId, ShippingQuoteId, UserId};
use events::inventory::{ReservationCommitted, ReservationReleased, StockReserved};
use events::payments::{PaymentAuthorized, PaymentCaptured, PaymentDeclined, PaymentRefunded, PaymentVoided};
use events::quotes::{
    Destination, QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims, QuotedLine, SHIPPING_QUOTE_TYP, ShippingQuoteClaims,
};
use events::shipping::{ShipmentCanceled, ShipmentCreated, ShipmentDelivered, ShipmentDispatched};
use events::users::Role;
use events::{Capability, Currency, Envelope, Message, Money};
use orders::{Config, GuestKey, Orders};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Keys of guests' tokens by number: 32 bytes in base64url.
pub const GUEST_KEYS: [(u32, &str); 2] =
    [(1, "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"), (2, "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI")];
/// The key of guests' pseudonyms.
pub const GUESTS_KEY: &str = "AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM";
/// The total of the sample quotes.
pub const TOTAL: i64 = 2 * 1500 - 300 + 189 + 999 + 190 + 490 + 93;

pub struct Harness {
    pub bench: Bench<Orders>,
    pub ada: UserId,
}

fn config() -> Config {
    let env = Env::from_fn(|name| {
        Some(match name {
            "STAGE" => STAGE.to_owned(),
            "USERS_JWKS" => jwks("users"),
            "CATALOG_JWKS" => jwks("catalog"),
            "SHIPPING_JWKS" => jwks("shipping"),
            "PAY_WITHIN_MINUTES" => "30".to_owned(),
            "COMPLETE_AFTER_DAYS" => "14".to_owned(),
            "OPEN_ORDERS_PER_CUSTOMER" => "5".to_owned(),
            "OPEN_ORDERS_PER_NETWORK" => "20".to_owned(),
            "DECLINES_PER_CUSTOMER" => "6".to_owned(),
            "DECLINES_PER_NETWORK" => "8".to_owned(),
            "GUEST_KEYS" => "1".to_owned(),
            "GUEST_TOKEN_DAYS" => "90".to_owned(),
            other => other.to_lowercase(),
        })
    });
    Config::from_env(&env).unwrap()
}

pub fn build(parts: &mut Parts) -> Orders {
    build_with(&[1], parts)
}

/// With these keys of guests' tokens, of which the first signs.
fn build_with(numbers: &[u32], parts: &mut Parts) -> Orders {
    let known: HashMap<u32, &str> = GUEST_KEYS.into();
    let key = |number: &u32| GuestKey {
        number: *number,
        secret: parts.secret(&format!("guest/{number}"), known[number].to_owned()),
    };
    let guest_keys = numbers.iter().map(key).collect();
    build_of(guest_keys, parts)
}

fn build_of(guest_keys: Vec<GuestKey>, parts: &mut Parts) -> Orders {
    let limits_key = parts.secret("limits_key_parameter", "A".repeat(43));
    let guests_key = parts.secret("guests_key_parameter", GUESTS_KEY.to_owned());
    Orders::new(parts.table.clone(), parts.wiring.clone(), config(), guest_keys, limits_key, guests_key)
}

impl Harness {
    pub fn new() -> Self {
        Self { bench: Bench::new(build), ada: UserId::from_bits(1) }
    }

    /// The same table, while or after a key of guests' tokens is replaced.
    pub fn redeployed_with(self, guest_keys: &[u32]) -> Self {
        self.restarted(|parts| build_with(guest_keys, parts))
    }

    /// The same table in a new process, for which a parameter store like this keeps the first key of guests' tokens.
    pub fn restarted_with(self, store: WireService) -> Self {
        self.restarted(|parts| build_of(vec![GuestKey { number: 1, secret: parts.secret_of("guest/1", store) }], parts))
    }

    fn restarted(self, build: impl FnOnce(&mut Parts) -> Orders) -> Self {
        let Self { bench: Bench { world, dynamo, .. }, ada } = self;
        let bench = Bench::on(dynamo, build);
        bench.world.pass_seconds(world.now().seconds_since(bench.world.now()));
        Self { bench, ada }
    }

    /// On a table without a stream, which is fit for many items. Nothing can be relayed there.
    pub fn for_many_orders() -> Self {
        let dynamo = EmbeddedDynamo::without_stream(Capability::Orders);
        Self { bench: Bench::on(dynamo, build), ada: UserId::from_bits(1) }
    }

    /// So many more orders like this one.
    pub fn copy(&self, order: &Value, count: u128) -> Vec<OrderId> {
        let first: OrderId = order["id"]["S"].as_str().unwrap().parse().unwrap();
        let ids: Vec<_> = (1..=count).map(|number| OrderId::from_bits(first.bits() + number)).collect();
        for id in &ids {
            let mut copy = order.clone();
            (copy["pk"], copy["id"]) = (json!({"S": id.to_string()}), json!({"S": id.to_string()}));
            self.bench.dynamo.put(&copy);
        }
        ids
    }

    pub fn ada_token(&self) -> String {
        self.bench.token(self.ada, &[Role::Customer])
    }

    /// A price quote for anyone.
    pub fn quote(&self, number: u128) -> QuoteClaims {
        let line = |sku: &str, quantity, unit_price, discount, tax| QuotedLine {
            sku: sku.parse().unwrap(),
            title: format!("Fine {sku}"),
            quantity,
            unit_price,
            discount,
            tax,
            weight_grams: 250,
        };
        let now = self.bench.world.now();
        QuoteClaims {
            iss: "catalog".to_owned(),
            aud: QUOTE_AUDIENCE.to_owned(),
            stage: STAGE.to_owned(),
            jti: QuoteId::from_bits(QuoteId::new(now, [9; 10]).bits() + number),
            sub: None,
            currency: Currency::EUR,
            ship_to: Destination {
                country: "DE".parse().unwrap(),
                region: None,
                postal_code: Some("10115".to_owned()),
            },
            lines: vec![line("TEA-1", 2, 1500, 300, 189), line("MUG-1", 1, 999, 0, 190)],
            terms: None,
            iat: now.seconds(),
            exp: now.seconds() + 900,
        }
    }

    /// A shipping quote that matches a price quote.
    pub fn shipping_quote(&self, quote: &QuoteClaims) -> ShippingQuoteClaims {
        ShippingQuoteClaims {
            iss: "shipping".to_owned(),
            aud: QUOTE_AUDIENCE.to_owned(),
            stage: quote.stage.clone(),
            jti: ShippingQuoteId::from_bits(quote.jti.bits() + 1),
            quote: quote.jti,
            service: "standard".to_owned(),
            currency: quote.currency,
            amount: 490,
            tax: 93,
            iat: quote.iat,
            exp: quote.exp,
        }
    }

    /// The body of a customer's order.
    pub fn body(&self, quote: &QuoteClaims) -> Value {
        json!({
            "quote": signer("catalog").sign(QUOTE_TYP, quote).unwrap(),
            "shipping_quote": signer("shipping").sign(SHIPPING_QUOTE_TYP, &self.shipping_quote(quote)).unwrap(),
            "payment_method": "pm_card_visa",
            "ship_to": {"name": "Ada Lovelace", "line1": "1 Analytical Way", "city": "Berlin",
                "postal_code": "10115", "country": "DE"},
        })
    }

    /// The body of a guest's order.
    pub fn guest_body(&self, quote: &QuoteClaims) -> Value {
        let mut body = self.body(quote);
        body["email"] = json!("guest@example.com");
        body
    }

    pub async fn post(&self, body: &Value) -> Response {
        self.bench.http(Request::post("/v1/orders", body).bearer(&self.ada_token())).await
    }

    pub async fn post_as_guest(&self, body: &Value) -> Response {
        self.bench.http(Request::post("/v1/orders", body)).await
    }

    /// An order of Ada's, placed and relayed. Its messages are dropped.
    pub async fn placed(&self, number: u128) -> OrderId {
        let quote = self.quote(number);
        let answer = self.post(&self.body(&quote)).await;
        assert_eq!(answer.status, 202, "{:?}", answer.body);
        self.bench.relay().await.unwrap();
        self.bench.queues.take();
        quote.jti.order()
    }

    /// An order of Ada's that awaits payment.
    pub async fn awaiting_payment(&self, number: u128) -> OrderId {
        let order = self.placed(number).await;
        self.receive(2, &reserved(order)).await;
        self.bench.queues.take();
        order
    }

    /// An order of Ada's that is confirmed and whose shipment waits for dispatch.
    pub async fn confirmed(&self, number: u128) -> OrderId {
        let order = self.awaiting_payment(number).await;
        self.receive(2, &authorized(order, 1)).await;
        self.settle().await;
        order
    }

    /// Delivers the message of transition `seq` of its sender's item.
    pub async fn receive<M: Message>(&self, seq: u64, message: &M) {
        self.bench.receive(&self.subject(message), seq, message).await;
    }

    pub fn envelope<M: Message>(&self, seq: u64, message: &M) -> Envelope<Value> {
        self.bench.envelope(&self.subject(message), seq, message)
    }

    fn subject<M: Message>(&self, message: &M) -> String {
        let data = serde_json::to_value(message).unwrap();
        let ids = ["reservation_id", "payment_id", "shipment_id", "order_id"];
        ids.iter().find_map(|id| data[id].as_str()).unwrap().to_owned()
    }

    /// Lets the participants reply to every command until no message is under way. Returns everything that was sent.
    pub async fn settle(&self) -> Vec<Sent> {
        let mut all = Vec::new();
        loop {
            self.bench.relay().await.unwrap();
            let sent = self.bench.queues.take();
            let carried_on = |sent: &Sent| {
                let actor = sent.envelope.actor.clone();
                self.reply(sent).map(|reply| Envelope { actor, ..reply })
            };
            let replies: Vec<_> = sent.iter().filter_map(carried_on).collect();
            all.extend(sent);
            if replies.is_empty() {
                return all;
            }
            assert_eq!(self.bench.deliver(&replies).await, Vec::<usize>::new());
        }
    }

    /// The reply of a participant. Its item's transition has the number of the command's, so that a repeated command gets the
    /// same reply.
    fn reply(&self, sent: &Sent) -> Option<Envelope<Value>> {
        let kind = sent.kind().split('.').nth(1)?;
        let order: OrderId = sent.envelope.data["order_id"].as_str()?.parse().ok()?;
        let seq: u64 = sent.envelope.id.split('/').nth(1)?.parse().ok()?;
        let attempt = sent.envelope.data["attempt"].as_u64().unwrap_or(0) as u32;
        let (reservation_id, payment_id, shipment_id) = (order.reservation(), order.payment(), order.shipment());
        let order_id = order;
        Some(match kind {
            "reserve_stock" => self.envelope(seq, &reserved(order)),
            "commit_reservation" => self.envelope(seq, &ReservationCommitted { order_id, reservation_id }),
            "release_reservation" => self.envelope(seq, &ReservationReleased { order_id, reservation_id }),
            "authorize_payment" => self.envelope(seq, &authorized(order, attempt)),
            "capture_payment" => self.envelope(seq, &PaymentCaptured { order_id, payment_id, amount: total() }),
            "void_payment" => self.envelope(seq, &PaymentVoided { order_id, payment_id }),
            "create_shipment" => self.envelope(seq, &ShipmentCreated { order_id, shipment_id }),
            "cancel_shipment" => self.envelope(seq, &ShipmentCanceled { order_id, shipment_id }),
            _ => return None,
        })
    }

    /// The items with that sort key.
    pub fn items(&self, sort_key: &str) -> Vec<Value> {
        let mut items = self.bench.dynamo.items();
        items.retain(|item| item["sk"]["S"] == sort_key);
        items
    }

    pub async fn order(&self, id: OrderId) -> Value {
        let answer = self.bench.http(Request::get(&format!("/v1/orders/{id}")).bearer(&self.bench.staff())).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        answer.body
    }

    /// Status, payment state and fulfillment state.
    pub async fn states(&self, id: OrderId) -> [String; 3] {
        let order = self.order(id).await;
        ["status", "payment_state", "fulfillment_state"].map(|field| order[field].as_str().unwrap().to_owned())
    }

    pub async fn diagnosis(&self, id: OrderId) -> Value {
        let target = format!("/v1/orders/{id}/diagnosis");
        self.bench.http(Request::get(&target).bearer(&self.bench.staff())).await.body
    }

    pub async fn act(&self, id: OrderId, what: &str, body: Value) -> Response {
        self.bench.http(Request::post(&format!("/v1/orders/{id}/{what}"), body).bearer(&self.ada_token())).await
    }

    pub async fn cancel(&self, id: OrderId) -> Response {
        self.act(id, "cancellation", json!({})).await
    }
}

/// The types of the messages without capability and version, sorted.
pub fn kinds(sent: &[Sent]) -> Vec<&str> {
    let mut kinds: Vec<_> = sent.iter().map(|sent| sent.kind().split('.').nth(1).unwrap()).collect();
    kinds.sort_unstable();
    kinds
}

pub fn total() -> Money {
    Money::new(TOTAL, Currency::EUR)
}

pub fn reserved(order_id: OrderId) -> StockReserved {
    StockReserved { order_id, reservation_id: order_id.reservation() }
}

pub fn authorized(order_id: OrderId, attempt: u32) -> PaymentAuthorized {
    PaymentAuthorized { order_id, payment_id: order_id.payment(), attempt, amount: total(), capture_before: None }
}

pub fn declined(order_id: OrderId, attempt: u32) -> PaymentDeclined {
    PaymentDeclined { order_id, payment_id: order_id.payment(), attempt, reason: "card_declined".to_owned() }
}

pub fn dispatched(order_id: OrderId) -> ShipmentDispatched {
    let (carrier, tracking_number) = ("dhl".to_owned(), "0034".to_owned());
    ShipmentDispatched { order_id, shipment_id: order_id.shipment(), carrier, tracking_number, seq: 2 }
}

pub fn delivered(order_id: OrderId) -> ShipmentDelivered {
    ShipmentDelivered { order_id, shipment_id: order_id.shipment() }
}

pub fn refunded(order_id: OrderId, refund: u128, amount: i64, total_refunded: i64) -> PaymentRefunded {
    PaymentRefunded {
        order_id,
        payment_id: order_id.payment(),
        refund_id: events::ids::RefundId::from_bits(refund),
        cause: format!("refund-{refund}"),
        amount: Money::new(amount, Currency::EUR),
        total_refunded: Money::new(total_refunded, Currency::EUR),
    }
}
