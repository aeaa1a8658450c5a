//! The exact cost of each journey. A higher cost needs an argument here; a lower one becomes the new limit. Unlike
//! `functions/cost.rs` this counts index writes and covers every journey.

use system_tests::cost::count;
use system_tests::sim::plan::Journey;

const EXPECTED: [(Journey, &str); 8] = [
    (Journey::Delivered, "48.0 WRU, 3.0 in indexes, 11.0 RRU, 19 messages, 4 mails"),
    (Journey::PaidAtTheSecondTry, "59.0 WRU, 3.0 in indexes, 15.0 RRU, 22 messages, 5 mails"),
    (Journey::CanceledAtOnce, "13.0 WRU, 3.0 in indexes, 6.5 RRU, 11 messages, 2 mails"),
    (Journey::CanceledAfterConfirmation, "54.0 WRU, 3.0 in indexes, 16.5 RRU, 25 messages, 3 mails"),
    (Journey::Abandoned, "43.0 WRU, 3.0 in indexes, 11.5 RRU, 20 messages, 3 mails"),
    (Journey::OutOfStock, "12.0 WRU, 3.0 in indexes, 4.5 RRU, 6 messages, 2 mails"),
    (Journey::Challenged, "55.0 WRU, 3.0 in indexes, 14.5 RRU, 21 messages, 5 mails"),
    (Journey::Refunded, "64.0 WRU, 5.0 in indexes, 13.0 RRU, 23 messages, 5 mails"),
];

#[test]
fn no_journey_costs_more_than_it_did() {
    assert_eq!(EXPECTED.map(|(journey, _)| journey), Journey::ALL);
    let counted = EXPECTED.map(|(journey, _)| (journey, count(journey, 1, 0).summary()));
    assert_eq!(counted, EXPECTED.map(|(journey, summary)| (journey, summary.to_owned())));
}

#[test]
fn many_orders_at_once_cost_less_each_and_wake_fewer_functions() {
    let (alone, together) = (count(Journey::Delivered, 1, 0), count(Journey::Delivered, 30, 3_000));
    assert!(together.tenths_of_batch() > 70, "{}", together.tenths_of_batch());
    let (one, many) = (alone.used(), together.used());
    assert_eq!(many.messages, one.messages * 30);
    // All want the same SKUs and pay in one currency, so the orders of a batch share the writes of stock and balances, and its
    // messages are sent together.
    assert_eq!((one.written * 30, many.written), (14_400, 12_300));
    assert_eq!((one.queue_requests * 30, many.queue_requests), (570, 184));
    assert!(many.invocations < one.invocations * 30 / 3, "{} and {}", many.invocations, one.invocations);
}
