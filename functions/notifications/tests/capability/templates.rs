//! What the shop writes, as staff and programs see it before anybody gets it.

use crate::harness::{ADDRESS, MailService, TOPIC, bench, bench_of};
use chassis::testing::{Bench, Request, Response};
use events::Language;
use events::ids::UserId;
use events::users::Role;
use notifications::Notifications;
use notifications::domain::test_emails::MAX_IN_AN_HOUR;
use notifications::domain::{Branding, Kind};
use serde_json::{Value, json};

const LIST: &str = "/v1/notification-templates";
const PAGE: &str = "/staff/notifications/templates";

async fn api(bench: &Bench<Notifications>, request: Request) -> Response {
    bench.http(request.bearer(&bench.staff())).await
}

async fn page(bench: &Bench<Notifications>, request: Request) -> Response {
    bench.http(request.header("cookie", &format!("__Host-souk_access={}", bench.staff()))).await
}

fn text(answer: &Response) -> &str {
    answer.body.as_str().unwrap_or_default()
}

async fn send(bench: &Bench<Notifications>, kind: &str, body: &Value) -> Response {
    api(bench, Request::post(&format!("{LIST}/{kind}/test"), body)).await
}

fn audited(bench: &Bench<Notifications>) -> usize {
    let is_one = |item: &Value| {
        item["pk"]["S"].as_str().unwrap().starts_with("audit#") && item["action"]["S"] == "testNotificationTemplate"
    };
    bench.dynamo.items().iter().filter(|item| is_one(item)).count()
}

/// The only email since the last call.
fn only(mail_service: &MailService) -> Value {
    let mut emails = mail_service.take();
    assert_eq!(emails.len(), 1);
    emails.swap_remove(0)
}

#[tokio::test]
async fn every_kind_is_previewed_in_every_language_by_the_api_and_on_pages() {
    let branding = Branding { off: "order_delivered".parse().unwrap(), ..Branding::default() };
    let (bench, mail_service) = bench_of(&branding);
    let list = api(&bench, Request::get(LIST)).await;
    let items = list.body["items"].as_array().unwrap();
    assert_eq!((list.status, items.len()), (200, Kind::ALL.len()));
    let off: Vec<&Value> = items.iter().filter(|item| item["sent"] == false).collect();
    assert!(off.len() == 1 && off[0]["kind"] == "order_delivered" && off[0]["optional"] == true, "{off:?}");
    let overview = page(&bench, Request::get(PAGE)).await;
    assert!(text(&overview).matches("Switched off").count() == 1, "{}", text(&overview));
    for (kind, language) in Kind::ALL.into_iter().flat_map(|kind| Language::ALL.map(|language| (kind, language))) {
        assert!(text(&overview).contains(&format!("href=\"{PAGE}/{kind}\"")), "{kind}");
        let query = format!("{kind}?language={language}");
        let preview = api(&bench, Request::get(&format!("{LIST}/{query}"))).await;
        assert_eq!((preview.status, &preview.body["language"]), (200, &json!(language)), "{query}");
        let shown = page(&bench, Request::get(&format!("{PAGE}/{query}"))).await;
        let subject = preview.body["subject"].as_str().unwrap();
        assert!(shown.status == 200 && text(&shown).contains(subject), "{query}: {}", text(&shown));
        let as_html = page(&bench, Request::get(&format!("{PAGE}/{kind}/html?language={language}"))).await;
        assert_eq!((as_html.status, text(&as_html)), (200, preview.body["html"].as_str().unwrap()), "{query}");
    }
    assert!(mail_service.take().is_empty() && bench.dynamo.items().is_empty());
    assert_eq!(api(&bench, Request::get(&format!("{LIST}/order_lost"))).await.status, 404);
    assert_eq!(page(&bench, Request::get(&format!("{PAGE}/order_lost"))).await.status, 404);
}

#[tokio::test]
async fn the_html_of_an_email_may_have_its_styles_and_runs_and_loads_nothing() {
    let (bench, _) = bench();
    let answer = page(&bench, Request::get(&format!("{PAGE}/order_placed/html"))).await;
    let policy = answer.header("content-security-policy").unwrap();
    for rule in ["default-src 'none'", "style-src 'unsafe-inline'", "frame-ancestors 'none'", "sandbox"] {
        assert!(policy.split("; ").any(|held| held == rule), "{rule}: {policy}");
    }
    assert!(!policy.contains("script-src") && !policy.contains("allow-"), "{policy}");
    let others = page(&bench, Request::get(&format!("{PAGE}/order_placed"))).await;
    assert!(!others.header("content-security-policy").unwrap().contains("unsafe-inline"));
}

