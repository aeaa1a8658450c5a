//! The HTTP API: staff adjust stock, anyone sees it.

use crate::harness::{adjust, bench, count, deliver, reserve, stock, stocked};
use chassis::testing::signing::STAFF;
use chassis::testing::{Bench, Request};
use chassis::{Cause, Key, Via};
use events::ids::UserId;
use events::users::Role;
use inventory::Inventory;
use inventory::domain::Stock;
use serde_json::{Value, json};

fn post(body: impl Into<String>) -> Request {
    Request::new("POST", "/v1/stock/A/adjustments").body(body)
}

#[tokio::test]
async fn goods_come_in_are_lost_and_anyone_sees_the_level_that_is_left() {
    let bench = bench();
    assert_eq!(bench.http(Request::get("/v1/stock/A")).await.problem(), "not_found");
    let made = adjust(&bench, "A", 10, "k1").await;
    assert_eq!((made.status, &made.body["delta"], &made.body["kind"]), (201, &json!(10), &json!("adjustment")));
    assert_eq!(made.body["by"], UserId::from_bits(99).to_string());
    adjust(&bench, "A", -6, "k2").await;
    let seen = bench.http(Request::get("/v1/stock/A")).await;
    assert_eq!((seen.status, seen.body), (200, json!({"sku": "A", "level": "low"})));
    assert_eq!(stock(&bench, "A"), (4, 4));
}

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer_and_moves_nothing() {
    let bench = bench();
    let first = adjust(&bench, "A", 10, "k").await;
    bench.world.pass_seconds(3600);
    let again = adjust(&bench, "A", 10, "k").await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!((stock(&bench, "A"), count(&bench, "mov#")), ((10, 10), 1));
}

#[tokio::test]
async fn blanks_around_the_reason_make_no_other_request_and_another_reason_does() {
    let bench = bench();
    let first = adjust(&bench, "A", 10, "k").await;
    let because = async |reason: &str| {
        let body = json!({"delta": 10, "reason": reason});
        let request = Request::post("/v1/stock/A/adjustments", body).bearer(&bench.staff());
        bench.http(request.header("idempotency-key", "k")).await
    };
    let again = because(" count\u{a0}").await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(because("Count").await.problem(), "idempotency_key_reused");
    assert_eq!((stock(&bench, "A"), count(&bench, "mov#")), ((10, 10), 1));
}

#[tokio::test]
async fn the_stock_of_a_sku_is_one_however_it_is_typed() {
    let bench = bench();
    let first = adjust(&bench, "tea-mint-100", 10, "k").await;
    assert_eq!((first.status, &first.body["sku"]), (201, &json!("TEA-MINT-100")));
    assert_eq!(adjust(&bench, "Tea-Mint-100", 10, "k").await.body, first.body, "one request, not two");
    for path in ["/v1/stock/tea-mint-100", "/v1/stock/TEA-MINT-100", "/v1/stock/%74ea-Mint-100"] {
        let seen = bench.http(Request::get(path)).await;
        assert_eq!((seen.status, &seen.body["sku"]), (200, &json!("TEA-MINT-100")), "{path}");
    }
    let listed = bench.http(Request::get("/v1/stock?sku=tea-mint-100").bearer(&bench.staff())).await;
    assert_eq!(listed.body["items"][0]["received"], 10);
    assert_eq!(stock(&bench, "TEA-MINT-100"), (10, 10));
    for path in ["/v1/stock/t%C3%A9a", "/v1/stock/tea%E2%80%8B", "/v1/stock/tea%00"] {
        assert_eq!(bench.http(Request::get(path)).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_repeated_loss_gets_its_answer_even_if_no_stock_is_left() {
    let bench = stocked(&[("A", 10)]).await;
    let first = adjust(&bench, "A", -6, "loss").await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 4)])).await;
    assert_eq!(adjust(&bench, "A", -6, "loss").await.body, first.body);
    assert_eq!(stock(&bench, "A"), (0, 4));
}

#[tokio::test]
async fn a_key_serves_one_request_but_each_sku_has_its_own() {
    let bench = bench();
    adjust(&bench, "A", 10, "k").await;
    let other = adjust(&bench, "A", 11, "k").await;
    assert_eq!((other.status, other.problem()), (422, "idempotency_key_reused"));
    assert_eq!(adjust(&bench, "B", 11, "k").await.status, 201);
    assert_eq!((stock(&bench, "A"), stock(&bench, "B")), ((10, 10), (11, 11)));
}

