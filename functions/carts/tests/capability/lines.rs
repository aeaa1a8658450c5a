//! Opening and filling carts, and who may do so.

use crate::harness::{Cart, bench, by, lines, open, put, remove, see, token};
use chassis::testing::Request;
use serde_json::{Value, json};

#[tokio::test]
async fn a_guest_fills_a_cart_and_takes_things_out_again() {
    let bench = bench();
    let cart = open(&bench, None).await;
    assert_eq!(lines(&see(&bench, None, &cart).await), [""; 0]);
    put(&bench, None, &cart, "MUG.RED-1", 2).await;
    let filled = put(&bench, None, &cart, "TEE_L", 97).await;
    assert_eq!((filled.status, lines(&filled)), (200, vec!["MUG.RED-1×2".to_owned(), "TEE_L×97".to_owned()]));
    assert_eq!(lines(&put(&bench, None, &cart, "MUG.RED-1", 1).await), ["MUG.RED-1×1", "TEE_L×97"]);
    let emptied = remove(&bench, None, &cart, "TEE_L").await;
    assert_eq!((emptied.status, lines(&emptied)), (200, vec!["MUG.RED-1×1".to_owned()]));
    assert_eq!(remove(&bench, None, &cart, "TEE_L").await.status, 200, "what is not there is taken out as well");
    assert_eq!(lines(&see(&bench, None, &cart).await), ["MUG.RED-1×1"]);
}

#[tokio::test]
async fn a_line_is_set_in_one_write_and_a_cart_is_seen_in_one_read() {
    let bench = bench();
    let mine = token(&bench, 1);
    for who in [None, Some(mine.as_str())] {
        let cart = open(&bench, who).await;
        bench.dynamo.take_calls();
        put(&bench, who, &cart, "A", 1).await;
        remove(&bench, who, &cart, "A").await;
        see(&bench, who, &cart).await;
        let calls = bench.dynamo.take_calls();
        let operations: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
        assert_eq!(operations, ["UpdateItem", "UpdateItem", "GetItem"]);
        assert_eq!(calls.iter().map(|call| call.tenths_of_units).collect::<Vec<_>>(), [10, 10, 10]);
    }
}

#[tokio::test]
async fn a_customer_has_one_cart_on_every_device() {
    let bench = bench();
    let mine = token(&bench, 1);
    let cart = open(&bench, Some(&mine)).await;
    put(&bench, Some(&mine), &cart, "A", 3).await;
    assert_eq!(open(&bench, Some(&mine)).await, cart);
    assert_eq!(lines(&see(&bench, Some(&mine), &cart).await), ["A×3"]);
    assert_ne!(open(&bench, Some(&token(&bench, 2))).await, cart);
    assert_ne!(open(&bench, None).await, open(&bench, None).await);
}

#[tokio::test]
async fn a_cart_takes_fifty_different_things_and_no_more() {
    let bench = bench();
    let cart = open(&bench, None).await;
    for n in 0..50 {
        assert_eq!(put(&bench, None, &cart, &format!("S{n}"), 1).await.status, 200);
    }
    let refused = put(&bench, None, &cart, "S50", 1).await;
    assert_eq!((refused.status, refused.problem()), (409, "cart_full"));
    assert_eq!(put(&bench, None, &cart, "S49", 7).await.status, 200, "what is in it may change");
    remove(&bench, None, &cart, "S0").await;
    assert_eq!(put(&bench, None, &cart, "S50", 1).await.status, 200);
}

#[tokio::test]
async fn a_quantity_of_none_takes_the_line_out_and_is_answered_like_any_other() {
    let bench = bench();
    let cart = open(&bench, None).await;
    put(&bench, None, &cart, "A", 2).await;
    put(&bench, None, &cart, "B", 1).await;
    let answer = put(&bench, None, &cart, "A", 0).await;
    assert_eq!((answer.status, lines(&answer)), (200, vec!["B×1".to_owned()]));
    let again = put(&bench, None, &cart, "A", 0).await;
    assert_eq!((again.status, lines(&again)), (200, vec!["B×1".to_owned()]), "a line that is not there is no error");
    assert_eq!(put(&bench, None, &Cart::new(&cart.id, Some("made-up")), "B", 0).await.status, 404);
    assert_eq!(lines(&see(&bench, None, &cart).await), ["B×1"]);
}

#[tokio::test]
async fn a_sku_is_one_line_however_it_is_typed() {
    let bench = bench();
    let cart = open(&bench, None).await;
    put(&bench, None, &cart, "tea-mint-100", 1).await;
    put(&bench, None, &cart, "Tea-Mint-100", 2).await;
    assert_eq!(lines(&put(&bench, None, &cart, "TEA-MINT-100", 3).await), ["TEA-MINT-100×3"]);
    assert_eq!(lines(&put(&bench, None, &cart, "%74ea-mint-100%20", 4).await), ["TEA-MINT-100×4"]);
    assert_eq!(lines(&remove(&bench, None, &cart, "tea-MINT-100").await), [""; 0]);
}

