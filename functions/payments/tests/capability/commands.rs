//! Authorizing and capturing, with every sandbox method, once and again.

use crate::harness::*;
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn every_test_method_does_what_it_is_for() {
    for (method, kind, reason) in [
        ("pm_card_visa", "payment_authorized", None),
        ("pm_card_slow", "payment_authorized", None),
        ("pm_card_short_hold", "payment_authorized", None),
        ("pm_card_capture_fails", "payment_authorized", None),
        ("pm_card_declined", "payment_declined", Some("card_declined")),
        ("pm_card_insufficient_funds", "payment_declined", Some("insufficient_funds")),
        ("pm_card_requires_action", "payment_action_required", None),
        ("pm_card_unheard_of", "payment_declined", Some("unknown_payment_method")),
        ("4242424242424242", "payment_declined", Some("unknown_payment_method")),
    ] {
        let bench = bench();
        let heard = say(&bench, 1, &authorize(1, method)).await;
        assert_eq!(kinds(&heard), [kind], "{method}");
        assert_eq!(heard[0].envelope.data.get("reason").and_then(|reason| reason.as_str()), reason, "{method}");
        assert_eq!(heard[0].envelope.data["attempt"], 1);
    }
}

#[tokio::test]
async fn a_card_number_is_never_stored() {
    let bench = bench();
    say(&bench, 1, &authorize(1, "4242424242424242")).await;
    assert!(!format!("{:?}", bench.dynamo.items()).contains("4242"));
}

#[tokio::test]
async fn an_authorization_holds_the_amount_and_keeps_the_trace() {
    let bench = bench();
    let mut command = envelope(&bench, 1, &authorize(1, "pm_card_visa"));
    command.traceparent = Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned());
    assert!(bench.deliver(std::slice::from_ref(&command)).await.is_empty());
    let heard = settle(&bench).await;
    assert_eq!(heard[0].envelope.data["amount"], json!(eur(TOTAL)));
    assert_eq!(heard[0].envelope.traceparent, command.traceparent);
    assert_eq!(heard[0].envelope.id, format!("{}/2/payments.payment_authorized.v1", pay()));
    let payment = payment(&bench).await;
    assert_eq!(
        (payment["status"].as_str(), payment["sums"]["authorized"]["amount"].as_i64()),
        (Some("authorized"), Some(TOTAL))
    );
}

#[tokio::test]
async fn a_challenge_is_on_our_own_page_or_without_pages_for_programs() {
    for has_pages in [true, false] {
        let bench = bench_with_pages(has_pages);
        let heard = say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
        let url = if has_pages {
            format!("https://api.example.com/payments/{}/challenge?attempt=1", pay())
        } else {
            format!("https://api.example.com/v1/sandbox/payments/{}/challenge", pay())
        };
        assert_eq!(heard[0].envelope.data["url"], url);
        let payment = payment(&bench).await;
        assert_eq!(
            (payment["status"].as_str(), payment["action_url"].as_str()),
            (Some("requires_action"), Some(&*url))
        );
    }
}

#[tokio::test]
async fn after_a_decline_another_card_may_be_tried() {
    let bench = bench();
    say(&bench, 1, &authorize(1, "pm_card_declined")).await;
    assert_eq!(payment(&bench).await["decline_reason"], "card_declined");
    let heard = say(&bench, 2, &authorize(2, "pm_card_visa")).await;
    assert_eq!(kinds(&heard), ["payment_authorized"]);
    assert_eq!(heard[0].envelope.data["attempt"], 2);
    assert_eq!(status(&bench).await, "authorized");
}

#[tokio::test]
async fn an_earlier_attempt_repeated_gets_its_own_recorded_reply() {
    let bench = bench();
    let declined = say(&bench, 1, &authorize(1, "pm_card_declined")).await;
    say(&bench, 2, &authorize(2, "pm_card_visa")).await;
    assert_eq!(say(&bench, 1, &authorize(1, "pm_card_declined")).await, declined);
}

