//! Properties of the saga: under arbitrary inputs, and over queues that lose, repeat and reorder messages.

use crate::harness::Harness;
use crate::unreliable_queues::World;
use events::ids::UserId;
use events::payments::Operation;
use events::{Capability, Contact, Money, Outgoing, Timestamp};
use orders::domain::decision::Decision;
use orders::domain::effect::Effect;
use orders::domain::erasure::KEEPERS;
use orders::domain::forgetting::ErasureCount;
use orders::domain::input::Input;
use orders::domain::messages::{outgoing_of, resend};
use orders::domain::order::{Order, Tracking};
use orders::domain::overdue::{next_look, outstanding, overdue};
use orders::domain::place_order::{PlaceOrder, VerifiedQuotes, place};
use orders::domain::saga::decide;
use orders::domain::states::Status;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

const DAY: i64 = 86_400;

pub fn order() -> Order {
    static PLACED: OnceLock<Order> = OnceLock::new();
    PLACED.get_or_init(fresh).clone()
}

fn fresh() -> Order {
    let harness = Harness::new();
    let price = harness.quote(1);
    let command = PlaceOrder {
        customer: None,
        contact: Some(Contact { email: "ada@example.com".parse().unwrap(), name: None }),
        language: None,
        ship_to: serde_json::from_value(harness.body(&price)["ship_to"].clone()).unwrap(),
        billing_address: None,
        cart_id: None,
        accepted_terms: None,
        payment_method: Some("pm_card_visa".to_owned()),
        request_digest: String::new(),
        traceparent: String::new(),
    };
    let quotes = VerifiedQuotes { shipping: harness.shipping_quote(&price), price };
    let now = harness.bench.world.now();
    place(command, quotes, now.plus_seconds(1_800), now).unwrap()
}

pub fn tracking() -> Tracking {
    Tracking { carrier: "dhl".to_owned(), tracking_number: "parcel-1".to_owned() }
}

pub fn failed(operation: Operation, attempt: u32) -> Input {
    Input::PaymentFailed { operation, attempt, reason: "no".to_owned() }
}

/// Seconds until the next input: mostly moments, sometimes days.
fn pause() -> impl Strategy<Value = i64> {
    prop_oneof![4 => 0i64..400, 1 => 0i64..10 * DAY]
}

fn any_input() -> impl Strategy<Value = Input> {
    let total = order().money(order().total);
    let attempt = 1u32..4;
    prop_oneof![
        Just(Input::StockReserved),
        Just(Input::StockRejected { missing: Vec::new() }),
        Just(Input::ReservationCommitted),
        Just(Input::ReservationReleased),
        (attempt.clone(), prop::option::of(0i64..10)).prop_map(move |(attempt, days)| Input::PaymentAuthorized {
            attempt,
            amount: total,
            capture_before: days.map(|days| order().placed_at.plus_seconds(days * DAY)),
        }),
        attempt.clone().prop_map(|attempt| Input::PaymentDeclined { attempt, reason: "no".to_owned() }),
        attempt
            .clone()
            .prop_map(|attempt| Input::PaymentActionRequired { attempt, url: "https://bank.example/page".to_owned() }),
        Just(Input::PaymentCaptured { amount: total }),
        Just(Input::PaymentVoided),
        (0i64..10_000).prop_map(move |amount| {
            let amount = Money::new(amount, total.currency);
            Input::PaymentRefunded { amount, total_refunded: amount }
        }),
        attempt.clone().prop_map(|attempt| failed(Operation::Capture, attempt)),
        attempt.clone().prop_map(|attempt| failed(Operation::Authorize, attempt)),
        Just(failed(Operation::Void, 1)),
        Just(failed(Operation::Refund, 1)),
        Just(Input::ShipmentCreated),
        (0u64..6).prop_map(|seq| Input::ShipmentDispatched { tracking: tracking(), seq }),
        (1u64..6).prop_map(|seq| {
            let tracking_number = format!("corrected-{seq}");
            Input::TrackingCorrected { tracking: Tracking { carrier: "ups".to_owned(), tracking_number }, seq }
        }),
        (1u64..6).prop_map(|request| Input::RetractionRequested { request }),
        Just(Input::DispatchRetracted),
        Just(Input::ShipmentDelivered),
        Just(Input::ShipmentCanceled),
        Just(Input::CancelRefused),
        Just(Input::DeadlineDue),
        Just(Input::AuthorizationLapses),
        Just(Input::DeliveryAssumed),
        (attempt, prop::option::of(0u8..4))
            .prop_map(|(n, key)| Input::PayAgain { method: format!("pm_{n}"), key: key.map(|key| format!("k{key}")) }),
        Just(Input::Cancel),
        Just(Input::Retry),
        Just(Input::ReplaceGuestToken),
        (1u128..3).prop_map(|user| Input::Claim { customer: UserId::from_bits(user) }),
        any::<bool>().prop_map(|by_guest| Input::Erase { by_guest }),
        prop::sample::select(KEEPERS.as_slice()).prop_map(|by| Input::DataErased { by }),
    ]
}

