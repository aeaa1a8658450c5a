//! People who want to be forgotten: a customer with all orders, and a guest by one. What an order forgets and when, who else is asked, how far
//! it is, and what comes late.

use crate::guest_tokens::{opened, placed, replaced};
use crate::harness::{Harness, delivered, dispatched, refunded};
use crate::pages::{as_ada, text};
use chassis::testing::{Request, Sent};
use events::Capability;
use events::ids::{OrderId, UserId};
use events::notifications::MailsOfOrderErased;
use events::orders::EraseOrder;
use events::users::{EmailVerified, UserErased};
use events::{Envelope, payments, shipping};
use serde_json::{Value, json};

/// What tells who bought: no item may have any of it.
const TRACES: [&str; 6] =
    ["Ada Lovelace", "1 Analytical Way", "Berlin", "\"10115\"", "guest@example.com", "0034-of-ada"];

/// Users says that a person was erased, for the `seq`th time.
pub fn erased(harness: &Harness, user_id: UserId, seq: u64) -> Envelope<Value> {
    harness.bench.envelope(&user_id.to_string(), seq, &UserErased { user_id, erased_at: harness.bench.world.now() })
}

/// Everybody who keeps something of the order says that it is erased.
pub async fn everybody_answers(harness: &Harness, order_id: OrderId) {
    harness.receive(90, &payments::PaymentOfOrderErased { order_id }).await;
    harness.receive(91, &shipping::ShipmentOfOrderErased { order_id }).await;
    harness.receive(92, &MailsOfOrderErased { order_id }).await;
}

/// An order of Ada's that is completed.
async fn completed(harness: &Harness, number: u128) -> OrderId {
    let id = harness.confirmed(number).await;
    harness.receive(3, &dispatched(id)).await;
    harness.settle().await;
    harness.receive(4, &delivered(id)).await;
    harness.settle().await;
    assert_eq!(harness.states(id).await, ["completed", "captured", "delivered"]);
    id
}

pub fn traces_in(items: &[Value]) -> Vec<&'static str> {
    let text: String = items.iter().map(Value::to_string).collect();
    TRACES.into_iter().filter(|trace| text.contains(trace)).collect()
}

pub fn item(harness: &Harness, id: OrderId) -> Value {
    harness.bench.dynamo.item(&id.to_string(), "order").unwrap()
}

/// What orders told users last, and what it told at all.
pub fn told(sent: &[Sent]) -> Option<[Value; 2]> {
    let last = sent.iter().rfind(|sent| sent.kind() == "orders.user_data_erased.v1")?;
    assert_eq!(last.to, Capability::Users);
    Some(["orders", "open"].map(|field| last.envelope.data[field].clone()))
}

/// The receivers of `order_erased`.
fn asked(sent: &[Sent], id: OrderId) -> Vec<Capability> {
    let about = |sent: &&Sent| sent.kind() == "orders.order_erased.v1" && sent.envelope.data["order_id"] == json!(id);
    let mut asked: Vec<_> = sent.iter().filter(about).map(|sent| sent.to).collect();
    asked.sort_unstable();
    // An order that the walk finds twice has everybody asked twice, by the same message.
    asked.dedup();
    asked
}

const EVERYBODY: [Capability; 3] = [Capability::Payments, Capability::Shipping, Capability::Notifications];

fn erase(id: OrderId) -> Request {
    Request::new("DELETE", &format!("/v1/orders/{id}/personal-data"))
}

