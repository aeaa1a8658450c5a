//! Quotes: their prices, their signature, and the requests that are rejected.

use crate::harness::*;
use catalog::Catalog;
use chassis::testing::signing::verifier;
use chassis::testing::{Bench, Request};
use chassis::tokens::{Expected, TokenError};
use events::ids::UserId;
use events::quotes::{QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims};
use serde_json::{Value, json};

const QUOTE: Expected = Expected { typ: QUOTE_TYP, issuer: "catalog", audience: QUOTE_AUDIENCE };

async fn stocked() -> Bench<Catalog> {
    let bench = furnished().await;
    stock(&bench, &product("tea", "Mint tea", &[variant("TEA", 450)])).await;
    let mut lamp = product("lamp", "Lamp", &[variant("LAMP", 1999)]);
    lamp["tax_class"] = json!("standard");
    stock(&bench, &lamp).await;
    bench
}

fn quote_request() -> Value {
    json!({"currency": "EUR", "ship_to": {"country": "DE", "postal_code": "10115"},
        "lines": [{"sku": "LAMP", "quantity": 2}, {"sku": "TEA", "quantity": 2}, {"sku": "TEA", "quantity": 1}]})
}

fn claims(body: &Value) -> QuoteClaims {
    verifier("catalog").verify(body["quote"].as_str().unwrap(), QUOTE).unwrap()
}

#[tokio::test]
async fn a_quote_says_what_everything_costs() {
    let bench = stocked().await;
    let answer = bench.http(Request::post("/v1/quotes", quote_request())).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    let eur = |amount: i64| json!({"amount": amount, "currency": "EUR"});
    let lines = json!([
        {"sku": "LAMP", "title": "Lamp, One size", "quantity": 2, "unit_price": eur(1999), "discount": eur(0),
            "tax": eur(760), "total": eur(4758)},
        {"sku": "TEA", "title": "Mint tea, One size", "quantity": 3, "unit_price": eur(450), "discount": eur(0),
            "tax": eur(94), "total": eur(1444)},
    ]);
    assert_eq!(answer.body["lines"], lines);
    let sums = ["subtotal", "discount", "tax", "total"].map(|name| answer.body[name].clone());
    assert_eq!(sums, [eur(5348), eur(0), eur(854), eur(6202)]);
    assert_eq!(answer.body["expires_at"], "2026-01-01T00:15:00.000Z");
}

#[tokio::test]
async fn lines_of_one_sku_are_one_line_however_it_is_typed_and_an_empty_coupon_is_none() {
    let bench = stocked().await;
    for coupon in ["", " ", "\u{a0}"] {
        let mut request = quote_request();
        request["coupon"] = json!(coupon);
        request["lines"] = json!([{"sku": "tea", "quantity": 2}, {"sku": "TEA", "quantity": 1}]);
        let answer = bench.http(Request::post("/v1/quotes", request)).await;
        assert_eq!(answer.status, 201, "{:?}", answer.body);
        let lines: Vec<_> = answer.body["lines"].as_array().unwrap().iter().map(|line| line["sku"].clone()).collect();
        assert_eq!((lines, &answer.body["lines"][0]["quantity"]), (vec![json!("TEA")], &json!(3)));
    }
}

#[tokio::test]
async fn the_signed_quote_is_what_was_shown() {
    let bench = stocked().await;
    let answer = bench.http(Request::post("/v1/quotes", quote_request())).await;
    let claims = claims(&answer.body);
    assert_eq!(answer.body["id"], claims.jti.to_string());
    assert_eq!((claims.iss.as_str(), claims.aud.as_str(), claims.stage.as_str()), ("catalog", "orders", "test"));
    assert_eq!((claims.sub, claims.exp - claims.iat, claims.weight_grams()), (None, 900, 5 * 250));
    assert_eq!(claims.ship_to.postal_code.as_deref(), Some("10115"));
    let (net, tax) = claims.amounts().unwrap();
    assert_eq!(json!(net.plus(tax).unwrap()), answer.body["total"]);
}

