//! The work of each function: a frequent request and a message. Every message is about another resource that exists, so none is
//! a repeat; ten reservations in a row are of ten SKUs. The lists of `users`, `payments` and `notifications` are empty.

use chassis::testing::signing::{API_URL, STAFF, STAGE, jwks, permissions_of, signer, stepped_up_token};
use chassis::testing::sqs::URL_PREFIX;
use chassis::testing::{EmbeddedDynamo, Request};
use events::Capability;
use events::Currency;
use events::Timestamp;
use events::ids::{OrderId, QuoteId, ShippingQuoteId, UserId};
use events::quotes::{
    Destination, QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims, QuotedLine, SHIPPING_QUOTE_TYP, ShippingQuoteClaims,
};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

pub mod pages;

const SKU: &str = "TEA-MINT-100";
/// The partition key of its stock item.
pub const STOCK_ITEM: &str = "stock#TEA-MINT-100";
/// The beginning of the partition keys of all balances.
pub const BALANCES: &str = "balances";
/// What [`booking`] adds to cash, in minor units.
pub const BOOKED_CASH: i64 = 3_558;
/// The number of SKUs in stock.
const SKUS: u64 = 10;

#[derive(Debug, Clone, Copy)]
pub struct Work {
    pub of: Capability,
    /// Method and path template of its request.
    pub request: &'static str,
    /// The type of its message.
    pub message: &'static str,
}

pub const ALL: [Work; 8] = [
    Work { of: Capability::Users, request: "GET /v1/users/me/addresses", message: "users.grant_role.v2" },
    Work { of: Capability::Catalog, request: "GET /v1/products", message: "inventory.stock_level_changed.v1" },
    Work { of: Capability::Inventory, request: "GET /v1/stock/{sku}", message: "inventory.reserve_stock.v1" },
    Work { of: Capability::Carts, request: "POST /v1/carts", message: "orders.order_placed.v1" },
    Work { of: Capability::Orders, request: "POST /v1/orders", message: "inventory.stock_reserved.v1" },
    Work { of: Capability::Payments, request: "GET /v1/payments", message: "payments.authorize_payment.v1" },
    Work { of: Capability::Shipping, request: "POST /v1/shipping-quotes", message: "shipping.create_shipment.v1" },
    Work { of: Capability::Notifications, request: "GET /v1/notifications", message: "orders.order_placed.v1" },
];

/// The environment of any function behind the API; each reads a part of it.
pub fn environment(of: Capability, table: &str, url: &str, certificates: &Path) -> Vec<(String, String)> {
    let fixed = [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_SESSION_TOKEN", "test"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "bench"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
        ("APP", "souk"),
        ("STAGE", STAGE),
        ("ENVIRONMENT", "development"),
        ("PLATFORM_ENVIRONMENT", "development"),
        ("QUEUE_URL_PREFIX", URL_PREFIX),
        ("LOG_LEVEL", "info"),
        ("API_URL", API_URL),
        ("SHOP_NAME", "souk"),
        ("PAGES", "true"),
        ("SECOND_FACTOR", "required"),
        ("EDGE_SECRET_DIGESTS", ","),
        ("PAYMENT_PROVIDER", "sandbox"),
        ("MAIL_FROM", "shop@example.com"),
        ("MAIL_CONFIGURATION_SET", "souk-test"),
        ("MAIL_FEEDBACK_TOPIC", "arn:aws:sns:eu-central-1:123456789012:souk-test-mail-feedback"),
        ("MAX_SIGN_UPS", "1000000"),
        ("PAY_WITHIN_MINUTES", "30"),
        ("COMPLETE_AFTER_DAYS", "14"),
        ("OPEN_ORDERS_PER_CUSTOMER", "1000000"),
        ("OPEN_ORDERS_PER_NETWORK", "1000000"),
        ("DECLINES_PER_CUSTOMER", "1000000"),
        ("DECLINES_PER_NETWORK", "1000000"),
        ("UNITS_PER_ORDER", "100"),
        ("GUEST_KEY_PARAMETERS", "/souk/test/keys/orders-guest"),
        ("GUEST_KEYS", "1"),
        ("GUEST_TOKEN_DAYS", "90"),
    ];
    let mut environment: Vec<_> = fixed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    for issuer in ["users", "catalog", "shipping"] {
        environment.push((format!("{}_JWKS", issuer.to_uppercase()), jwks(issuer)));
    }
    environment.push(("SIGNING_KEY_PARAMETER".to_owned(), format!("/souk/test/keys/{of}/1")));
    environment.push(("LIMITS_KEY_PARAMETER".to_owned(), format!("/souk/test/keys/{of}-limits")));
    environment.push(("GUESTS_KEY_PARAMETER".to_owned(), "/souk/test/keys/guests".to_owned()));
    environment.push(("TABLE_NAME".to_owned(), table.to_owned()));
    // As in the templates.
    let primed = match of {
        Capability::Catalog => "5",
        _ => "1",
    };
    environment.push(("PRIME_TABLE".to_owned(), primed.to_owned()));
    environment.push(("AWS_ENDPOINT_URL".to_owned(), url.to_owned()));
    environment.push(("SSL_CERT_FILE".to_owned(), certificates.display().to_string()));
    environment
}

