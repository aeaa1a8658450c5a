//! Money by day and the refund rate: what the API says, and what it costs.

use crate::harness::*;
use chassis::testing::http::Request;
use chassis::testing::{Bench, EmbeddedDynamo};
use events::payments::{EntriesPosted, Entry, LedgerAccount};
use events::users::Role;
use events::{Capability, Currency};
use payments::Payments;
use serde_json::{Value, json};

const DAY: i64 = 86_400;

fn bench_of_days() -> Bench<Payments> {
    Bench::on(EmbeddedDynamo::without_stream(Capability::Payments), build)
}

/// Books what was captured and refunded, with a number of its own.
async fn book(bench: &Bench<Payments>, seq: u64, currency: Currency, captured: i64, refunded: i64) {
    let entry = |account, amount| Entry { account, amount };
    for (seq, cash, other) in [
        (2 * seq, captured, entry(LedgerAccount::Receivable, -captured)),
        (2 * seq + 1, -refunded, entry(LedgerAccount::Refunds, refunded)),
    ] {
        let entries = vec![entry(LedgerAccount::Cash, cash), other];
        let booking = EntriesPosted { payment_id: pay(), seq, currency, entries };
        if cash != 0 {
            assert!(bench.deliver(&[bench.envelope(&pay().to_string(), seq, &booking)]).await.is_empty());
        }
    }
}

/// Euros on three days, and dollars on one of them.
async fn traded() -> Bench<Payments> {
    let bench = bench_of_days();
    book(&bench, 1, Currency::EUR, 10_000, 988).await;
    bench.world.pass_seconds(DAY);
    book(&bench, 2, Currency::EUR, 0, 500).await;
    book(&bench, 3, Currency::USD, 300, 100).await;
    bench.world.pass_seconds(2 * DAY);
    book(&bench, 4, Currency::EUR, 2_000, 0).await;
    bench
}

async fn days(bench: &Bench<Payments>, query: &str) -> Value {
    let answer = get(bench, &format!("/v1/ledger/days{query}")).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.body
}

/// Date, captured, refunded and rate of each day of a currency.
fn shown(of: &Value) -> Vec<(String, i64, i64, Option<i64>)> {
    let amount = |day: &Value, name: &str| {
        assert_eq!(day[name]["currency"], of["currency"]);
        day[name]["amount"].as_i64().unwrap()
    };
    let day = |day: &Value| {
        let (captured, refunded) = (amount(day, "captured"), amount(day, "refunded"));
        (day["date"].as_str().unwrap().to_owned(), captured, refunded, day["refund_rate_basis_points"].as_i64())
    };
    of["days"].as_array().unwrap().iter().map(day).collect()
}

