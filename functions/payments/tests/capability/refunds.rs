//! Refunds never exceed what was captured, no matter who asks, how often and at the same time.

use crate::harness::*;
use chassis::testing::Bench;
use chassis::testing::http::{Request, Response};
use events::Actor;
use events::ids::{PaymentId, RefundId, UserId};
use events::payments::ExecuteRefund;
use events::users::Role;
use payments::Payments;
use serde_json::json;

#[tokio::test]
async fn staff_refund_part_of_a_payment() {
    let bench = bench();
    captured(&bench).await;
    let answer = ask_refund(&bench, "key-1", 1000).await;
    assert_eq!(answer.status, 202, "{:?}", answer.body);
    assert_eq!(answer.body["amount"], json!(eur(1000)));
    assert_eq!(payment(&bench).await["sums"]["pending"]["amount"], 1000);
    assert!(settle(&bench).await.is_empty(), "nothing is sent but by the relay");
    let heard = relay(&bench).await;
    assert_eq!(kinds(&heard), ["payment_refunded"]);
    let data = &heard[0].envelope.data;
    assert_eq!((&data["refund_id"], &data["amount"]), (&answer.body["id"], &json!(eur(1000))));
    assert_eq!(data["cause"], "staff/key-1");
    assert_eq!((balance(&bench, "cash").await, given_back(&bench).await), (TOTAL - 1000, 1000));
    let payment = payment(&bench).await;
    assert_eq!(payment["status"], "partially_refunded");
    assert_eq!(
        (&payment["sums"]["pending"]["amount"], &payment["refunds"][0]["phase"]),
        (&json!(0), &json!("succeeded"))
    );
}

#[tokio::test]
async fn two_refunds_at_once_never_exceed_what_was_captured() {
    let bench = bench();
    captured(&bench).await;
    let (one, two) = tokio::join!(ask_refund(&bench, "one", 8000), ask_refund(&bench, "two", 8000));
    let granted = |answer: &chassis::testing::Response| answer.body["amount"]["amount"].as_i64().unwrap();
    assert_eq!(granted(&one) + granted(&two), TOTAL);
    // While both are on their way, an order's refund finds nothing left.
    let none = say(&bench, 9, &refund("return/1", 8000)).await;
    assert_eq!(none[0].envelope.data["amount"]["amount"], 0);
    let heard = relay(&bench).await;
    assert_eq!(kinds(&heard), ["payment_refunded", "payment_refunded"]);
    assert_eq!((balance(&bench, "cash").await, status(&bench).await.as_str()), (0, "refunded"));
}

#[tokio::test]
async fn orders_refunds_in_one_batch_never_exceed_what_was_captured() {
    let bench = bench();
    captured(&bench).await;
    let batch: Vec<_> = (0u64..5).map(|n| envelope(&bench, 10 + n, &refund(&format!("return/{n}"), 3000))).collect();
    let mut left = batch;
    while !left.is_empty() {
        let failed = bench.deliver(&left).await;
        left = failed.into_iter().map(|index| left[index].clone()).collect();
    }
    let heard = settle(&bench).await;
    let total: i64 = heard.iter().map(|sent| sent.envelope.data["amount"]["amount"].as_i64().unwrap()).sum();
    assert_eq!((heard.len(), total, balance(&bench, "cash").await), (5, TOTAL, 0));
}

#[tokio::test]
async fn one_cause_refunds_once() {
    let bench = bench();
    captured(&bench).await;
    let first = say(&bench, 3, &refund("return/1", 1000)).await;
    let again = say(&bench, 4, &refund("return/1", 1000)).await;
    assert_eq!(first, again);
    assert_eq!(given_back(&bench).await, 1000);
    let other = say(&bench, 5, &refund("return/2", 1000)).await;
    assert_ne!(first[0].envelope.data["refund_id"], other[0].envelope.data["refund_id"]);
    assert_eq!(other[0].envelope.data["total_refunded"]["amount"], 2000);
}

#[tokio::test]
async fn the_same_key_answers_the_same_even_when_the_refund_is_done() {
    let bench = bench();
    captured(&bench).await;
    let first = ask_refund(&bench, "key-1", 9000).await;
    let again = ask_refund(&bench, "key-1", 9000).await;
    relay(&bench).await;
    bench.world.pass_seconds(60);
    let later = ask_refund(&bench, "key-1", 9000).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert_eq!((first.status, &first.body), (later.status, &later.body));
    assert_eq!(given_back(&bench).await, 9000);
}

