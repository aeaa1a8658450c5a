//! What the staff's start page says of the shop's health: the alarms that ring and the messages that were given up.

#![expect(clippy::disallowed_methods, reason = "virtual time")]

use crate::browser::Browser;
use crate::harness::users_watched_by;
use crate::pages_staff::signed_in;
use chassis::testing::Bench;
use chassis::testing::connector::{NO_ANSWER, WireRequest};
use chassis::time_limit::ASIDE;
use events::Capability;
use events::users::Role;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::time::Instant;
use users::Users;

const ALARMS: &str = "/staff/users/alarms";
const DEAD_LETTERS: &str = "/staff/users/dead-letters";

/// A shop whose CloudWatch answers like this.
fn bench(status: u16, answer: Value) -> Bench<Users> {
    let cloudwatch = move |request: WireRequest<'_>| {
        assert_eq!((request.operation, request.method), ("DescribeAlarms", "POST"));
        let wanted = json!({"AlarmNamePrefix": "souk-test-", "StateValue": "ALARM", "MaxRecords": 100});
        assert_eq!(serde_json::from_str::<Value>(request.body).unwrap(), wanted);
        (status, answer.to_string())
    };
    Bench::new(|parts| {
        let table = parts.table.clone();
        users_watched_by(Arc::new(cloudwatch), parts, table)
    })
}

fn ringing() -> Value {
    let description = "A message to <orders> could not be handled; see dead-letters in docs/operations.md";
    json!({"MetricAlarms": [
        {"AlarmName": "souk-test-orders-dead-letters", "AlarmDescription": description, "StateValue": "ALARM",
            "StateTransitionedTimestamp": 1_767_225_600.25, "StateUpdatedTimestamp": 1_767_229_200, "Threshold": 0.0},
        {"AlarmName": "souk-test-api-slow", "StateValue": "ALARM", "StateUpdatedTimestamp": 1_767_229_200},
    ]})
}

#[tokio::test]
async fn the_alarms_that_ring_are_named_with_what_happened_and_since_when() {
    let bench = bench(200, ringing());
    let (_, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Support]).await;
    let shown = staff.get(ALARMS).await;
    assert_eq!((shown.status, &shown.headers["cache-control"]), (200, &json!("no-store")));
    for told in [
        "<th scope=\"row\">souk-test-orders-dead-letters</th>",
        "to &#60;orders&#62; could not be handled; see dead-letters in docs/operations.md",
        "<time datetime=\"2026-01-01T00:00:00.000Z\" data-local>",
        "<th scope=\"row\">souk-test-api-slow</th>",
        "<time datetime=\"2026-01-01T01:00:00.000Z\" data-local>",
    ] {
        assert!(shown.says(told), "{told} in {}", shown.html);
    }
    assert!(!shown.says("No alarm rings") && !shown.says("<html"), "{}", shown.html);
}

#[tokio::test]
async fn without_an_alarm_the_part_says_so_in_both_languages() {
    let bench = bench(200, json!({"MetricAlarms": [], "CompositeAlarms": []}));
    let (_, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Support]).await;
    assert_eq!(staff.get(ALARMS).await.html.trim(), "<p>No alarm rings.</p>");
    staff.language = "de";
    assert_eq!(staff.get(ALARMS).await.html.trim(), "<p>Kein Alarm ist ausgelöst.</p>");
}

#[tokio::test(start_paused = true)]
async fn a_cloudwatch_that_refuses_or_hangs_leaves_the_alarms_unknown_in_time() {
    let refusal = json!({"__type": "AccessDenied", "message": "souk-test may not"});
    for (status, answer) in [(400, refusal), (500, json!({})), (NO_ANSWER, json!({}))] {
        let bench = bench(status, answer);
        let (_, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Support]).await;
        let began = Instant::now();
        let shown = staff.get(ALARMS).await;
        assert!(shown.status == 200 && shown.says("Not known at the moment"), "{status}: {}", shown.html);
        assert!(!shown.says("No alarm") && !shown.says("may not"), "{status}: {}", shown.html);
        assert!(began.elapsed() <= ASIDE.at_most, "{status}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_understood_is_not_taken_for_good_news() {
    let nameless = json!({"MetricAlarms": [{"StateValue": "ALARM"}]});
    for answer in [json!({}), json!([]), json!({"MetricAlarms": "none"}), nameless] {
        let bench = bench(200, answer.clone());
        let (_, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Support]).await;
        let shown = staff.get(ALARMS).await;
        assert!(shown.status == 200 && shown.says("Not known at the moment"), "{answer}: {}", shown.html);
        assert!(!shown.says("No alarm"), "{answer}: {}", shown.html);
    }
}

#[tokio::test]
async fn users_own_dead_letters_are_counted() {
    let bench = bench(200, json!({"MetricAlarms": []}));
    let (_, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Support]).await;
    assert!(staff.get(DEAD_LETTERS).await.says(">None<"));
    bench.deliver_raw(&["{".to_owned()]).await;
    let shown = staff.get(DEAD_LETTERS).await;
    assert!(shown.says(">1 message<") && shown.says("docs/operations.md"), "{}", shown.html);
}

#[tokio::test]
async fn the_shops_health_is_the_staffs_alone() {
    let bench = bench(200, ringing());
    let (_, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Support]).await;
    let (_, mut customer) = signed_in(&bench, "eve@example.com", &[]).await;
    for part in [ALARMS, DEAD_LETTERS] {
        for (browser, status) in [(&mut Browser::new(&bench), 401), (&mut customer, 403), (&mut staff, 200)] {
            let shown = browser.get(part).await;
            assert_eq!(shown.status, status, "{part}");
            assert!(status == 200 || !shown.says("souk-test-"), "{part}: {}", shown.html);
        }
    }
}

#[tokio::test]
async fn the_start_page_asks_for_alarms_and_for_what_each_capability_gave_up_and_says_who_is_away() {
    let bench = bench(200, ringing());
    let (_, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Support]).await;
    let shown = staff.get("/staff").await;
    let parts = Capability::ALL.map(|of| format!("/staff/{of}/dead-letters")).into_iter().chain([ALARMS.to_owned()]);
    for part in parts {
        let (_, rest) = shown.html.split_once(&format!("<souk-fragment src=\"{part}\"")).unwrap();
        assert!(rest.starts_with(" data-away=\"This part of the shop is not available"), "{part}: {rest}");
    }
    assert!(shown.says("<h2>Alarms</h2>") && shown.says("<h2>Messages set aside</h2>"), "{}", shown.html);
    assert!(!shown.says("souk-test-"), "parts are asked for by the browser");
}
