//! The pure code paths of every order, optimized as deployed: `cargo bench -p bench --bench hot_paths`.

// A broken benchmark must stop: panics are intended here.
#![allow(clippy::unwrap_used)]

use bench::work;
use catalog::domain::pricing::{self, QuoteLineRequest, QuoteRequest};
use catalog::domain::product::CreateProduct;
use catalog::domain::{Catalogue, Product, TaxClass, TaxRate, Variant};
use chassis::runtime::Event;
use chassis::testing::signing::{access_token, access_verifier};
use chassis::tokens::access_identity;
use divan::{Bencher, black_box};
use events::address::typed::{CountryCode, TypedDestination};
use events::ids::{ProductId, UserId};
use events::users::Role;
use events::{Contact, Currency, Envelope, Money, Timestamp};
use orders::domain::input::Input;
use orders::domain::order::Order;
use orders::domain::place_order::{PlaceOrder, VerifiedQuotes, place};
use orders::domain::saga::decide;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MESSAGE: &str = include_str!("../../../events/samples/inventory.stock_reserved.v1.json");
const REQUEST: &str = include_str!("../../../events/samples/http.catalog.quote.json");
/// Messages of a full batch.
const BATCH: usize = 10;
/// Products in the catalogue.
const PRODUCTS: u128 = 1_000;

fn main() {
    divan::main();
}

fn now() -> Timestamp {
    Timestamp::from_millis(1_767_225_600_000)
}

/// A new order of three lines.
fn placed() -> Order {
    let (price, shipping) = work::promises(1);
    let command = PlaceOrder {
        customer: None,
        contact: Some(Contact { email: "ada@example.com".parse().unwrap(), name: Some("Ada".to_owned()) }),
        language: None,
        ship_to: serde_json::from_value(work::address()).unwrap(),
        billing_address: None,
        cart_id: None,
        accepted_terms: None,
        payment_method: Some("pm_card_visa".to_owned()),
        request_digest: "0".repeat(43),
        traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned(),
    };
    place(command, VerifiedQuotes { price, shipping }, now().plus_seconds(1_800), now()).unwrap()
}

#[divan::bench]
fn saga_step(bencher: Bencher<'_, '_>) {
    let (order, input) = (placed(), Input::StockReserved);
    let decided = decide(&order, &input, "rsv/1/stock_reserved", now()).unwrap();
    assert!(decided.moves(), "{decided:?}");
    bencher.bench_local(|| decide(black_box(&order), black_box(&input), "rsv/1/stock_reserved", now()));
}

fn product(number: u128) -> Product {
    let variant = Variant {
        sku: format!("TEA-{number}").parse().unwrap(),
        title: "100 g".to_owned(),
        options: BTreeMap::new(),
        weight_grams: 130,
        prices: vec![Money::new(690, Currency::EUR)],
    };
    let request = CreateProduct {
        title: format!("Mint {number}"),
        slug: format!("mint-{number}"),
        description: String::new(),
        category: "tea".to_owned(),
        tax_class: TaxClass::Reduced,
        variants: vec![variant],
    };
    Product::create(ProductId::from_bits(number), request, now()).unwrap()
}

#[divan::bench]
fn quote_pricing_of_three_lines(bencher: Bencher<'_, '_>) {
    let country: CountryCode = serde_json::from_value("DE".into()).unwrap();
    let rate = TaxRate::parse("de".parse().unwrap(), &country, TaxClass::Reduced, 700).unwrap();
    let catalogue = Catalogue::new(1, (1..=PRODUCTS).map(product).collect(), Vec::new(), vec![rate]);
    let line = |sku: &str| QuoteLineRequest { sku: sku.parse().unwrap(), quantity: 2 };
    let lines = ["TEA-1", "TEA-500", "TEA-1000"].map(line).into();
    let ship_to = TypedDestination { country, region: None, postal_code: None };
    let request = QuoteRequest { currency: Currency::EUR, lines, coupon: None, ship_to }.checked().unwrap();
    assert_eq!(pricing::price(&catalogue, &request).unwrap().len(), 3);
    bencher.bench_local(|| pricing::price(black_box(&catalogue), black_box(&request)));
}

#[divan::bench]
fn access_token_verification(bencher: Bencher<'_, '_>) {
    let (keys, token) = (access_verifier(), access_token(UserId::from_bits(1), &[Role::Customer], now()));
    access_identity(&keys, &token, now()).unwrap();
    bencher.bench_local(|| access_identity(black_box(&keys), black_box(&token), now()));
}

#[divan::bench]
fn event_of_a_request(bencher: Bencher<'_, '_>) {
    assert!(matches!(Event::parse(REQUEST), Ok(Event::Http(_))));
    bencher.bench_local(|| Event::parse(black_box(REQUEST)));
}

#[divan::bench]
fn event_of_ten_messages(bencher: Bencher<'_, '_>) {
    let mut event: Value = serde_json::from_str(MESSAGE).unwrap();
    let record = event["Records"][0].take();
    let event = json!({"Records": vec![record; BATCH]}).to_string();
    assert!(matches!(Event::parse(&event), Ok(Event::Queue(records)) if records.len() == BATCH));
    bencher.bench_local(|| Event::parse(black_box(&event)));
}

#[divan::bench]
fn envelope_of_a_message(bencher: Bencher<'_, '_>) {
    let event: Value = serde_json::from_str(MESSAGE).unwrap();
    let body = event["Records"][0]["body"].as_str().unwrap();
    serde_json::from_str::<Envelope>(body).unwrap();
    bencher.bench_local(|| serde_json::from_str::<Envelope>(black_box(body)));
}