#[tokio::test]
async fn each_member_of_staff_has_keys_of_their_own() {
    let bench = bench();
    let mine = adjust(&bench, "A", 10, "k").await;
    let colleague = bench.token(UserId::from_bits(98), &STAFF);
    let request = || {
        let body = json!({"delta": 10, "reason": "count"});
        Request::post("/v1/stock/A/adjustments", body).bearer(&colleague).header("idempotency-key", "k")
    };
    let theirs = bench.http(request()).await;
    assert_eq!((theirs.status, &theirs.body["by"]), (201, &json!(UserId::from_bits(98))));
    assert_ne!(theirs.body["id"], mine.body["id"]);
    assert_eq!(bench.http(request()).await.body, theirs.body);
    assert_eq!((stock(&bench, "A"), count(&bench, "mov#")), ((20, 20), 2));
}

#[tokio::test]
async fn no_more_can_be_lost_than_is_available() {
    let bench = stocked(&[("A", 10)]).await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 8)])).await;
    let refused = adjust(&bench, "A", -3, "k").await;
    assert_eq!((refused.status, refused.problem()), (409, "insufficient_stock"));
    assert_eq!(refused.body["available"], 2);
    assert_eq!(adjust(&bench, "NEVER", -1, "k").await.body["available"], 0);
    assert_eq!((stock(&bench, "A"), count(&bench, "mov#")), ((2, 10), 1));
    assert_eq!(adjust(&bench, "A", -2, "k").await.status, 201, "a refused request leaves its key free");
}

#[tokio::test]
async fn a_sku_has_a_largest_stock() {
    let mut table = None;
    let bench = Bench::new(|parts| {
        table = Some(parts.table.clone());
        Inventory::new(parts.table.clone(), parts.wiring.clone())
    });
    let full = Stock {
        sku: "A".parse().unwrap(),
        available: 999_999_999,
        received: 999_999_999,
        threshold: 5,
        seq: 1000,
        changed_at: bench.world.now(),
        traceparent: None,
        actor: None,
    };
    let cause = Cause::new(Via::Queue, "test", 0);
    table.unwrap().overwrite(&Key::new("stock#A", "stock"), &full, &cause).await.unwrap();
    let refused = adjust(&bench, "A", 2, "k").await;
    assert_eq!((refused.status, refused.problem()), (409, "too_much_stock"));
    assert_eq!(adjust(&bench, "A", 1, "k").await.status, 201);
    assert_eq!(stock(&bench, "A"), (1_000_000_000, 1_000_000_000));
}

