//! The emails about an order as staff list them.

use crate::harness::{ORDER, about, bench, every_message, order_of, refused};
use chassis::testing::{Bench, Request};
use events::{ids::UserId, users::Role};
use notifications::Notifications;
use notifications::domain::kept_email::KEPT_DAYS;
use serde_json::json;

fn path(query: &str) -> String {
    format!("/v1/notifications?order_id={ORDER}{query}")
}

#[tokio::test]
async fn the_mails_about_an_order_are_listed_oldest_first_page_by_page() {
    let (bench, mail_service) = bench();
    mail_service.refuse_next(1, 400, "MessageRejected");
    for message in every_message(&bench) {
        bench.deliver(&[message]).await;
    }
    let (mut kinds, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer = bench.http(Request::get(&path(&format!("&limit=4{cursor}"))).bearer(&bench.staff())).await;
        assert_eq!(answer.status, 200);
        let items = answer.body["items"].as_array().unwrap();
        assert!(items.len() <= 4);
        kinds.extend(items.iter().map(|item| item["kind"].as_str().unwrap().to_owned()));
        match answer.body["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!((kinds.len(), kinds[0].as_str(), kinds[10].as_str()), (12, "order_placed", "order_canceled"));
    let first = bench.http(Request::get(&path("&limit=1")).bearer(&bench.staff())).await;
    let expected = json!({
        "id": format!("{ORDER}~1~orders.order_placed.v1"),
        "message_id": format!("{ORDER}/1/orders.order_placed.v1"), "order_id": ORDER.to_string(),
        "kind": "order_placed", "status": "failed", "at": "2026-01-01T00:00:00.000Z", "failure": "MessageRejected",
    });
    assert_eq!(first.body["items"][0], expected);
    let cursor = first.body["cursor"].as_str().unwrap();
    let of_another = format!("/v1/notifications?order_id=order_00000000000000000000000008&cursor={cursor}");
    assert_eq!(bench.http(Request::get(&of_another).bearer(&bench.staff())).await.problem(), "invalid_parameter");
}

#[tokio::test]
async fn an_order_without_emails_has_an_empty_list() {
    let (bench, _) = bench();
    let answer = bench.http(Request::get(&path("")).bearer(&bench.staff())).await;
    assert_eq!((answer.status, answer.body), (200, json!({"items": []})));
}

#[tokio::test]
async fn a_senseless_query_is_refused() {
    let (bench, _) = bench();
    let queries = [
        ("/v1/notifications".to_owned(), "invalid_parameter"),
        ("/v1/notifications?order_id=pay_1".to_owned(), "invalid_parameter"),
        (path("&colour=red"), "invalid_parameter"),
        (path("&status=failed"), "invalid_parameter"),
        ("/v1/notifications?status=sent".to_owned(), "invalid_parameter"),
        ("/v1/notifications?status=failed&cursor=order_1".to_owned(), "invalid_parameter"),
        (path("&limit=0"), "invalid_parameter"),
        (path("&limit=101"), "invalid_parameter"),
        (path("&cursor=order_1"), "invalid_parameter"),
    ];
    for (path, problem) in queries {
        let refused = bench.http(Request::get(&path).bearer(&bench.staff())).await;
        assert_eq!((refused.status, refused.problem()), (400, problem), "{path}");
    }
}

#[tokio::test]
async fn notifications_are_the_staffs_alone() {
    let (bench, _) = bench();
    let customer = bench.token(UserId::from_bits(1), &[Role::Customer]);
    assert_eq!(bench.http(Request::get(&path(""))).await.status, 401);
    assert_eq!(bench.http(Request::get(&path("")).header("x-guest-token", "any")).await.status, 401);
    assert_eq!(bench.http(Request::get(&path("")).bearer(&customer)).await.status, 403);
}

/// The ids of the emails that wait for staff, page by page.
async fn failed(bench: &Bench<Notifications>, limit: usize) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let target = format!("/v1/notifications?status=failed&limit={limit}{cursor}");
        let answer = bench.http(Request::get(&target).bearer(&bench.staff())).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let items = answer.body["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        match answer.body["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return ids,
        }
    }
}

#[tokio::test]
async fn refused_emails_are_listed_newest_first_page_by_page_and_no_others() {
    let (bench, mail_service) = bench();
    let mut expected = Vec::new();
    for number in 1..=11_u128 {
        bench.deliver(&[about(&bench, 200 + number)]).await;
        if number % 3 != 0 {
            let id = refused(&bench, &mail_service, about(&bench, 100 + number)).await;
            expected.insert(0, id);
        }
        bench.world.pass_seconds(1);
    }
    // Of one instant, and of one order.
    let mut together = Vec::new();
    for message in every_message(&bench).into_iter().take(3) {
        together.push(refused(&bench, &mail_service, message).await);
    }
    together.sort();
    together.reverse();
    together.extend(expected);
    for limit in [1, 2, 3, 100] {
        assert_eq!(failed(&bench, limit).await, together, "{limit} a page");
    }
}

#[tokio::test]
async fn a_refused_email_leaves_the_list_once_nothing_of_it_is_kept() {
    let (bench, mail_service) = bench();
    let old = refused(&bench, &mail_service, about(&bench, 1)).await;
    bench.world.pass_seconds(KEPT_DAYS * 24 * 60 * 60);
    assert_eq!(failed(&bench, 20).await, [old]);
    bench.world.pass_seconds(1);
    let new = refused(&bench, &mail_service, about(&bench, 2)).await;
    assert_eq!(failed(&bench, 20).await, [new]);
}

#[tokio::test]
async fn the_list_of_refused_emails_costs_the_same_however_many_were_sent() {
    let (bench, mail_service) = bench();
    refused(&bench, &mail_service, about(&bench, 1)).await;
    bench.deliver(&[about(&bench, 2)]).await;
    let sent =
        bench.dynamo.item(&order_of(2).to_string(), &format!("{}/0000000001/orders.order_placed.v1", order_of(2)));
    let sent = sent.unwrap();
    assert!(sent.get("index1").is_none() && sent.get("index2").is_none(), "{sent}");
    let mut costs = Vec::new();
    for copies in [0_u128, 1_000] {
        bench.dynamo.put_all((0..copies).map(|number| {
            let mut copy = sent.clone();
            copy["pk"]["S"] = order_of(1_000 + number).to_string().into();
            copy
        }));
        bench.dynamo.take_calls();
        assert_eq!(failed(&bench, 20).await.len(), 1);
        let mut calls: Vec<_> =
            bench.dynamo.take_calls().into_iter().map(|call| (call.operation, call.tenths_of_units)).collect();
        calls.sort();
        costs.push(calls);
    }
    assert_eq!(costs[0], costs[1]);
    assert_eq!(costs[0].len(), 5, "four shards and the items: {costs:?}");
}

#[tokio::test]
async fn an_email_that_is_sent_writes_no_index_and_a_refused_one_enters_the_list() {
    let (bench, mail_service) = bench();
    bench.deliver(&[about(&bench, 1)]).await;
    let calls = bench.dynamo.take_calls();
    assert!(calls.iter().all(|call| call.tenths_of_index_units == 0), "{calls:?}");
    refused(&bench, &mail_service, about(&bench, 2)).await;
    let calls = bench.dynamo.take_calls();
    let operations: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(operations, ["Query", "GetItem", "PutItem", "TransactWriteItems"]);
}
