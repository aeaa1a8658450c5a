//! The pages of second factors: setting up, the second step of signing in, and showing one on the way to something that asks for it.

use crate::browser::{Browser, Shown};
use crate::factors::{App, protect};
use crate::harness::{PASSWORD, Pair, bench, refresh, sign_in, sign_up, somebody, users, verify};
use crate::pages_staff::signed_in;
use chassis::SecondFactor;
use chassis::testing::Bench;
use events::users::Role;
use users::Users;

const EMAIL: &str = "ada@example.com";
const PAGE: &str = "/account/second-factor";

/// The key that the page shows.
fn secret_of(shown: &Shown) -> String {
    let (_, rest) = shown.html.split_once("<dd>").unwrap();
    rest.split('<').next().unwrap().to_owned()
}

/// The recovery codes that a page shows.
fn codes_of(shown: &Shown) -> Vec<String> {
    let codes = shown.html.split("<code>").skip(1);
    codes.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_app_is_set_up_with_a_picture_and_a_key_and_the_codes_are_shown_once() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    assert!(ada.get("/account").await.says("href=\"/account/second-factor\""));
    let wrong = ada.post(&format!("{PAGE}/app"), &[("password", "wrong")]).await;
    assert_eq!((wrong.status, wrong.error("password").contains("wrong")), (422, true));
    let (begun, way) = ada.submit(&format!("{PAGE}/app"), &[("password", PASSWORD)]).await;
    assert_eq!((begun.status, way), (200, vec![PAGE.to_owned()]));
    assert!(begun.says("<svg role=\"img\"") && begun.says("<path fill=\"#000\" d=\"M"));
    let app = App::with(&secret_of(&begun));
    let refused = ada.post(&format!("{PAGE}/confirmation"), &[("code", "000000")]).await;
    assert_eq!((refused.status, refused.error("code").contains("wrong")), (422, true));
    let done = ada.post(&format!("{PAGE}/confirmation"), &[("code", &app.code(&bench))]).await;
    assert_eq!((done.status, codes_of(&done).len()), (200, 10));
    let page = ada.get(PAGE).await;
    assert!(codes_of(&page).is_empty() && page.says("Codes left: 10.") && !page.says("<svg role"));
    let renewed = ada.post(&format!("{PAGE}/recovery-codes"), &[]).await;
    assert_ne!(codes_of(&renewed), codes_of(&done));
    let (removed, _) = ada.submit(&format!("{PAGE}/removal"), &[]).await;
    assert!(removed.says("name=\"password\"") && !removed.says("Codes left"));
    assert_eq!(ada.post(&format!("{PAGE}/nothing"), &[]).await.status, 404);
}

#[tokio::test]
async fn another_session_does_not_see_the_key_of_an_app_on_its_way() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    let mut thief = Browser::new(&bench);
    thief.sign_in(EMAIL).await;
    let (begun, _) = ada.submit(&format!("{PAGE}/app"), &[("password", PASSWORD)]).await;
    let secret = secret_of(&begun);
    assert!(ada.get(PAGE).await.says(&secret), "its own session does");
    let shown = thief.get(PAGE).await;
    assert!(shown.status == 200 && !shown.says(&secret) && !shown.says("<svg role"), "{}", shown.html);
}

#[tokio::test]
async fn whoever_changes_the_password_or_the_address_shows_the_second_factor_first() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    protect(&bench, &pair).await;
    let mut ada = Browser::new(&bench);
    ada.set("__Host-souk_access", &pair.access, "/");
    bench.world.pass_seconds(601);
    for (form, fields) in [
        ("/account/credentials/password", [("current", PASSWORD), ("new", "another quiet harbour")]),
        ("/account/credentials/email", [("email", "ada@example.net"), ("password", PASSWORD)]),
    ] {
        let led = ada.post(form, &fields).await;
        assert_eq!(
            (led.status, &*led.location),
            (303, "/account/second-factor?then=%2Faccount%2Fcredentials"),
            "{form}"
        );
    }
}

