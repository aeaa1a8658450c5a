//! Given a shipment, when a command arrives, then this is decided.

use super::*;
use proptest::prelude::*;

const ID: ShipmentId = ShipmentId::from_bits(7);

fn context() -> Context {
    let mut context = Context::sweep(Timestamp::from_millis(1000));
    context.traceparent = Some("00-trace".to_owned());
    context
}

fn create() -> Command {
    Command::Create(ShipmentRequest {
        dispatch_before: None,
        lines: vec![StockLine { sku: "TEA".parse().unwrap(), quantity: 2 }],
        ship_to: Address {
            name: "Ada".into(),
            company: None,
            line1: "Street 1".into(),
            line2: None,
            city: "Berlin".into(),
            region: None,
            postal_code: Some("10115".into()),
            country: "DE".parse().unwrap(),
            phone: None,
        },
        service: "standard".into(),
        weight_grams: 500,
    })
}

fn dispatch() -> Command {
    Command::Dispatch(Tracking { carrier: "dhl".into(), tracking_number: "1".into() })
}

/// The shipment after commands, and the events of the last one.
fn after(commands: &[Command]) -> (Option<Shipment>, Vec<Outgoing>) {
    let mut current = None;
    let mut published = Vec::new();
    for command in commands {
        (current, published) = apply(current, command);
    }
    (current, published)
}

fn apply(current: Option<Shipment>, command: &Command) -> (Option<Shipment>, Vec<Outgoing>) {
    match decide(ID, current.clone(), command, &context()) {
        Ok(Decision::Move(next)) => {
            let published = next.outgoing();
            (Some(next), published)
        }
        Ok(Decision::Stand(shipment, published)) => (Some(shipment), published),
        Err(_) => (current, Vec::new()),
    }
}

fn kinds(published: &[Outgoing]) -> Vec<&str> {
    published.iter().map(|message| message.envelope.kind.as_str()).collect()
}

fn refusal_of(commands: &[Command], command: &Command) -> Rejection {
    decide(ID, after(commands).0, command, &context()).unwrap_err()
}

#[test]
fn a_shipment_is_created_dispatched_and_delivered_and_each_transition_is_published() {
    for (commands, kind) in [
        (vec![create()], "shipping.shipment_created.v1"),
        (vec![create(), dispatch()], "shipping.shipment_dispatched.v1"),
        (vec![create(), dispatch(), Command::Deliver], "shipping.shipment_delivered.v1"),
        (vec![create(), Command::Cancel], "shipping.shipment_canceled.v1"),
    ] {
        let (shipment, published) = after(&commands);
        assert_eq!(kinds(&published), [kind]);
        let seq = shipment.unwrap().seq;
        assert_eq!(published[0].envelope.id, format!("{ID}/{seq}/{kind}"));
        assert_eq!(published[0].envelope.traceparent.as_deref(), Some("00-trace"));
    }
}

#[test]
fn a_cancellation_of_something_unknown_is_found_by_the_late_creation() {
    let (tombstone, published) = after(&[Command::Cancel]);
    assert_eq!(kinds(&published), ["shipping.shipment_canceled.v1"]);
    let (shipment, late) = apply(tombstone.clone(), &create());
    assert_eq!(shipment, tombstone);
    assert_eq!(late, published);
}

#[test]
fn a_repeated_creation_republishes_all_that_the_order_may_have_missed() {
    let (created, _) = after(&[create()]);
    let (canceled, _) = apply(created.clone(), &Command::Cancel);
    let republished = apply(canceled, &create()).1;
    assert_eq!(kinds(&republished), ["shipping.shipment_created.v1", "shipping.shipment_canceled.v1"]);

    let (dispatched, published) = apply(created, &dispatch());
    let republished = apply(dispatched, &create()).1;
    assert_eq!(kinds(&republished), ["shipping.shipment_created.v1", "shipping.shipment_dispatched.v1"]);
    assert_eq!(republished[1..], published);
}

#[test]
fn goods_that_left_cannot_be_called_back_and_the_refusal_stays_the_same() {
    let (dispatched, _) = after(&[create(), dispatch()]);
    let (same, refused) = apply(dispatched.clone(), &Command::Cancel);
    assert_eq!((same, kinds(&refused)), (dispatched.clone(), vec!["shipping.cancel_refused.v1"]));
    let (delivered, _) = apply(dispatched, &Command::Deliver);
    assert_eq!(apply(delivered, &Command::Cancel).1, refused);
}

#[test]
fn each_refusal_of_staff_has_its_rejection() {
    let other = Command::Dispatch(Tracking { carrier: "ups".into(), tracking_number: "1".into() });
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
    assert_eq!(apply(delivered.clone(), &dispatch()).0, delivered);
    assert_eq!(apply(delivered.clone(), &Command::Deliver).0, delivered);
}

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![Just(create()), Just(Command::Cancel), Just(dispatch()), Just(Command::Deliver)]
}

proptest! {
    #[test]
    fn a_shipment_never_both_leaves_and_is_canceled(commands in proptest::collection::vec(any_command(), 0..12)) {
        let (shipment, _) = after(&commands);
        if let Some(shipment) = shipment {
            prop_assert!(shipment.transition(Status::Dispatched).is_none() || shipment.transition(Status::Canceled).is_none());
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
        let (next, first) = apply(current, &command);
        prop_assert!(!first.is_empty());
        let (again, second) = apply(next.clone(), &command);
        prop_assert_eq!(again, next);
        prop_assert_eq!(second, first);
    }
}