#[tokio::test]
async fn a_sample_goes_to_the_address_that_was_typed_and_leaves_an_audit_entry_without_it() {
    let (bench, mail_service) = bench();
    let answer = send(&bench, "order_confirmed", &json!({"email": "grace@example.com", "language": "de"})).await;
    let expected = json!({"kind": "order_confirmed", "language": "de", "sent": true});
    assert_eq!((answer.status, &answer.body), (200, &expected));
    let email = only(&mail_service);
    assert_eq!(email["Destination"], json!({"ToAddresses": ["grace@example.com"]}));
    let subject = email["Content"]["Simple"]["Subject"]["Data"].as_str().unwrap();
    assert!(subject.starts_with("[Test] Ihre "), "{subject}");
    let target = format!("{PAGE}/user_registered/test");
    let done = page(&bench, Request::form(&target, &[("language", "en"), ("email", "grace@example.com")])).await;
    let next = format!("{PAGE}/user_registered?language=en&done=sent");
    assert_eq!((done.status, done.header("location")), (303, Some(&*next)));
    assert!(text(&page(&bench, Request::get(&next)).await).contains("The sample is sent."));
    assert_eq!(
        (only(&mail_service)["Content"]["Simple"]["Subject"]["Data"].as_str(), audited(&bench)),
        (Some("[Test] Welcome to souk"), 2)
    );
    assert!(!serde_json::to_string(&bench.dynamo.items()).unwrap().contains("grace"));
}

#[tokio::test]
async fn a_sample_to_no_address_is_refused_at_its_field_and_none_is_sent() {
    let (bench, mail_service) = bench();
    let answer = send(&bench, "order_confirmed", &json!({"email": "nobody"})).await;
    assert_eq!((answer.status, &answer.body["field"]), (422, &json!("/email")));
    let form = [("language", "en"), ("email", "nobody")];
    let refused = page(&bench, Request::form(&format!("{PAGE}/order_confirmed/test"), &form)).await;
    assert_eq!(refused.status, 422);
    assert!(text(&refused).contains(r#"id="field-email-error""#) && text(&refused).contains(r#"value="nobody""#));
    assert!(mail_service.take().is_empty() && bench.dynamo.items().is_empty());
}

#[tokio::test]
async fn what_the_mail_service_says_of_a_sample_is_told_and_an_hour_has_so_many() {
    let (bench, mail_service) = bench();
    let body = json!({"email": "grace@example.com"});
    mail_service.refuse_next(1, 400, "MessageRejected");
    let refused = send(&bench, "order_placed", &body).await;
    assert_eq!((refused.status, &refused.body["failure"]), (200, &json!("MessageRejected")));
    mail_service.refuse_next(1, 400, "SendingPausedException");
    assert_eq!(send(&bench, "order_placed", &body).await.status, 503);
    for _ in 2..MAX_IN_AN_HOUR {
        assert_eq!(send(&bench, "order_placed", &body).await.status, 200);
    }
    let too_many = send(&bench, "order_placed", &body).await;
    assert_eq!((too_many.status, &too_many.body["type"]), (429, &json!("urn:souk:problem:too_many_tests")));
    let form = [("language", "en"), ("email", "grace@example.com")];
    let on_page = page(&bench, Request::form(&format!("{PAGE}/order_placed/test"), &form)).await;
    assert!(on_page.status == 429 && text(&on_page).contains("Twenty samples were sent"), "{}", text(&on_page));
    bench.world.pass_seconds(60 * 60);
    assert_eq!(send(&bench, "order_placed", &body).await.status, 200);
}

#[tokio::test]
async fn a_sample_to_a_mailbox_that_gets_no_emails_is_refused_in_words_and_is_not_counted() {
    let (bench, mail_service) = bench();
    let bounce = include_str!("../fixtures/ses_bounce_permanent.json");
    assert!(bench.deliver_raw(&[crate::harness::notification(TOPIC, bounce)]).await.is_empty());
    let items = bench.dynamo.items();
    let refused = send(&bench, "order_placed", &json!({"email": "Ada@example.com"})).await;
    assert_eq!((refused.status, &refused.body["type"]), (409, &json!("urn:souk:problem:address_suppressed")));
    let form = [("language", "en"), ("email", ADDRESS)];
    let on_page = page(&bench, Request::form(&format!("{PAGE}/order_placed/test"), &form)).await;
    assert!(on_page.status == 409 && text(&on_page).contains("This address gets no emails"), "{}", text(&on_page));
    assert!(mail_service.take().is_empty() && bench.dynamo.items() == items);
}

#[tokio::test]
async fn nobody_but_staff_sees_or_sends_a_sample() {
    let (bench, mail_service) = bench();
    let customer = bench.token(UserId::from_bits(1), &[Role::Customer]);
    let body = json!({"email": "grace@example.com"});
    let post = || Request::post(&format!("{LIST}/order_placed/test"), &body);
    for request in [Request::get(LIST), Request::get(&format!("{LIST}/order_placed")), post()] {
        assert_eq!(bench.http(request.bearer(&customer)).await.status, 403);
    }
    assert_eq!(bench.http(post()).await.status, 401);
    assert!(mail_service.take().is_empty());
}
