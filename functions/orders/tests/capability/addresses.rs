//! Where an order goes: read in any spelling, kept in one, held to its quote's destination, and told to nobody who has no use for it.

use crate::harness::Harness;
use chassis::testing::signing::signer;
use events::quotes::{QUOTE_TYP, QuoteClaims};
use serde_json::{Value, json};

/// The body of an order to another address, with a quote for this destination.
fn body(harness: &Harness, destination: Value, ship_to: &Value) -> Value {
    let quote = QuoteClaims { ship_to: serde_json::from_value(destination).unwrap(), ..harness.quote(1) };
    let mut body = harness.body(&quote);
    body["quote"] = json!(signer("catalog").sign(QUOTE_TYP, &quote).unwrap());
    body["ship_to"] = json!({"name": "Ada", "line1": "1 Way", "city": "Town"});
    for (field, value) in ship_to.as_object().unwrap() {
        body["ship_to"][field] = value.clone();
    }
    body
}

#[tokio::test]
async fn a_quote_for_the_same_place_in_another_spelling_makes_an_order() {
    for (quoted, ordered, kept) in [
        (
            json!({"country": "GB", "postal_code": "SW1A1AA"}),
            json!({"country": "GB", "postal_code": "sw1a 1aa"}),
            "SW1A 1AA",
        ),
        (json!({"country": "DE", "postal_code": "10115"}), json!({"country": "de", "postal_code": " 10115 "}), "10115"),
        (
            json!({"country": "US", "region": "CA", "postal_code": "94105"}),
            json!({"country": "US", "region": "California", "postal_code": "94105-1234"}),
            "94105-1234",
        ),
    ] {
        let harness = Harness::new();
        let answer = harness.post(&body(&harness, quoted, &ordered)).await;
        assert_eq!(
            (answer.status, &answer.body["ship_to"]["postal_code"]),
            (202, &json!(kept)),
            "{ordered}: {answer:?}"
        );
        assert_eq!(answer.body["ship_to"]["country"], ordered["country"].as_str().unwrap().to_uppercase());
        let region = ordered.get("region").map(|_| json!("CA")).unwrap_or_default();
        assert_eq!(answer.body["ship_to"]["region"], region);
    }
}

#[tokio::test]
async fn a_quote_for_another_place_names_the_part_that_does_not_fit() {
    let quoted = json!({"country": "US", "region": "CA", "postal_code": "94105"});
    for (part, words, ordered) in [
        ("country", "country", json!({"country": "DE", "postal_code": "10115"})),
        ("region", "region", json!({"country": "US", "region": "Nevada", "postal_code": "94105"})),
        ("postal_code", "postal code", json!({"country": "US", "region": "CA", "postal_code": "94106"})),
    ] {
        let harness = Harness::new();
        let refused = harness.post(&body(&harness, quoted.clone(), &ordered)).await;
        assert_eq!((refused.status, refused.problem()), (422, "quote_mismatch"), "{ordered}");
        assert_eq!(refused.body["field"], format!("/ship_to/{part}"));
        assert_eq!(refused.body["detail"], format!("The quote is for another {words}. Get one for this address."));
        assert!(harness.bench.dynamo.items().is_empty(), "a refused order left something behind");
    }
}

