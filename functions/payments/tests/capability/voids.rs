//! Undo, which may overtake what it undoes.

use crate::harness::*;

#[tokio::test]
async fn a_void_that_comes_first_is_a_tombstone_for_the_late_authorization() {
    let bench = bench();
    let voided = say(&bench, 2, &void()).await;
    assert_eq!(kinds(&voided), ["payment_voided"]);
    assert_eq!(say(&bench, 1, &authorize(1, "pm_card_visa")).await, voided);
    assert_eq!((status(&bench).await.as_str(), transitions(&bench).await), ("voided", 1));
}

#[tokio::test]
async fn a_void_ends_a_payment_that_holds_no_cash() {
    for method in ["pm_card_visa", "pm_card_declined", "pm_card_requires_action"] {
        let bench = bench();
        say(&bench, 1, &authorize(1, method)).await;
        let voided = say(&bench, 2, &void()).await;
        assert_eq!(kinds(&voided), ["payment_voided"], "{method}");
        assert_eq!(status(&bench).await, "voided", "{method}");
        assert_eq!(say(&bench, 3, &void()).await, voided, "{method}");
        assert_eq!(say(&bench, 4, &authorize(2, "pm_card_visa")).await, voided, "{method}");
        assert_eq!(balances(&bench).await, (vec![], 0), "{method}");
    }
}

#[tokio::test]
async fn a_void_of_captured_money_gives_all_that_is_left_back() {
    let bench = bench();
    captured(&bench).await;
    say(&bench, 3, &refund("return/1", 115)).await;
    let heard = say(&bench, 4, &void()).await;
    assert_eq!(kinds(&heard), ["payment_refunded", "payment_voided"]);
    assert_eq!(heard[0].envelope.data["amount"]["amount"], TOTAL - 115);
    assert_eq!(heard[0].envelope.data["total_refunded"]["amount"], TOTAL);
    assert_eq!(heard[0].envelope.data["cause"], "void");
    assert_eq!((status(&bench).await.as_str(), balance(&bench, "cash").await), ("refunded", 0));
}

#[tokio::test]
async fn a_void_with_nothing_left_to_give_back_is_still_answered() {
    let bench = bench();
    captured(&bench).await;
    say(&bench, 3, &refund("cancellation", TOTAL)).await;
    assert_eq!(kinds(&say(&bench, 4, &void()).await), ["payment_voided"]);
    assert_eq!(status(&bench).await, "refunded");
}

#[tokio::test]
async fn a_void_after_a_failed_capture_takes_the_sale_back() {
    let bench = bench();
    say(&bench, 1, &authorize(1, "pm_card_capture_fails")).await;
    say(&bench, 2, &capture(1)).await;
    assert_eq!(kinds(&say(&bench, 3, &void()).await), ["payment_voided"]);
    let (accounts, sum) = balances(&bench).await;
    assert_eq!(sum, 0);
    assert!(accounts.iter().all(|(_, amount)| *amount == 0), "{accounts:?}");
}

#[tokio::test]
async fn a_voided_payment_is_not_captured() {
    let bench = bench();
    authorized(&bench).await;
    say(&bench, 2, &void()).await;
    let heard = say(&bench, 3, &capture(1)).await;
    assert_eq!(kinds(&heard), ["payment_failed"]);
    assert_eq!(heard[0].envelope.data["reason"], "voided");
    assert_eq!(status(&bench).await, "voided");
}