#[tokio::test]
async fn signing_in_has_a_second_step_which_shows_no_password_and_leads_on() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    let (app, codes) = protect(&bench, &pair).await;
    bench.world.pass_seconds(30);
    let mut ada = Browser::new(&bench);
    let first = [("email", EMAIL), ("password", PASSWORD), ("then", "/cart")];
    let step = ada.post("/account/sign-in", &first).await;
    assert_eq!((step.status, &*step.label("code")), (200, "Code"));
    assert!(step.set_cookies.is_empty(), "nobody is signed in yet");
    let (ticket, then) = (step.value("ticket").unwrap(), step.value("then").unwrap());
    let send = |code: &str| [("code", code.to_owned()), ("ticket", ticket.clone()), ("then", then.clone())];
    let next = "/account/sign-in/second-factor";
    let wrong = ada.post(next, &send("000000").each_ref().map(|(name, value)| (*name, value.as_str()))).await;
    assert_eq!((wrong.status, wrong.error("code").contains("wrong")), (422, true));
    let right = send(&app.code(&bench));
    let done = ada.post(next, &right.each_ref().map(|(name, value)| (*name, value.as_str()))).await;
    assert_eq!((done.status, &*done.location), (303, "/cart"));
    assert_eq!(ada.get("/account").await.status, 200);
    let again = Browser::new(&bench).post(next, &right.each_ref().map(|(name, value)| (*name, value.as_str()))).await;
    assert_eq!(again.status, 422, "the code was used");
    bench.world.pass_seconds(300);
    let late = send(&codes[0]);
    let over = Browser::new(&bench).post(next, &late.each_ref().map(|(name, value)| (*name, value.as_str()))).await;
    assert!(over.status == 422 && over.says("too long") && over.says("name=\"password\""), "{}", over.html);
    let made_up = [("code", "123456"), ("ticket", "user_0.1.x"), ("then", "")];
    assert_eq!(Browser::new(&bench).post(next, &made_up).await.status, 422);
}

#[tokio::test]
async fn a_form_that_asks_for_a_second_factor_waits_for_it_with_all_that_was_typed() {
    let bench: Bench<Users> = Bench::new(|parts| {
        parts.wiring.second_factor = SecondFactor::Required;
        let table = parts.table.clone();
        users(parts, table)
    });
    let target = sign_up(&bench, EMAIL).await;
    verify(&bench, EMAIL);
    let (_, mut boss) = signed_in(&bench, "boss@example.com", &[Role::Admin]).await;
    boss.submit(&format!("{PAGE}/app"), &[("password", PASSWORD)]).await;
    let app = App::with(&secret_of(&boss.get(PAGE).await));
    boss.post(&format!("{PAGE}/confirmation"), &[("code", &app.code(&bench))]).await;
    bench.world.pass_seconds(601);
    let path = format!("/staff/users/{target}/roles");
    let fields = [("customer", "yes"), ("support", "yes"), ("confirmed", "yes"), ("version", "1")];
    let (asked, way) = boss.submit(&path, &fields).await;
    assert_eq!(asked.status, 403, "{way:?}");
    assert!(way.last().unwrap().starts_with("/account/second-factor?then="), "{way:?}");
    let (then, form) = (asked.value("then").unwrap(), asked.value("form").unwrap());
    assert_eq!(then, path);
    let code = app.code(&bench);
    let shown = boss.post(&format!("{PAGE}/shown"), &[("code", &code), ("then", &then), ("form", &form)]).await;
    assert!(shown.status == 200 && shown.says(&format!("action=\"{path}\"")), "{}", shown.html);
    let sent = boss.post(&path, &fields).await;
    assert_eq!(sent.status, 303, "{}", sent.html);
}

#[tokio::test]
async fn staff_remove_a_second_factor_on_the_users_page_with_a_reason() {
    let bench = bench();
    let (id, pair) = somebody(&bench, EMAIL).await;
    let (_, mut boss) = signed_in(&bench, "boss@example.com", &[Role::Admin]).await;
    let path = format!("/staff/users/{id}");
    let removal = format!("{path}/second-factors/removal");
    assert!(!boss.get(&path).await.says(&removal));
    protect(&bench, &pair).await;
    assert!(boss.get(&path).await.says(&removal));
    assert_eq!(boss.post(&removal, &[("reason", " ")]).await.status, 422);
    let (done, _) = boss.submit(&removal, &[("reason", "recognized on the phone")]).await;
    assert!(done.says("was removed") && !done.says(&removal), "{}", done.html);
    assert_eq!(boss.post(&removal, &[("reason", "again")]).await.status, 422);
    let signed_in: Pair = sign_in(&bench, EMAIL).await;
    assert_eq!(refresh(&bench, &signed_in.refresh).await.status, 200);
}
