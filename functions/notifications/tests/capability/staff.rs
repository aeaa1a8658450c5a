//! What staff see on their start page of the messages that were given up.

use crate::harness::bench;
use chassis::testing::Request;
use events::ids::UserId;
use events::users::Role;

const PART: &str = "/staff/notifications/dead-letters";

fn with_session(token: &str) -> Request {
    Request::get(PART).header("cookie", &format!("__Host-souk_access={token}"))
}

#[tokio::test]
async fn staff_see_how_many_messages_were_given_up_and_nobody_else_does() {
    let (bench, _) = bench();
    let shown = |answer: chassis::testing::Response| answer.body.as_str().unwrap_or_default().to_owned();
    assert!(shown(bench.http(with_session(&bench.staff())).await).contains(">None<"));
    bench.deliver_raw(&["{".to_owned(), "[]".to_owned()]).await;
    let answer = bench.http(with_session(&bench.staff())).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
    let part = shown(answer);
    assert!(part.contains(">2 messages<") && part.contains("docs/operations.md"), "{part}");
    let customer = bench.token(UserId::from_bits(1), &[Role::Customer]);
    assert_eq!(bench.http(Request::get(PART)).await.status, 401);
    assert_eq!(bench.http(with_session(&customer)).await.status, 403);
}

#[tokio::test]
async fn a_refusal_among_its_pages_has_the_looks_of_the_shop() {
    let (bench, _) = bench();
    let answer = bench.http(Request::get("/staff/notifications/no/such").header("accept", "text/html")).await;
    assert_eq!(answer.status, 404);
    let page = answer.body.as_str().unwrap();
    let (_, rest) = page.split_once("/assets/notifications/").unwrap();
    let stylesheet = rest.split('"').next().unwrap();
    assert_eq!(bench.http(Request::get(&format!("/assets/notifications/{stylesheet}"))).await.status, 200);
}
