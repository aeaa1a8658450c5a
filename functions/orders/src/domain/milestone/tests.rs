//! Every transition has a sentence in every language.

use super::*;
use crate::domain::diagram::explore;
use crate::domain::drawing;
use std::collections::{BTreeMap, BTreeSet};

const WORDS: [(&str, &str); 2] =
    [("en", include_str!("../../../words/timeline.en.json")), ("de", include_str!("../../../words/timeline.de.json"))];

#[test]
fn every_language_has_a_sentence_for_each_key_and_for_nothing_else() {
    let keys: BTreeSet<&str> =
        Milestone::ALL.iter().map(|milestone| milestone.key()).chain(drawing::WORD_KEYS).collect();
    assert_eq!(keys.len(), Milestone::ALL.len() + drawing::WORD_KEYS.len(), "two have one key");
    for (language, text) in WORDS {
        let words: BTreeMap<&str, String> = serde_json::from_str(text).unwrap();
        assert_eq!(words.keys().copied().collect::<BTreeSet<_>>(), keys, "{language}");
        assert!(words.values().all(|sentence| !sentence.trim().is_empty()), "{language}");
    }
}

#[test]
fn every_transition_of_the_saga_has_a_milestone_of_its_own_kind() {
    let mut kinds: BTreeMap<Milestone, BTreeSet<TransitionKind>> = BTreeMap::new();
    explore(|_, next| {
        let (entry, made) = (timeline(next).pop().unwrap(), next.log.last().unwrap());
        assert_eq!((entry.seq, entry.at), (made.seq, made.at));
        kinds.entry(entry.milestone).or_default().insert(made.kind);
    });
    // The first word of a dispatch may be a correction of it. No other milestone tells of two kinds.
    let shared: Vec<_> = kinds.iter().filter(|(_, kinds)| kinds.len() > 1).map(|(milestone, _)| *milestone).collect();
    assert_eq!(shared, [Milestone::ShipmentDispatched]);
    // What the samples cannot reach: three reasons of a bank, staff, repeated requests, and the first transition.
    let reached: BTreeSet<Milestone> = kinds.into_keys().collect();
    let missing: Vec<_> = Milestone::ALL.iter().filter(|milestone| !reached.contains(milestone)).collect();
    assert_eq!(
        missing.iter().map(|milestone| milestone.key()).collect::<Vec<_>>(),
        [
            "placed",
            "payment_declined_card_declined",
            "payment_declined_insufficient_funds",
            "payment_declined_authentication_failed",
            "payment_declined_unknown_payment_method",
            "payment_declined_earlier_payment_waits",
            "payment_repeated",
            "canceled_by_staff",
            "cancellation_requested_by_staff",
            "guest_token_replaced",
            "claimed",
            "erasure_requested",
            "erased",
            "erasure_answered",
        ]
    );
}

#[test]
fn the_reason_of_a_decline_is_told() {
    for (reason, key) in [
        ("card_declined", "payment_declined_card_declined"),
        ("insufficient_funds", "payment_declined_insufficient_funds"),
        ("authentication_failed", "payment_declined_authentication_failed"),
        ("unknown_payment_method", "payment_declined_unknown_payment_method"),
        (events::payments::EARLIER_PAYMENT_WAITS, "payment_declined_earlier_payment_waits"),
        ("a word of the provider", "payment_declined_other"),
    ] {
        let made = Transition {
            effects: vec![Effect::Publish(DomainEvent::PaymentDeclined(reason.to_owned()))],
            ..transition(TransitionKind::PaymentDeclined, Status::AwaitingPayment)
        };
        assert_eq!(Milestone::of(None, &made).key(), key);
    }
}

#[test]
fn a_cancellation_says_who_wanted_it_and_whether_it_is_certain() {
    let staff = || WantedBy::Other(events::ids::UserId::from_bits(7).into());
    for (by, status, milestone) in [
        (WantedBy::Owner, Status::Canceled, Milestone::CanceledByCustomer),
        (WantedBy::Nobody, Status::Canceling, Milestone::CancellationRequested),
        (staff(), Status::Canceled, Milestone::CanceledByStaff),
        (staff(), Status::Canceling, Milestone::CancellationRequestedByStaff),
    ] {
        let made = Transition { by, ..transition(TransitionKind::CancellationRequested, status) };
        assert_eq!(Milestone::of(None, &made), milestone);
    }
}

#[test]
fn shoppers_hear_nothing_of_what_only_staff_can_mend() {
    for kind in [TransitionKind::CaptureFailed, TransitionKind::OperationRetried, TransitionKind::GuestTokenReplaced] {
        let milestone = Milestone::of(None, &transition(kind, Status::Confirmed));
        assert_eq!(milestone.audience(), Audience::Staff, "{milestone:?}");
    }
    assert_eq!(Milestone::PaymentCaptured.audience(), Audience::Everyone);
}

fn transition(kind: TransitionKind, status: Status) -> Transition {
    Transition {
        seq: 1,
        input: "x".to_owned(),
        at: Timestamp::from_millis(0),
        kind,
        status,
        payment_state: PaymentState::None,
        fulfillment_state: FulfillmentState::None,
        effects: Vec::new(),
        by: WantedBy::Nobody,
    }
}
