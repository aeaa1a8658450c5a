//! The ledger as staff read it, on a page and in a spreadsheet.

use crate::harness::*;
use crate::staff_pages::{as_staff, see, text};
use chassis::testing::Bench;
use chassis::testing::http::Request;
use payments::Payments;

/// A sale and a refund on the first day of the bench.
async fn traded() -> Bench<Payments> {
    let bench = bench();
    captured(&bench).await;
    ask_refund(&bench, "one", 1_000).await;
    relay(&bench).await;
    bench
}

#[tokio::test]
async fn a_day_shows_what_moved_on_each_account_and_that_both_sides_are_equal() {
    let bench = traded().await;
    let answer = see(&bench, "/staff/payments/ledger").await;
    let page = text(&answer);
    for part in [
        "Booked on 1 January 2026",
        "Cash at the provider",
        "€101.15",
        "€91.15",
        "Debits and credits are equal.",
        "EUR",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(page.contains("All balances add up to zero."), "{page}");
    let request = as_staff(&bench, Request::get("/staff/payments/ledger").header("accept-language", "de"));
    let german = bench.http(request).await;
    assert!(text(&german).contains("Soll und Haben sind gleich.") && text(&german).contains("1. Januar 2026"));
}

#[tokio::test]
async fn days_lead_to_each_other_up_to_today() {
    let bench = traded().await;
    let link = |date: &str| format!(r#"href="/staff/payments/ledger?date={date}""#);
    let today = see(&bench, "/staff/payments/ledger").await;
    assert!(text(&today).contains(&link("2025-12-31")) && !text(&today).contains(&link("2026-01-02")));
    let before = see(&bench, "/staff/payments/ledger?date=2025-12-31").await;
    assert!(text(&before).contains(&link("2026-01-01")) && text(&before).contains("Nothing was booked"), "{before:?}");
    assert!(text(&before).contains("€91.15"), "the balances are those of now");
    for date in ["2026-02-30", "yesterday"] {
        assert_eq!(see(&bench, &format!("/staff/payments/ledger?date={date}")).await.status, 400, "{date}");
    }
    assert_eq!(see(&bench, "/staff/payments/ledger?date=").await.status, 200);
}

#[tokio::test]
async fn a_spreadsheet_gets_the_day_as_csv() {
    let bench = traded().await;
    let answer = see(&bench, "/staff/payments/ledger.csv?date=2026-01-01").await;
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"ledger-2026-01-01.csv\""));
    let lines: Vec<_> = answer.body.as_str().unwrap().split("\r\n").collect();
    assert_eq!(
        lines,
        [
            "date,account,currency,debit,credit",
            "2026-01-01,receivable,EUR,101.15,101.15",
            "2026-01-01,cash,EUR,101.15,10.00",
            "2026-01-01,revenue,EUR,0.00,80.00",
            "2026-01-01,tax,EUR,1.60,16.15",
            "2026-01-01,shipping,EUR,0.49,5.00",
            "2026-01-01,refunds,EUR,7.91,0.00",
            "",
        ]
    );
    let empty = see(&bench, "/staff/payments/ledger.csv?date=2025-12-31").await;
    assert_eq!(empty.body.as_str(), Some("date,account,currency,debit,credit\r\n"));
}

#[tokio::test]
async fn the_pages_of_the_ledger_cost_what_its_routes_do() {
    let bench = traded().await;
    bench.dynamo.take_calls();
    see(&bench, "/staff/payments/ledger").await;
    let calls: Vec<_> = bench.dynamo.take_calls().into_iter().map(|call| call.operation).collect();
    // Five partitions of the shards twice, and the day.
    assert_eq!(calls, vec!["Query"; 11]);
}