#[tokio::test]
async fn a_later_attempt_never_holds_the_money_twice() {
    let bench = bench();
    authorized(&bench).await;
    let heard = say(&bench, 2, &authorize(2, "pm_card_visa")).await;
    assert_eq!(kinds(&heard), ["payment_authorized"]);
    assert_eq!(heard[0].envelope.data["attempt"], 1);
    assert_eq!(payment(&bench).await["sums"]["authorized"]["amount"], TOTAL);
}

#[tokio::test]
async fn an_attempt_overtaken_by_a_later_one_gets_the_latest_reply() {
    let bench = bench();
    say(&bench, 2, &authorize(2, "pm_card_declined")).await;
    let heard = say(&bench, 1, &authorize(1, "pm_card_visa")).await;
    assert_eq!((kinds(&heard), &heard[0].envelope.data["attempt"]), (vec!["payment_declined"], &json!(2)));
}

#[tokio::test]
async fn a_capture_books_the_sale_and_takes_the_cash() {
    let bench = bench();
    captured(&bench).await;
    assert_eq!(status(&bench).await, "captured");
    for (account, amount) in
        [("receivable", 0), ("cash", TOTAL), ("revenue", -8000), ("shipping", -500), ("tax", -1615), ("refunds", 0)]
    {
        assert_eq!(balance(&bench, account).await, amount, "{account}");
    }
}

#[tokio::test]
async fn a_capture_that_fails_twice_succeeds_at_last_and_books_the_sale_once() {
    let bench = bench();
    say(&bench, 1, &authorize(1, "pm_card_capture_fails")).await;
    for attempt in [1, 2] {
        let heard = say(&bench, 1 + u64::from(attempt), &capture(attempt)).await;
        assert_eq!(kinds(&heard), ["payment_failed"]);
        let data = &heard[0].envelope.data;
        assert_eq!((&data["operation"], &data["attempt"]), (&json!("capture"), &json!(attempt)));
        assert_eq!(data["reason"], "capture_failed");
        assert_eq!(status(&bench).await, "capture_failed");
        assert_eq!(balance(&bench, "receivable").await, TOTAL);
    }
    assert_eq!(kinds(&say(&bench, 4, &capture(3)).await), ["payment_captured"]);
    assert_eq!((balance(&bench, "receivable").await, balance(&bench, "revenue").await), (0, -8000));
}

#[tokio::test]
async fn an_authorization_says_when_it_lapses_and_is_worth_nothing_afterwards() {
    for (method, seconds) in [("pm_card_visa", 7 * 86_400), ("pm_card_short_hold", 43_210)] {
        let bench = bench();
        let held_until = bench.world.now().plus_seconds(seconds);
        let heard = say(&bench, 1, &authorize(1, method)).await;
        assert_eq!(heard[0].envelope.data["capture_before"], json!(held_until));
        bench.world.pass_seconds(seconds);
        let heard = say(&bench, 2, &capture(1)).await;
        assert_eq!(
            (kinds(&heard), &heard[0].envelope.data["reason"]),
            (vec!["payment_failed"], &json!("authorization_expired"))
        );
        assert_eq!(status(&bench).await, "capture_failed");
        assert_eq!(kinds(&say(&bench, 3, &void()).await), ["payment_voided"]);
    }
}

#[tokio::test]
async fn money_that_is_not_held_is_not_captured() {
    for (method, reason) in [("pm_card_declined", "not_authorized"), ("pm_card_requires_action", "not_authorized")] {
        let bench = bench();
        say(&bench, 1, &authorize(1, method)).await;
        let heard = say(&bench, 2, &capture(1)).await;
        assert_eq!(kinds(&heard), ["payment_failed"]);
        assert_eq!(heard[0].envelope.data["reason"], reason);
        assert_eq!(balances(&bench).await, (vec![], 0));
    }
}