#[tokio::test]
async fn the_same_key_answers_the_same_however_the_request_is_typed() {
    let bench = bench();
    captured(&bench).await;
    let first = ask_refund(&bench, "key-1", 1000).await;
    let typed = json!({"amount": eur(1000), "exact": false, "reason": "\u{a0}Damaged "});
    let again = bench.http(refund_request(&bench, "key-1", typed)).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    for (exact, reason) in [(false, "damaged"), (true, "Damaged")] {
        let other = json!({"amount": eur(1000), "exact": exact, "reason": reason});
        assert_eq!(bench.http(refund_request(&bench, "key-1", other)).await.problem(), "idempotency_key_reused");
    }
    relay(&bench).await;
    assert_eq!(given_back(&bench).await, 1000);
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let bench = bench();
    captured(&bench).await;
    ask_refund(&bench, "key-1", 1000).await;
    let other = ask_refund(&bench, "key-1", 1001).await;
    assert_eq!((other.status, other.problem()), (422, "idempotency_key_reused"));
}

#[tokio::test]
async fn less_is_granted_if_less_is_left_and_then_nothing() {
    let bench = bench();
    captured(&bench).await;
    ask_refund(&bench, "one", TOTAL - 15).await;
    let rest = ask_refund(&bench, "two", 1000).await;
    assert_eq!((rest.status, &rest.body["amount"], &rest.body["requested"]), (202, &json!(eur(15)), &json!(eur(1000))));
    let none = ask_refund(&bench, "three", 1).await;
    assert_eq!((none.status, none.problem()), (409, "nothing_to_refund"));
}

#[tokio::test]
async fn money_that_is_only_held_is_not_refunded() {
    let bench = bench();
    authorized(&bench).await;
    assert_eq!(ask_refund(&bench, "one", 1).await.problem(), "nothing_to_refund");
    let heard = say(&bench, 2, &refund("return/1", 100)).await;
    assert_eq!((kinds(&heard), &heard[0].envelope.data["amount"]), (vec!["payment_refunded"], &json!(eur(0))));
}

#[tokio::test]
async fn a_refund_of_an_unknown_payment_gives_nothing_and_is_answered() {
    let bench = bench();
    let heard = say(&bench, 1, &refund("return/1", 100)).await;
    assert_eq!((kinds(&heard), &heard[0].envelope.data["amount"]), (vec!["payment_refunded"], &json!(eur(0))));
}

#[tokio::test]
async fn a_bad_refund_is_refused_and_changes_nothing() {
    let bench = bench();
    captured(&bench).await;
    let usd = json!({"amount": {"amount": 1, "currency": "USD"}, "reason": "x"});
    for (body, status, problem) in [
        (json!({"amount": eur(0), "reason": "x"}), 422, "invalid_field"),
        (json!({"amount": eur(-1), "reason": "x"}), 422, "invalid_field"),
        (json!({"amount": eur(1), "reason": " "}), 422, "invalid_field"),
        (json!({"amount": eur(1), "reason": "x".repeat(501)}), 422, "invalid_field"),
        (usd, 422, "invalid_field"),
        (json!({"amount": 1, "reason": "x"}), 422, "invalid_field"),
        (json!({"amount": {"amount": 1.5, "currency": "EUR"}, "reason": "x"}), 422, "invalid_field"),
        (json!({"amount": {"amount": 1, "currency": "XXX"}, "reason": "x"}), 422, "invalid_field"),
        (json!({"amount": eur(1)}), 422, "invalid_field"),
        (json!({"amount": eur(1), "reason": "x", "extra": 1}), 422, "invalid_field"),
    ] {
        let answer = bench.http(refund_request(&bench, "key", body.clone())).await;
        assert_eq!((answer.status, answer.problem()), (status, problem), "{body}");
    }
    let keyless = Request::post(&format!("/v1/payments/{}/refunds", pay()), json!({"amount": eur(1), "reason": "x"}));
    let answer = bench.http(keyless.bearer(&bench.staff())).await;
    assert_eq!((answer.status, answer.problem()), (400, "idempotency_key_required"));
    assert_eq!(transitions(&bench).await, 4);
}

#[tokio::test]
async fn refunds_are_for_staff_and_for_payments_that_exist() {
    let bench = bench();
    captured(&bench).await;
    let body = json!({"amount": eur(1), "reason": "x"});
    let path = format!("/v1/payments/{}/refunds", pay());
    let owner = bench.token(customer(), &[Role::Customer]);
    let as_owner = Request::post(&path, &body).bearer(&owner).header("idempotency-key", "k");
    assert_eq!(bench.http(as_owner).await.status, 403);
    assert_eq!(bench.http(Request::post(&path, &body).header("idempotency-key", "k")).await.status, 401);
    for id in [PaymentId::from_bits(1).to_string(), "nonsense".to_owned()] {
        let unknown = Request::post(&format!("/v1/payments/{id}/refunds"), &body).bearer(&bench.staff());
        assert_eq!(bench.http(unknown.header("idempotency-key", "k")).await.status, 404);
    }
    assert_eq!(transitions(&bench).await, 4);
}

