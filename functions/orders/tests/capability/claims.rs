//! Guests' orders that a customer claims by showing to read the same mailbox: whose they are then, how many at once, and what stays.

use crate::guest_tokens::{opened, placed, replaced};
use crate::harness::{GUESTS_KEY, Harness, declined, reserved};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::testing::Request;
use events::ids::{OrderId, UserId};
use events::users::{EmailVerified, Role};
use events::{Capability, Email};
use serde_json::{Value, json};

/// A pseudonym, made as `users` makes it.
pub fn pseudonym(kind: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &URL_SAFE_NO_PAD.decode(GUESTS_KEY).unwrap());
    URL_SAFE_NO_PAD.encode(&hmac::sign(&key, format!("{kind}\0{text}").as_bytes()).as_ref()[..16])
}

/// That of a mailbox.
pub fn guest(mailbox: &str) -> String {
    pseudonym("guest", mailbox)
}

/// Tells orders that the user has shown to read the mailbox of an address. Whether that is done, or comes again.
async fn verified(harness: &Harness, user_id: UserId, address: &str) -> bool {
    let mailbox = address.parse::<Email>().unwrap().mailbox();
    let message = EmailVerified { user_id, guest: guest(&mailbox), address: Some(pseudonym("address", address)) };
    let envelope = harness.bench.envelope(&user_id.to_string(), 2, &message);
    harness.bench.deliver(&[envelope]).await.is_empty()
}

async fn ordered_as(harness: &Harness, number: u128, email: &str) -> OrderId {
    let quote = harness.quote(number);
    let mut body = harness.guest_body(&quote);
    body["email"] = json!(email);
    let answer = harness.post_as_guest(&body).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    quote.jti.order()
}