#[tokio::test]
async fn an_address_that_the_post_of_its_country_cannot_use_is_refused_by_field() {
    let harness = Harness::new();
    let good = harness.body(&harness.quote(1));
    for at in ["ship_to", "billing_address"] {
        for (field, value, told) in [
            ("name", json!("Ada\nLine two\r\nBcc: x@y.z"), "must have no control"),
            ("line1", json!("Str\0\u{1b}[31m1"), "must have no control"),
            ("city", json!("Ber\u{202e}lin"), "must have no control"),
            ("name", json!("\u{200b}"), "must have no control"),
            ("company", json!("\u{3164}"), "must have no control"),
            ("city", json!(" \u{a0}"), "must be 1 to 200 characters"),
            ("country", json!("UK"), "must be GB for the United Kingdom"),
            ("country", json!("ZZ"), "must be two letters that ISO 3166-1 assigns to a country, such as DE"),
            ("postal_code", json!("1011"), "must be one of DE, such as 10115"),
            ("postal_code", json!(""), "is required for an address in DE, such as 10115"),
            ("postal_code", json!("-"), "is required for an address in DE, such as 10115"),
            ("postal_code", Value::Null, "is required for an address in DE, such as 10115"),
            ("phone", json!("call me"), "must be 5 to 20 digits"),
        ] {
            let mut body = good.clone();
            if at == "billing_address" {
                body[at] = good["ship_to"].clone();
            }
            body[at][field] = value;
            let refused = harness.post(&body).await;
            assert_eq!((refused.status, refused.problem()), (422, "invalid_field"), "{at} {field} {told}");
            assert!(refused.body["detail"].as_str().unwrap().contains(told), "{told}: {refused:?}");
            assert!(refused.body["field"].as_str().unwrap().ends_with(field), "{refused:?}");
        }
    }
    assert!(harness.bench.dynamo.items().is_empty());
}

#[tokio::test]
async fn a_place_without_postal_codes_needs_none_and_empty_fields_are_absent() {
    for code in [json!(""), json!("-"), Value::Null] {
        let harness = Harness::new();
        let ship_to =
            json!({"country": "HK", "postal_code": code, "line2": "", "region": "", "company": " ", "phone": ""});
        let placed = harness.post(&body(&harness, json!({"country": "HK"}), &ship_to)).await;
        assert_eq!(placed.status, 202, "{placed:?}");
        assert_eq!(placed.body["ship_to"], json!({"name": "Ada", "line1": "1 Way", "city": "Town", "country": "HK"}));
    }
}

#[tokio::test]
async fn the_carrier_learns_company_and_phone_and_nobody_learns_who_pays() {
    let harness = Harness::new();
    let mut body = harness.body(&harness.quote(1));
    body["ship_to"]["company"] = json!("Engines Ltd");
    body["ship_to"]["phone"] = json!("+49  30 901820");
    body["billing_address"] = json!({"name": "Annabella", "line1": "9 Bill Road", "city": "Dublin", "country": "IE"});
    let placed = harness.post(&body).await;
    assert_eq!(placed.status, 202, "{placed:?}");
    assert_eq!(placed.body["ship_to"]["phone"], "+49 30 901820");
    assert_eq!(placed.body["billing_address"], body["billing_address"]);
    let id = serde_json::from_value(placed.body["id"].clone()).unwrap();
    harness.bench.relay().await.unwrap();
    let mut sent = harness.bench.queues.take();
    harness.receive(2, &crate::harness::reserved(id)).await;
    sent.extend(harness.bench.queues.take());
    harness.receive(2, &crate::harness::authorized(id, 1)).await;
    sent.extend(harness.bench.queues.take());
    let of = |kind: &str| sent.iter().filter(|message| message.kind() == kind).collect::<Vec<_>>();
    let parcel = of("shipping.create_shipment.v1");
    assert_eq!(parcel.len(), 1);
    assert_eq!(parcel[0].envelope.data["ship_to"], placed.body["ship_to"]);
    for message in &sent {
        let text = message.envelope.data.to_string();
        assert!(!text.contains("Annabella") && !text.contains("Bill Road"), "{text}");
        let is_parcel = message.kind() == "shipping.create_shipment.v1";
        assert_eq!(text.contains("Engines Ltd"), is_parcel, "{text}");
    }
}

#[tokio::test]
async fn the_bill_of_an_order_goes_where_the_goods_go_unless_it_says_otherwise() {
    let harness = Harness::new();
    let mut body = harness.body(&harness.quote(1));
    body["billing_address"] = body["ship_to"].clone();
    let placed = harness.post(&body).await;
    assert_eq!((placed.status, placed.body.get("billing_address")), (202, None));
    let mut taxed = harness.body(&harness.quote(2));
    taxed["billing_address"] = Value::Null;
    assert_eq!(harness.post(&taxed).await.status, 202);
    taxed["vat_id"] = json!("DE123456789");
    assert!((400..=422).contains(&harness.post(&taxed).await.status), "what is not kept is not taken");
}