#[tokio::test]
async fn a_cart_takes_as_many_units_as_a_quote_in_all_its_lines_and_no_more() {
    let bench = bench();
    let cart = open(&bench, None).await;
    put(&bench, None, &cart, "A", 60).await;
    assert_eq!(put(&bench, None, &cart, "B", 40).await.status, 200);
    for (sku, quantity) in [("B", 41), ("C", 1), ("A", 61)] {
        let refused = put(&bench, None, &cart, sku, quantity).await;
        assert_eq!((refused.status, refused.problem()), (409, "cart_full"), "{sku}");
        assert_eq!(refused.body["limit"], 100);
    }
    // Up and down, more often than the bound of a single write goes.
    for quantity in (1..=40).chain((1..40).rev()) {
        assert_eq!(put(&bench, None, &cart, "B", quantity).await.status, 200, "{quantity}");
    }
    assert_eq!(lines(&put(&bench, None, &cart, "C", 39).await), ["A×60", "B×1", "C×39"]);
    bench.dynamo.take_calls();
    assert_eq!(put(&bench, None, &cart, "C", 40).await.problem(), "cart_full");
    assert_eq!(bench.dynamo.take_calls().len(), 1, "the refused write showed the cart");
}

#[tokio::test]
async fn a_cart_of_an_earlier_version_is_counted_and_may_only_shrink_while_it_has_too_many_units() {
    let bench = bench();
    let cart = open(&bench, None).await;
    put(&bench, None, &cart, "A", 90).await;
    let mut items = bench.dynamo.items();
    let item = items.iter_mut().find(|item| item["pk"]["S"] == cart.id).unwrap();
    item.as_object_mut().unwrap().remove("units_at_most");
    item["lines"]["M"]["A"]["N"] = json!("900");
    bench.dynamo.put(&item.clone());
    assert_eq!(put(&bench, None, &cart, "B", 1).await.problem(), "cart_full");
    assert_eq!(lines(&put(&bench, None, &cart, "A", 99).await), ["A×99"]);
    assert_eq!(lines(&put(&bench, None, &cart, "B", 1).await), ["A×99", "B×1"]);
}

#[tokio::test]
async fn bad_requests_are_refused_and_change_nothing() {
    let bench = bench();
    let cart = open(&bench, None).await;
    let before = bench.dynamo.items();
    let cases: &[(&str, u16, &str)] = &[
        (r#"{"quantity": -1}"#, 422, "invalid_field"),
        (r#"{"quantity": 101}"#, 422, "invalid_field"),
        (r#"{"quantity": 1000}"#, 422, "invalid_field"),
        (r#"{"quantity": 1000000000}"#, 422, "invalid_field"),
        (r#"{"quantity": 1e9}"#, 422, "invalid_field"),
        (r#"{"quantity": 1.5}"#, 422, "invalid_field"),
        (r#"{"quantity": "1"}"#, 422, "invalid_field"),
        (r#"{"quantity": 1, "price": 1}"#, 422, "invalid_field"),
        (r"{}", 422, "invalid_field"),
        (r#"{"quantity": "#, 400, "malformed_json"),
    ];
    for (body, status, kind) in cases {
        let request = Request::new("PUT", &format!("/v1/carts/{cart}/lines/A")).body(*body);
        let answer = bench.http(by(request, None, &cart)).await;
        assert_eq!((answer.status, answer.problem()), (*status, *kind), "{body}");
    }
    let unknown = by(Request::put("/v1/carts/cart_0/lines/A", json!({"quantity": 1})), None, &cart);
    assert_eq!(bench.http(unknown).await.status, 404);
    for answer in [put(&bench, None, &cart, "a%2Fb", 1).await, remove(&bench, None, &cart, "a%2Fb").await] {
        assert_eq!((answer.status, answer.problem()), (400, "invalid_parameter"), "no SKU is written like that");
        assert_eq!(answer.body["parameter"], "sku");
    }
    let forged = by(Request::get(&format!("/v1/carts/{cart}")), Some("not.a.token"), &cart);
    assert_eq!(bench.http(forged).await.status, 401, "a token that is sent must be valid");
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn a_guests_cart_may_be_forgotten_thirty_days_after_its_last_change_a_customers_never() {
    let bench = bench();
    let (guest, mine) = (open(&bench, None).await, token(&bench, 1));
    let owned = open(&bench, Some(&mine)).await;
    bench.world.pass_seconds(1000);
    put(&bench, None, &guest, "A", 1).await;
    put(&bench, Some(&mine), &owned, "A", 1).await;
    let items = bench.dynamo.items();
    let ttl = |id: &Cart| items.iter().find(|item| item["pk"]["S"] == id.id).map(|item| item["ttl"].clone()).unwrap();
    assert_eq!(ttl(&guest)["N"], (bench.world.now().seconds() + 30 * 86_400).to_string());
    assert_eq!(ttl(&owned), Value::Null);
    bench.world.pass_seconds(40 * 86_400);
    assert_eq!(put(&bench, None, &guest, "A", 2).await.status, 200, "until it is gone it is a cart");
}
