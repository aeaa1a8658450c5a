//! Laws of the saga, held against arbitrary inputs and in a world with a bad postman.

use crate::desk::Desk;
use crate::postman::World;
use events::payments::Operation;
use events::{Contact, Money, Outgoing};
use orders::domain::messages::{again, messages_of};
use orders::domain::order::{Effect, Order, Status, Tracking};
use orders::domain::overdue::outstanding;
use orders::domain::place::{Placement, place};
use orders::domain::step::{Decision, Input, step};
use proptest::prelude::*;
use std::collections::HashMap;
use std::sync::OnceLock;

pub fn order() -> Order {
    static PLACED: OnceLock<Order> = OnceLock::new();
    PLACED.get_or_init(fresh).clone()
}

fn fresh() -> Order {
    let desk = Desk::open();
    let quote = desk.quote(1);
    let body = desk.body(&quote);
    let placement = Placement {
        shipping: desk.carriage(&quote),
        quote,
        customer: None,
        contact: Contact { email: "ada@example.com".to_owned(), name: None },
        ship_to: serde_json::from_value(body["ship_to"].clone()).unwrap(),
        cart_id: None,
        payment_method: "pm_card_visa".to_owned(),
        seconds_to_pay: 1_800,
        request_digest: String::new(),
        traceparent: String::new(),
    };
    place(placement, desk.bench.world.now()).unwrap()
}

pub fn tracking() -> Tracking {
    Tracking { carrier: "dhl".to_owned(), tracking_number: "1".to_owned() }
}

pub fn failed(operation: Operation, attempt: u32) -> Input {
    Input::PaymentFailed { operation, attempt, reason: "no".to_owned() }
}

fn any_input() -> impl Strategy<Value = Input> {
    let total = order().money(order().total);
    let attempt = 1u32..4;
    prop_oneof![
        Just(Input::StockReserved),
        Just(Input::StockRejected { missing: Vec::new() }),
        Just(Input::ReservationCommitted),
        Just(Input::ReservationReleased),
        attempt.clone().prop_map(move |attempt| Input::PaymentAuthorized {
            attempt,
            amount: total,
            capture_before: None
        }),
        attempt.clone().prop_map(|attempt| Input::PaymentDeclined { attempt, reason: "no".to_owned() }),
        attempt.clone().prop_map(|attempt| Input::PaymentActionRequired { attempt, url: "u".to_owned() }),
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
        Just(Input::ShipmentDispatched(tracking())),
        Just(Input::ShipmentDelivered),
        Just(Input::ShipmentCanceled),
        Just(Input::CancelRefused),
        Just(Input::DeadlineDue),
        attempt.prop_map(|n| Input::PayAgain { method: format!("pm_{n}"), key: None }),
        Just(Input::Cancel),
        Just(Input::Retry),
    ]
}

pub fn check(before: &Order, after: &Order) {
    assert_eq!(after.seq, before.seq + 1);
    assert_eq!(after.seq, u64::try_from(after.log.len()).unwrap());
    if before.status.is_terminal() {
        assert_eq!(before.status, after.status, "an end is an end");
    }
    if after.payment_state.is_captured() && !before.payment_state.is_captured() {
        let confirmed = matches!(after.status, Status::Confirmed | Status::Canceling | Status::Completed);
        assert!(confirmed, "money is taken for orders that stand only: {:?}", after.status);
        assert!(after.log.iter().any(|made| made.status == Status::Confirmed));
    }
    let parts = after.parts();
    assert_eq!(parts.subtotal + parts.shipping + parts.tax, after.total);
    assert_eq!(before.log, after.log[..before.log.len()], "what happened, happened");
    assert_eq!(&serde_json::from_value::<Order>(serde_json::to_value(after).unwrap()).unwrap(), after);
}

proptest! {
    #[test]
    fn any_inputs_in_any_order_break_no_law(inputs in prop::collection::vec((any_input(), 0u8..40, 0i64..400), 0..40)) {
        let mut order = order();
        let mut now = order.placed_at;
        let mut sent: HashMap<u64, Vec<Outgoing>> = HashMap::new();
        for (input, name, seconds) in inputs {
            now = now.plus_seconds(seconds);
            // Few names, so that inputs repeat.
            let id = format!("{name}");
            match step(&order, &input, &id, now) {
                Ok(Decision::Moved(next)) => {
                    check(&order, &next);
                    order = *next;
                    sent.insert(order.seq, messages_of(&order, order.seq));
                }
                Ok(Decision::Repeat(seq)) => {
                    prop_assert_eq!(&order.transition(seq).unwrap().input, &id);
                    prop_assert_eq!(&messages_of(&order, seq), &sent[&seq], "a seen input says what it said");
                }
                Ok(Decision::Undo(seq, ask)) => {
                    let sent_again = again(&order, &[(seq, ask)]);
                    prop_assert!(sent_again.last().is_some_and(|undo| sent[&seq].contains(undo)), "an undo is the same undo");
                }
                Ok(Decision::Wait(_) | Decision::Nothing) | Err(_) => {}
            }
            for (seq, ask) in outstanding(&order) {
                let asked = &order.transition(seq).unwrap().effects;
                prop_assert!(asked.contains(&Effect::Ask(ask)));
            }
        }
    }

    #[test]
    fn whatever_the_postman_does_every_order_ends_with_nothing_lost(choices in prop::collection::vec(any::<u16>(), 0..120)) {
        let mut world = World::new();
        for choice in choices {
            world.happen(choice);
        }
        world.come_to_rest();
        world.audit();
    }
}
