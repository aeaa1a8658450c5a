//! Who may read which order.

use crate::harness::Harness;
use chassis::testing::Request;
use events::ids::UserId;
use events::users::Role;

#[tokio::test]
async fn an_order_is_seen_by_its_customer_and_staff_only() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let mallory = harness.bench.token(UserId::from_bits(666), &[Role::Customer]);
    let targets = ["", "/timeline"].map(|rest| format!("/v1/orders/{id}{rest}"));
    for target in &targets {
        for (token, status) in [(harness.ada_token(), 200), (harness.bench.staff(), 200), (mallory.clone(), 404)] {
            assert_eq!(harness.bench.http(Request::get(target).bearer(&token)).await.status, status, "{target}");
        }
        assert_eq!(harness.bench.http(Request::get(target)).await.status, 401);
    }
    for (what, body) in [("payment", r#"{"payment_method":"pm_card_visa"}"#), ("cancellation", "")] {
        let request = Request::new("POST", &format!("/v1/orders/{id}/{what}")).body(body).bearer(&mallory);
        assert_eq!(harness.bench.http(request).await.status, 404, "{what}");
    }
    for (method, what) in [("GET", "diagnosis"), ("POST", "redrive")] {
        let request = Request::new(method, &format!("/v1/orders/{id}/{what}")).bearer(&harness.ada_token());
        assert_eq!(harness.bench.http(request).await.status, 403, "{what}");
    }
    assert_eq!(harness.states(id).await[0], "pending");
}

#[tokio::test]
async fn an_order_is_placed_read_and_listed_with_the_number_of_its_id() {
    let harness = Harness::new();
    let quote = harness.quote(1);
    let number = quote.jti.order().number().to_string();
    assert_eq!(harness.post(&harness.body(&quote)).await.body["number"], number);
    assert_eq!(harness.order(quote.jti.order()).await["number"], number);
    let list = harness.bench.http(Request::get("/v1/orders").bearer(&harness.ada_token())).await;
    assert_eq!(list.body["items"][0]["number"], number);
}

#[tokio::test]
async fn ids_of_nothing_are_not_found() {
    let harness = Harness::new();
    for id in ["order_01h2xcejqtf2nbrexx3vqjhp41", "pay_01h2xcejqtf2nbrexx3vqjhp41", "1", "%ff"] {
        let request = Request::get(&format!("/v1/orders/{id}")).bearer(&harness.ada_token());
        assert_eq!(harness.bench.http(request).await.status, 404, "{id}");
    }
}

#[tokio::test]
async fn a_customer_pages_through_own_orders_newest_first() {
    let harness = Harness::new();
    let mut ids = Vec::new();
    for number in 1..=5 {
        ids.push(harness.placed(number).await.to_string());
    }
    ids.reverse();
    let other = harness.bench.token(UserId::from_bits(2), &[Role::Customer]);
    let none = harness.bench.http(Request::get("/v1/orders").bearer(&other)).await;
    assert_eq!(none.body["items"].as_array().unwrap().len(), 0);

    let (mut seen, mut target) = (Vec::new(), "/v1/orders?limit=2".to_owned());
    loop {
        let page = harness.bench.http(Request::get(&target).bearer(&harness.ada_token())).await;
        assert_eq!(page.status, 200);
        for item in page.body["items"].as_array().unwrap() {
            assert_eq!(item["status"], "pending");
            seen.push(item["id"].as_str().unwrap().to_owned());
        }
        match page.body["cursor"].as_str() {
            Some(cursor) => target = format!("/v1/orders?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ids);
    let of_another_customer = harness.bench.http(Request::get(&target).bearer(&other)).await;
    assert_eq!((of_another_customer.status, of_another_customer.problem()), (400, "invalid_parameter"));
}

#[tokio::test]
async fn only_staff_list_somebody_elses_orders() {
    let harness = Harness::new();
    harness.placed(1).await;
    let target = format!("/v1/orders?customer={}", harness.ada);
    let staff = harness.bench.http(Request::get(&target).bearer(&harness.bench.staff())).await;
    assert_eq!(staff.body["items"].as_array().unwrap().len(), 1);
    let other = harness.bench.token(UserId::from_bits(2), &[Role::Customer]);
    assert_eq!(harness.bench.http(Request::get(&target).bearer(&other)).await.status, 403);
    for bad in ["limit=0", "limit=101", "limit=x", "cursor=%21", "colour=red", "customer=1"] {
        let request = Request::get(&format!("/v1/orders?{bad}")).bearer(&harness.ada_token());
        assert_eq!(harness.bench.http(request).await.status, 400, "{bad}");
    }
}