/// The sweep looks at an order no later than it needs something, and never for nothing.
fn check_looks(order: &Order, now: Timestamp) {
    let (look, due) = (next_look(order), order.due_at);
    assert_eq!(look.is_some(), due.is_some(), "{look:?} and {due:?}");
    assert!(due <= look, "looked at {due:?} and needed at {look:?}");
    assert!(!order.is_settled() || look.is_none(), "settled, and looked at {look:?}");
    let soon = [0, 59, 60, 61, 3_600, DAY, 3 * DAY, 14 * DAY, 400 * DAY].map(|seconds| now.plus_seconds(seconds));
    let around = look.into_iter().flat_map(|look| [look, Timestamp::from_millis(look.millis() - 1)]);
    for at in soon.into_iter().chain(around) {
        assert_eq!(overdue(order, at).is_some(), look.is_some_and(|look| look <= at), "{look:?} at {at:?}: {order:#?}");
    }
}

/// What tells who bought, in the inputs and in the order as it is placed.
const TRACES: [&str; 7] = ["ada@example.com", "Ada", "Analytical", "Berlin", "pm_", "bank.example", "parcel-"];

fn check_erased(order: &Order) {
    let item = serde_json::to_string(order).unwrap();
    assert_eq!(TRACES.into_iter().find(|trace| item.contains(trace)), None, "{item}");
    assert!(!item.contains("corrected-"), "{item}");
}

/// The messages, without what goes to people once a customer claimed the order: the mails to the guest go to the customer.
fn to_whom(order: &Order, mut messages: Vec<Outgoing>) -> Vec<Outgoing> {
    let mails = messages.iter_mut().filter(|sent| order.customer.is_some() && sent.to == Capability::Notifications);
    mails.for_each(|sent| sent.envelope.data = Value::Null);
    messages
}

