//! The exact cost of each journey. A higher cost needs an argument here; a lower one becomes the new limit. Unlike
//! `functions/cost.rs` this tells index writes apart and covers every journey.
//!
//! Six of the nine index writes of a delivered order are moves in the index of the sweep: an order that rests is not looked at, and
//! one whose money is being taken is looked at after a minute. A rest is a move, and so is its end; a payment that was declined is a
//! rest, too. Two writes are entries of the audit log, for the dispatch and the delivery by staff, and a refund by staff is a transaction
//! with its entry; a few items outgrow a kilobyte by the id of who wanted what happened to them.

use events::Capability;
use system_tests::cost::{count, sweeps_of_a_month};
use system_tests::sim::journey::Journey;
use system_tests::sim::meter::Usage;
use system_tests::sim::priced_visit::browse;
use system_tests::sim::sweeps::{DAY, idle_tick, looks};

/// Staff's lists take four units in indexes and one for each of three SKUs. The order that is canceled at once is so after its goods were
/// held: where the cancellation overtakes the reservation, it costs 12.
const EXPECTED: [(Journey, &str); 8] = [
    (Journey::Delivered, "51.0 WRU, 13.0 in indexes, 15.5 RRU, 19 messages, 3 mails"),
    (Journey::PaidAtTheSecondTry, "64.0 WRU, 17.0 in indexes, 21.5 RRU, 22 messages, 4 mails"),
    (Journey::CanceledAtOnce, "28.0 WRU, 7.0 in indexes, 17.0 RRU, 29 messages, 1 mails"),
    (Journey::CanceledAfterConfirmation, "54.0 WRU, 13.0 in indexes, 19.0 RRU, 25 messages, 2 mails"),
    (Journey::Abandoned, "41.0 WRU, 11.0 in indexes, 14.0 RRU, 20 messages, 2 mails"),
    (Journey::OutOfStock, "8.0 WRU, 7.0 in indexes, 4.0 RRU, 6 messages, 1 mails"),
    (Journey::Challenged, "58.0 WRU, 13.0 in indexes, 20.0 RRU, 21 messages, 4 mails"),
    (Journey::Refunded, "69.0 WRU, 15.0 in indexes, 19.0 RRU, 23 messages, 4 mails"),
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
    assert_eq!((one.written * 30, many.written), (15_300, 13_380));
    assert_eq!((one.queue_requests * 30, many.queue_requests), (570, 198));
    assert!(many.invocations < one.invocations * 30 / 3, "{} and {}", many.invocations, one.invocations);
}

#[test]
fn a_sweep_costs_a_quiet_shop_the_reads_of_its_shards_and_a_resting_order_nothing() {
    let [orders, payments] = [Capability::Orders, Capability::Payments].map(idle_tick);
    let tick = |read| Usage { invocations: 1, read, ..Usage::default() };
    assert_eq!((orders, payments), (tick(40), tick(5)));
    let (ticks, cost) = sweeps_of_a_month();
    assert_eq!((ticks, cost), (69_120, 43_272));
    assert_eq!(looks(DAY, 2 * DAY), Usage::default());
    // In a week it asks shipping once whether news was lost, and counts what was sold on the days until then.
    let week = looks(DAY, 7 * DAY);
    assert_eq!((week.written, week.indexed, week.messages), (50, 20, 7), "{week:?}");
}

#[test]
fn a_page_costs_its_requests_and_their_reads_and_looking_writes_nothing() {
    let browsing = browse();
    let of = |used: &Usage| (used.invocations, used.written, used.read);
    // Five pages, two parts of each header, three files; every page of the catalogue reads settings and goods.
    assert_eq!((browsing.visit.pages, of(&browsing.visit.used)), (5, (18, 0, 90)));
    // Six steps with their redirects, and the parts of each header.
    let Usage { invocations, read, .. } = browsing.purchase.used;
    assert_eq!((browsing.purchase.pages, invocations, read), (6, 30, 125));
    // The badge reads the cart.
    assert_eq!(of(&browsing.header.used), (2, 0, 10));
    assert_eq!(of(&browsing.poll.used), (1, 0, 10));
}
