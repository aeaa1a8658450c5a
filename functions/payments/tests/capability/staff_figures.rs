//! Money by day as staff read it: a table, a plot and a spreadsheet.

use crate::harness::*;
use crate::staff_pages::{as_staff, see, text};
use chassis::testing::Bench;
use chassis::testing::http::Request;
use events::Currency;
use events::payments::{EntriesPosted, Entry, LedgerAccount};
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
async fn the_money_of_each_day_is_a_table_and_a_plot_with_the_refund_rate() {
    let bench = traded().await;
    let answer = see(&bench, "/staff/payments/figures").await;
    let page = text(&answer);
    for part in [
        "3 December 2025 to 1 January 2026",
        "Captured and refunded by day, EUR",
        "<svg",
        "€101.15",
        "€10.00",
        "9.89%",
        r#"value="2025-12-03""#,
        r#"value="2026-01-01""#,
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert_eq!(page.matches(r#"<th scope="row">"#).count(), 31, "each day and their sums");
    assert!(!page.contains("Fees"), "there are none");
    for link in ["/staff/payments/ledger", "/staff/orders/sales"] {
        assert!(page.contains(&format!(r#"href="{link}""#)), "{link} in {page}");
    }
    let ledger = see(&bench, "/staff/payments/ledger").await;
    assert!(text(&ledger).contains(r#"href="/staff/payments/figures""#), "{ledger:?}");
    let german = bench.http(as_staff(&bench, Request::get("/staff/payments/figures").header("accept-language", "de")));
    assert!(text(&german.await).contains("9,89\u{a0}%"));
}

#[tokio::test]
async fn the_start_page_says_of_today_what_the_money_by_day_does() {
    let bench = traded().await;
    let entry = |account, amount| Entry { account, amount };
    let entries = vec![entry(LedgerAccount::Cash, -30), entry(LedgerAccount::Fees, 30)];
    let fee = EntriesPosted { payment_id: pay(), seq: 99, currency: Currency::EUR, entries };
    assert!(bench.deliver(&[bench.envelope(&pay().to_string(), 99, &fee)]).await.is_empty());
    for target in ["/staff/payments/figures", "/staff/payments/summary"] {
        let answer = see(&bench, target).await;
        let page = text(&answer);
        assert!(page.contains("€101.15") && page.contains("€10.00") && !page.contains("€10.30"), "{page}");
    }
    assert!(text(&see(&bench, "/staff/payments/summary").await).contains("€90.85"), "without the fee");
    assert!(text(&see(&bench, "/staff/payments/figures").await).contains("Fees"));
}

#[tokio::test]
async fn the_address_keeps_what_was_asked_for() {
    let bench = traded().await;
    let answer = see(&bench, "/staff/payments/figures?from=2025-12-31&to=2026-01-01&currency=eur").await;
    let page = text(&answer);
    for (field, value) in [("from", "2025-12-31"), ("to", "2026-01-01"), ("currency", "EUR")] {
        let input = page.split("<input").find(|input| input.contains(&format!(r#"name="{field}""#))).unwrap();
        assert!(input.contains(&format!(r#"value="{value}""#)), "{input}");
    }
    let file = "/staff/payments/figures.csv?from=2025-12-31&to=2026-01-01&currency=EUR";
    assert!(page.replace("&#38;", "&").contains(&format!(r#"href="{file}""#)), "{page}");
    let nothing = see(&bench, "/staff/payments/figures?currency=USD").await;
    assert!(text(&nothing).contains("No money moved") && !text(&nothing).contains("<svg"), "{nothing:?}");
    assert_eq!(see(&bench, "/staff/payments/figures?from=&to=&currency=").await.status, 200);
}

#[tokio::test]
async fn what_is_no_period_is_refused_at_its_field() {
    let bench = traded().await;
    for (query, field, told) in [
        ("from=2026-01-02&to=2026-01-01", "to", "before the first"),
        ("from=2025-01-01&to=2026-01-01", "to", "92 days at most"),
        ("from=soon", "from", "such as 2026-01-31"),
        ("currency=%3Cb%3E", "currency", "code of a currency"),
    ] {
        let answer = see(&bench, &format!("/staff/payments/figures?{query}")).await;
        let page = text(&answer);
        assert_eq!(answer.status, 422, "{query}");
        let error = page.split_once(&format!(r#"id="field-{field}-error">"#)).unwrap().1.split('<').next().unwrap();
        assert!(error.contains(told), "{error}");
        assert!(!page.contains("<b>") && !page.contains("<svg") && !page.contains("figures.csv"), "{page}");
    }
}

#[tokio::test]
async fn a_spreadsheet_gets_the_days_as_csv() {
    let bench = traded().await;
    let answer = see(&bench, "/staff/payments/figures.csv?from=2025-12-31&to=2026-01-01").await;
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    let name = "attachment; filename=\"figures-2025-12-31-2026-01-01.csv\"";
    assert_eq!(answer.header("content-disposition"), Some(name));
    let lines: Vec<_> = answer.body.as_str().unwrap().split("\r\n").collect();
    assert_eq!(
        lines,
        [
            "date,currency,captured,refunded,fees,refund_rate_basis_points",
            "2025-12-31,EUR,0.00,0.00,0.00,",
            "2026-01-01,EUR,101.15,10.00,0.00,989",
            "",
        ]
    );
    assert_eq!(see(&bench, "/staff/payments/figures.csv?from=2026-01-02&to=2026-01-01").await.status, 400);
}
