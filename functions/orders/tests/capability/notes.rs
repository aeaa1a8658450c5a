//! Notes of staff on orders: what programs of staff write and read, and what a note leaves alone.

use crate::harness::Harness;
use crate::pages::{as_ada, text};
use chassis::testing::{Request, Response, signing};
use events::ids::{OrderId, UserId};
use events::users::Role;
use orders::domain::note::{MAX_NOTES, MAX_TEXT};
use serde_json::{Value, json};

/// Whom [`chassis::testing::Bench::staff`] signs in.
const STAFF: UserId = UserId::from_bits(99);

fn target(id: OrderId) -> String {
    format!("/v1/orders/{id}/notes")
}

fn request(id: OrderId, note: &str, key: &str) -> Request {
    Request::post(&target(id), json!({"text": note})).header("idempotency-key", key)
}

async fn write(harness: &Harness, id: OrderId, note: &str, key: &str) -> Response {
    harness.bench.http(request(id, note, key).bearer(&harness.bench.staff())).await
}

async fn list(harness: &Harness, id: OrderId, query: &str) -> Value {
    let request = Request::get(&format!("{}{query}", target(id))).bearer(&harness.bench.staff());
    let answer = harness.bench.http(request).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.body
}

fn texts(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|note| note["text"].as_str().unwrap()).collect()
}

/// Items of notes in the table.
fn written(harness: &Harness) -> usize {
    let is_note = |item: &Value| item["sk"]["S"].as_str().unwrap().starts_with("note#");
    harness.bench.dynamo.items().iter().filter(|item| is_note(item)).count()
}

#[tokio::test]
async fn staff_write_notes_on_an_order_and_read_them_newest_first_page_by_page() {
    let harness = Harness::new();
    let [id, other] = [harness.placed(1).await, harness.placed(2).await];
    assert_eq!(list(&harness, id, "").await, json!({"items": []}));
    let first = write(&harness, id, " Call first.\r\nThe bell is broken. ", "k1").await;
    assert_eq!((first.status, &first.body["by"]), (201, &json!(STAFF)));
    assert_eq!(first.body["text"], "Call first.\nThe bell is broken.");
    for number in 2..=5 {
        harness.bench.world.pass_seconds(1);
        assert_eq!(write(&harness, id, &format!("note {number}"), &format!("k{number}")).await.status, 201);
    }
    assert_eq!(write(&harness, other, "of another order", "k1").await.status, 201);
    let page = list(&harness, id, "?limit=2").await;
    assert_eq!(texts(&page), ["note 5", "note 4"]);
    let page = list(&harness, id, &format!("?limit=3&cursor={}", page["cursor"].as_str().unwrap())).await;
    assert_eq!(texts(&page), ["note 3", "note 2", "Call first.\nThe bell is broken."]);
    assert_eq!((&page["items"][2], &page["cursor"]), (&first.body, &Value::Null));
    let cursor = list(&harness, id, "?limit=1").await["cursor"].as_str().unwrap().to_owned();
    let foreign = Request::get(&format!("{}?cursor={cursor}", target(other))).bearer(&harness.bench.staff());
    assert_eq!(harness.bench.http(foreign).await.problem(), "invalid_parameter");
}

#[tokio::test]
async fn a_note_that_is_sent_again_is_written_once_and_a_key_names_one_note_of_one_author() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let first = write(&harness, id, "Call first.", "k").await;
    harness.bench.world.pass_seconds(3600);
    let again = write(&harness, id, "Call first. ", "k").await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(write(&harness, id, "Call later.", "k").await.problem(), "idempotency_key_reused");
    assert_eq!(written(&harness), 1);
    let colleague = harness.bench.token(UserId::from_bits(97), &signing::STAFF);
    let theirs = harness.bench.http(request(id, "Call first.", "k").bearer(&colleague)).await;
    assert_eq!((theirs.status, &theirs.body["by"]), (201, &json!(UserId::from_bits(97))));
    assert_eq!(written(&harness), 2);
}