#[tokio::test]
async fn a_quote_passes_for_nothing_else_and_with_no_other_key() {
    let bench = stocked().await;
    let answer = bench.http(Request::post("/v1/quotes", quote_request())).await;
    let token = answer.body["quote"].as_str().unwrap();
    let as_shipping = Expected { typ: "shipping-quote+jwt", ..QUOTE };
    let verify = |keys: &str, expected, token: &str| verifier(keys).verify::<QuoteClaims>(token, expected).err();
    assert_eq!(verify("catalog", as_shipping, token), Some(TokenError::Mismatched));
    assert_eq!(verify("shipping", QUOTE, token), Some(TokenError::Forged));
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    assert_eq!(verify("catalog", QUOTE, &format!("{signed}.{other}{}", &signature[1..])), Some(TokenError::Forged));
}

#[tokio::test]
async fn a_customers_quote_is_theirs_and_each_quote_is_another() {
    let bench = stocked().await;
    let first = bench.http(Request::post("/v1/quotes", quote_request()).bearer(&customer(&bench))).await;
    let second = bench.http(Request::post("/v1/quotes", quote_request()).bearer(&customer(&bench))).await;
    assert_eq!(claims(&first.body).sub, Some(UserId::from_bits(7)));
    assert_ne!(first.body["id"], second.body["id"]);
    let forged = bench.http(Request::post("/v1/quotes", quote_request()).bearer("not.a.token")).await;
    assert_eq!(forged.status, 401);
}

#[tokio::test]
async fn a_quote_is_priced_by_the_catalogue_as_of_now() {
    let (bench, other) = two();
    furnish(&bench).await;
    let id = stock(&bench, &product("tea", "Tea", &[variant("TEA", 100)])).await;
    let request = json!({"currency": "EUR", "ship_to": {"country": "DE"}, "lines": [{"sku": "TEA", "quantity": 1}]});
    let quoted = ask(&other, Request::post("/v1/quotes", &request)).await;
    assert_eq!(quoted.body["subtotal"]["amount"], 100);
    let dearer = json!({"variants": [variant("TEA", 120)]});
    as_staff(&bench, patch(&format!("/v1/products/{id}"), &dearer).header("if-match", "*")).await;
    let rate = json!({"country": "DE", "tax_class": "reduced", "rate_basis_points": 1000});
    as_staff(&bench, Request::put("/v1/tax-rates/de-reduced", rate)).await;
    let quoted = ask(&other, Request::post("/v1/quotes", &request)).await;
    assert_eq!((&quoted.body["subtotal"]["amount"], &quoted.body["tax"]["amount"]), (&json!(120), &json!(12)));
    as_staff(&bench, Request::new("DELETE", &format!("/v1/products/{id}"))).await;
    assert_eq!(ask(&other, Request::post("/v1/quotes", &request)).await.problem(), "unknown_sku");
}

