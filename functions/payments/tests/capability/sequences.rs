//! Commands in any order, with any answers of the provider and any repetition: the books balance and nobody gets too
//! much.

use crate::harness::{PARTS, TOTAL, context, eur, pay};
use events::Timestamp;
use events::payments::{EntriesPosted, Entry, Operation};
use events::{Capability, Message, Outgoing};
use payments::domain::{
    Command, Decision, Outcome, Payment, PaymentMethod, Phase, SettledRefund, StaffRefund, Status, Terms, replies,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

#[derive(Debug, Clone)]
enum Input {
    Command(Command),
    Staff(u8, i64),
    Challenge(bool),
}

#[derive(Debug, Clone, Copy)]
enum Provider {
    Yes,
    No,
    Challenge,
    Crash,
}

fn input() -> impl Strategy<Value = Input> {
    let terms = Terms::new(eur(TOTAL), PARTS).unwrap();
    let method = PaymentMethod::parse("pm_card_visa");
    let authorize = (1u32..4).prop_map(move |attempt| Command::Authorize {
        attempt,
        terms,
        method: method.clone(),
        customer: None,
    });
    let refund = (0u8..4, 0i64..TOTAL)
        .prop_map(|(cause, amount)| Command::Refund { cause: format!("return/{cause}"), asked: eur(amount) });
    prop_oneof![
        4 => authorize.prop_map(Input::Command),
        4 => (1u32..4).prop_map(|attempt| Input::Command(Command::Capture { attempt })),
        1 => Just(Input::Command(Command::Void)),
        3 => refund.prop_map(Input::Command),
        2 => (0u8..4, 1i64..TOTAL).prop_map(|(key, amount)| Input::Staff(key, amount)),
        1 => any::<bool>().prop_map(Input::Challenge),
    ]
}

fn provider() -> impl Strategy<Value = Provider> {
    prop_oneof![4 => Just(Provider::Yes), 1 => Just(Provider::No), 1 => Just(Provider::Challenge), 1 => Just(Provider::Crash)]
}

fn staff_refund(key: u8, amount: i64) -> StaffRefund {
    let exact = amount % 2 == 0;
    StaffRefund { key: key.to_string(), asked: eur(amount), exact, reason: "x".into(), digest: amount.to_string() }
}

/// What the provider did, if anything; no answer if the process crashes first.
fn answer(provider: Provider, reference: String) -> ControlFlow<(), Option<Outcome>> {
    match provider {
        Provider::Yes => ControlFlow::Continue(Some(Outcome::Done { reference })),
        Provider::No => ControlFlow::Continue(None),
        Provider::Challenge => ControlFlow::Continue(Some(Outcome::ActionRequired { reference, url: "u".to_owned() })),
        Provider::Crash => ControlFlow::Break(()),
    }
}

/// Applies an input as the service does; a crash leaves what was written.
fn apply(payment: &Payment, number: usize, input: &Input, provider: Provider) -> (Payment, Vec<Outgoing>) {
    let at = Timestamp::from_millis(i64::try_from(number).unwrap());
    let context = context(&format!("input/{number}"), at);
    let command = match input {
        Input::Command(command) => command.clone(),
        Input::Staff(key, amount) => {
            return match payment.grant_staff_refund(&staff_refund(*key, *amount), &context) {
                Ok(Decision::Record(next)) => {
                    let refund = next.log.last().unwrap().refund.as_ref().unwrap().id;
                    let execute = Input::Command(Command::ExecuteRefund { refund });
                    apply(&next, number, &execute, provider)
                }
                _ => (payment.clone(), vec![]),
            };
        }
        Input::Challenge(succeeds) => {
            return match payment.answer_challenge(None, *succeeds, at, &context) {
                Ok(Decision::Record(next)) => (*next.clone(), replies::relayed(&next).unwrap()),
                _ => (payment.clone(), vec![]),
            };
        }
    };
    let mut payment = payment.clone();
    for _ in 0..8 {
        let called_off = payment.is_called_off();
        payment = match payment.decide(&command, &context).unwrap() {
            Decision::Reply(operation) => {
                let messages = replies::of_operation(&payment, operation).unwrap();
                assert!(!messages.is_empty(), "every command has a reply");
                return (payment, messages);
            }
            Decision::Record(next) => *next,
            Decision::Perform(operation) => {
                assert!(!called_off || operation.kind != Operation::Authorize, "asked for what was called off");
                let ControlFlow::Continue(answer) = answer(provider, operation.provider_key(payment.id)) else {
                    return (payment, vec![]);
                };
                let outcome = answer.unwrap_or(Outcome::Refused { reason: "no".to_owned() });
                payment.conclude(operation, outcome, at).unwrap()
            }
            Decision::LookUp(operation) => {
                let ControlFlow::Continue(known) = answer(provider, operation.provider_key(payment.id)) else {
                    return (payment, vec![]);
                };
                payment.found(operation, known, at, &context).unwrap()
            }
        };
    }
    panic!("a command comes to its reply");
}

fn check(payment: &Payment) {
    let booked: i64 = payment.log.iter().flat_map(|t| &t.entries).map(|entry| entry.amount).sum();
    assert_eq!(booked, 0);
    let sums = payment.amounts().unwrap();
    assert!(sums.refunded >= 0 && sums.pending >= 0 && sums.refunded + sums.pending <= sums.captured, "{sums:?}");
    assert!(sums.captured == 0 || sums.captured == TOTAL);
    assert!(sums.authorized == 0 || sums.authorized == TOTAL);
    assert_eq!(payment.seq, u64::try_from(payment.log.len()).unwrap());
    let captures = payment.log.iter().filter(|t| t.operation == Operation::Capture && t.phase == Phase::Succeeded);
    assert!(captures.count() <= 1);
    let sales = payment
        .log
        .iter()
        .filter(|t| t.operation == Operation::Capture && t.phase == Phase::Requested && !t.entries.is_empty());
    assert!(sales.count() <= 1);
    let held = payment.log.iter().filter(|t| t.operation == Operation::Authorize && t.phase == Phase::Succeeded);
    assert!(held.count() + usize::from(payment.waiting().is_some()) <= 1, "two attempts may hold the money");
    if payment.status().unwrap() == Status::Voided {
        assert_eq!(sums.authorized, 0);
    }
}

/// Applies the inputs to a payment whose settled refunds are set aside, and to one that keeps them.
fn same_when_set_aside(inputs: &[(Input, Provider)]) {
    let (mut whole, mut head, mut aside) = (Payment::unknown(pay()), Payment::unknown(pay()), BTreeMap::new());
    for (number, (input, provider)) in inputs.iter().enumerate() {
        let asked = match input {
            Input::Command(command) => command.refund(pay()),
            Input::Staff(key, amount) => Some(staff_refund(*key, *amount).request(pay()).id),
            Input::Challenge(_) => None,
        };
        let recalled = match asked.and_then(|id| aside.get(&id)) {
            Some(settled) => head.clone().recall(SettledRefund::clone(settled)),
            None => head,
        };
        let (of_whole, of_head) = (apply(&whole, number, input, *provider), apply(&recalled, number, input, *provider));
        assert_eq!(of_whole.1, of_head.1);
        whole = of_whole.0;
        let (kept, settled) = of_head.0.set_settled_aside().unwrap();
        aside.extend(settled.into_iter().map(|refund| (refund.refund_id, refund)));
        head = kept;
        assert_eq!((head.amounts(), head.status()), (whole.amounts(), whole.status()));
        assert_eq!((head.seq, head.refunds()), (whole.seq, whole.refunds()));
        let now = Timestamp::from_millis(i64::try_from(number).unwrap());
        assert_eq!(head.exception(now), whole.exception(now));
        let mut again = aside.values().cloned().fold(head.clone(), Payment::recall);
        assert!(again.set_aside.is_nothing());
        again.log.iter_mut().for_each(|made| made.total_refunded = None);
        assert_eq!(&again.log, &whole.log);
    }
}

#[test]
fn the_refund_that_ended_a_payment_keeps_its_total_when_an_earlier_one_ends_after_it() {
    let terms = Terms::new(eur(TOTAL), PARTS).unwrap();
    let method = PaymentMethod::parse("pm_card_visa");
    let refund = |cause: &str, amount| Command::Refund { cause: cause.to_owned(), asked: eur(amount) };
    let authorize = Command::Authorize { attempt: 1, terms, method, customer: None };
    let inputs = [
        (authorize.clone(), Provider::Yes),
        (Command::Capture { attempt: 1 }, Provider::Yes),
        (refund("return/0", 1), Provider::Crash),
        (Command::Void, Provider::Yes),
        (refund("return/0", 0), Provider::Yes),
        (refund("return/1", 0), Provider::Yes),
        // A payment that has ended answers with its end.
        (authorize, Provider::Yes),
    ];
    same_when_set_aside(&inputs.map(|(command, provider)| (Input::Command(command), provider)));
}

/// The values of an enum in the published document.
fn promised(name: &str) -> BTreeSet<String> {
    let document: serde_json::Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let values = document["components"]["schemas"][name]["enum"].as_array().unwrap();
    values.iter().map(|value| value.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_promised_state_is_reached_and_no_other() {
    let terms = Terms::new(eur(TOTAL), PARTS).unwrap();
    let authorize = |attempt| Command::Authorize { attempt, terms, method: None, customer: None };
    let capture = |attempt| Command::Capture { attempt };
    let refund = |cause: &str, amount| Command::Refund { cause: cause.to_owned(), asked: eur(amount) };
    let stories = [
        vec![(authorize(1), Provider::Crash), (authorize(1), Provider::No), (authorize(2), Provider::Challenge)],
        vec![(authorize(1), Provider::Yes), (capture(1), Provider::No), (Command::Void, Provider::No)],
        vec![(authorize(1), Provider::Yes), (Command::Void, Provider::Yes)],
        vec![
            (authorize(1), Provider::Yes),
            (capture(1), Provider::Yes),
            (refund("return/1", 1), Provider::Yes),
            (refund("return/2", TOTAL), Provider::Yes),
        ],
    ];
    let (mut statuses, mut phases, mut operations) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let text = |value: serde_json::Value| value.as_str().unwrap().to_owned();
    for story in stories {
        let mut payment = Payment::unknown(pay());
        for (number, (command, provider)) in story.into_iter().enumerate() {
            payment = apply(&payment, number, &Input::Command(command), provider).0;
            statuses.insert(text(serde_json::to_value(payment.status().unwrap()).unwrap()));
        }
        phases.extend(payment.log.iter().map(|made| text(serde_json::to_value(made.phase).unwrap())));
        operations.extend(payment.log.iter().map(|made| text(serde_json::to_value(made.operation).unwrap())));
    }
    assert_eq!(promised("PaymentStatus"), statuses);
    assert_eq!(promised("TransactionPhase"), phases);
    assert_eq!(promised("Operation"), operations);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_books_balance_and_nobody_gets_more_than_was_captured(
        inputs in proptest::collection::vec((input(), provider()), 1..25)
    ) {
        let mut payment = Payment::unknown(pay());
        for (number, (input, provider)) in inputs.iter().enumerate() {
            let before = payment.log.clone();
            let (next, _) = apply(&payment, number, input, *provider);
            prop_assert_eq!(&next.log[..before.len()], &before[..], "the log is only appended to");
            check(&next);
            payment = next;
        }
    }

    #[test]
    fn a_finished_command_repeated_says_the_same_and_writes_nothing(
        inputs in proptest::collection::vec((input(), provider()), 1..15),
        last in input(),
    ) {
        let mut payment = Payment::unknown(pay());
        for (number, (input, provider)) in inputs.iter().enumerate() {
            payment = apply(&payment, number, input, *provider).0;
        }
        prop_assume!(matches!(last, Input::Command(_)));
        let (once, said) = apply(&payment, 99, &last, Provider::Yes);
        let (twice, again) = apply(&once, 99, &last, Provider::No);
        prop_assert_eq!(&once, &twice);
        prop_assert_eq!(said, again);
    }

    #[test]
    fn setting_settled_refunds_aside_changes_no_answer_and_no_sum(
        inputs in proptest::collection::vec((input(), provider()), 1..25)
    ) {
        same_when_set_aside(&inputs);
    }

    #[test]
    fn what_is_posted_is_what_the_log_booked(
        inputs in proptest::collection::vec((input(), provider()), 1..15)
    ) {
        let mut payment = Payment::unknown(pay());
        let mut posted = BTreeMap::new();
        let mut heard = |messages: Vec<Outgoing>| {
            for message in messages.into_iter().filter(|message| message.envelope.kind == EntriesPosted::TYPE) {
                assert_eq!(message.to, Capability::Payments);
                let booking: EntriesPosted = serde_json::from_value(message.envelope.data).unwrap();
                // What comes again under a number says the same: the second copy is dropped for the first.
                let first = posted.entry(booking.seq).or_insert_with(|| booking.entries.clone());
                assert_eq!(*first, booking.entries);
            }
        };
        for (number, (input, provider)) in inputs.iter().enumerate() {
            let (next, messages) = apply(&payment, number, input, *provider);
            payment = next;
            heard(messages);
        }
        // Every command comes again until it is answered; what a crash cut short is answered then.
        for transaction in payment.clone().log {
            let operation = transaction.payment_operation();
            if payment.last_of(operation).unwrap().phase == Phase::Requested {
                let done = Outcome::Done { reference: "r".to_owned() };
                payment = payment.conclude(operation, done, transaction.at).unwrap();
            }
            heard(replies::of_operation(&payment, operation).unwrap());
        }
        let by_account = |entries: Vec<Entry>| {
            let mut sums = BTreeMap::new();
            for entry in entries {
                *sums.entry(entry.account).or_insert(0) += entry.amount;
            }
            sums
        };
        let booked = payment.log.iter().flat_map(|transaction| transaction.entries.clone()).collect();
        prop_assert_eq!(by_account(posted.into_values().flatten().collect()), by_account(booked));
    }
}