#[tokio::test]
async fn a_note_leaves_the_order_as_it_is_and_nobody_is_told() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.settle().await;
    let before = (harness.bench.dynamo.item(&id.to_string(), "order"), harness.diagnosis(id).await);
    assert_eq!(write(&harness, id, "Sounds like a fraud.", "k").await.status, 201);
    assert_eq!((harness.bench.dynamo.item(&id.to_string(), "order"), harness.diagnosis(id).await), before);
    harness.bench.relay().await.unwrap();
    harness.bench.tick().await.unwrap();
    assert!(harness.bench.queues.take().is_empty());
    for seen in [format!("/v1/orders/{id}"), format!("/v1/orders/{id}/timeline"), "/v1/orders".to_owned()] {
        let answer = harness.bench.http(Request::get(&seen).bearer(&harness.ada_token())).await;
        assert!(answer.status == 200 && !answer.body.to_string().contains("fraud"), "{seen}: {:?}", answer.body);
    }
    let page = harness.bench.http(as_ada(&harness, Request::get(&format!("/orders/{id}")))).await;
    assert!(page.status == 200 && !text(&page).contains("fraud"), "{}", text(&page));
}

#[tokio::test]
async fn the_audit_log_says_who_wrote_which_note_on_which_order_and_not_what_it_says() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let note = write(&harness, id, "Sounds like a fraud.", "k").await.body;
    write(&harness, id, "Sounds like a fraud.", "k").await;
    let admin = harness.bench.token(UserId::from_bits(98), &[Role::Admin]);
    let log = harness.bench.http(Request::get("/v1/orders/audit").bearer(&admin)).await.body;
    let entries = log["items"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "a repeat changes nothing: {log}");
    assert_eq!((&entries[0]["action"], &entries[0]["actor"]), (&json!("addOrderNote"), &json!(STAFF)));
    assert_eq!((&entries[0]["resource"], &entries[0]["what"]), (&json!(id), &note["id"]));
    assert!(!log.to_string().contains("fraud"), "{log}");
}

#[tokio::test]
async fn an_order_takes_200_notes_and_the_last_can_still_be_sent_again() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    assert_eq!(write(&harness, id, "the first", "k1").await.status, 201);
    let mut count = harness.bench.dynamo.item(&id.to_string(), "notes").unwrap();
    assert_eq!(count["notes"]["N"], "1");
    count["notes"]["N"] = (MAX_NOTES - 1).to_string().into();
    harness.bench.dynamo.put(&count);
    let last = write(&harness, id, "the last", "k2").await;
    assert_eq!(last.status, 201);
    let refused = write(&harness, id, "one more", "k3").await;
    assert_eq!((refused.status, refused.problem(), &refused.body["limit"]), (409, "too_many_notes", &json!(200)));
    let again = write(&harness, id, "the last", "k2").await;
    assert_eq!((again.status, &again.body, written(&harness)), (201, &last.body, 2));
}

#[tokio::test]
async fn a_note_without_a_key_or_with_a_text_that_cannot_be_read_is_refused() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let before = harness.bench.dynamo.items();
    for refused in ["", " \n ", "a\u{202e}b", "a\u{7}b", &"é".repeat(MAX_TEXT + 1)] {
        let answer = write(&harness, id, refused, "k").await;
        assert_eq!((answer.status, answer.problem()), (422, "invalid_field"), "{refused:?}: {:?}", answer.body);
    }
    let keyless = Request::post(&target(id), json!({"text": "Call first."})).bearer(&harness.bench.staff());
    assert_eq!(harness.bench.http(keyless).await.problem(), "idempotency_key_required");
    assert_eq!(harness.bench.dynamo.items(), before);
}

#[tokio::test]
async fn nobody_but_staff_reads_or_writes_notes_and_an_unknown_order_has_none() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let before = harness.bench.dynamo.items();
    for request in [Request::get(&target(id)), request(id, "Call first.", "k")] {
        assert_eq!(harness.bench.http(request.clone()).await.problem(), "unauthenticated");
        let owner = harness.bench.http(request.bearer(&harness.ada_token())).await;
        assert_eq!(owner.problem(), "forbidden", "not even who owns the order");
    }
    let unknown = OrderId::from_bits(7);
    assert_eq!(write(&harness, unknown, "Call first.", "k").await.problem(), "not_found");
    let listed = Request::get(&target(unknown)).bearer(&harness.bench.staff());
    assert_eq!(harness.bench.http(listed).await.problem(), "not_found");
    assert_eq!(harness.bench.dynamo.items(), before);
}