#[tokio::test]
async fn what_cannot_be_quoted_is_named() {
    let bench = stocked().await;
    let with = |pointer: &str, value: Value| {
        let mut body = quote_request();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let refused = async |body: &Value| bench.http(Request::post("/v1/quotes", body)).await;
    let unknown = refused(&with("/lines/1/sku", json!("NONE"))).await;
    assert_eq!((unknown.status, unknown.problem(), &unknown.body["skus"]), (422, "unknown_sku", &json!(["NONE"])));
    let unpriced = refused(&with("/currency", json!("GBP"))).await;
    assert_eq!((unpriced.status, unpriced.problem()), (422, "currency_unavailable"));
    assert_eq!(unpriced.body["skus"], json!(["LAMP", "TEA"]));
    let unsupported = refused(&with("/ship_to/country", json!("FR"))).await;
    assert_eq!((unsupported.status, unsupported.problem()), (422, "destination_unsupported"));
    assert_eq!(unsupported.body["country"], "FR");
    let mut coupon = quote_request();
    coupon["coupon"] = json!("SPRING");
    assert_eq!(refused(&coupon).await.problem(), "unknown_coupon");
}

#[tokio::test]
async fn malformed_quote_requests_are_refused() {
    let bench = stocked().await;
    let with = |pointer: &str, value: Value| {
        let mut body = quote_request();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let many: Vec<_> = (0..51).map(|n| json!({"sku": format!("S{n}"), "quantity": 1})).collect();
    let cases = [
        (with("/lines/0/quantity", json!(0)), 422, "invalid_field"),
        (with("/lines/0/quantity", json!(1000)), 422, "invalid_field"),
        (with("/lines/2/quantity", json!(998)), 422, "invalid_field"),
        (with("/lines/0/quantity", json!(1_000_000_000)), 422, "invalid_field"),
        (with("/lines", json!([])), 422, "invalid_field"),
        (with("/lines", json!(many)), 422, "invalid_field"),
        (with("/ship_to/postal_code", json!("1011")), 422, "invalid_field"),
        (with("/lines/0/quantity", json!(-1)), 422, "invalid_field"),
        (with("/lines/0/quantity", json!(1.5)), 422, "invalid_field"),
        (with("/lines/0/sku", json!("a b")), 422, "invalid_field"),
        (with("/currency", json!("EURO")), 422, "invalid_field"),
        (with("/ship_to/country", json!("Germany")), 422, "invalid_field"),
        (with("/ship_to", json!({"country": "DE", "planet": "Mars"})), 422, "invalid_field"),
    ];
    for (body, status, kind) in cases {
        let refused = bench.http(Request::post("/v1/quotes", &body)).await;
        assert_eq!((refused.status, refused.problem()), (status, kind), "{body}");
    }
}

#[tokio::test]
async fn a_quote_keeps_its_destination_in_the_spelling_of_the_post() {
    let bench = stocked().await;
    let mut body = quote_request();
    for (typed, kept) in [
        (
            json!({"country": "de", "postal_code": " D-10115 ", "region": " Berlin "}),
            ("Some(\"Berlin\")", "Some(\"10115\")"),
        ),
        (json!({"country": "DE", "postal_code": "", "region": null}), ("None", "None")),
        (json!({"country": "DE", "postal_code": "-"}), ("None", "None")),
    ] {
        body["ship_to"] = typed;
        let quoted = bench.http(Request::post("/v1/quotes", &body)).await;
        let ship_to = claims(&quoted.body).ship_to;
        assert_eq!(ship_to.country.as_str(), "DE");
        assert_eq!((&*format!("{:?}", ship_to.region), &*format!("{:?}", ship_to.postal_code)), kept);
    }
    for (ship_to, field) in [
        (json!({"country": "UK"}), "/ship_to/country"),
        (json!({"country": "XX"}), "/ship_to/country"),
        (json!({"country": "GB", "postal_code": "10115"}), "/ship_to/postal_code"),
        (json!({"country": "US", "region": "Kalifornien"}), "/ship_to/region"),
    ] {
        body["ship_to"] = ship_to;
        let refused = bench.http(Request::post("/v1/quotes", &body)).await;
        assert_eq!((refused.status, refused.problem(), &refused.body["field"]), (422, "invalid_field", &json!(field)));
    }
}

#[tokio::test]
async fn a_quote_costs_one_read_and_stores_nothing() {
    let bench = stocked().await;
    bench.http(Request::post("/v1/quotes", quote_request())).await;
    let before = bench.dynamo.items();
    bench.dynamo.take_calls();
    bench.http(Request::post("/v1/quotes", quote_request())).await;
    let calls: Vec<_> = bench.dynamo.take_calls().into_iter().map(|call| call.operation).collect();
    assert_eq!((calls, bench.dynamo.items()), (vec!["GetItem".to_owned()], before));
}

#[tokio::test]
async fn nobody_is_promised_more_units_than_an_order_may_hold() {
    let bench = Bench::new(|parts| with_max_units(parts, 100));
    let request = |units: [u32; 2]| {
        let lines: Vec<_> = units.iter().map(|units| json!({"sku": "LAMP", "quantity": units})).collect();
        Request::post("/v1/quotes", json!({"currency": "EUR", "ship_to": {"country": "DE"}, "lines": lines}))
    };
    let refused = bench.http(request([60, 41])).await;
    assert_eq!((refused.status, refused.problem()), (422, "invalid_field"), "{refused:?}");
    assert_eq!(refused.body["field"], "/lines");
    // A hundred units are allowed; only the SKU is unknown.
    assert_eq!(bench.http(request([60, 40])).await.problem(), "unknown_sku");
}

#[tokio::test]
async fn the_largest_quote_fits_into_the_body_of_an_order() {
    let bench = furnished().await;
    let (mut lines, title) = (Vec::new(), "茶".repeat(200));
    for half in 0..2 {
        let variants: Vec<_> = (0..25)
            .map(|n| {
                let mut variant = variant(&format!("{half}{n:0>63}"), 1);
                variant["prices"] = json!([{"amount": 10_000_000_000i64, "currency": "EUR"}]);
                variant["title"] = json!(title);
                lines.push(json!({"sku": variant["sku"], "quantity": 999}));
                variant
            })
            .collect();
        stock(&bench, &product(&format!("p{half}"), &title, &variants)).await;
    }
    let request = json!({"currency": "EUR", "ship_to": {"country": "DE"}, "lines": lines});
    let quoted = bench.http(Request::post("/v1/quotes", request)).await;
    assert_eq!(quoted.status, 201);
    assert!(quoted.body["quote"].as_str().unwrap().len() < 60 * 1024);
    assert_eq!(quoted.body["subtotal"]["amount"], 50i64 * 999 * 10_000_000_000);
}

/// Prices 1,999 minor units in every currency: 1999 yen, 1.999 dinars.
async fn priced_in(currencies: &[&str]) -> Bench<Catalog> {
    let bench = furnished().await;
    let mut lamp = variant("LAMP", 1999);
    lamp["prices"] = currencies.iter().map(|currency| json!({"amount": 1999, "currency": currency})).collect();
    let mut product = product("lamp", "Lamp", &[lamp]);
    product["tax_class"] = json!("standard");
    stock(&bench, &product).await;
    bench
}

#[tokio::test]
async fn yen_and_dinars_are_quoted_in_whole_minor_units() {
    let currencies = ["JPY", "KWD", "KRW", "HUF", "INR", "BRL", "EUR"];
    let bench = priced_in(&currencies).await;
    for currency in currencies {
        let request = json!({"currency": currency, "ship_to": {"country": "DE"},
            "lines": [{"sku": "LAMP", "quantity": 3}]});
        let quoted = bench.http(Request::post("/v1/quotes", request)).await;
        assert_eq!(quoted.status, 201, "{:?}", quoted.body);
        let money = |amount: i64| json!({"amount": amount, "currency": currency});
        // 5997 × 19 % = 1139.43 minor units, rounded to a whole one: 1139 yen, 1.139 dinars.
        let sums = ["subtotal", "tax", "total"].map(|name| quoted.body[name].clone());
        assert_eq!(sums, [money(5997), money(1139), money(7136)]);
        let claims = claims(&quoted.body);
        let (net, tax) = claims.amounts().unwrap();
        assert_eq!((net.currency.as_str(), net.amount, tax.amount), (currency, 5997, 1139));
        let decimal = match currency {
            "JPY" | "KRW" => "7136",
            "KWD" => "7.136",
            _ => "71.36",
        };
        assert_eq!(net.plus(tax).unwrap().to_decimal(), decimal);
    }
}

#[tokio::test]
async fn a_listing_filters_prices_by_the_minor_units_of_its_currency() {
    let bench = priced_in(&["JPY", "KWD"]).await;
    for (query, found) in [("currency=JPY&min_price=1999", 1), ("currency=KWD&max_price=1998", 0), ("currency=KWD", 1)]
    {
        let listing = bench.http(Request::get(&format!("/v1/products?{query}"))).await;
        assert_eq!(titles(&listing).len(), found, "{query}");
    }
}

#[tokio::test]
async fn what_is_no_currency_in_circulation_is_neither_priced_nor_quoted() {
    let bench = furnished().await;
    for code in ["XAU", "XXX", "XTS", "CLF", "HRK", "EURO"] {
        let mut lamp = variant("LAMP", 1999);
        lamp["prices"] = json!([{"amount": 1999, "currency": code}]);
        let product = product("lamp", "Lamp", &[lamp]);
        assert_eq!(as_staff(&bench, Request::post("/v1/products", product)).await.status, 422, "{code}");
        let request =
            json!({"currency": code, "ship_to": {"country": "DE"}, "lines": [{"sku": "LAMP", "quantity": 1}]});
        assert_eq!(bench.http(Request::post("/v1/quotes", request)).await.status, 422, "{code}");
    }
}