#[tokio::test(start_paused = true)]
async fn a_refund_that_the_relay_could_not_send_is_sent_when_the_stream_comes_again() {
    let bench = bench();
    captured(&bench).await;
    ask_refund(&bench, "one", 500).await;
    let mut records = bench.dynamo.new_stream_records();
    records.retain(|record| record["dynamodb"]["NewImage"]["cause"]["M"]["via"]["S"] == "http");
    let event = json!({"Records": records});
    bench.queues.break_next(3);
    assert!(bench.invoke(&event).await.is_err());
    // The stream repeats the batch, here even once more than needed.
    for _ in 0..2 {
        bench.invoke(&event).await.unwrap();
    }
    assert_eq!(kinds(&settle(&bench).await), ["payment_refunded", "payment_refunded"]);
    assert_eq!(given_back(&bench).await, 500);
}

#[tokio::test]
async fn a_refund_that_the_read_does_not_show_yet_comes_again() {
    let bench = bench();
    captured(&bench).await;
    let early = ExecuteRefund { payment_id: pay(), refund_id: RefundId::from_bits(3) };
    assert_eq!(bench.deliver(&[bench.envelope(&pay().to_string(), 5, &early)]).await, [0]);
    assert!(bench.queues.dead_lettered().is_empty());
}

#[tokio::test]
async fn everything_that_follows_from_a_refund_names_who_granted_it() {
    let bench = bench();
    captured(&bench).await;
    ask_refund(&bench, "key-1", 1000).await;
    let staff = Some(Actor::from(UserId::from_bits(99)));
    let heard = relay(&bench).await;
    assert_eq!(heard.iter().map(|sent| &sent.envelope.actor).collect::<Vec<_>>(), [&staff]);
    // Executed again, it says the same.
    let id: RefundId = heard[0].envelope.data["refund_id"].as_str().unwrap().parse().unwrap();
    let again = say(&bench, 9, &ExecuteRefund { payment_id: pay(), refund_id: id }).await;
    assert_eq!(again, heard);
    let log = get(&bench, &format!("/v1/payments/{}/transactions?limit=100", pay())).await;
    let by: Vec<_> = log.body["items"].as_array().unwrap().iter().map(|made| made["by"].clone()).collect();
    assert_eq!(by[by.len() - 2..], [json!(staff), json!(staff)]);
    let admin = bench.token(UserId::from_bits(98), &[Role::Admin]);
    let audit = bench.http(Request::get("/v1/payments/audit").bearer(&admin)).await.body["items"].clone();
    assert_eq!(audit.as_array().unwrap().len(), 1, "the provider's answer is nobody's");
    assert_eq!((&audit[0]["action"], &audit[0]["actor"]), (&json!("refundPayment"), &json!(staff)));
    assert_eq!(audit[0]["what"], format!("{id} of 10.00 EUR"));
}

async fn ask_exactly(bench: &Bench<Payments>, key: &str, amount: i64) -> Response {
    let body = json!({"amount": eur(amount), "exact": true, "reason": "Damaged"});
    bench.http(refund_request(bench, key, body)).await
}

#[tokio::test]
async fn an_exact_refund_of_more_than_what_is_left_is_refused_and_says_what_is() {
    let bench = bench();
    authorized(&bench).await;
    assert_eq!(ask_exactly(&bench, "early", 1).await.problem(), "nothing_to_refund");
    say(&bench, 2, &capture(1)).await;
    let refused = ask_exactly(&bench, "slip", TOTAL * 10).await;
    assert_eq!((refused.status, refused.problem()), (409, "refund_exceeds_rest"));
    assert_eq!(refused.body["left"], json!(eur(TOTAL)));
    assert_eq!(ask_exactly(&bench, "part", 115).await.body["amount"], json!(eur(115)));
    // What is granted and not made yet is not left.
    let refused = ask_exactly(&bench, "rest", TOTAL).await;
    assert_eq!(refused.body["left"], json!(eur(TOTAL - 115)));
    assert_eq!(ask_exactly(&bench, "rest", TOTAL - 115).await.status, 202);
    assert_eq!(ask_exactly(&bench, "more", 1).await.problem(), "nothing_to_refund");
    relay(&bench).await;
    assert_eq!(given_back(&bench).await, TOTAL);
}

#[tokio::test]
async fn of_two_exact_refunds_at_once_that_together_exceed_the_rest_one_is_refused() {
    let bench = bench();
    captured(&bench).await;
    let (one, two) = tokio::join!(ask_exactly(&bench, "one", 6000), ask_exactly(&bench, "two", 6000));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409]);
    relay(&bench).await;
    assert_eq!(given_back(&bench).await, 6000);
}