#[tokio::test]
async fn an_erased_customers_orders_forget_at_once_if_they_ended_and_else_when_they_end() {
    let harness = Harness::new();
    let (ended, open) = (completed(&harness, 1).await, harness.confirmed(2).await);
    assert_eq!(traces_in(&[item(&harness, ended)]).len(), 4, "there is something to forget");
    harness.bench.queues.take();
    assert!(harness.bench.deliver(&[erased(&harness, harness.ada, 3)]).await.is_empty());
    let sent = harness.bench.queues.take();
    assert_eq!((asked(&sent, ended), asked(&sent, open)), (EVERYBODY.to_vec(), vec![]));
    assert_eq!(told(&sent), Some([json!(2), json!(2)]));
    assert_eq!(traces_in(&[item(&harness, ended)]), Vec::<&str>::new());
    assert_eq!(item(&harness, ended)["ship_to"]["M"]["country"]["S"], "DE", "the tax was reckoned by it");
    let order = harness.order(ended).await;
    assert_eq!((&order["erasure"]["state"], order.get("ship_to")), (&json!("under_way"), None), "{order}");
    assert_eq!(order["lines"].as_array().unwrap().len(), 2, "the books stay");
    let order = harness.order(open).await;
    assert_eq!((&order["erasure"]["state"], &order["ship_to"]["city"]), (&json!("waiting"), &json!("Berlin")));

    // The goods still go where they were to go.
    harness.receive(3, &dispatched(open)).await;
    harness.settle().await;
    harness.receive(4, &delivered(open)).await;
    assert!(!harness.settle().await.is_empty());
    harness.bench.world.pass_seconds(90);
    harness.bench.tick().await.unwrap();
    let sent = harness.bench.queues.take();
    assert_eq!(asked(&sent, open), EVERYBODY, "the sweep finds that it ended");
    assert_eq!(traces_in(&harness.bench.dynamo.items()), Vec::<&str>::new());

    everybody_answers(&harness, ended).await;
    assert_eq!(told(&harness.bench.queues.take()), Some([json!(2), json!(1)]));
    everybody_answers(&harness, open).await;
    assert_eq!(told(&harness.bench.queues.take()), Some([json!(2), json!(0)]), "it is done");
    assert_eq!(harness.order(open).await["erasure"]["state"], "done");
    harness.bench.world.pass_seconds(100_000);
    harness.bench.tick().await.unwrap();
    assert!(harness.bench.queues.take().is_empty(), "nobody is asked any more");
}

#[tokio::test]
async fn whoever_does_not_answer_is_asked_again_and_a_repeat_of_any_message_counts_once() {
    let harness = Harness::new();
    let id = completed(&harness, 1).await;
    for _ in 0..2 {
        assert!(harness.bench.deliver(&[erased(&harness, harness.ada, 3)]).await.is_empty());
    }
    let sent = harness.bench.queues.take();
    assert_eq!(told(&sent), Some([json!(1), json!(1)]));
    harness.bench.world.pass_seconds(90);
    harness.bench.tick().await.unwrap();
    assert_eq!(asked(&harness.bench.queues.take(), id), EVERYBODY, "a message was lost");
    for _ in 0..2 {
        everybody_answers(&harness, id).await;
    }
    let sent = harness.bench.queues.take();
    assert_eq!(told(&sent), Some([json!(1), json!(0)]));
    let seqs: Vec<_> = sent.iter().filter_map(|sent| sent.envelope.data["seq"].as_u64()).collect();
    assert!(seqs.is_sorted(), "{seqs:?}");
}

#[tokio::test]
async fn after_a_restore_the_same_person_is_erased_once_more_by_everybody() {
    let harness = Harness::new();
    let id = completed(&harness, 1).await;
    let before = harness.bench.dynamo.items();
    assert!(harness.bench.deliver(&[erased(&harness, harness.ada, 3)]).await.is_empty());
    everybody_answers(&harness, id).await;
    let first = harness.bench.queues.take();
    harness.bench.dynamo.put_all(before.into_iter());
    assert!(!traces_in(&harness.bench.dynamo.items()).is_empty(), "the old table is back");
    harness.bench.world.pass_seconds(3_600);
    assert!(harness.bench.deliver(&[erased(&harness, harness.ada, 4)]).await.is_empty());
    let again = harness.bench.queues.take();
    assert_eq!(asked(&again, id), EVERYBODY);
    everybody_answers(&harness, id).await;
    let last = harness.bench.queues.take();
    assert_eq!(told(&last).map(|[_, open]| open), Some(json!(0)));
    assert_eq!(traces_in(&harness.bench.dynamo.items()), Vec::<&str>::new());
    let seq = |sent: &[Sent]| sent.iter().filter_map(|sent| sent.envelope.data["seq"].as_u64()).max();
    assert!(seq(&last) > seq(&first), "the count goes on");

    // Payments alone went back: orders has nothing to forget and has everybody forget all the same.
    harness.bench.world.pass_seconds(3_600);
    assert!(harness.bench.deliver(&[erased(&harness, harness.ada, 5)]).await.is_empty());
    let sent = harness.bench.queues.take();
    assert_eq!((asked(&sent, id), told(&sent).map(|[_, open]| open)), (EVERYBODY.to_vec(), Some(json!(1))));
}