pub fn check(before: &Order, after: &Order) {
    assert_eq!(after.seq, before.seq + 1);
    assert_eq!(after.seq, u64::try_from(after.log.len()).unwrap());
    if before.status.is_terminal() {
        assert_eq!(before.status, after.status, "an end is an end");
    }
    if after.payment_state.is_captured() && !before.payment_state.is_captured() {
        let confirmed = matches!(after.status, Status::Confirmed | Status::Canceling | Status::Completed);
        assert!(confirmed, "money is taken for confirmed orders only: {:?}", after.status);
        assert!(after.log.iter().any(|transition| transition.status == Status::Confirmed));
    }
    // While it is not known whether the goods left, the money is not asked for; a dispatch is taken back only before it is
    // captured.
    let captured = |order: &Order| order.payment_state.is_captured();
    let taken_back = before.fulfillment_state.has_left() && !after.fulfillment_state.has_left();
    assert!(!(taken_back && captured(before)), "taken back after the capture");
    let asked = |order: &Order| order.payment.is_some_and(|last| last.command.is_capture());
    let capturing = asked(after) && outstanding(after).iter().any(|(seq, _)| *seq == after.seq);
    assert!(!(capturing && after.retraction.is_some()), "captured while staff want the dispatch taken back");
    let parts = after.parts();
    assert_eq!(parts.net + parts.shipping + parts.tax, after.total);
    assert!(before.customer.is_none() || before.customer == after.customer, "nobody loses an order");
    if after.is_erased() {
        check_erased(after);
    } else {
        assert!(!before.is_erased(), "what is forgotten stays so");
        assert_eq!(before.log, after.log[..before.log.len()], "what happened, happened");
        assert!(after.customer.is_none() == after.contact.is_some(), "a guest has an address, and a customer none");
    }
    let by_account = |order: &Order| order.erasure.as_ref().is_some_and(|erasure| !erasure.by_guest);
    assert!(by_account(after) || !by_account(before), "what an account asked for stays the account's");
    let kept = before.attempts.iter().zip(&after.attempts).all(|(old, new)| new.keys.starts_with(&old.keys));
    assert!(kept && before.attempt() <= after.attempt(), "no key is forgotten: {:?}", after.attempts);
    let keys: Vec<_> = after.attempts.iter().flat_map(|attempt| &attempt.keys).collect();
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len(), "a key is of one attempt");
    assert_eq!(&serde_json::from_value::<Order>(serde_json::to_value(after).unwrap()).unwrap(), after);
}

proptest! {
    #[test]
    fn any_inputs_in_any_order_break_no_law(inputs in prop::collection::vec((any_input(), 0u8..40, pause()), 0..40)) {
        let mut order = order();
        let mut now = order.placed_at;
        let mut sent: HashMap<u64, Vec<Outgoing>> = HashMap::new();
        // How many of the person's orders are erased, and how many of these are not done.
        let mut counted = (0, 0);
        for (input, name, seconds) in inputs {
            now = now.plus_seconds(seconds);
            // Few names, so that inputs repeat.
            let id = format!("{name}");
            match decide(&order, &input, &id, now) {
                Ok(Decision::Moved(next)) => {
                    check(&order, &next);
                    let change = ErasureCount::change(&order, &next);
                    counted = (counted.0 + change.orders, counted.1 + change.open);
                    prop_assert!((0..=1).contains(&counted.0) && (0..=counted.0).contains(&counted.1), "{:?}", counted);
                    order = *next;
                    check_looks(&order, now);
                    sent.insert(order.seq, outgoing_of(&order, order.seq));
                }
                Ok(Decision::Repeat(seq)) => {
                    prop_assert_eq!(&order.transition(seq).unwrap().input, &id);
                    let (again, first) = (to_whom(&order, outgoing_of(&order, seq)), to_whom(&order, sent[&seq].clone()));
                    if order.is_erased() {
                        let is_of_first = |sent: &Outgoing| first.iter().any(|was| was.envelope.id == sent.envelope.id);
                        prop_assert!(again.iter().all(is_of_first), "nothing else: {:?}", again);
                    } else {
                        prop_assert_eq!(again, first, "a repeated input sends the same messages");
                    }
                }
                Ok(Decision::Compensate(seq, command)) => {
                    let resent = resend(&order, &[(seq, command)]);
                    prop_assert!(resent.last().is_some_and(|last| sent[&seq].contains(last)), "the same compensation");
                }
                Ok(Decision::Wait(_) | Decision::Nothing) | Err(_) => {}
            }
            for (seq, command) in outstanding(&order) {
                let effects = &order.transition(seq).unwrap().effects;
                prop_assert!(effects.contains(&Effect::Send(command)));
            }
        }
    }

    #[test]
    fn every_order_ends_with_nothing_lost_over_unreliable_queues(choices in prop::collection::vec(any::<u16>(), 0..120)) {
        let mut world = World::new();
        for choice in choices {
            world.happen(choice);
        }
        world.come_to_rest();
        world.audit();
    }
}
