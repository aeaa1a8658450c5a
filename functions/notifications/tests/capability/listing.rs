//! The emails about an order as staff list them.

use crate::harness::{ORDER, bench, every_message};
use chassis::testing::Request;
use events::{ids::UserId, users::Role};
use serde_json::json;

fn path(query: &str) -> String {
    format!("/v1/notifications?order_id={ORDER}{query}")
}

#[tokio::test]
async fn the_mails_about_an_order_are_listed_oldest_first_page_by_page() {
    let (bench, mail_service) = bench();
    mail_service.refuse_next(1, 400, "MessageRejected");
    bench.deliver(&every_message(&bench)).await;
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
        "message_id": format!("{ORDER}/1/orders.order_placed.v1"),
        "kind": "order_placed", "status": "failed", "at": "2026-01-01T00:00:00.000Z",
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