/// The orders that somebody finds.
async fn found(harness: &Harness, token: &str, query: &str) -> Vec<Value> {
    let answer = harness.bench.http(Request::get(&format!("/v1/orders?{query}")).bearer(token)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["items"].as_array().unwrap().iter().map(|order| order["id"].clone()).collect()
}

async fn timeline(harness: &Harness, id: OrderId, token: &str) -> Vec<String> {
    let answer = harness.bench.http(Request::get(&format!("/v1/orders/{id}/timeline")).bearer(token)).await;
    let kinds = answer.body["items"].as_array().unwrap().iter();
    kinds.map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
}

/// The ids in a guest's list.
fn listed(harness: &Harness, mailbox: &str) -> Vec<String> {
    let (list, items) = (format!("guest#{}", guest(mailbox)), harness.bench.dynamo.items());
    let own = items.iter().filter(|item| item["pk"]["S"] == list);
    own.map(|item| item["sk"]["S"].as_str().unwrap().to_owned()).collect()
}

fn refer(harness: &Harness, mailbox: &str, id: OrderId) {
    let list = format!("guest#{}", guest(mailbox));
    harness.bench.dynamo.put(&json!({"pk": {"S": list}, "sk": {"S": id.to_string()}}));
}

#[tokio::test]
async fn a_verified_address_makes_the_guests_orders_the_customers_and_they_go_on() {
    let harness = Harness::new();
    let (ada, staff) = (harness.ada_token(), harness.bench.staff());
    let (first, token) = placed(&harness, 1).await;
    let second = ordered_as(&harness, 2, "Guest@Example.com").await;
    let others = ordered_as(&harness, 3, "other@example.com").await;
    harness.bench.relay().await.unwrap();
    harness.bench.queues.take();
    assert_eq!(found(&harness, &staff, "email=guest@example.com").await, [json!(second), json!(first)]);

    assert!(verified(&harness, harness.ada, "guest@example.com").await);
    assert!(harness.bench.queues.take().is_empty(), "nobody is told");
    assert_eq!(found(&harness, &ada, "").await, [json!(second), json!(first)]);
    assert_eq!(found(&harness, &staff, "email=guest@example.com").await, Vec::<Value>::new());
    assert_eq!(found(&harness, &staff, "email=other@example.com").await, [json!(others)]);
    assert_eq!((listed(&harness, "guest@example.com"), listed(&harness, "other@example.com").len()), (vec![], 1));
    for item in harness.items("order").iter().filter(|item| item["pk"]["S"] != others.to_string()) {
        assert_eq!([&item["contact"], &item["guest"]], [&Value::Null; 2], "{item}");
        assert_eq!(item["customer"]["S"], harness.ada.to_string());
    }
    assert_eq!(timeline(&harness, first, &ada).await, ["placed", "claimed"]);

    harness.receive(2, &reserved(first)).await;
    let sent = harness.settle().await;
    assert_eq!(harness.states(first).await, ["confirmed", "authorized", "created"]);
    let mails: Vec<_> = sent.iter().filter(|sent| sent.to == Capability::Notifications).collect();
    assert!(!mails.is_empty());
    for mail in mails {
        let about = &mail.envelope.data["order"];
        assert_eq!(
            (&about["customer"], about.get("contact"), about.get("guest_token")),
            (&json!(harness.ada), None, None)
        );
    }
    let authorize = sent.iter().find(|sent| sent.kind() == "payments.authorize_payment.v1").unwrap();
    assert_eq!(authorize.envelope.data["customer"], json!(harness.ada), "what comes after the claim is the customer's");
    assert_eq!(opened(&harness, first, &token).await, 200, "the link of an earlier mail opens it still");
    assert_eq!(opened(&harness, second, &token).await, 404);
}

#[tokio::test]
async fn whoever_verifies_an_address_gets_no_order_of_another_one_that_counts_as_the_same_mailbox() {
    let harness = Harness::new();
    let anns = ordered_as(&harness, 1, "ann@example.com").await;
    let sales = ordered_as(&harness, 2, "ann+sales@example.com").await;
    assert_eq!(listed(&harness, "ann@example.com").len(), 2, "limits count them as one");
    let mallory = UserId::from_bits(2);
    assert!(verified(&harness, mallory, "ann+sales@example.com").await);
    let hers = harness.bench.token(mallory, &[Role::Customer]);
    assert_eq!(found(&harness, &hers, "").await, [json!(sales)]);
    assert_eq!(listed(&harness, "ann@example.com"), [anns.to_string()]);
    assert!(verified(&harness, harness.ada, "ann@example.com").await);
    assert_eq!(found(&harness, &harness.ada_token(), "").await, [json!(anns)]);
}

#[tokio::test]
async fn others_orders_of_a_mailbox_keep_nobody_from_their_own_and_a_message_of_an_earlier_version_claims_none() {
    let harness = Harness::for_many_orders();
    ordered_as(&harness, 1, "ann+sales@example.com").await;
    let mut item = harness.items("order").remove(0);
    let others = harness.copy(&item, 109);
    others.iter().for_each(|id| refer(&harness, "ann@example.com", *id));
    let anns = json!({"S": others[108].to_string()});
    (item["pk"], item["id"], item["contact"]["M"]["email"]) = (anns.clone(), anns, json!({"S": "ann@example.com"}));
    harness.bench.dynamo.put(&item);
    let earlier = EmailVerified { user_id: harness.ada, guest: guest("ann@example.com"), address: None };
    harness.bench.receive(&harness.ada.to_string(), 2, &earlier).await;
    assert_eq!(listed(&harness, "ann@example.com").len(), 110);
    assert!(verified(&harness, harness.ada, "ann@example.com").await, "one message is enough");
    assert_eq!(listed(&harness, "ann@example.com").len(), 109);
    let customers = harness.items("order").into_iter().filter(|item| item["customer"]["S"] == harness.ada.to_string());
    assert_eq!(customers.count(), 1);
}

#[tokio::test]
async fn a_claim_that_comes_again_changes_nothing_and_no_order_is_claimed_twice() {
    let harness = Harness::new();
    let (id, _) = placed(&harness, 1).await;
    let eve = UserId::from_bits(2);
    assert!(verified(&harness, harness.ada, "guest@example.com").await);
    let before = harness.items("order");
    // The process that claimed the order died before it took it out of the list.
    for user in [harness.ada, eve] {
        refer(&harness, "guest@example.com", id);
        assert!(verified(&harness, user, "guest@example.com").await);
        assert_eq!((harness.items("order"), listed(&harness, "guest@example.com")), (before.clone(), vec![]));
    }
    let hers = harness.bench.token(eve, &[Role::Customer]);
    assert_eq!(found(&harness, &hers, "").await, Vec::<Value>::new());
}

/// A hundred and nine orders like the first.
fn copies(harness: &Harness, item: &Value) {
    harness.copy(item, 109).into_iter().for_each(|id| refer(harness, "guest@example.com", id));
}

#[tokio::test]
async fn a_long_list_is_claimed_in_parts_by_a_message_that_sends_itself_again() {
    let harness = Harness::for_many_orders();
    placed(&harness, 1).await;
    let item = harness.items("order").remove(0);
    copies(&harness, &item);
    assert_eq!(listed(&harness, "guest@example.com").len(), 110);
    harness.bench.queues.take();
    assert!(verified(&harness, harness.ada, "guest@example.com").await, "no try is used up");
    assert_eq!(listed(&harness, "guest@example.com").len(), 10);
    let again = harness.bench.queues.take();
    assert_eq!((again.len(), again[0].to, again[0].delay_seconds), (1, Capability::Orders, 0));
    assert!(harness.bench.deliver(&[again[0].envelope.clone()]).await.is_empty());
    assert_eq!((listed(&harness, "guest@example.com").len(), harness.bench.queues.take().len()), (0, 0));
    let ada = harness.ada.to_string();
    assert!(harness.items("order").iter().all(|item| item["customer"]["S"] == ada && item["seq"]["N"] == "2"));
}

#[tokio::test]
async fn an_order_that_is_being_placed_when_the_address_is_verified_is_claimed_when_the_message_comes_again() {
    let harness = Harness::new();
    let ada = harness.ada.to_string();
    // The list is written before the order.
    refer(&harness, "guest@example.com", harness.quote(1).jti.order());
    let (guest, address) = (guest("guest@example.com"), Some(pseudonym("address", "guest@example.com")));
    let message = harness.bench.envelope(&ada, 2, &EmailVerified { user_id: harness.ada, guest, address });
    assert_eq!(harness.bench.deliver(std::slice::from_ref(&message)).await, [0], "it may come yet");
    assert_eq!(listed(&harness, "guest@example.com").len(), 1);
    let id = placed(&harness, 1).await.0;
    assert_eq!(harness.items("order")[0]["customer"], Value::Null, "it was placed after that");
    assert!(harness.bench.deliver(std::slice::from_ref(&message)).await.is_empty());
    assert_eq!(found(&harness, &harness.ada_token(), "").await, [json!(id)]);

    refer(&harness, "guest@example.com", harness.quote(2).jti.order());
    assert_eq!(harness.bench.deliver(std::slice::from_ref(&message)).await, [0]);
    harness.bench.world.pass_seconds(15 * 60);
    refer(&harness, "guest@example.com", harness.quote(3).jti.order());
    assert!(harness.bench.deliver(&[message]).await.is_empty(), "nobody waits for what was begun later");
    let third = harness.quote(3).jti.order().to_string();
    assert_eq!(listed(&harness, "guest@example.com"), [third], "what was never placed is forgotten");
}

#[tokio::test]
async fn orders_that_cannot_be_read_keep_no_other_from_being_claimed_however_many_they_are() {
    let harness = Harness::for_many_orders();
    placed(&harness, 1).await;
    let mut item = harness.items("order").remove(0);
    item["status"] = json!({"S": "of another world"});
    harness.bench.dynamo.put(&item);
    copies(&harness, &item);
    let sound = ordered_as(&harness, 999, "guest@example.com").await;
    harness.bench.queues.take();
    assert!(verified(&harness, harness.ada, "guest@example.com").await);
    assert!(harness.bench.queues.take().is_empty(), "one message is enough");
    assert_eq!(found(&harness, &harness.ada_token(), "").await, [json!(sound)]);
    assert_eq!(listed(&harness, "guest@example.com").len(), 110, "they wait to be mended");
}

#[tokio::test]
async fn a_claim_of_somebody_who_was_erased_ends_and_leaves_the_list_as_it_is() {
    let harness = Harness::for_many_orders();
    placed(&harness, 1).await;
    let item = harness.items("order").remove(0);
    copies(&harness, &item);
    assert!(harness.bench.deliver(&[crate::erasing::erased(&harness, harness.ada, 3)]).await.is_empty());
    harness.bench.queues.take();
    assert!(verified(&harness, harness.ada, "guest@example.com").await);
    assert_eq!((listed(&harness, "guest@example.com").len(), harness.bench.queues.take().len()), (110, 0));
}

#[tokio::test]
async fn a_request_that_lists_an_order_once_more_while_the_guest_is_forgotten_leaves_nothing_in_the_list() {
    let harness = Harness::new();
    let (id, token) = placed(&harness, 1).await;
    let send = |method: &'static str, what: &str| {
        let request = Request::new(method, &format!("/v1/orders/{id}/{what}"));
        harness.bench.http(request.header("x-guest-token", &token))
    };
    assert_eq!(send("DELETE", "personal-data").await.status, 202);
    // It was on its way before, and read the order before.
    refer(&harness, "guest@example.com", id);
    assert_eq!(send("POST", "cancellation").await.status, 202);
    harness.settle().await;
    harness.bench.world.pass_seconds(90);
    harness.bench.tick().await.unwrap();
    assert_eq!(harness.items("order")[0]["erasure"]["M"]["waits_for"]["L"].as_array().map(Vec::len), Some(3));
    assert_eq!(listed(&harness, "guest@example.com").len(), 0);
}

