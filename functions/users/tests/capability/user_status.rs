//! Staff disable and enable users for a reason: over the API and by the form on the user's page.

use crate::browser::{Browser, Fields};
use crate::harness::{
    PASSWORD, admin, bench, identity, refresh, refusal, sign_in, sign_in_request, somebody, somebody_with,
};
use crate::pages_staff::signed_in;
use chassis::testing::{Bench, Request, Response};
use events::Message;
use events::ids::UserId;
use events::users::{AccessChanged, Role};
use serde_json::json;
use users::Users;

const EMAIL: &str = "ada@example.com";

async fn set(bench: &Bench<Users>, id: UserId, status: &str, reason: &str, by: &str) -> Response {
    bench.world.pass_seconds(1);
    let body = json!({"status": status, "reason": reason});
    bench.http(Request::put(&format!("/v1/users/{id}/status"), body).bearer(by)).await
}

async fn status(bench: &Bench<Users>, id: UserId, by: &str) -> Response {
    bench.http(Request::get(&format!("/v1/users/{id}/status")).bearer(by)).await
}

#[tokio::test]
async fn a_disabled_user_has_no_session_and_signs_in_no_more_until_enabled_again() {
    let bench = bench();
    let admin = admin(&bench).await;
    let by = identity(&bench, &admin).user;
    let (id, pair) = somebody(&bench, EMAIL).await;
    assert_eq!(status(&bench, id, &bench.staff()).await.body, json!({"status": "enabled"}));
    let disabled = set(&bench, id, "disabled", " Chargebacks ", &admin).await;
    let since = bench.world.now();
    let details = json!({"status": "disabled", "changed_at": since, "changed_by": by, "reason": "Chargebacks"});
    assert_eq!((disabled.status, &disabled.body), (200, &details));
    assert_eq!(status(&bench, id, &bench.staff()).await.body, details);
    let user = bench.http(Request::get(&format!("/v1/users/{id}")).bearer(&bench.staff())).await;
    assert_eq!(user.body["disabled_at"], json!(since));
    assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (401, "session_revoked"));
    let change = json!({"current_password": PASSWORD, "new_password": "a loud mountain at dawn"});
    let changed = bench.http(Request::put("/v1/users/me/password", change).bearer(&pair.access)).await;
    assert_eq!(refusal(&changed), (401, "session_revoked"), "a token that still counts opens no session");
    let wrong = bench.http(sign_in_request(EMAIL, "a loud harbour")).await;
    assert_eq!(refusal(&wrong), (401, "invalid_credentials"), "whoever guesses learns nothing");
    for _ in 0..12 {
        let right = bench.http(sign_in_request(EMAIL, PASSWORD)).await;
        assert_eq!(refusal(&right), (403, "account_disabled"), "the owner is not kept waiting");
    }
    assert_eq!(set(&bench, id, "disabled", "Again", &admin).await.body, details, "nothing changed");
    assert_eq!(set(&bench, id, "enabled", "A mistake", &admin).await.body["status"], "enabled");
    assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (401, "session_revoked"), "what ended stays so");
    sign_in(&bench, EMAIL).await;
    let log = bench.http(Request::get("/v1/users/audit").bearer(&admin)).await;
    let entry = |place: usize| {
        let entry = &log.body["items"][place];
        (entry["action"].clone(), entry["what"].clone(), entry["actor"].clone(), entry["resource"].clone())
    };
    let entry_of = |what: &str| (json!("replaceUserStatus"), json!(what), json!(by), json!(id));
    assert_eq!([entry(0), entry(1)], [entry_of("enabled: A mistake"), entry_of("disabled: Chargebacks")]);
}

#[tokio::test]
async fn those_who_hold_tokens_of_staff_are_told_that_they_count_no_more() {
    let bench = bench();
    let admin = admin(&bench).await;
    let (id, _) = somebody_with(&bench, EMAIL, Role::Support).await;
    let (customer, _) = somebody(&bench, "eve@example.com").await;
    bench.relay().await.unwrap();
    bench.queues.take();
    assert_eq!(set(&bench, customer, "disabled", "Fraud", &admin).await.status, 200);
    bench.relay().await.unwrap();
    assert!(bench.queues.take().is_empty(), "customers' tokens end by themselves");
    assert_eq!(set(&bench, id, "disabled", "Left us", &admin).await.status, 200);
    bench.relay().await.unwrap();
    let told = bench.queues.take();
    assert!(!told.is_empty() && told.iter().all(|sent| sent.kind() == AccessChanged::TYPE));
    assert!(told.iter().all(|sent| sent.envelope.data["user_id"] == json!(id)));
    assert!(!told.iter().any(|sent| sent.envelope.data.to_string().contains("Left us")), "the reason is nobody else's");
}

#[tokio::test]
async fn nobody_changes_their_own_status_and_customers_and_staff_nobodys() {
    let bench = bench();
    let admin = admin(&bench).await;
    let own = identity(&bench, &admin).user;
    let (id, pair) = somebody(&bench, EMAIL).await;
    assert_eq!(refusal(&set(&bench, own, "disabled", "Holiday", &admin).await), (409, "own_status"));
    assert_eq!(refusal(&set(&bench, id, "disabled", "Envy", &pair.access).await), (403, "forbidden"));
    assert_eq!(refusal(&status(&bench, id, &pair.access).await), (403, "forbidden"));
    for (reason, status) in [("", 422), ("two\nlines", 422), (&*"x".repeat(201), 422)] {
        let refused = set(&bench, id, "disabled", reason, &admin).await;
        assert_eq!((refused.status, &refused.body["field"]), (status, &json!("/reason")), "{reason}");
    }
    assert_eq!(set(&bench, UserId::from_bits(7), "disabled", "Nobody", &admin).await.status, 404);
    let body = json!({"status": "disabled", "reason": "Fraud"});
    let outdated = Request::put(&format!("/v1/users/{id}/status"), body).header("if-match", "\"9\"").bearer(&admin);
    assert_eq!(bench.http(outdated).await.status, 412);
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 200, "nothing changed");
}