#[tokio::test]
async fn bad_requests_are_refused_and_change_nothing() {
    let bench = bench();
    let staff = bench.staff();
    let good = r#"{"delta": 1, "reason": "count"}"#;
    let cases: &[(&str, u16, &str)] = &[
        (r#"{"delta": 0, "reason": "count"}"#, 422, "invalid_field"),
        (r#"{"delta": 1000001, "reason": "count"}"#, 422, "invalid_field"),
        (r#"{"delta": -9223372036854775808, "reason": "count"}"#, 422, "invalid_field"),
        (r#"{"delta": 1, "reason": " "}"#, 422, "invalid_field"),
        (r#"{"delta": 1.5, "reason": "count"}"#, 422, "invalid_field"),
        (r#"{"delta": "1", "reason": "count"}"#, 422, "invalid_field"),
        (r#"{"delta": 1}"#, 422, "invalid_field"),
        (r#"{"delta": 1, "reason": "count", "sku": "B"}"#, 422, "invalid_field"),
        (r#"{"delta": 1, "#, 400, "malformed_json"),
        ("", 422, "invalid_field"),
    ];
    for (body, status, kind) in cases {
        let answer = bench.http(post(*body).bearer(&staff).header("idempotency-key", "k")).await;
        assert_eq!((answer.status, answer.problem()), (*status, *kind), "{body}");
    }
    let keyless = bench.http(post(good).bearer(&staff)).await;
    assert_eq!((keyless.status, keyless.problem()), (400, "idempotency_key_required"));
    let long = bench.http(post(good).bearer(&staff).header("idempotency-key", &"k".repeat(256))).await;
    assert_eq!(long.problem(), "invalid_parameter");
    let odd = Request::post("/v1/stock/A%20B/adjustments", json!({"delta": 1, "reason": "count"}));
    let odd = bench.http(odd.bearer(&staff).header("idempotency-key", "k")).await;
    assert_eq!((odd.status, odd.problem(), &odd.body["parameter"]), (400, "invalid_parameter", &json!("sku")));
    assert_eq!(bench.dynamo.items(), Vec::<Value>::new());
}

#[tokio::test]
async fn only_staff_adjust_stock_and_anyone_sees_it() {
    let bench = stocked(&[("A", 10)]).await;
    let customer = bench.token(UserId::from_bits(5), &[Role::Customer]);
    for path in ["/v1/stock", "/v1/stock/A/movements"] {
        assert_eq!(bench.http(Request::get(path)).await.status, 401, "{path}");
        assert_eq!(bench.http(Request::get(path).bearer(&customer)).await.status, 403, "{path}");
        assert_eq!(bench.http(Request::get(path).bearer(&bench.staff())).await.status, 200, "{path}");
    }
    let body = r#"{"delta": 1, "reason": "count"}"#;
    let keyed = || post(body).header("idempotency-key", "k");
    assert_eq!(bench.http(keyed()).await.status, 401);
    assert_eq!(bench.http(keyed().bearer(&customer)).await.status, 403);
    assert_eq!(bench.http(Request::get("/v1/stock/A")).await.status, 200);
    assert_eq!(stock(&bench, "A"), (10, 10));
}

#[tokio::test]
async fn units_are_told_to_staff_alone_and_others_learn_no_number() {
    let bench = stocked(&[("A", 1_000), ("B", 7)]).await;
    let customer = bench.token(UserId::from_bits(5), &[Role::Customer]);
    for request in [Request::get("/v1/stock/A"), Request::get("/v1/stock/A").bearer(&customer)] {
        let before = bench.http(request.clone()).await;
        deliver(&bench, &reserve(&bench, 1, &[("A", 900)])).await;
        let after = bench.http(request).await;
        assert_eq!((before.status, &before.body), (200, &json!({"sku": "A", "level": "in_stock"})));
        assert_eq!(before.body, after.body, "900 units less make no difference");
    }
    let listed = async |sku: &str| {
        let request = Request::get(&format!("/v1/stock?sku={sku}")).bearer(&bench.staff());
        bench.http(request).await.body["items"].clone()
    };
    let one = listed("A").await;
    assert_eq!((one.as_array().unwrap().len(), &one[0]["sku"], &one[0]["available"]), (1, &json!("A"), &json!(100)));
    assert_eq!(listed("NEVER").await, json!([]));
    let odd = bench.http(Request::get("/v1/stock?sku=a%2Fb").bearer(&bench.staff())).await;
    assert_eq!((odd.status, odd.problem()), (400, "invalid_parameter"));
}

#[tokio::test]
async fn all_stock_is_listed_page_by_page() {
    let bench = stocked(&[("C", 1), ("A", 10), ("B", 7), ("E", 2), ("D", 3)]).await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 4)])).await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = bench.http(Request::get(&format!("/v1/stock?limit=2{cursor}")).bearer(&bench.staff())).await;
        seen.extend(page.body["items"].as_array().unwrap().clone());
        match page.body["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let skus: Vec<_> = seen.iter().map(|item| item["sku"].as_str().unwrap()).collect();
    assert_eq!(skus, ["A", "B", "C", "D", "E"]);
    let numbers = ["available", "allocated", "received", "threshold"].map(|name| seen[0][name].as_u64().unwrap());
    assert_eq!(numbers, [6, 4, 10, 5]);
}

#[tokio::test]
async fn movements_are_listed_newest_first_page_by_page() {
    let bench = bench();
    for delta in 1..=5 {
        bench.world.pass_seconds(1);
        adjust(&bench, "A", delta, &format!("k{delta}")).await;
    }
    adjust(&bench, "AB", 9, "other").await;
    let (mut deltas, mut cursor) = (Vec::new(), String::new());
    loop {
        let target = format!("/v1/stock/A/movements?limit=2{cursor}");
        let page = bench.http(Request::get(&target).bearer(&bench.staff())).await;
        deltas.extend(page.body["items"].as_array().unwrap().iter().map(|item| item["delta"].as_i64().unwrap()));
        match page.body["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(deltas, [5, 4, 3, 2, 1]);
    let of_another_sku = Request::get(&format!("/v1/stock/AB/movements?limit=2{cursor}")).bearer(&bench.staff());
    assert_eq!(bench.http(of_another_sku).await.status, 400);
}

#[tokio::test]
async fn unusable_paging_is_refused() {
    let bench = bench();
    for (query, kind) in [
        ("limit=0", "invalid_parameter"),
        ("limit=101", "invalid_parameter"),
        ("cursor=%21", "invalid_parameter"),
        ("page=2", "invalid_parameter"),
        ("sku=A&limit=0", "invalid_parameter"),
        ("sku=A&limit=x", "invalid_parameter"),
        ("sku=A&cursor=%21", "invalid_parameter"),
    ] {
        let answer = bench.http(Request::get(&format!("/v1/stock?{query}")).bearer(&bench.staff())).await;
        assert_eq!((answer.status, answer.problem()), (400, kind), "{query}");
    }
}
