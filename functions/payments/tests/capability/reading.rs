//! Who sees which payment.

use crate::harness::*;
use chassis::testing::http::Request;
use events::ids::{OrderId, UserId};
use events::users::Role;

#[tokio::test]
async fn customers_see_their_own_payments_and_no_others() {
    let bench = bench();
    authorized(&bench).await;
    let owner = bench.token(customer(), &[Role::Customer]);
    let stranger = bench.token(UserId::from_bits(8), &[Role::Customer]);
    let by_id = format!("/v1/payments/{}", pay());
    let by_order = format!("/v1/payments?order_id={}", order());
    let read = bench.http(Request::get(&by_id).bearer(&owner)).await;
    assert_eq!((read.status, read.body["status"].as_str()), (200, Some("authorized")));
    let listed = bench.http(Request::get(&by_order).bearer(&owner)).await;
    assert_eq!(listed.body["items"][0], read.body);
    assert_eq!(bench.http(Request::get(&by_id).bearer(&stranger)).await.status, 404);
    let hidden = bench.http(Request::get(&by_order).bearer(&stranger)).await;
    assert_eq!((hidden.status, hidden.body["items"].as_array().unwrap().len()), (200, 0));
    assert_eq!(bench.http(Request::get(&by_id)).await.status, 401);
    assert_eq!(get(&bench, &by_order).await.body["items"][0], read.body);
}

#[tokio::test]
async fn a_guests_payment_is_for_staff_alone() {
    let bench = bench();
    let mut guest = authorize(1, "pm_card_visa");
    guest.customer = None;
    say(&bench, 1, &guest).await;
    let somebody = bench.token(customer(), &[Role::Customer]);
    let path = format!("/v1/payments/{}", pay());
    assert_eq!(bench.http(Request::get(&path).bearer(&somebody)).await.status, 404);
    assert_eq!(get(&bench, &path).await.status, 200);
}

#[tokio::test]
async fn a_command_from_before_customers_were_named_is_still_read() {
    let bench = bench();
    let mut old = envelope(&bench, 1, &authorize(1, "pm_card_visa"));
    old.data.as_object_mut().unwrap().remove("customer");
    old.data["something_new"] = true.into();
    assert!(bench.deliver(&[old]).await.is_empty());
    assert_eq!(kinds(&settle(&bench).await), ["payment_authorized"]);
}

#[tokio::test]
async fn transactions_come_in_order_and_in_pages() {
    let bench = bench();
    captured(&bench).await;
    let path = format!("/v1/payments/{}/transactions", pay());
    let first = get(&bench, &format!("{path}?limit=3")).await;
    let cursor = first.body["cursor"].as_str().unwrap();
    let second = get(&bench, &format!("{path}?limit=3&cursor={cursor}")).await;
    let steps: Vec<_> = [&first, &second]
        .iter()
        .flat_map(|page| page.body["items"].as_array().unwrap())
        .map(|t| format!("{} {} {}", t["seq"], t["operation"].as_str().unwrap(), t["phase"].as_str().unwrap()))
        .collect();
    assert_eq!(steps, ["1 authorize requested", "2 authorize succeeded", "3 capture requested", "4 capture succeeded"]);
    assert!(second.body.get("cursor").is_none());
    assert_eq!(get(&bench, &format!("{path}?limit=0")).await.problem(), "invalid_parameter");
    assert_eq!(get(&bench, &format!("{path}?cursor=%21")).await.problem(), "invalid_parameter");
    let owner = bench.token(customer(), &[Role::Customer]);
    assert_eq!(bench.http(Request::get(&path).bearer(&owner)).await.status, 403);
}

#[tokio::test]
async fn a_list_names_an_order_and_an_unknown_one_has_no_payments() {
    let bench = bench();
    assert_eq!(get(&bench, "/v1/payments").await.problem(), "invalid_parameter");
    assert_eq!(get(&bench, "/v1/payments?order_id=nonsense").await.problem(), "invalid_parameter");
    assert_eq!(get(&bench, &format!("/v1/payments?order_id={}&x=1", order())).await.problem(), "invalid_parameter");
    let none = get(&bench, &format!("/v1/payments?order_id={}", OrderId::from_bits(3))).await;
    assert_eq!((none.status, none.body["items"].as_array().unwrap().len()), (200, 0));
    assert_eq!(get(&bench, "/v1/payments/nonsense").await.status, 404);
}