#[tokio::test]
async fn the_form_on_the_users_page_disables_and_enables_and_shows_since_when_by_whom_and_why() {
    let bench = bench();
    let (id, _) = somebody(&bench, EMAIL).await;
    let (boss, mut browser) = signed_in(&bench, "boss@example.com", &[Role::Admin]).await;
    let (page, form) = (format!("/staff/users/{id}"), format!("/staff/users/{id}/status"));
    let shown = browser.get(&page).await;
    assert!(shown.says(">Enabled</span>") && shown.says(&format!("action=\"{form}\"")), "{}", shown.html);
    let fields = [("status", "disabled"), ("reason", "Three <b> chargebacks"), ("confirmed", "yes"), ("version", "1")];
    let (shown, way) = browser.submit(&form, &fields).await;
    assert_eq!(way, [format!("{page}?saved=status")]);
    for part in [
        "The account has been changed",
        ">Disabled</span>",
        "Three &#60;b&#62; chargebacks",
        "name=\"status\" value=\"enabled\"",
        &format!("<a href=\"/staff/users/{boss}\">Ada</a>"),
    ] {
        assert!(shown.says(part), "{part} in {}", shown.html);
    }
    let mut ada = Browser::new(&bench);
    let refused = ada.sign_in(EMAIL).await;
    assert!(refused.status == 403 && refused.says("This account is disabled"), "{}", refused.html);
    let log = browser.get("/staff/users/audit").await;
    assert!(log.says("Account disabled or enabled") && log.says("disabled: Three"), "{}", log.html);
    let fields = [("status", "enabled"), ("reason", "A mistake"), ("confirmed", "yes"), ("version", "2")];
    let (shown, _) = browser.submit(&form, &fields).await;
    assert!(shown.says(">Enabled</span>") && shown.says("A mistake"), "{}", shown.html);
    assert_eq!(ada.sign_in(EMAIL).await.status, 303);
}

#[tokio::test]
async fn a_form_that_names_no_status_changes_none() {
    let bench = bench();
    let (id, _) = somebody(&bench, EMAIL).await;
    let (_, mut boss) = signed_in(&bench, "boss@example.com", &[Role::Admin]).await;
    let form = format!("/staff/users/{id}/status");
    let rest = [("reason", "Fraud"), ("confirmed", "yes"), ("version", "1")];
    boss.submit(&form, &[&rest[..], &[("status", "disabled")]].concat()).await;
    let rest = [("reason", "Fraud"), ("confirmed", "yes"), ("version", "2")];
    for status in [&[][..], &[("status", "")], &[("status", "Disabled")]] {
        let shown = boss.post(&form, &[&rest[..], status].concat()).await;
        assert!(shown.status == 422 && shown.says("id=\"status-confirmed-error\""), "{status:?}: {}", shown.html);
    }
    assert!(boss.get(&format!("/staff/users/{id}")).await.says(">Disabled</span>"));
}

#[tokio::test]
async fn the_form_of_the_status_is_refused_at_its_fields() {
    let bench = bench();
    let (id, pair) = somebody(&bench, EMAIL).await;
    let (own, mut boss) = signed_in(&bench, "boss@example.com", &[Role::Admin]).await;
    let (_, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Support]).await;
    let long = "x".repeat(201);
    let cases: [(UserId, Fields<'_>, u16, &str, &str); 6] = [
        (id, &[("reason", "Fraud"), ("version", "1")], 422, "confirmed", "confirm the change"),
        (id, &[("confirmed", "yes"), ("version", "1")], 422, "reason", "fill in"),
        (id, &[("confirmed", "yes"), ("reason", &*long), ("version", "1")], 422, "reason", "200 characters"),
        (id, &[("confirmed", "yes"), ("reason", "a\u{202e}b"), ("version", "1")], 422, "reason", "cannot be seen"),
        (
            own,
            &[("confirmed", "yes"), ("reason", "Holiday"), ("version", "2")],
            422,
            "reason",
            "cannot disable yourself",
        ),
        (id, &[("confirmed", "yes"), ("reason", "Fraud"), ("version", "7")], 412, "reason", "was changed while"),
    ];
    for (user, fields, status, field, told) in cases {
        let fields = [fields, &[("status", "disabled")]].concat();
        let shown = boss.post(&format!("/staff/users/{user}/status"), &fields).await;
        assert_eq!(shown.status, status, "{}", shown.html);
        let start = format!("id=\"status-{field}-error\">");
        let error = shown.html.split_once(&start).unwrap().1.split('<').next().unwrap();
        assert!(error.contains(told) && shown.says(&format!("href=\"#status-{field}\"")), "{field}: {error}");
    }
    let forged = [("status", "disabled"), ("reason", "Envy"), ("confirmed", "yes"), ("version", "1")];
    assert_eq!(staff.post(&format!("/staff/users/{id}/status"), &forged).await.status, 403);
    let seen = staff.get(&format!("/staff/users/{id}")).await;
    assert!(seen.says(">Enabled</span>") && !seen.says("/status\""), "{}", seen.html);
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 200, "nothing changed");
}
