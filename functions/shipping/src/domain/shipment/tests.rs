//! Given a shipment, when a command arrives, then this is decided.

use super::*;
use proptest::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

const ID: ShipmentId = ShipmentId::from_bits(7);

/// The context of a message that never came before.
fn context() -> Context {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    message(NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The context of a message of the order's transition `seq`.
fn message(seq: u64) -> Context {
    let (at, traceparent) = (Timestamp::from_millis(1000), Some("00-trace"));
    let origin = Origin { subject: "order_1".into(), seq, at, traceparent, actor: None };
    let cancel = events::shipping::CancelShipment { order_id: ID.order(), shipment_id: ID };
    let envelope = Outgoing::to_one(events::Capability::Shipping, &origin, &cancel).envelope;
    chassis::Received { envelope, now: at }.context()
}

fn create() -> Command {
    Command::Create(Box::new(request()))
}

fn request() -> ShipmentRequest {
    ShipmentRequest {
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
    }
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

/// A shipment whose dispatch staff want taken back; the request has number 3.
fn mistaken() -> [Command; 3] {
    [create(), dispatch(), Command::RequestRetraction]
}

#[test]
fn a_corrected_tracking_is_published_and_what_was_said_before_is_said_again_word_for_word() {
    let (dispatched, first) = after(&[create(), dispatch()]);
    let right = Tracking { carrier: "ups".into(), tracking_number: "2".into() };
    let (corrected, published) = apply(dispatched, &Command::CorrectTracking(right.clone()));
    assert_eq!(kinds(&published), ["shipping.tracking_corrected.v1"]);
    assert_eq!(published[0].envelope.data["tracking_number"], "2");
    assert_eq!(
        apply(corrected.clone(), &Command::CorrectTracking(right)).0,
        corrected,
        "the same again changes nothing"
    );
    let third = Tracking { carrier: "ups".into(), tracking_number: "3".into() };
    let (corrected, last) = apply(corrected, &Command::CorrectTracking(third));
    let republished = apply(corrected, &create()).1;
    assert_eq!(republished[1..], [first, published, last].concat());
}

#[test]
fn each_refused_correction_has_its_rejection() {
    let correct = Command::CorrectTracking(Tracking { carrier: "ups".into(), tracking_number: "2".into() });
    let delivered = [create(), dispatch(), Command::Deliver];
    for (before, expected) in [
        (&[][..], Rejection::Unknown),
        (&[create()], Rejection::NotDispatched),
        (&delivered, Rejection::Delivered),
        (&[create(), Command::Cancel], Rejection::Canceled),
    ] {
        assert_eq!(refusal_of(before, &correct), expected);
        assert_eq!(refusal_of(before, &Command::RequestRetraction), expected);
    }
    for command in [correct, dispatch(), Command::Deliver] {
        assert_eq!(refusal_of(&mistaken(), &command), Rejection::RetractionPending);
    }
}

#[test]
fn a_dispatch_is_taken_back_once_the_order_agrees_and_may_be_made_again() {
    let (asked, published) = after(&mistaken());
    assert_eq!(
        (kinds(&published), asked.as_ref().unwrap().status),
        (vec!["shipping.retraction_requested.v1"], Status::Retracting)
    );
    let (again, published) = apply(asked.clone(), &Command::RequestRetraction);
    assert_eq!(
        (kinds(&published), &published[0].envelope.data["seq"]),
        (vec!["shipping.retraction_requested.v1"], &4.into())
    );
    assert_eq!(apply(again.clone(), &Command::RefuseRetraction(3)).0, again, "an answer to the request before");
    assert_eq!(apply(again, &Command::Retract(4)).0.unwrap().status, Status::Created);
    let (back, published) = apply(asked, &Command::Retract(3));
    assert_eq!(kinds(&published), ["shipping.dispatch_retracted.v1"]);
    let shipment = back.clone().unwrap();
    assert_eq!((shipment.status, shipment.tracking), (Status::Created, None));
    assert_eq!(apply(back.clone(), &Command::Retract(3)), (back.clone(), published), "a repeat is answered the same");
    assert_eq!(apply(back.clone(), &Command::RefuseRetraction(3)).0, back);
    let (again, published) = apply(back, &dispatch());
    assert_eq!(
        (kinds(&published), &published[0].envelope.data["seq"]),
        (vec!["shipping.shipment_dispatched.v1"], &5.into())
    );
    assert_eq!(apply(again, &Command::Deliver).0.unwrap().status, Status::Delivered);
}

#[test]
fn a_refused_retraction_leaves_the_goods_gone_and_is_final() {
    let (refused, published) = apply(after(&mistaken()).0, &Command::RefuseRetraction(3));
    assert_eq!((refused.as_ref().unwrap().status, published), (Status::Dispatched, vec![]));
    let again = decide(ID, refused.clone(), &Command::RequestRetraction, &context());
    assert_eq!(again, Err(Rejection::RetractionRefused));
    assert_eq!(apply(refused.clone(), &Command::RefuseRetraction(3)).0, refused);
    assert_eq!(apply(refused.clone(), &Command::Retract(2)).0, refused, "an answer to another request");
    assert_eq!(apply(refused, &Command::Deliver).0.unwrap().status, Status::Delivered);
}

#[test]
fn an_input_that_comes_again_makes_no_other_transition_and_says_what_it_said() {
    for (before, command) in [
        (vec![create()], dispatch()),
        (vec![create(), dispatch()], Command::RequestRetraction),
        (vec![create(), dispatch()], Command::Deliver),
        (vec![create()], Command::Cancel),
        (mistaken().to_vec(), Command::Retract(3)),
        (mistaken().to_vec(), Command::RefuseRetraction(3)),
    ] {
        let once = message(1_000_000);
        let Ok(Decision::Move(next)) = decide(ID, after(&before).0, &command, &once) else { panic!("{command:?}") };
        let said = next.outgoing();
        assert_eq!(decide(ID, Some(next.clone()), &command, &once), Ok(Decision::Stand(next, said)), "{command:?}");
    }
}

#[test]
fn a_late_copy_of_a_cancellation_that_was_refused_cancels_nothing_after_the_dispatch_was_taken_back() {
    let by_order =
        |seq: u64, command: &Command, shipment: Option<Shipment>| decide(ID, shipment, command, &message(seq)).unwrap();
    let (asked, _) = after(&mistaken());
    let Decision::Stand(asked, refused) = by_order(7, &Command::Cancel, asked) else {
        panic!("the goods count as gone")
    };
    let Decision::Move(back) = by_order(9, &Command::Retract(3), Some(asked)) else { panic!("the order agrees") };
    assert_eq!(by_order(7, &Command::Cancel, Some(back.clone())), Decision::Stand(back.clone(), refused));
    let Decision::Move(canceled) = by_order(10, &Command::Cancel, Some(back)) else { panic!("another cancellation") };
    assert_eq!(canceled.status, Status::Canceled);
}

#[test]
fn every_promised_status_is_reached_and_no_other() {
    let document: serde_json::Value = serde_json::from_str(include_str!("../../../openapi.json")).unwrap();
    let promised = document["components"]["schemas"]["ShipmentStatus"]["enum"].as_array().unwrap();
    let all = [mistaken().to_vec(), vec![create(), dispatch(), Command::Deliver], vec![Command::Cancel]];
    let statuses = all.iter().flat_map(|commands| after(commands).0.unwrap().log);
    let mut reached: Vec<_> = statuses.map(|made| serde_json::to_value(made.to).unwrap()).collect();
    reached.sort_by_key(serde_json::Value::to_string);
    reached.dedup();
    let mut promised = promised.clone();
    promised.sort_by_key(serde_json::Value::to_string);
    assert_eq!(promised, reached);
}

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just(create()),
        Just(Command::Cancel),
        Just(dispatch()),
        Just(Command::RequestRetraction),
        (3u64..7).prop_map(Command::Retract),
        (3u64..7).prop_map(Command::RefuseRetraction),
        Just(Command::CorrectTracking(Tracking { carrier: "ups".into(), tracking_number: "2".into() })),
        Just(Command::Deliver),
    ]
}

/// The shipment of an order whose money is held until then, after commands.
fn held_until(end: Timestamp, commands: &[Command]) -> Shipment {
    let create = Command::Create(Box::new(ShipmentRequest { dispatch_before: Some(end), ..request() }));
    after(&[&[create][..], commands].concat()).0.unwrap()
}

#[test]
fn a_shipment_is_urgent_for_a_day_and_then_overdue() {
    let end = Timestamp::from_millis(200_000_000);
    let shipment = held_until(end, &[]);
    for (before, urgency) in [
        (86_401, Urgency::None),
        (86_400, Urgency::None),
        (86_399, Urgency::Soon),
        (1, Urgency::Soon),
        (0, Urgency::Overdue),
        (-1, Urgency::Overdue),
    ] {
        assert_eq!(shipment.urgency(end.plus_seconds(-before)), urgency, "{before} s before");
    }
    let free = after(&[create()]).0.unwrap();
    assert_eq!(free.urgency(end), Urgency::None, "nothing ends");
    assert_eq!(held_until(end, &[dispatch()]).urgency(end), Urgency::None, "it left in time");
}

#[test]
fn what_waits_is_in_a_list_and_what_left_or_was_canceled_is_in_none() {
    for (commands, list) in [
        (vec![create()], Some(Worklist::Created)),
        (vec![create(), dispatch()], None),
        (vec![create(), dispatch(), Command::RequestRetraction], Some(Worklist::Retracting)),
        (vec![create(), dispatch(), Command::RequestRetraction, Command::Retract(3)], Some(Worklist::Created)),
        (vec![create(), dispatch(), Command::RequestRetraction, Command::RefuseRetraction(3)], None),
        (vec![create(), dispatch(), Command::Deliver], None),
        (vec![create(), Command::Cancel], None),
        (vec![Command::Cancel], None),
    ] {
        assert_eq!(after(&commands).0.unwrap().worklist(), list, "{commands:?}");
    }
}

#[test]
fn staff_may_do_what_would_change_the_shipment() {
    use Action::{CorrectTracking, Deliver, Dispatch, RequestRetraction};
    for (commands, actions) in [
        (vec![create()], vec![Dispatch]),
        (vec![create(), dispatch()], vec![Deliver, CorrectTracking, RequestRetraction]),
        (vec![create(), dispatch(), Command::RequestRetraction], vec![RequestRetraction]),
        (
            vec![create(), dispatch(), Command::RequestRetraction, Command::RefuseRetraction(3)],
            vec![Deliver, CorrectTracking],
        ),
        (vec![create(), dispatch(), Command::Deliver], vec![]),
        (vec![Command::Cancel], vec![]),
    ] {
        assert_eq!(after(&commands).0.unwrap().actions(&context()), actions, "{commands:?}");
    }
    let overdue = held_until(context().now, &[]);
    assert!(overdue.actions(&context()).is_empty(), "it is too late");
}

proptest! {
    #[test]
    fn a_shipment_never_both_leaves_and_is_canceled(commands in proptest::collection::vec(any_command(), 0..12)) {
        let (shipment, _) = after(&commands);
        if let Some(shipment) = shipment {
            let gone = shipment.dispatch().map_or(0, |dispatch| dispatch.seq);
            let back = shipment.log.iter().any(|made| made.seq > gone && shipment.change(made) == Change::Retracted);
            prop_assert!(gone == 0 || back || shipment.transition(Status::Canceled).is_none());
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

#[test]
fn a_shipment_says_why_it_cannot_leave_and_nothing_if_it_can() {
    let why = |commands: &[Command]| after(commands).0.unwrap().dispatch_refusal(&context());
    assert_eq!(why(&[create()]), None);
    assert_eq!(why(&[create(), dispatch()]), Some(Rejection::AlreadyDispatched));
    assert_eq!(why(&[create(), dispatch(), Command::RequestRetraction]), Some(Rejection::RetractionPending));
    assert_eq!(why(&[create(), Command::Cancel]), Some(Rejection::Canceled));
    let late = held_until(Timestamp::from_millis(1000), &[]);
    assert_eq!(late.dispatch_refusal(&context()), Some(Rejection::Overdue));
}
