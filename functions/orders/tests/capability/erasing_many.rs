//! The walk through a person's orders: how many one message takes, what a crash or an order that cannot be read leaves, and a copy that
//! comes late.

use crate::erasing::{erased, item, told};
use crate::harness::Harness;
use chassis::testing::Sent;
use events::ids::OrderId;
use events::{Capability, Envelope};
use serde_json::{Value, json};

/// So many orders of Ada's that are under way.
async fn with_orders(count: u128) -> (Harness, Vec<OrderId>) {
    let harness = Harness::for_many_orders();
    let quote = harness.quote(1);
    assert_eq!(harness.post(&harness.body(&quote)).await.status, 202);
    let ids = [vec![quote.jti.order()], harness.copy(&item(&harness, quote.jti.order()), count - 1)].concat();
    (harness, ids)
}

fn marked(harness: &Harness) -> usize {
    harness.items("order").iter().filter(|item| item.get("erasure").is_some()).count()
}

/// Delivers a message, and what it sends to orders themselves, which is the same message: how many deliveries that takes, and all that is
/// sent to others.
async fn walk(harness: &Harness, message: &Envelope<Value>) -> (usize, Vec<Sent>) {
    let (mut deliveries, mut others) = (0, Vec::new());
    loop {
        assert!(harness.bench.deliver(std::slice::from_ref(message)).await.is_empty(), "no try is used up");
        deliveries += 1;
        let (again, rest): (Vec<_>, Vec<_>) =
            harness.bench.queues.take().into_iter().partition(|sent| sent.to == Capability::Orders);
        others.extend(rest);
        match again.as_slice() {
            [] => return (deliveries, others),
            [again] => assert_eq!((&again.envelope, again.delay_seconds), (message, 0)),
            _ => panic!("it has become many: {again:?}"),
        }
        assert!(deliveries < 20, "{} are marked", marked(harness));
    }
}

#[tokio::test]
async fn many_orders_are_erased_in_pages_and_a_crash_between_them_loses_none() {
    let (harness, _) = with_orders(160).await;
    let message = erased(&harness, harness.ada, 3);
    // The process loses its table in the middle of a page.
    harness.bench.dynamo.throttle_after(60);
    assert_eq!(harness.bench.deliver(std::slice::from_ref(&message)).await, [0]);
    harness.bench.dynamo.throttle_after(u32::MAX);
    assert!((1..25).contains(&marked(&harness)), "{}", marked(&harness));
    let (deliveries, sent) = walk(&harness, &message).await;
    assert_eq!((deliveries, marked(&harness)), (7, 160));
    assert_eq!(told(&sent), Some([json!(160), json!(160)]), "each counts once");
    let (late, sent) = walk(&harness, &message).await;
    assert_eq!((late, told(&sent)), (1, Some([json!(160), json!(160)])), "a copy that comes late says how far it is");
}

#[tokio::test]
async fn an_order_that_cannot_be_read_keeps_no_other_from_forgetting_and_a_redrive_finds_it_mended() {
    let (harness, ids) = with_orders(60).await;
    let sound = item(&harness, ids[3]);
    let mut broken = sound.clone();
    broken["status"] = json!({"S": "of another world"});
    harness.bench.dynamo.put(&broken);
    let message = erased(&harness, harness.ada, 3);
    for tries in 1..=2 {
        let (deliveries, sent) = walk(&harness, &message).await;
        assert_eq!((deliveries, marked(&harness), harness.bench.queues.dead_lettered().len()), (3, 59, tries));
        if tries == 1 {
            assert_eq!(told(&sent), Some([json!(59), json!(60)]), "the walk is not at its end");
        }
    }
    harness.bench.dynamo.put(&sound);
    let (deliveries, sent) = walk(&harness, &message).await;
    assert_eq!((deliveries, marked(&harness), told(&sent)), (3, 60, Some([json!(60), json!(60)])));
    assert_eq!(harness.bench.queues.dead_lettered().len(), 2, "from its beginning it finds all of them");
}
