//! What was sold, as staff see it: drawn, in tables and in a spreadsheet.

use crate::harness::Harness;
use crate::pages::text;
use crate::sales::DAY;
use crate::staff_pages::{as_staff, open, page};
use chassis::testing::Request;
use events::ids::OrderId;

/// Two orders on the first day of the bench and one on the third.
async fn sold() -> Harness {
    let harness = Harness::new();
    harness.confirmed(1).await;
    harness.confirmed(2).await;
    harness.bench.world.pass_seconds(2 * DAY + 3_600);
    harness.confirmed(3).await;
    harness
}

/// Has an order be one in dollars.
fn in_dollars(harness: &Harness, id: OrderId) {
    let mut item = harness.bench.dynamo.item(&id.to_string(), "order").unwrap();
    item["currency"]["S"] = "USD".into();
    harness.bench.dynamo.put(&item);
}

#[tokio::test]
async fn staff_see_the_sales_of_a_period_drawn_and_in_tables() {
    let harness = sold().await;
    let shown = page(&harness, "/staff/orders/sales?from=2026-01-01&to=2026-01-03").await;
    for part in [
        r#"<th scope="row">1 January 2026</th><td class="number" data-label="Orders">2</td>"#,
        r#"<th scope="row">2 January 2026</th><td class="number" data-label="Orders">0</td>"#,
        r#"<th scope="row">3 January 2026 <span class="badge badge-attention">so far</span></th>"#,
        r#"<th scope="row">Sum</th><td class="number" data-label="Orders">3</td><td class="number" data-label="Units">9</td>"#,
        "€110.97",
        "€139.83",
        r#"<th scope="row">TEA-1</th><td class="number" data-label="Units">6</td>"#,
        r#"role="img"><title>Goods sold by day, in EUR</title>"#,
        r#"value="2026-01-01""#,
        r#"href="/staff/orders/sales.csv?from=2026-01-01&#38;to=2026-01-03&#38;by=product""#,
        r#"href="/staff/payments/figures""#,
        r#"href="/staff/orders/sales" aria-current="page">Sales</a>"#,
    ] {
        assert!(shown.contains(part), "{part} is missing: {shown}");
    }
    assert!(!shown.contains(r#"name="currency""#) && !shown.contains("All others"), "{shown}");
    assert!(!shown.contains(" style=") && shown.len() < 30_000, "{}", shown.len());
    let german = as_staff(&harness, Request::get("/staff/orders/sales")).header("accept-language", "de");
    let german = harness.bench.http(german).await;
    assert!(text(&german).contains("1. Januar 2026") && text(&german).contains("139,83"), "{}", text(&german));
}

#[tokio::test]
async fn each_currency_is_shown_by_itself_and_the_address_keeps_which() {
    let harness = sold().await;
    let last = harness.confirmed(4).await;
    in_dollars(&harness, last);
    let euros = page(&harness, "/staff/orders/sales").await;
    assert!(euros.contains(r#"<option value="EUR" selected>"#) && euros.contains("€139.83"), "{euros}");
    let dollars = page(&harness, "/staff/orders/sales?currency=USD").await;
    assert!(dollars.contains(r#"<option value="USD" selected>"#) && dollars.contains("$46.61"), "{dollars}");
    assert!(!dollars.contains('€'), "{dollars}");
    for other in ["GBP", "money", ""] {
        assert!(page(&harness, &format!("/staff/orders/sales?currency={other}")).await.contains("€139.83"), "{other}");
    }
}

#[tokio::test]
async fn days_that_are_no_period_are_refused_at_their_field_and_stay_as_they_were_typed() {
    let harness = Harness::new();
    for (query, field, why) in [
        ("from=%3Cb%3E", "from", "This cannot be read."),
        ("to=2026-02-30", "to", "This cannot be read."),
        ("from=2026-01-02&to=2026-01-01", "from", "This day is after the last one."),
        ("from=2025-01-01&to=2026-01-01", "from", "These are more than 92 days."),
    ] {
        let refused = open(&harness, &format!("/staff/orders/sales?{query}&currency=USD")).await;
        let shown = text(&refused);
        assert_eq!(refused.status, 422, "{query}: {shown}");
        assert!(shown.contains(&format!(r#"<p class="error" id="field-{field}-error">{why}</p>"#)), "{query}: {shown}");
        assert!(shown.contains(r#"<option value="USD" selected>"#), "{query}: {shown}");
        assert!(!shown.contains("<b>") && !shown.contains("Nothing was sold"), "{query}: {shown}");
    }
    let none = page(&harness, "/staff/orders/sales?from=&to=").await;
    assert!(none.contains("Nothing was sold") && !none.contains("<svg") && !none.contains(".csv"), "{none}");
    assert_eq!(open(&harness, "/staff/orders/sales.csv?from=2026-01-02&to=2026-01-01").await.status, 400);
}

#[tokio::test]
async fn a_spreadsheet_gets_the_days_or_the_products_as_csv() {
    let harness = sold().await;
    let days = open(&harness, "/staff/orders/sales.csv?from=2026-01-01&to=2026-01-03").await;
    assert_eq!(days.header("content-type"), Some("text/csv; charset=utf-8"));
    let name = "attachment; filename=\"sales-2026-01-01-2026-01-03.csv\"";
    assert_eq!(days.header("content-disposition"), Some(name));
    let lines: Vec<_> = text(&days).split("\r\n").collect();
    assert_eq!(
        lines,
        [
            "date,currency,orders,units,net,shipping,tax,gross,complete",
            "2026-01-01,EUR,2,6,73.98,9.80,9.44,93.22,true",
            "2026-01-03,EUR,1,3,36.99,4.90,4.72,46.61,false",
            "",
        ]
    );
    let products = open(&harness, "/staff/orders/sales.csv?by=product").await;
    assert_eq!(text(&products), "sku,currency,units,net\r\nTEA-1,EUR,6,81.00\r\nMUG-1,EUR,3,29.97\r\n");
    assert_eq!(open(&harness, "/staff/orders/sales.csv?by=week").await.status, 400);
}