/// The current time of all work.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap())
}

fn staff_token() -> String {
    stepped_up_token(UserId::from_bits(99), permissions_of(&STAFF), now(), now())
}

fn staff(request: Request) -> Request {
    request.bearer(&staff_token())
}

/// The bits of the ids that belong to a number: different for each number, and always the same.
fn bits(number: u64) -> QuoteId {
    static BEGAN: OnceLock<Timestamp> = OnceLock::new();
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&number.to_be_bytes());
    QuoteId::new(*BEGAN.get_or_init(now), bytes)
}

fn order(number: u64) -> OrderId {
    bits(number).order()
}

fn email(number: u64) -> String {
    format!("ada-{number}@example.com")
}

fn product() -> Value {
    let variant = json!({"sku": SKU, "title": "100 g", "options": {}, "weight_grams": 130,
        "prices": [{"amount": 690, "currency": "EUR"}]});
    json!({"title": "Mint", "slug": "mint", "description": "Tea", "category": "tea", "tax_class": "reduced",
        "variants": [variant]})
}

fn zone() -> Value {
    let service = json!({"code": "standard", "name": "Parcel", "min_days": 1, "max_days": 3,
        "rates": [{"currency": "EUR", "base": 490, "per_kg": 0}]});
    json!({"name": "Germany", "countries": ["DE"], "tax_basis_points": 1900, "services": [service]})
}

/// A SKU in stock; the first is [`SKU`].
fn stocked(number: u64) -> String {
    format!("TEA-MINT-{}", 100 + number % SKUS)
}

fn receipt(sku: &str) -> Request {
    let receipt = json!({"delta": 1_000_000, "reason": "receipt"});
    Request::post(&format!("/v1/stock/{sku}/adjustments"), receipt).header("idempotency-key", sku)
}

/// A quote for three lines.
fn quote(number: u64) -> QuoteClaims {
    let line = |sku: &str| QuotedLine {
        sku: sku.parse().unwrap(),
        title: "Mint, 100 g".to_owned(),
        quantity: 1,
        unit_price: 690,
        discount: 0,
        tax: 48,
        weight_grams: 130,
    };
    let lines = [SKU, "TEA-SENCHA-50", "MUG-1"].map(line).into();
    let seconds = now().seconds();
    QuoteClaims {
        iss: "catalog".to_owned(),
        aud: QUOTE_AUDIENCE.to_owned(),
        stage: STAGE.to_owned(),
        jti: bits(number),
        sub: None,
        currency: Currency::EUR,
        ship_to: Destination { country: "DE".parse().unwrap(), region: None, postal_code: None },
        lines,
        terms: None,
        iat: seconds,
        exp: seconds + 900,
    }
}