#[tokio::test]
async fn a_token_of_an_erased_person_places_no_order_and_a_late_claim_takes_none() {
    let harness = Harness::new();
    let (guests, _) = placed(&harness, 1).await;
    assert!(harness.bench.deliver(&[erased(&harness, harness.ada, 3)]).await.is_empty());
    assert_eq!(told(&harness.bench.queues.take()), Some([json!(0), json!(0)]), "there was nothing");
    let refused = harness.post(&harness.body(&harness.quote(2))).await;
    assert_eq!((refused.status, refused.problem()), (403, "account_erased"));
    harness.bench.world.pass_seconds(7 * 24 * 3_600);
    let refused = harness.post(&harness.body(&harness.quote(3))).await;
    assert_eq!((refused.status, refused.problem()), (403, "account_erased"), "the tombstone has no end");
    let address = Some(crate::claims::pseudonym("address", "guest@example.com"));
    let claim = EmailVerified { user_id: harness.ada, guest: crate::claims::guest("guest@example.com"), address };
    harness.bench.receive(&harness.ada.to_string(), 9, &claim).await;
    assert_eq!(item(&harness, guests).get("customer"), None);
    assert!(
        harness.bench.dynamo.items().iter().any(|item| item["sk"]["S"] == guests.to_string()),
        "staff find it still"
    );
}

#[tokio::test]
async fn an_order_that_is_placed_at_that_moment_is_forgotten_when_the_message_comes_again() {
    let harness = Harness::new();
    let quote = harness.quote(1);
    assert_eq!(harness.post(&harness.body(&quote)).await.status, 202);
    let id = quote.jti.order();
    let order = item(&harness, id);
    // It is counted, and not written yet.
    harness.bench.dynamo.remove(&id.to_string(), "order");
    assert_eq!(harness.bench.deliver(&[erased(&harness, harness.ada, 3)]).await, [0], "it may come yet");
    harness.bench.dynamo.put(&order);
    assert!(harness.bench.deliver(&[erased(&harness, harness.ada, 3)]).await.is_empty());
    assert_eq!(harness.order(id).await["erasure"]["state"], "waiting");
    assert_eq!(told(&harness.bench.queues.take()), Some([json!(1), json!(1)]));
}

#[tokio::test]
async fn what_comes_late_to_an_erased_order_works_and_brings_nothing_back() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness
        .receive(3, &shipping::ShipmentDispatched { tracking_number: "0034-of-ada".to_owned(), ..dispatched(id) })
        .await;
    harness.settle().await;
    // The carrier says nothing for so long that the order is completed.
    harness.bench.world.pass_seconds(15 * 24 * 3_600);
    harness.bench.tick().await.unwrap();
    assert!(harness.bench.deliver(&[erased(&harness, harness.ada, 3)]).await.is_empty());
    assert_eq!(traces_in(&harness.bench.dynamo.items()), Vec::<&str>::new());
    harness.bench.queues.take();

    let corrected = shipping::TrackingCorrected {
        order_id: id,
        shipment_id: id.shipment(),
        carrier: "dhl".to_owned(),
        tracking_number: "0034-of-ada".to_owned(),
        seq: 3,
    };
    harness.receive(5, &corrected).await;
    harness.receive(6, &delivered(id)).await;
    harness.receive(7, &refunded(id, 1, 500, 500)).await;
    harness
        .receive(3, &shipping::ShipmentDispatched { tracking_number: "0034-of-ada".to_owned(), ..dispatched(id) })
        .await;
    let sent = harness.bench.queues.take();
    assert!(sent.iter().all(|sent| sent.to != Capability::Notifications), "nobody is written to: {sent:?}");
    assert_eq!(harness.states(id).await, ["completed", "partially_refunded", "delivered"]);
    assert_eq!(traces_in(&harness.bench.dynamo.items()), Vec::<&str>::new());
    let redriven = Request::post(&format!("/v1/orders/{id}/redrive"), json!({})).bearer(&harness.bench.staff());
    assert_eq!(harness.bench.http(redriven).await.status, 202);
    harness.bench.relay().await.unwrap();
    assert_eq!(asked(&harness.bench.queues.take(), id), EVERYBODY, "an operator has them asked at once");
}