#[tokio::test]
async fn a_capture_of_an_unknown_payment_fails_and_leaves_it_payable() {
    let bench = bench();
    assert_eq!(kinds(&say(&bench, 1, &capture(1)).await), ["payment_failed"]);
    assert_eq!(kinds(&say(&bench, 2, &authorize(1, "pm_card_visa")).await), ["payment_authorized"]);
    assert_eq!(kinds(&say(&bench, 3, &capture(2)).await), ["payment_captured"]);
}

#[tokio::test]
async fn every_command_repeated_is_answered_alike_and_changes_nothing() {
    let bench = bench();
    let commands = [
        envelope(&bench, 1, &authorize(1, "pm_card_declined")),
        envelope(&bench, 2, &authorize(2, "pm_card_capture_fails")),
        envelope(&bench, 3, &capture(1)),
        envelope(&bench, 4, &capture(3)),
        envelope(&bench, 5, &refund("return/1", 100)),
        envelope(&bench, 6, &void()),
    ];
    let mut replies = Vec::new();
    for command in &commands {
        assert!(bench.deliver(std::slice::from_ref(command)).await.is_empty());
        replies.push(settle(&bench).await);
    }
    let (count, before) = (transitions(&bench).await, balances(&bench).await);
    for (command, reply) in commands.iter().zip(&replies).rev() {
        assert!(bench.deliver(std::slice::from_ref(command)).await.is_empty());
        let again = settle(&bench).await;
        // Once ended, authorizations are answered by the end.
        if kinds(reply)[0] != "payment_declined" && kinds(reply)[0] != "payment_authorized" {
            assert_eq!(&again, reply);
        }
    }
    assert_eq!((transitions(&bench).await, balances(&bench).await), (count, before));
}

#[tokio::test(start_paused = true)]
async fn two_copies_at_the_same_time_hold_the_money_once() {
    let bench = bench();
    let command = envelope(&bench, 1, &authorize(1, "pm_card_slow"));
    assert!(bench.deliver(&[command.clone(), command]).await.is_empty());
    let heard = settle(&bench).await;
    assert_eq!(kinds(&heard), ["payment_authorized", "payment_authorized"]);
    assert_eq!(heard[0], heard[1]);
    assert_eq!(transitions(&bench).await, 2);
}

#[tokio::test]
async fn a_message_that_no_order_would_send_goes_to_the_dead_letters() {
    let bench = bench();
    let mut foreign = capture(1);
    foreign.order_id = events::ids::OrderId::from_bits(5);
    let mut sums_wrong = authorize(1, "pm_card_visa");
    sums_wrong.parts.tax += 1;
    let mut negative = authorize(1, "pm_card_visa");
    negative.parts.tax = -1;
    negative.parts.net = TOTAL + 1 - 500;
    let bad = [envelope(&bench, 1, &foreign), envelope(&bench, 1, &sums_wrong), envelope(&bench, 1, &negative)];
    let good = envelope(&bench, 1, &authorize(1, "pm_card_visa"));
    let all = [&bad[0], &good, &bad[1], &bad[2]].map(Clone::clone);
    assert!(bench.deliver(&all).await.is_empty());
    assert_eq!(kinds(&settle(&bench).await), ["payment_authorized"]);
    assert_eq!(bench.queues.dead_lettered().len(), 3);
}

#[tokio::test]
async fn another_attempt_may_not_change_the_amount() {
    let bench = bench();
    say(&bench, 1, &authorize(1, "pm_card_declined")).await;
    let mut dearer = authorize(2, "pm_card_visa");
    dearer.amount = eur(TOTAL + 1);
    dearer.parts.net += 1;
    bench.receive(&order().to_string(), 2, &dearer).await;
    assert_eq!(bench.queues.dead_lettered().len(), 1);
    assert_eq!(status(&bench).await, "declined");
}