#[tokio::test]
async fn the_token_of_a_claimed_order_opens_it_until_staff_replace_it_and_stays_the_same_for_a_repeat() {
    let harness = Harness::new();
    let (id, token) = placed(&harness, 1).await;
    let hers = harness.placed(2).await;
    assert!(verified(&harness, harness.ada, "guest@example.com").await);
    let again = harness.post_as_guest(&harness.guest_body(&harness.quote(1))).await;
    assert_eq!((again.status, &again.body["guest_token"]), (202, &json!(token)), "{}", again.body);
    let cancel = Request::post(&format!("/v1/orders/{id}/cancellation"), json!({}));
    // Whoever has the token is the guest, signed in or not.
    let other = harness.bench.token(UserId::from_bits(2), &[Role::Customer]);
    let canceled = harness.bench.http(cancel.bearer(&other).header("x-guest-token", &token)).await;
    assert_eq!((canceled.status, &canceled.body["cancellation_reason"]), (202, &json!("by_customer")));
    assert_eq!(replaced(&harness, id).await.status, 201);
    assert_eq!(opened(&harness, id, &token).await, 404);
    let refused = replaced(&harness, hers).await;
    assert_eq!((refused.status, refused.problem()), (409, "not_a_guests_order"), "who was a customer has none");
}

#[tokio::test]
async fn cards_that_are_declined_after_the_claim_count_against_the_customer() {
    let harness = Harness::new();
    let (id, _) = placed(&harness, 1).await;
    harness.receive(2, &reserved(id)).await;
    assert!(verified(&harness, harness.ada, "guest@example.com").await);
    harness.receive(2, &declined(id, 1)).await;
    let with_declines: Vec<_> =
        harness.items("shopper").into_iter().filter(|item| item.get("declines").is_some()).collect();
    let counted = |kind: &str| with_declines.iter().any(|item| item["pk"]["S"].as_str().unwrap().contains(kind));
    assert_eq!(["#customer#", "#guest#", "#network#"].map(counted), [true, false, true], "{with_declines:?}");
}