#[tokio::test]
async fn a_guest_is_forgotten_by_the_order_and_its_token_opens_it_no_more() {
    let harness = Harness::new();
    let (id, token) = placed(&harness, 1).await;
    let (other, others) = placed(&harness, 2).await;
    let note = Request::post(&format!("/v1/orders/{id}/notes"), json!({"text": "Ada Lovelace called."}));
    let note = || note.clone().header("idempotency-key", "k").bearer(&harness.bench.staff());
    assert_eq!(harness.bench.http(note()).await.status, 201);
    assert_eq!(harness.bench.http(erase(id).header("x-guest-token", &others)).await.status, 404);
    let waits = harness.bench.http(erase(id).header("x-guest-token", &token)).await;
    assert_eq!((waits.status, &waits.body["erasure"]["state"]), (202, &json!("waiting")), "{}", waits.body);
    let listed = harness.bench.dynamo.items().iter().filter(|item| item["sk"]["S"] == id.to_string()).count();
    assert_eq!(listed, 0, "the address finds it no more");
    assert_eq!(opened(&harness, id, &token).await, 200, "it is under way");

    let cancel = Request::post(&format!("/v1/orders/{id}/cancellation"), json!({})).header("x-guest-token", &token);
    assert_eq!(harness.bench.http(cancel).await.status, 202);
    harness.settle().await;
    let done = harness.bench.http(erase(id).header("x-guest-token", &token)).await;
    assert_eq!((done.status, &done.body["erasure"]["state"]), (202, &json!("under_way")), "{}", done.body);
    assert_eq!(done.body.get("ship_to"), None);
    harness.bench.relay().await.unwrap();
    assert_eq!(asked(&harness.bench.queues.take(), id), EVERYBODY);
    assert_eq!(opened(&harness, id, &token).await, 404);
    let own: Vec<_> =
        harness.bench.dynamo.items().into_iter().filter(|item| item["pk"]["S"] == id.to_string()).collect();
    assert_eq!(traces_in(&own), Vec::<&str>::new(), "notes went, too");
    let refused = harness.bench.http(note()).await;
    assert_eq!((refused.status, refused.problem()), (409, "order_erased"));
    let refused = replaced(&harness, id).await;
    assert_eq!((refused.status, refused.problem()), (409, "order_erased"), "nobody gets a token");
    let repeated = harness.post_as_guest(&harness.guest_body(&harness.quote(1))).await;
    assert_eq!((repeated.status, repeated.problem()), (409, "order_exists"), "the request is forgotten as well");
    let listed = harness.bench.dynamo.items().iter().filter(|item| item["sk"]["S"] == id.to_string()).count();
    assert_eq!(listed, 0, "and lists nobody again");
    everybody_answers(&harness, id).await;
    assert_eq!(told(&harness.bench.queues.take()), None, "a guest is nobody's account");
    assert_eq!(opened(&harness, other, &others).await, 200);
    let staff = harness.bench.http(erase(id).bearer(&harness.bench.staff())).await;
    assert_eq!(
        (staff.status, &staff.body["erasure"]["state"]),
        (202, &json!("under_way")),
        "staff have everybody forget again"
    );
}

#[tokio::test]
async fn after_a_restore_a_guests_order_forgets_once_more_and_none_that_nobody_wanted_erased() {
    let harness = Harness::new();
    let [(id, token), (unasked, others)] = [placed(&harness, 1).await, placed(&harness, 2).await];
    for (id, token) in [(id, &token), (unasked, &others)] {
        let cancel = Request::post(&format!("/v1/orders/{id}/cancellation"), json!({})).header("x-guest-token", token);
        assert_eq!(harness.bench.http(cancel).await.status, 202);
    }
    harness.settle().await;
    let before = harness.bench.dynamo.items();
    assert_eq!(harness.bench.http(erase(id).header("x-guest-token", &token)).await.status, 202);
    let is_kept = harness.bench.dynamo.beside("erasures").item(&id.to_string(), "erasure").unwrap();
    assert!(is_kept["requested_at"].is_object() && traces_in(&[is_kept]).is_empty());
    harness.bench.dynamo.put_all(before.into_iter());
    harness.bench.relay().await.unwrap();
    harness.bench.queues.take();
    assert!(!traces_in(&[item(&harness, id)]).is_empty(), "the old table is back");

    let again =
        |order_id: OrderId| harness.bench.envelope(&order_id.to_string(), 1_796_000_000, &EraseOrder { order_id });
    for _ in 0..2 {
        assert!(harness.bench.deliver(&[again(id)]).await.is_empty());
        assert_eq!(asked(&harness.bench.queues.take(), id), EVERYBODY, "a repeat sends the same");
    }
    assert_eq!(traces_in(&[item(&harness, id)]), Vec::<&str>::new());
    assert_eq!(opened(&harness, id, &token).await, 404);
    let listed = harness.bench.dynamo.items().iter().filter(|item| item["sk"]["S"] == id.to_string()).count();
    assert_eq!(listed, 0, "the address finds it no more");

    assert!(harness.bench.deliver(&[again(unasked)]).await.is_empty());
    assert_eq!((harness.bench.queues.dead_lettered().len(), opened(&harness, unasked, &others).await), (1, 200));
    // What was placed after the latest second that the restore goes back to is not there any more.
    harness.bench.dynamo.remove(&id.to_string(), "order");
    assert!(harness.bench.deliver(&[again(id)]).await.is_empty() && harness.bench.queues.dead_lettered().len() == 1);
}

