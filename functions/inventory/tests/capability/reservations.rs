//! Reserving, committing and releasing, in every order in which messages may arrive.

use crate::harness::{adjust, commit, count, deliver, order, release, reply, reserve, stock, stocked};
use events::Message;
use events::inventory::{ReservationCommitted, ReservationReleased, StockRejected, StockReserved};
use serde_json::json;

#[tokio::test]
async fn an_order_holds_all_its_lines_and_the_reply_names_it() {
    let bench = stocked(&[("A", 10), ("B", 3)]).await;
    let answer = reply(&bench, &reserve(&bench, 1, &[("A", 4), ("B", 3)])).await;
    assert_eq!(answer.kind, StockReserved::TYPE);
    assert_eq!(answer.id, format!("{}/1/{}", order(1).reservation(), StockReserved::TYPE));
    assert_eq!(answer.data["order_id"], order(1).to_string());
    assert_eq!((stock(&bench, "A"), stock(&bench, "B")), ((6, 10), (0, 3)));
}

#[tokio::test]
async fn one_short_line_rejects_the_whole_order_and_takes_nothing() {
    let bench = stocked(&[("A", 10), ("B", 3)]).await;
    let answer = reply(&bench, &reserve(&bench, 1, &[("A", 4), ("B", 4), ("NEVER", 1)])).await;
    assert_eq!(answer.kind, StockRejected::TYPE);
    let missing =
        json!([{"sku": "B", "requested": 4, "available": 3}, {"sku": "NEVER", "requested": 1, "available": 0}]);
    assert_eq!(answer.data["missing"], missing);
    assert_eq!((stock(&bench, "A"), stock(&bench, "B")), ((10, 10), (3, 3)));
}

#[tokio::test]
async fn lines_of_one_sku_are_summed_before_they_are_compared() {
    let bench = stocked(&[("A", 5)]).await;
    let answer = reply(&bench, &reserve(&bench, 1, &[("A", 3), ("A", 3)])).await;
    assert_eq!(answer.data["missing"], json!([{"sku": "A", "requested": 6, "available": 5}]));
    assert_eq!(reply(&bench, &reserve(&bench, 2, &[("A", 2), ("A", 3)])).await.kind, StockReserved::TYPE);
    assert_eq!(stock(&bench, "A"), (0, 5));
}

#[tokio::test]
async fn a_repeated_command_changes_nothing_and_gets_the_same_reply() {
    let bench = stocked(&[("A", 20)]).await;
    for command in [reserve(&bench, 1, &[("A", 4)]), commit(&bench, 1), release(&bench, 1)] {
        let first = reply(&bench, &command).await;
        let after = bench.dynamo.items();
        bench.world.pass_seconds(60);
        assert_eq!(reply(&bench, &command).await, first);
        assert_eq!(bench.dynamo.items(), after);
    }
}

#[tokio::test]
async fn a_command_that_comes_twice_in_one_batch_is_done_once() {
    let bench = stocked(&[("A", 20)]).await;
    let command = reserve(&bench, 1, &[("A", 4)]);
    assert!(bench.deliver(&[command.clone(), command]).await.is_empty());
    let replies = bench.queues.take();
    assert_eq!(replies.len(), 2);
    assert_eq!(replies[0].envelope, replies[1].envelope);
    assert_eq!(stock(&bench, "A"), (16, 20));
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_could_not_be_sent_is_sent_when_the_command_is_retried() {
    let bench = stocked(&[("A", 20)]).await;
    for command in [reserve(&bench, 1, &[("A", 4)]), commit(&bench, 1), release(&bench, 1)] {
        bench.queues.break_next(100);
        assert_eq!(bench.deliver(std::slice::from_ref(&command)).await, [0]);
        bench.queues.break_next(0);
        assert_eq!(bench.queues.take(), []);
        let written = bench.dynamo.items();
        assert_eq!(reply(&bench, &command).await.subject, order(1).reservation().to_string());
        assert_eq!(bench.dynamo.items(), written);
    }
    assert_eq!(stock(&bench, "A"), (20, 20));
}

#[tokio::test(start_paused = true)]
async fn a_command_that_meets_a_throttled_table_is_retried_later() {
    let bench = stocked(&[("A", 20)]).await;
    let command = reserve(&bench, 1, &[("A", 4)]);
    bench.dynamo.throttle_next(3);
    assert_eq!(bench.deliver(std::slice::from_ref(&command)).await, [0]);
    assert_eq!(reply(&bench, &command).await.kind, StockReserved::TYPE);
}

#[tokio::test]
async fn committing_writes_the_reservation_and_no_stock() {
    let bench = stocked(&[("A", 10)]).await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 4)])).await;
    bench.dynamo.take_calls();
    assert_eq!(reply(&bench, &commit(&bench, 1)).await.kind, ReservationCommitted::TYPE);
    let calls: Vec<_> = bench.dynamo.take_calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(calls, ["GetItem", "PutItem"]);
    assert_eq!(stock(&bench, "A"), (6, 10));
}

