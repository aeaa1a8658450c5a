//! The pages that functions are measured with: one of each kind that people see often, about something that exists.

use super::{about_another, address, email, now, order, placed, promises, sample, signed, staff, staff_token, stocked};
use anyhow::ensure;
use chassis::testing::signing::{access_token, signer};
use chassis::testing::{Request, Response};
use events::Capability;
use events::quotes::SHIPPING_QUOTE_TYP;
use events::users::Role;
use serde_json::{Value, json};
use std::path::Path;

/// Products besides that of the preparation: as many as a page lists, so that there is another page.
const PRODUCTS: usize = 24;
/// Lines of the cart that is shown.
const LINES: usize = 5;
/// Numbers from here on belong to pages: no request and no message counts so far.
const FIRST: u64 = 1_000_000;

#[derive(Debug, Clone, Copy)]
pub struct Page {
    pub of: Capability,
    /// Method and path template.
    pub name: &'static str,
}

const fn page(of: Capability, name: &'static str) -> Page {
    Page { of, name }
}

pub const ALL: [Page; 15] = [
    page(Capability::Users, "GET /account"),
    page(Capability::Users, "GET /staff"),
    page(Capability::Catalog, "GET /"),
    page(Capability::Catalog, "GET /categories/{id}"),
    page(Capability::Catalog, "GET /products/{id}"),
    page(Capability::Catalog, "GET /search"),
    page(Capability::Carts, "GET /cart"),
    page(Capability::Orders, "POST /checkout/payment"),
    page(Capability::Orders, "GET /orders/{id}"),
    page(Capability::Orders, "GET /fragments/orders/{id}"),
    page(Capability::Orders, "GET /staff/orders"),
    page(Capability::Orders, "GET /staff/orders/{id}"),
    page(Capability::Payments, "GET /payments/{id}/challenge"),
    page(Capability::Shipping, "POST /checkout/delivery"),
    page(Capability::Shipping, "GET /staff/shipping"),
];

/// The next event that puts into the table what pages show, besides [`super::Work::preparation`]; `made` has what the events before
/// made.
///
/// # Errors
/// If the sample of a message cannot be read.
pub fn needed_before(of: Capability, samples: &Path, made: &[Value]) -> anyhow::Result<Option<Value>> {
    let request = match (of, made) {
        (Capability::Users, []) => Request::post(
            "/v1/users",
            json!({"email": email(FIRST), "password": "a long green kettle", "name": "Ada Lovelace"}),
        ),
        (Capability::Catalog, made) if made.len() < PRODUCTS => {
            staff(Request::post("/v1/products", product(made.len())))
        }
        (Capability::Carts, []) => Request::new("POST", "/v1/carts"),
        (Capability::Carts, [cart, lines @ ..]) if lines.len() < LINES => {
            let sku = stocked(lines.len() as u64);
            Request::put(&format!("/v1/carts/{}/lines/{sku}", text(&cart["id"])), json!({"quantity": 3}))
                .header("x-guest-token", text(&cart["guest_token"]))
        }
        (Capability::Orders, []) => placed(FIRST),
        (Capability::Payments, []) => return waiting_for_the_bank(samples).map(Some),
        (Capability::Shipping, []) => return to_pack(samples).map(Some),
        _ => return Ok(None),
    };
    Ok(Some(request.event()))
}

/// A product in two variants; a search for mint finds each.
fn product(number: usize) -> Value {
    let variant = |grams: usize| {
        json!({"sku": format!("MINT-{number}-{grams}"), "title": format!("{grams} g"), "options": {"size": format!("{grams} g")},
            "weight_grams": grams + 30, "prices": [{"amount": 7 * grams, "currency": "EUR"}]})
    };
    json!({"title": format!("Mint of garden {number}"), "slug": format!("mint-{number}"), "description": "Tea", "category": "tea",
        "tax_class": "reduced", "variants": [variant(50), variant(100)]})
}