#[tokio::test]
async fn what_a_guest_wanted_counts_for_no_account_that_claims_the_order_after_a_restore_until_that_is_erased_itself() {
    let harness = Harness::new();
    let (id, token) = placed(&harness, 1).await;
    let cancel = Request::post(&format!("/v1/orders/{id}/cancellation"), json!({})).header("x-guest-token", &token);
    assert_eq!(harness.bench.http(cancel).await.status, 202);
    harness.settle().await;
    let before = harness.bench.dynamo.items();
    assert_eq!(harness.bench.http(erase(id).header("x-guest-token", &token)).await.status, 202);
    harness.bench.dynamo.put_all(before.into_iter());
    let address = Some(crate::claims::pseudonym("address", "guest@example.com"));
    let claim = EmailVerified { user_id: harness.ada, guest: crate::claims::guest("guest@example.com"), address };
    harness.bench.receive(&harness.ada.to_string(), 2, &claim).await;
    assert_eq!(item(&harness, id)["customer"]["S"], harness.ada.to_string(), "it is back, and hers");
    harness.bench.relay().await.unwrap();
    harness.bench.queues.take();

    let again = harness.bench.envelope(&id.to_string(), 1_796_000_000, &EraseOrder { order_id: id });
    assert!(harness.bench.deliver(&[again]).await.is_empty());
    everybody_answers(&harness, id).await;
    let sent = harness.bench.queues.take();
    assert_eq!((asked(&sent, id), told(&sent)), (EVERYBODY.to_vec(), None), "she asked for nothing");
    assert_eq!(harness.post(&harness.body(&harness.quote(2))).await.status, 202, "and orders");

    harness.bench.world.pass_seconds(60);
    assert!(harness.bench.deliver(&[erased(&harness, harness.ada, 3)]).await.is_empty());
    assert_eq!(told(&harness.bench.queues.take()), Some([json!(2), json!(2)]), "now they are her account's");
    everybody_answers(&harness, id).await;
    assert_eq!(told(&harness.bench.queues.take()), Some([json!(2), json!(1)]));
}

#[tokio::test]
async fn a_customer_erases_the_account_and_not_an_order() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let refused = harness.bench.http(erase(id).bearer(&harness.ada_token())).await;
    assert_eq!((refused.status, refused.problem()), (409, "not_a_guests_order"));
    assert_eq!(item(&harness, id).get("erasure"), None);
}

#[tokio::test]
async fn pages_show_an_erased_order_as_erased() {
    let harness = Harness::new();
    let id = completed(&harness, 1).await;
    assert!(harness.bench.deliver(&[erased(&harness, harness.ada, 3)]).await.is_empty());
    let cookie = format!("__Host-souk_access={}", harness.bench.staff());
    let staff = harness.bench.http(Request::get(&format!("/staff/orders/{id}")).header("cookie", &cookie)).await;
    let page = text(&staff);
    assert!(page.contains("personal data was erased") && page.contains("The address was erased"), "{page}");
    assert!(!page.contains("<address>"), "{page}");
    let own = harness.bench.http(as_ada(&harness, Request::get(&format!("/orders/{id}")))).await;
    assert!(!text(&own).contains("/personal-data"), "there is nothing to erase any more");
}

#[tokio::test]
async fn a_guest_ticks_a_box_and_the_browser_forgets_the_order_as_well() {
    let harness = Harness::new();
    let (id, token) = placed(&harness, 1).await;
    let cancel = Request::post(&format!("/v1/orders/{id}/cancellation"), json!({})).header("x-guest-token", &token);
    assert_eq!(harness.bench.http(cancel).await.status, 202);
    harness.settle().await;
    let cookie = format!("__Host-souk_orders={id}~{token}");
    let page = harness.bench.http(Request::get(&format!("/orders/{id}")).header("cookie", &cookie)).await;
    let target = format!("/orders/{id}/personal-data");
    assert!(text(&page).contains(&target) && text(&page).contains("Erase my personal data"), "{}", text(&page));
    let send = |fields: &[(&str, &str)]| Request::form(&target, fields).header("cookie", &cookie);
    let unticked = harness.bench.http(send(&[])).await;
    assert!(unticked.status == 422 && text(&unticked).contains("tick the box"), "{}", text(&unticked));
    let done = harness.bench.http(send(&[("confirmed", "yes")])).await;
    assert_eq!((done.status, done.header("location")), (303, Some("/orders?done=forgotten")));
    assert!(done.cookies.iter().any(|kept| kept.starts_with("__Host-souk_orders=;")), "{done:?}");
    let list = harness.bench.http(Request::get("/orders?done=forgotten")).await;
    assert!(text(&list).contains("is erased"), "{}", text(&list));
}
