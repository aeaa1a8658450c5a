//! Given a shipment, when a command comes, then this is decided.

use super::*;
use proptest::prelude::*;

const ID: ShipmentId = ShipmentId::from_bits(7);

fn input(id: &str) -> Input<'_> {
    Input { id, at: Timestamp::from_millis(1000), traceparent: Some("00-trace") }
}

fn create() -> Command {
    Command::Create(Contents {
        dispatch_before: None,
        lines: vec![StockLine { sku: "TEA".parse().unwrap(), quantity: 2 }],
        ship_to: Address {
            name: "Ada".into(),
            line1: "Street 1".into(),
            line2: None,
            city: "Berlin".into(),
            region: None,
            postal_code: "10115".into(),
            country: "DE".parse().unwrap(),
        },
        service: "standard".into(),
        weight_grams: 500,
    })
}

fn dispatch() -> Command {
    Command::Dispatch(Handover { carrier: "dhl".into(), tracking_number: "1".into() })
}

/// The shipment after commands, each with an input named after its place, and what the last one told.
fn after(commands: &[Command]) -> (Option<Shipment>, Vec<Outgoing>) {
    let mut current = None;
    let mut told = Vec::new();
    for (place, command) in commands.iter().enumerate() {
        (current, told) = step(current, command, &format!("input-{place}"));
    }
    (current, told)
}

fn step(current: Option<Shipment>, command: &Command, id: &str) -> (Option<Shipment>, Vec<Outgoing>) {
    match decide(ID, current.clone(), command, input(id)) {
        Ok(Decision::Move(next)) => {
            let told = next.news();
            (Some(next), told)
        }
        Ok(Decision::Stand(shipment, told)) => (Some(shipment), told),
        Err(_) => (current, Vec::new()),
    }
}

fn kinds(told: &[Outgoing]) -> Vec<&str> {
    told.iter().map(|message| message.envelope.kind.as_str()).collect()
}

fn refusal_of(commands: &[Command], command: &Command) -> Rejection {
    decide(ID, after(commands).0, command, input("late")).unwrap_err()
}

#[test]
fn a_shipment_is_created_dispatched_and_delivered_and_each_step_is_told() {
    for (commands, kind) in [
        (vec![create()], "shipping.shipment_created.v1"),
        (vec![create(), dispatch()], "shipping.shipment_dispatched.v1"),
        (vec![create(), dispatch(), Command::Deliver], "shipping.shipment_delivered.v1"),
        (vec![create(), Command::Cancel], "shipping.shipment_canceled.v1"),
    ] {
        let (shipment, told) = after(&commands);
        assert_eq!(kinds(&told), [kind]);
        let seq = shipment.unwrap().seq;
        assert_eq!(told[0].envelope.id, format!("{ID}/{seq}/{kind}"));
        assert_eq!(told[0].envelope.traceparent.as_deref(), Some("00-trace"));
    }
}

#[test]
fn a_cancellation_of_something_unknown_is_found_by_the_late_creation() {
    let (tombstone, told) = after(&[Command::Cancel]);
    assert_eq!(kinds(&told), ["shipping.shipment_canceled.v1"]);
    let (shipment, told_late) = step(tombstone.clone(), &create(), "late");
    assert_eq!(shipment, tombstone);
    assert_eq!(told_late, told);
}

#[test]
fn a_repeated_creation_tells_again_all_that_the_order_may_have_missed() {
    let (created, _) = after(&[create()]);
    let (canceled, _) = step(created.clone(), &Command::Cancel, "cancel");
    let told_again = step(canceled, &create(), "input-0").1;
    assert_eq!(kinds(&told_again), ["shipping.shipment_created.v1", "shipping.shipment_canceled.v1"]);

    let (dispatched, told) = step(created, &dispatch(), "dispatch");
    let told_again = step(dispatched, &create(), "another").1;
    assert_eq!(kinds(&told_again), ["shipping.shipment_created.v1", "shipping.shipment_dispatched.v1"]);
    assert_eq!(told_again[1..], told);
}

#[test]
fn goods_that_left_cannot_be_called_back_and_the_refusal_stays_the_same() {
    let (dispatched, _) = after(&[create(), dispatch()]);
    let (same, refused) = step(dispatched.clone(), &Command::Cancel, "cancel");
    assert_eq!((same, kinds(&refused)), (dispatched.clone(), vec!["shipping.cancel_refused.v1"]));
    let (delivered, _) = step(dispatched, &Command::Deliver, "delivery");
    assert_eq!(step(delivered, &Command::Cancel, "cancel").1, refused);
}

#[test]
fn the_staff_is_told_why_not() {
    let other = Command::Dispatch(Handover { carrier: "ups".into(), tracking_number: "1".into() });
    assert_eq!(refusal_of(&[], &dispatch()), Rejection::Unknown);
    assert_eq!(refusal_of(&[], &Command::Deliver), Rejection::Unknown);
    assert_eq!(refusal_of(&[create()], &Command::Deliver), Rejection::NotDispatched);
    assert_eq!(refusal_of(&[create(), Command::Cancel], &dispatch()), Rejection::Canceled);
    assert_eq!(refusal_of(&[create(), Command::Cancel], &Command::Deliver), Rejection::Canceled);
    assert_eq!(refusal_of(&[create(), dispatch()], &other), Rejection::AlreadyDispatched);
}

#[test]
fn a_repeated_dispatch_or_delivery_stands() {
    let (delivered, _) = after(&[create(), dispatch(), Command::Deliver]);
    assert_eq!(step(delivered.clone(), &dispatch(), "dispatch").0, delivered);
    assert_eq!(step(delivered.clone(), &Command::Deliver, "delivery").0, delivered);
}

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![Just(create()), Just(Command::Cancel), Just(dispatch()), Just(Command::Deliver)]
}

proptest! {
    #[test]
    fn a_shipment_never_both_leaves_and_is_canceled(commands in proptest::collection::vec(any_command(), 0..12)) {
        let (shipment, _) = after(&commands);
        if let Some(shipment) = shipment {
            prop_assert!(shipment.step(Status::Dispatched).is_none() || shipment.step(Status::Canceled).is_none());
            prop_assert_eq!(shipment.log.last().map(|last| (last.seq, last.to)), Some((shipment.seq, shipment.status)));
        }
    }

    #[test]
    fn every_command_of_the_order_is_answered_and_a_repeat_gets_the_same_answer(
        commands in proptest::collection::vec(any_command(), 0..12),
        cancel in any::<bool>(),
    ) {
        let (current, _) = after(&commands);
        let command = if cancel { Command::Cancel } else { create() };
        let (next, first) = step(current, &command, "mine");
        prop_assert!(!first.is_empty());
        let (again, second) = step(next.clone(), &command, "mine");
        prop_assert_eq!(again, next);
        prop_assert_eq!(second, first);
    }
}
