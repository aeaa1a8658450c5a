//! A person is forgotten: the cart is empty for good, whatever comes late.

use crate::harness::{Cart, bench, by, lines, merge, open, placed, put, see, token, user};
use carts::domain::cart_of;
use chassis::testing::Request;
use events::Capability;
use events::users::UserErased;
use serde_json::json;

fn erased(n: u32) -> UserErased {
    UserErased { user_id: user(n), erased_at: events::Timestamp::from_millis(1_767_225_600_000) }
}

#[tokio::test]
async fn an_erased_persons_cart_is_empty_for_good_and_users_hears_it_each_time() {
    let bench = bench();
    let mine = token(&bench, 1);
    let cart = open(&bench, Some(&mine)).await;
    put(&bench, Some(&mine), &cart, "TEA", 2).await;
    let message = bench.envelope(&user(1).to_string(), 4, &erased(1));
    assert!(bench.deliver(std::slice::from_ref(&message)).await.is_empty());
    let answers = bench.queues.take();
    assert_eq!((answers.len(), answers[0].to), (1, Capability::Users));
    assert_eq!(answers[0].envelope.kind, "carts.user_data_erased.v1");
    assert_eq!(answers[0].envelope.data, json!({"user_id": user(1)}));
    let tombstone = bench.dynamo.items();
    assert!(!tombstone[0].to_string().contains("TEA"));

    assert!(bench.deliver(&[message.clone(), message]).await.is_empty());
    let repeated = bench.queues.take();
    assert!(repeated.len() == 2 && repeated.iter().all(|answer| *answer == answers[0]), "the same answer, each time");
    assert_eq!(bench.dynamo.items(), tombstone, "erased once");
}

#[tokio::test]
async fn what_comes_after_the_erasure_finds_nobody() {
    let bench = bench();
    let mine = token(&bench, 1);
    let cart = Cart::new(&cart_of(user(1)).to_string(), None);
    // There was no cart; all the same nobody opens one.
    bench.receive(&user(1).to_string(), 4, &erased(1)).await;
    let tombstone = bench.dynamo.items();
    assert_eq!(put(&bench, Some(&mine), &cart, "TEA", 1).await.status, 404);
    assert_eq!(see(&bench, Some(&mine), &cart).await.status, 404);
    assert_eq!(bench.http(Request::new("POST", "/v1/carts").bearer(&mine)).await.status, 404);
    let guest = open(&bench, None).await;
    put(&bench, None, &guest, "TEA", 1).await;
    assert_eq!(merge(&bench, Some(&mine), &cart, &guest).await.status, 404);
    let by_id = Cart::new(&cart.id, Some(&cart.id));
    assert_eq!(bench.http(by(Request::get(&format!("/v1/carts/{cart}")), None, &by_id)).await.status, 404);
    assert!(bench.deliver(&[placed(&bench, 1, Some(1), Some(&cart), &[("TEA", 1)])]).await.is_empty());
    assert!(bench.dynamo.items().contains(&tombstone[0]), "nothing has changed it");
    assert_eq!(lines(&see(&bench, None, &guest).await), ["TEA×1"], "and the guest's is not touched");
}

#[tokio::test]
async fn a_cart_that_came_back_with_a_restored_table_is_erased_again() {
    let bench = bench();
    let mine = token(&bench, 1);
    let cart = open(&bench, Some(&mine)).await;
    put(&bench, Some(&mine), &cart, "TEA", 2).await;
    let of_before = bench.dynamo.items();
    bench.receive(&user(1).to_string(), 4, &erased(1)).await;
    of_before.iter().for_each(|item| bench.dynamo.put(item));
    assert_eq!(lines(&see(&bench, Some(&mine), &cart).await), ["TEA×2"], "restored");
    bench.receive(&user(1).to_string(), 4, &erased(1)).await;
    assert!(!bench.dynamo.items()[0].to_string().contains("TEA"));
    assert_eq!(see(&bench, Some(&mine), &cart).await.status, 404);
}
