//! People see where they are signed in and end what they do not recognize, over the API and on their page.

use crate::browser::{Browser, form, form_request};
use crate::harness::{
    PASSWORD, Pair, bench, identity, items, refresh, refusal, sign_in, sign_in_request, somebody, somebody_with,
};
use chassis::testing::{Bench, Request};
use events::Message;
use events::ids::SessionId;
use events::users::{Role, SessionEnded};
use serde_json::{Value, json};
use users::Users;
use users::domain::session::IDLE_SECONDS;

const EMAIL: &str = "ada@example.com";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const ACCESS: &str = "__Host-souk_access";

async fn listed(bench: &Bench<Users>, access: &str) -> Value {
    let answer = bench.http(Request::get("/v1/sessions").bearer(access)).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.body
}

async fn end(bench: &Bench<Users>, session: impl std::fmt::Display, access: &str) -> (u16, String) {
    let answer = bench.http(Request::new("DELETE", &format!("/v1/sessions/{session}")).bearer(access)).await;
    (answer.status, if answer.status < 300 { String::new() } else { answer.problem().to_owned() })
}

fn session(bench: &Bench<Users>, access: &str) -> SessionId {
    identity(bench, access).session
}

#[tokio::test]
async fn one_sees_when_and_with_what_one_signed_in_and_which_session_it_is() {
    let bench = bench();
    let (_, first) = somebody(&bench, EMAIL).await;
    let began = bench.world.now();
    bench.world.pass_seconds(60);
    let second = Pair::of(&bench.http(sign_in_request(EMAIL, PASSWORD).header("user-agent", FIREFOX)).await);
    let began_second = bench.world.now();
    bench.world.pass_seconds(60);
    assert_eq!(refresh(&bench, &first.refresh).await.status, 200);
    let refreshed = bench.world.now();
    let list = listed(&bench, &second.access).await;
    let second_item = json!({"id": session(&bench, &second.access), "is_current": true, "browser": "Firefox", "system": "Linux",
        "created_at": began_second, "expires_at": began_second.plus_seconds(IDLE_SECONDS)});
    let first_item = json!({"id": session(&bench, &first.access), "is_current": false, "created_at": began,
        "refreshed_at": refreshed, "expires_at": refreshed.plus_seconds(IDLE_SECONDS)});
    assert_eq!(list, json!({"items": [second_item, first_item]}));
    assert!(!items(&bench, "session#").iter().any(|item| item.to_string().contains("Gecko")), "the header is not kept");
}

#[tokio::test]
async fn one_ends_a_session_of_ones_own_and_nobody_elses() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    let lost = sign_in(&bench, EMAIL).await;
    let (_, eve) = somebody(&bench, "eve@example.com").await;
    let id = session(&bench, &lost.access);
    assert_eq!(end(&bench, id, &eve.access).await, (404, "not_found".to_owned()));
    assert_eq!(end(&bench, SessionId::from_bits(7), &pair.access).await, (404, "not_found".to_owned()));
    assert_eq!(end(&bench, "nonsense", &pair.access).await, (404, "not_found".to_owned()));
    assert_eq!(bench.http(Request::new("DELETE", &format!("/v1/sessions/{id}"))).await.status, 401);
    assert_eq!(listed(&bench, &pair.access).await["items"].as_array().unwrap().len(), 2, "nothing ended");
    assert_eq!(end(&bench, id, &pair.access).await, (204, String::new()));
    assert_eq!(end(&bench, id, &pair.access).await, (204, String::new()), "it has ended");
    assert_eq!(refusal(&refresh(&bench, &lost.refresh).await), (401, "session_revoked"));
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 200, "the other one goes on");
    assert_eq!(listed(&bench, &pair.access).await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn others_are_told_when_staff_end_a_session_of_their_own() {
    let bench = bench();
    let (_, pair) = somebody_with(&bench, EMAIL, Role::Support).await;
    let lost = sign_in(&bench, EMAIL).await;
    bench.relay().await.unwrap();
    bench.queues.take();
    let id = session(&bench, &lost.access);
    assert_eq!(end(&bench, id, &pair.access).await.0, 204);
    bench.relay().await.unwrap();
    let told = bench.queues.take();
    assert!(!told.is_empty() && told.iter().all(|sent| sent.kind() == SessionEnded::TYPE));
    assert!(told.iter().all(|sent| sent.envelope.data["session_id"] == json!(id)));
}

#[tokio::test]
async fn the_page_names_each_browser_and_ends_one_by_a_button() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    let mut phone = Browser::new(&bench);
    let body = form(&[("email", EMAIL), ("password", PASSWORD)]);
    let agent = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36";
    let signed_in = phone.send(form_request("/account/sign-in", &body).header("user-agent", agent)).await;
    assert_eq!(signed_in.status, 303, "{}", signed_in.html);
    assert!(ada.get("/account").await.says("href=\"/account/sessions\""));
    let shown = ada.get("/account/sessions").await;
    for part in ["Chrome on Android", "Unknown browser", "This one", "Sign out there"] {
        assert!(shown.says(part), "{part} in {}", shown.html);
    }
    let lost = session(&bench, phone.cookie(ACCESS).unwrap());
    let (shown, way) = ada.submit(&format!("/account/sessions/{lost}/removal"), &[]).await;
    assert_eq!(way, ["/account/sessions?ended=yes"]);
    assert!(shown.says("You are signed out there") && !shown.says("Chrome on Android"), "{}", shown.html);
    ada.language = "de";
    assert!(ada.get("/account/sessions").await.says("Unbekannter Browser"));
    bench.world.pass_seconds(16 * 60);
    let (_, way) = phone.visit("/account").await;
    assert!(way.last().unwrap().starts_with("/account/sign-in"), "{way:?}");
}

#[tokio::test]
async fn ending_the_session_that_the_page_is_read_in_is_signing_out() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    let own = session(&bench, ada.cookie(ACCESS).unwrap());
    let sent = ada.post(&format!("/account/sessions/{own}/removal"), &[]).await;
    assert_eq!((sent.status, &*sent.location), (303, "/"));
    assert_eq!(ada.cookie(ACCESS), None);
    assert_eq!(ada.get("/account/sessions").await.location, "/account/sign-in?then=%2Faccount%2Fsessions");
    let back =
        ada.post("/account/sign-in", &[("email", EMAIL), ("password", PASSWORD), ("then", "/account/sessions")]).await;
    assert_eq!(back.location, "/account/sessions");
    let mut eve = Browser::new(&bench);
    eve.sign_up("eve@example.com").await;
    let foreign = session(&bench, ada.cookie(ACCESS).unwrap());
    assert_eq!(eve.post(&format!("/account/sessions/{foreign}/removal"), &[]).await.status, 404);
}