fn signed(quote: &QuoteClaims) -> String {
    signer("catalog").sign(QUOTE_TYP, quote).unwrap()
}

/// The quotes of `catalog` and `shipping` for three lines.
pub fn promises(number: u64) -> (QuoteClaims, ShippingQuoteClaims) {
    let quote = quote(number);
    let shipping_quote = ShippingQuoteClaims {
        iss: "shipping".to_owned(),
        aud: QUOTE_AUDIENCE.to_owned(),
        stage: STAGE.to_owned(),
        jti: ShippingQuoteId::from_bits(quote.jti.bits()),
        quote: quote.jti,
        service: "standard".to_owned(),
        currency: Currency::EUR,
        amount: 490,
        tax: 93,
        iat: quote.iat,
        exp: quote.exp,
    };
    (quote, shipping_quote)
}

pub fn address() -> Value {
    json!({"name": "Ada", "line1": "1 Analytical Way", "city": "Berlin", "postal_code": "10115", "country": "DE"})
}

fn placed(number: u64) -> Request {
    let (quote, shipping_quote) = promises(number);
    let shipping_quote = signer("shipping").sign(SHIPPING_QUOTE_TYP, &shipping_quote).unwrap();
    let body = json!({"quote": signed(&quote), "shipping_quote": shipping_quote, "payment_method": "pm_card_visa",
        "email": email(number), "ship_to": address()});
    // Each from its own network and address, as the orders of one are counted in one item.
    Request::post("/v1/orders", body).from_address(format!("2001:db8:{:x}:{:x}::1", number >> 16, number & 0xffff))
}

impl Work {
    /// The requests that must come first.
    pub fn preparation(&self) -> Vec<Value> {
        let requests = match self.of {
            Capability::Catalog => vec![
                Request::put(
                    "/v1/tax-rates/de-reduced",
                    json!({"country": "DE", "tax_class": "reduced", "rate_basis_points": 700}),
                ),
                Request::put("/v1/categories/tea", json!({"name": "Tea"})),
                Request::post("/v1/products", product()),
            ],
            Capability::Inventory => (0..SKUS).map(|number| receipt(&stocked(number))).collect(),
            Capability::Shipping => vec![Request::put("/v1/shipping-zones/germany", zone())],
            _ => Vec::new(),
        };
        requests.into_iter().map(|request| staff(request).event()).collect()
    }

    /// The request of a number.
    pub fn request(&self, number: u64) -> Value {
        let about = order(number);
        let request = match self.of {
            Capability::Users => staff(Request::get("/v1/users/me/addresses")),
            Capability::Catalog => Request::get("/v1/products"),
            Capability::Inventory => Request::get(&format!("/v1/stock/{SKU}")),
            Capability::Carts => Request::new("POST", "/v1/carts"),
            Capability::Orders => placed(number),
            Capability::Payments => staff(Request::get(&format!("/v1/payments?order_id={about}"))),
            Capability::Shipping => Request::post("/v1/shipping-quotes", json!({"quote": signed(&quote(number))})),
            Capability::Notifications => staff(Request::get(&format!("/v1/notifications?order_id={about}"))),
        };
        request.event()
    }

    /// The next request that the message of a number needs; `made` is the response to the request before.
    pub fn needed_before(&self, number: u64, made: &Value) -> Option<Value> {
        let request = match (self.of, made["id"].as_str()) {
            (Capability::Orders, None) => placed(number),
            (Capability::Users, None) => Request::post(
                "/v1/users",
                json!({"email": email(number), "password": "a long green kettle", "name": "Ada"}),
            ),
            (Capability::Carts, None) => Request::new("POST", "/v1/carts"),
            (Capability::Carts, Some(cart)) if made["lines"] == json!([]) => {
                let token = made["guest_token"].as_str().unwrap_or_default();
                let line = Request::put(&format!("/v1/carts/{cart}/lines/{SKU}"), json!({"quantity": 3}));
                line.header("x-guest-token", token)
            }
            _ => return None,
        };
        Some(request.event())
    }