#[tokio::test]
async fn every_day_of_a_period_says_what_was_captured_and_refunded() {
    let bench = traded().await;
    let body = days(&bench, "?from=2025-12-31&to=2026-01-04").await;
    assert_eq!((&body["from"], &body["to"]), (&json!("2025-12-31"), &json!("2026-01-04")));
    let of = |date: &str, captured, refunded, rate| (date.to_owned(), captured, refunded, rate);
    let [euros, dollars] = [&body["currencies"][0], &body["currencies"][1]];
    assert_eq!(
        shown(euros),
        [
            of("2025-12-31", 0, 0, None),
            of("2026-01-01", 10_000, 988, Some(988)),
            of("2026-01-02", 0, 500, None),
            of("2026-01-03", 0, 0, None),
            of("2026-01-04", 2_000, 0, Some(0)),
        ]
    );
    assert_eq!(shown(dollars)[2], of("2026-01-02", 300, 100, Some(3_333)));
    let money = |amount: i64| json!({"amount": amount, "currency": "EUR"});
    let total = json!({"captured": money(12_000), "refunded": money(1_488), "fees": money(0),
        "refund_rate_basis_points": 1_240});
    assert_eq!(euros["total"], total, "the rate of the sums");
    assert_eq!(body["currencies"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_day_says_what_its_trial_balance_does() {
    let bench = traded().await;
    for date in ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"] {
        let body = days(&bench, &format!("?from={date}&to={date}&currency=EUR")).await;
        let trial = get(&bench, &format!("/v1/ledger/trial-balance?date={date}")).await.body;
        let accounts = trial["accounts"].as_array().unwrap().iter();
        let cash = accounts.clone().find(|of| of["account"] == "cash" && of["debits"]["currency"] == "EUR");
        match cash {
            Some(cash) => {
                let day = &body["currencies"][0]["days"][0];
                assert_eq!((&day["captured"], &day["refunded"]), (&cash["debits"], &cash["credits"]), "{date}");
            }
            None => assert_eq!(body["currencies"], json!([]), "{date}"),
        }
    }
}

#[tokio::test]
async fn one_currency_is_shown_alone_and_the_last_thirty_days_unless_others_are_asked_for() {
    let bench = traded().await;
    let body = days(&bench, "?currency=USD").await;
    assert_eq!((&body["from"], &body["to"]), (&json!("2025-12-06"), &json!("2026-01-04")));
    assert_eq!(body["currencies"].as_array().unwrap().len(), 1);
    assert_eq!(shown(&body["currencies"][0]).len(), 30);
    assert_eq!(days(&bench, "?currency=CHF").await["currencies"], json!([]));
    assert_eq!(days(&bench, "?from=2026-01-05&to=2026-01-06").await["currencies"], json!([]), "still to come");
}

#[tokio::test]
async fn a_period_that_is_none_is_refused() {
    let bench = bench();
    for query in [
        "?from=2026-01-02&to=2026-01-01",
        "?from=2025-10-01&to=2026-01-01",
        "?from=2026-02-30",
        "?to=yesterday",
        "?currency=XYZ",
        "?date=2026-01-01",
    ] {
        let answer = get(&bench, &format!("/v1/ledger/days{query}")).await;
        assert_eq!((answer.status, answer.problem()), (400, "invalid_parameter"), "{query}");
    }
    assert_eq!(days(&bench, "?from=2025-10-02&to=2026-01-01").await["currencies"], json!([]), "92 days");
}

#[tokio::test]
async fn only_staff_see_the_money_of_a_day() {
    let bench = bench();
    let request = || Request::get("/v1/ledger/days");
    let owner = bench.token(customer(), &[Role::Customer]);
    assert_eq!(bench.http(request()).await.status, 401);
    assert_eq!(bench.http(request().bearer(&owner)).await.status, 403);
    assert_eq!(bench.http(request().bearer(&bench.staff())).await.status, 200);
}

#[tokio::test]
async fn what_a_day_costs_to_read_does_not_depend_on_its_payments() {
    let bench = bench_of_days();
    let read = async || {
        bench.dynamo.take_calls();
        days(&bench, "?from=2026-01-01&to=2026-01-03&currency=EUR").await;
        let calls = bench.dynamo.take_calls();
        assert!(calls.iter().all(|call| call.operation == "Query"), "{calls:?}");
        (calls.len(), calls.iter().map(|call| call.tenths_of_units).sum::<u64>())
    };
    let book_in_all_shards = async |from: u64| {
        for seq in from..from + 64 {
            book(&bench, seq, Currency::EUR, 5, 1).await;
        }
    };
    book_in_all_shards(0).await;
    bench.world.pass_seconds(DAY);
    book_in_all_shards(64).await;
    // Four partitions of the shards, and a query a day; all 64 items of a day fit 28 KB.
    let most = 4 * 30 + 3 * 70;
    let (calls, units) = read().await;
    assert!(calls == 7 && units <= most, "{calls} {units}");
    for round in 2..5 {
        book_in_all_shards(64 * round).await;
    }
    let (calls, units) = read().await;
    assert!(calls == 7 && units <= most, "{calls} {units}");
}
