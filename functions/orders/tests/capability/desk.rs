//! An order desk on a bench, quotes to order with, and polite neighbours that answer every question.

use chassis::Env;
use chassis::testing::signing::{STAGE, jwks, signer};
use chassis::testing::{Bench, Request, Response, Sent};
use events::ids::{OrderId, QuoteId, ShippingQuoteId, UserId};
use events::inventory::{ReservationCommitted, ReservationReleased, StockReserved};

use events::payments::{PaymentAuthorized, PaymentCaptured, PaymentDeclined, PaymentRefunded, PaymentVoided};
use events::quotes::{
    Destination, QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims, QuotedLine, SHIPPING_QUOTE_TYP, ShippingQuoteClaims,
};
use events::shipping::{ShipmentCanceled, ShipmentCreated, ShipmentDelivered, ShipmentDispatched};
use events::users::Role;
use events::{Currency, Envelope, Message, Money};
use orders::config::Config;
use orders::service::Orders;
use orders::service::guests::GuestTokens;
use orders::service::quotes::Quotes;
use orders::store::Store;
use serde_json::{Value, json};

/// 32 bytes in base64url.
pub const GUEST_KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
/// What the sample quotes come to.
pub const TOTAL: i64 = 2 * 1500 - 300 + 189 + 999 + 190 + 490 + 93;

pub struct Desk {
    pub bench: Bench<Orders>,
    pub ada: UserId,
}

pub fn config() -> Config {
    let env = Env::from_fn(|name| {
        Some(match name {
            "USERS_JWKS" => jwks("users"),
            "CATALOG_JWKS" => jwks("catalog"),
            "SHIPPING_JWKS" => jwks("shipping"),
            "PAY_WITHIN_MINUTES" => "30".to_owned(),
            "OPEN_ORDERS_PER_CUSTOMER" => "5".to_owned(),
            "OPEN_ORDERS_PER_NETWORK" => "20".to_owned(),
            other => other.to_lowercase(),
        })
    });
    Config::from_env(&env).unwrap()
}

impl Desk {
    pub fn open() -> Self {
        let config = config();
        let bench = Bench::new(|parts| Orders {
            wiring: parts.wiring.clone(),
            store: Store::new(parts.table.clone()),
            quotes: Quotes { catalog: config.catalog, shipping: config.shipping, stage: STAGE.to_owned() },
            seconds_to_pay: config.seconds_to_pay,
            limits: config.limits,
            guests: GuestTokens::new(parts.secret("guest_key_parameter", GUEST_KEY.to_owned())),
        });
        Self { bench, ada: UserId::from_bits(1) }
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
            iat: now.seconds(),
            exp: now.seconds() + 900,
        }
    }

    /// A shipping quote that goes with a price quote.
    pub fn carriage(&self, quote: &QuoteClaims) -> ShippingQuoteClaims {
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

    /// The body of an order by whoever is signed in.
    pub fn body(&self, quote: &QuoteClaims) -> Value {
        json!({
            "quote": signer("catalog").sign(QUOTE_TYP, quote).unwrap(),
            "shipping_quote": signer("shipping").sign(SHIPPING_QUOTE_TYP, &self.carriage(quote)).unwrap(),
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

    /// An order of Ada's, placed and relayed; what was sent is forgotten.
    pub async fn placed(&self, number: u128) -> OrderId {
        let quote = self.quote(number);
        let answer = self.post(&self.body(&quote)).await;
        assert_eq!(answer.status, 202, "{:?}", answer.body);
        self.bench.relay().await.unwrap();
        self.bench.queues.take();
        quote.jti.order()
    }

    /// An order of Ada's that waits for money.
    pub async fn awaiting_payment(&self, number: u128) -> OrderId {
        let order = self.placed(number).await;
        self.hear(2, &reserved(order)).await;
        self.bench.queues.take();
        order
    }

    /// An order of Ada's that stands and whose shipment waits.
    pub async fn confirmed(&self, number: u128) -> OrderId {
        let order = self.awaiting_payment(number).await;
        self.hear(2, &authorized(order, 1)).await;
        self.settle().await;
        order
    }

    /// Hears a message in transition `seq` of its sender's item.
    pub async fn hear<M: Message>(&self, seq: u64, message: &M) {
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

    /// Lets the neighbours answer every question, and the answers what follows, until all is quiet. Everything sent.
    pub async fn settle(&self) -> Vec<Sent> {
        let mut all = Vec::new();
        loop {
            self.bench.relay().await.unwrap();
            let sent = self.bench.queues.take();
            let answers: Vec<_> = sent.iter().filter_map(|sent| self.polite(sent)).collect();
            all.extend(sent);
            if answers.is_empty() {
                return all;
            }
            assert_eq!(self.bench.deliver(&answers).await, Vec::<usize>::new());
        }
    }

    /// What a neighbour in good health answers. Its item's transition is taken from the question's, so that a question
    /// asked again gets the same answer again.
    fn polite(&self, sent: &Sent) -> Option<Envelope<Value>> {
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

    /// What lies in the table under that sort key.
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

/// The names of what was sent, without capability and version.
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
    ShipmentDispatched { order_id, shipment_id: order_id.shipment(), carrier, tracking_number }
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