    /// What no request does alone: a user's address is verified by a token in a mail.
    pub fn complete(&self, table: &EmbeddedDynamo, made: &Value) {
        if self.of != Capability::Users {
            return;
        }
        let user = made["id"].as_str().and_then(|id| table.item(id, "profile"));
        if let Some(mut user) = user {
            user["email_verified_at"] = json!({"S": now()});
            table.put(&user);
        }
    }

    /// The published sample's message, about the resource of a number.
    pub fn message(&self, folder: &Path, number: u64, made: &Value) -> anyhow::Result<Value> {
        let named = folder.join(format!("{}.{}.json", self.message, self.of));
        let file = if named.is_file() { named } else { folder.join(format!("{}.json", self.message)) };
        let mut record = sample(&file)?;
        let mut body = about_another(record["body"].as_str().unwrap_or_default(), number);
        match self.of {
            Capability::Carts => {
                let mut envelope: Value = serde_json::from_str(&body)?;
                envelope["data"]["cart_id"] = made["id"].clone();
                body = envelope.to_string();
            }
            Capability::Users => {
                let mut envelope: Value = serde_json::from_str(&body)?;
                envelope["id"] = json!(format!("operator/{number}/{}", self.message));
                envelope["data"]["user_id"] = made["id"].clone();
                body = envelope.to_string();
            }
            Capability::Inventory => body = body.replace(SKU, &stocked(number)),
            // A level that is known already is not written again.
            Capability::Catalog => {
                let mut envelope: Value = serde_json::from_str(&body)?;
                envelope["data"]["seq"] = json!(1_000 + number);
                body = envelope.to_string();
            }
            _ => {}
        }
        record["body"] = json!(body);
        record["messageId"] = json!(number.to_string());
        Ok(record)
    }
}

/// The published sample's reservation for the order of a number: one unit of the one SKU.
pub fn reservation_of_one_sku(folder: &Path, number: u64) -> anyhow::Result<Value> {
    let mut record = sample(&folder.join("inventory.reserve_stock.v1.json"))?;
    let body = about_another(record["body"].as_str().unwrap_or_default(), number);
    let mut envelope: Value = serde_json::from_str(&body)?;
    envelope["data"]["lines"] = json!([{"sku": SKU, "quantity": 1}]);
    record["body"] = json!(envelope.to_string());
    record["messageId"] = json!(number.to_string());
    Ok(record)
}

/// The published sample's booking for the payment of a number.
pub fn booking(folder: &Path, number: u64) -> anyhow::Result<Value> {
    let mut record = sample(&folder.join("payments.entries_posted.v1.json"))?;
    record["body"] = json!(about_another(record["body"].as_str().unwrap_or_default(), number));
    record["messageId"] = json!(number.to_string());
    Ok(record)
}

/// The request for the balances.
pub fn balances() -> Value {
    staff(Request::get("/v1/ledger/balances")).event()
}

fn sample(file: &Path) -> anyhow::Result<Value> {
    let mut sample: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    Ok(sample["Records"][0].take())
}

/// The sample's message with the ids of a number.
fn about_another(body: &str, number: u64) -> String {
    let words = body.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    // Siblings differ in their prefix alone.
    let shared = words.filter_map(|word| word.split_once('_')).find(|(_, bits)| bits.len() == 26);
    match shared {
        Some((_, bits)) => body.replace(bits, order(number).to_string().trim_start_matches("order_")),
        // A message without an id differs by its number.
        None => body.replace(SKU, &format!("TEA-{number}")),
    }
}