/// What an event made: the body of an answer over HTTP, or the answer to a message.
///
/// # Errors
/// If it made nothing.
pub fn made_by(answer: Value) -> anyhow::Result<Value> {
    if answer["statusCode"].is_null() {
        ensure!(answer["batchItemFailures"] == json!([]), "{answer}");
        return Ok(answer);
    }
    let answer = Response::from_answer(&answer);
    ensure!(answer.status < 300, "{answer:?}");
    Ok(answer.body)
}

/// The HTML in an answer.
///
/// # Errors
/// If it is no page.
pub fn html_of(answer: &Value) -> anyhow::Result<String> {
    let answer = Response::from_answer(answer);
    let is_html = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    ensure!(answer.status == 200 && is_html, "{answer:?}");
    Ok(text(&answer.body).to_owned())
}

/// The message of a payment that the bank wants to be confirmed.
fn waiting_for_the_bank(samples: &Path) -> anyhow::Result<Value> {
    let mut record = sample(&samples.join("payments.authorize_payment.v1.json"))?;
    let body = about_another(text(&record["body"]), FIRST);
    record["body"] = json!(body.replace("pm_card_visa", "pm_card_requires_action"));
    Ok(json!({"Records": [record]}))
}

/// The message of a parcel that waits to be packed.
fn to_pack(samples: &Path) -> anyhow::Result<Value> {
    let mut record = sample(&samples.join("shipping.create_shipment.v1.json"))?;
    record["body"] = json!(about_another(text(&record["body"]), FIRST));
    Ok(json!({"Records": [record]}))
}

impl Page {
    /// The request for it, about what was made.
    pub fn request(&self, made: &[Value]) -> Request {
        let first = made.first().unwrap_or(&Value::Null);
        let id = text(&first["id"]);
        match self.name {
            "GET /account" => {
                let token = access_token(id.parse().unwrap(), &[Role::Customer], now());
                Request::get("/account").header("cookie", &format!("__Host-souk_access={token}"))
            }
            "GET /categories/{id}" => Request::get("/categories/tea"),
            "GET /products/{id}" => Request::get(&format!("/products/{id}")),
            "GET /search" => Request::get("/search?q=mint"),
            "GET /cart" => {
                let cookie = format!("__Host-souk_cart={id}.{}", text(&first["guest_token"]));
                Request::get("/cart").header("cookie", &cookie)
            }
            "GET /orders/{id}" => of_a_guest(&format!("/orders/{id}"), first),
            "GET /fragments/orders/{id}" => of_a_guest(&format!("/fragments/orders/{id}"), first),
            "GET /staff" | "GET /staff/orders" | "GET /staff/shipping" => {
                of_staff(self.name.trim_start_matches("GET "))
            }
            "GET /staff/orders/{id}" => of_staff(&format!("/staff/orders/{id}")),
            "GET /payments/{id}/challenge" => Request::get(&format!("/payments/{}/challenge", order(FIRST).payment())),
            "POST /checkout/delivery" => step("/checkout/delivery", None),
            "POST /checkout/payment" => {
                let (_, shipping) = promises(FIRST + 1);
                let shipping = signer("shipping").sign(SHIPPING_QUOTE_TYP, &shipping).unwrap();
                step("/checkout/payment", Some(&shipping))
            }
            _ => Request::get("/"),
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn of_a_guest(path: &str, order: &Value) -> Request {
    let cookie = format!("__Host-souk_orders={}~{}", text(&order["id"]), text(&order["guest_token"]));
    Request::get(path).header("cookie", &cookie)
}

fn of_staff(path: &str) -> Request {
    Request::get(path).header("cookie", &format!("__Host-souk_access={}", staff_token()))
}

/// A step of the checkout, which the one before hands an address and its quotes.
fn step(target: &str, shipping_quote: Option<&str>) -> Request {
    let (quote, _) = promises(FIRST + 1);
    let (quote, email, address) = (signed(&quote), email(FIRST + 1), address());
    let mut fields = vec![("quote", quote.as_str()), ("email", email.as_str())];
    fields.extend(["name", "line1", "city", "postal_code", "country"].map(|name| (name, text(&address[name]))));
    fields.extend(shipping_quote.map(|quote| ("shipping_quote", quote)));
    Request::form(target, &fields)
}