#[tokio::test]
async fn a_plentiful_reservation_costs_one_read_and_one_write() {
    let bench = stocked(&[("A", 100), ("B", 100), ("C", 100)]).await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 1), ("B", 1), ("C", 1)])).await;
    let calls = bench.dynamo.take_calls();
    let operations: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(operations, ["BatchGetItem", "TransactWriteItems"]);
    assert_eq!(calls[1].tenths_of_units, 80, "two units for each of four items");
}

#[tokio::test]
async fn held_and_sold_units_come_back_when_the_reservation_is_released() {
    let bench = stocked(&[("A", 10)]).await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 4)])).await;
    deliver(&bench, &reserve(&bench, 2, &[("A", 3)])).await;
    deliver(&bench, &commit(&bench, 2)).await;
    assert_eq!(stock(&bench, "A"), (3, 10));
    assert_eq!(reply(&bench, &release(&bench, 1)).await.kind, ReservationReleased::TYPE);
    assert_eq!(stock(&bench, "A"), (7, 10));
    assert_eq!(reply(&bench, &release(&bench, 2)).await.kind, ReservationReleased::TYPE);
    assert_eq!(stock(&bench, "A"), (10, 10));
}

#[tokio::test]
async fn a_release_that_overtakes_its_reservation_keeps_it_from_taking_anything() {
    let bench = stocked(&[("A", 10)]).await;
    let released = reply(&bench, &release(&bench, 1)).await;
    assert_eq!(released.kind, ReservationReleased::TYPE);
    assert_eq!(reply(&bench, &reserve(&bench, 1, &[("A", 4)])).await, released);
    assert_eq!(reply(&bench, &commit(&bench, 1)).await, released);
    assert_eq!(stock(&bench, "A"), (10, 10));
}

#[tokio::test]
async fn a_commit_after_the_release_is_answered_with_the_release() {
    let bench = stocked(&[("A", 10)]).await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 4)])).await;
    let released = reply(&bench, &release(&bench, 1)).await;
    assert_eq!(reply(&bench, &commit(&bench, 1)).await, released);
    assert_eq!(stock(&bench, "A"), (10, 10));
}

#[tokio::test]
async fn releasing_and_committing_a_rejected_reservation_move_nothing() {
    let bench = stocked(&[("A", 1)]).await;
    let rejected = reply(&bench, &reserve(&bench, 1, &[("A", 2)])).await;
    assert_eq!(reply(&bench, &commit(&bench, 1)).await, rejected);
    assert_eq!(reply(&bench, &release(&bench, 1)).await.kind, ReservationReleased::TYPE);
    assert_eq!(reply(&bench, &reserve(&bench, 1, &[("A", 2)])).await, rejected);
    assert_eq!(stock(&bench, "A"), (1, 1));
}

#[tokio::test]
async fn a_rejection_stands_even_if_stock_arrives_later() {
    let bench = stocked(&[("A", 1)]).await;
    let rejected = reply(&bench, &reserve(&bench, 1, &[("A", 2)])).await;
    adjust(&bench, "A", 10, "more").await;
    assert_eq!(reply(&bench, &reserve(&bench, 1, &[("A", 2)])).await, rejected);
    assert_eq!(stock(&bench, "A"), (11, 11));
}

#[tokio::test]
async fn a_commit_of_an_unknown_reservation_is_retried_later() {
    let bench = stocked(&[]).await;
    assert_eq!(bench.deliver(&[commit(&bench, 1)]).await, [0]);
    assert_eq!((bench.queues.take(), bench.queues.dead_lettered().len(), bench.dynamo.items().len()), (vec![], 0, 0));
}

#[tokio::test]
async fn an_invalid_message_is_dead_lettered_alone() {
    let bench = stocked(&[("A", 10)]).await;
    let mut unknown = reserve(&bench, 8, &[("A", 1)]);
    unknown.kind = "inventory.count_sheep.v1".to_owned();
    let batch = [unknown, reserve(&bench, 1, &[]), reserve(&bench, 2, &[("A", 0)]), reserve(&bench, 3, &[("A", 1)])];
    assert!(
        bench.deliver(&batch).await.is_empty(),
        "the function itself moved the invalid ones to the dead-letter queue"
    );
    assert_eq!(bench.queues.dead_lettered().len(), 3);
    assert_eq!(bench.queues.take().len(), 1);
    assert_eq!(count(&bench, "reservation"), 1);
}

#[tokio::test]
async fn replies_carry_the_trace_of_the_order() {
    let bench = stocked(&[("A", 10)]).await;
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let mut command = reserve(&bench, 1, &[("A", 10)]);
    command.traceparent = Some(trace.to_owned());
    let sent = deliver(&bench, &command).await;
    assert_eq!(sent.len(), 3, "the reply, and the level to two");
    assert!(sent.iter().all(|sent| sent.envelope.traceparent.as_deref() == Some(trace)));
}

#[tokio::test]
async fn the_relay_ignores_writes_of_the_inbox() {
    let bench = stocked(&[("A", 10)]).await;
    for command in [reserve(&bench, 1, &[("A", 10)]), commit(&bench, 1), release(&bench, 1)] {
        deliver(&bench, &command).await;
    }
    bench.relay().await.unwrap();
    assert_eq!(bench.queues.take(), []);
}
