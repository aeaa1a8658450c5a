//! The pages of credentials: a forgotten password, links in mails, and what whoever is signed in changes.

use crate::browser::{Browser, Shown};
use crate::harness::{PASSWORD, bench, items, refresh, sign_in, sign_in_request, somebody, verify};
use chassis::testing::Bench;
use events::Message;
use events::users::{EmailChangeRequested, EmailVerificationRequested, PasswordResetRequested};
use serde_json::Value;
use users::Users;

const EMAIL: &str = "ada@example.com";
const NEW: &str = "a loud mountain at dawn";
const ACCESS: &str = "__Host-souk_access";

/// The contents of the latest mails of a kind.
async fn mailed(bench: &Bench<Users>, kind: &str) -> Vec<Value> {
    bench.relay().await.unwrap();
    bench.queues.take().into_iter().filter(|sent| sent.kind() == kind).map(|sent| sent.envelope.data).collect()
}

/// The path of the link in a mail.
fn link(page: &str, mail: &Value) -> String {
    format!("/account/{page}/{}", mail["token"].as_str().unwrap())
}

async fn reset_link(bench: &Bench<Users>) -> String {
    let mut guest = Browser::new(bench);
    let sent = guest.post("/account/password-resets", &[("email", EMAIL)]).await;
    assert_eq!((sent.status, &*sent.location), (303, "/account/password-resets?sent=yes"));
    link("password-resets", &mailed(bench, PasswordResetRequested::TYPE).await[0])
}

/// The error at a field of one of several forms.
fn error(shown: &Shown, field: &str) -> String {
    let start = format!("id=\"{field}-error\">");
    shown.html.split_once(&start).map_or("", |(_, rest)| rest.split('<').next().unwrap()).to_owned()
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_the_link_in_a_mail_and_one_signs_in() {
    let bench = bench();
    let (_, elsewhere) = somebody(&bench, EMAIL).await;
    let mut ada = Browser::new(&bench);
    assert!(ada.get("/account/sign-in").await.says("href=\"/account/password-resets\""));
    ada.sign_in(EMAIL).await;
    let link = reset_link(&bench).await;
    let form = ada.get(&link).await;
    assert!(form.status == 200 && form.says(EMAIL) && form.says("autocomplete=\"new-password\""), "{}", form.html);
    assert_eq!(refresh(&bench, &elsewhere.refresh).await.status, 200, "nothing happens when it is opened");
    let weak = ada.post(&link, &[("password", "password1")]).await;
    assert!(weak.status == 422 && weak.error("password").contains("would be guessed"), "{}", weak.html);
    let (shown, way) = ada.submit(&link, &[("password", NEW)]).await;
    assert_eq!(way, ["/account/sign-in?done=password"]);
    assert!(shown.says("Your new password has been saved") && ada.cookie(ACCESS).is_none(), "{}", shown.html);
    assert_eq!(bench.http(sign_in_request(EMAIL, PASSWORD)).await.status, 401);
    let signed_in = ada.post("/account/sign-in", &[("email", EMAIL), ("password", NEW)]).await;
    assert_eq!(signed_in.status, 303);
    let (again, reopened) = (ada.post(&link, &[("password", NEW)]).await, ada.get(&link).await);
    assert!(again.status == 404 && reopened.status == 404 && reopened.says("no longer works"), "{}", reopened.html);
}

#[tokio::test]
async fn nobodys_guesses_keep_whoever_reset_the_password_by_mail_from_signing_in() {
    let bench = bench();
    somebody(&bench, EMAIL).await;
    let link = reset_link(&bench).await;
    let mut ada = Browser::new(&bench);
    ada.submit(&link, &[("password", NEW)]).await;
    for _ in 0..10 {
        bench.http(sign_in_request(EMAIL, "a guess")).await;
    }
    let sign_in = [("email", EMAIL), ("password", NEW)];
    assert_eq!(Browser::new(&bench).post("/account/sign-in", &sign_in).await.status, 429);
    assert_eq!(ada.post("/account/sign-in", &sign_in).await.status, 303);
}

#[tokio::test]
async fn asking_for_a_reset_is_answered_the_same_whoever_has_the_address() {
    let bench = bench();
    somebody(&bench, EMAIL).await;
    mailed(&bench, PasswordResetRequested::TYPE).await;
    let mut guest = Browser::new(&bench);
    let (known, _) = guest.submit("/account/password-resets", &[("email", EMAIL)]).await;
    let (unknown, _) = guest.submit("/account/password-resets", &[("email", "nobody@example.com")]).await;
    assert_eq!((known.status, &known.html), (unknown.status, &unknown.html));
    assert!(known.says("If there is an account") && !known.says(EMAIL), "{}", known.html);
    assert_eq!(mailed(&bench, PasswordResetRequested::TYPE).await.len(), 1);
    let refused = guest.post("/account/password-resets", &[("email", "ada")]).await;
    assert_eq!((refused.status, refused.value("email").as_deref()), (422, Some("ada")));
    assert!(refused.error("email").contains("email address such as"), "{}", refused.html);
    guest.language = "de";
    assert!(guest.get("/account/password-resets").await.says("E-Mail-Adresse"));
    let mut last = refused;
    for _ in 0..20 {
        last = guest.post("/account/password-resets", &[("email", EMAIL)]).await;
    }
    assert!(last.status == 429 && last.headers["retry-after"].is_string(), "a network may not ask without end");
}

#[tokio::test]
async fn the_account_asks_for_a_confirmation_of_the_address_until_it_is_given() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    mailed(&bench, EmailVerificationRequested::TYPE).await;
    let account = ada.get("/account").await;
    assert!(account.says("Please confirm your email address"), "{}", account.html);
    let (shown, way) = ada.submit("/account/email-verifications", &[]).await;
    assert_eq!(way, ["/account?saved=verification"]);
    assert!(shown.says("The email is on its way"), "{}", shown.html);
    let link = link("email-verifications", &mailed(&bench, EmailVerificationRequested::TYPE).await[0]);
    let mut scanner = Browser::new(&bench);
    let form = scanner.get(&link).await;
    assert!(form.status == 200 && form.says(EMAIL) && form.says(&format!("action=\"{link}\"")), "{}", form.html);
    assert!(form.says("The account was opened on") && form.says("under the name Ada."), "{}", form.html);
    assert!(ada.get("/account").await.says("Please confirm your email address"), "opening it confirms nothing");
    let (shown, _) = ada.submit(&link, &[]).await;
    assert!(shown.says("Your email address is confirmed") && !shown.says("Please confirm your"), "{}", shown.html);
    assert_eq!(ada.get(&link).await.status, 404, "it opens once");
    assert_eq!(ada.post("/account/email-verifications", &[]).await.location, "/account?saved=verified");
    let elsewhere = scanner.get("/account/email-verifications/nonsense").await;
    assert!(elsewhere.status == 404 && elsewhere.says("no longer works"), "{}", elsewhere.html);
}

#[tokio::test]
async fn whoever_confirms_without_being_signed_in_is_asked_to_sign_in() {
    let bench = bench();
    somebody(&bench, EMAIL).await;
    let link = link("email-verifications", &mailed(&bench, EmailVerificationRequested::TYPE).await[0]);
    let mut mail = Browser::new(&bench);
    let (_, way) = mail.submit(&link, &[]).await;
    assert!(way.last().unwrap().starts_with("/account/sign-in?then=%2Faccount"), "{way:?}");
    assert!(items(&bench, "profile")[0]["email_verified_at"].is_object());
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it_and_stays_signed_in_here_alone() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    let elsewhere = sign_in(&bench, EMAIL).await;
    assert!(ada.get("/account").await.says("href=\"/account/credentials\""));
    let target = "/account/credentials/password";
    for (current, new, field, told) in [
        ("not mine at all", NEW, "password-current", "not your current password"),
        (PASSWORD, "short", "password-new", "8 to 128 characters"),
        (PASSWORD, EMAIL, "password-new", "name or email address"),
    ] {
        let shown = ada.post(target, &[("current", current), ("new", new)]).await;
        assert!(shown.status == 422 && error(&shown, field).contains(told), "{field}: {}", shown.html);
        assert!(shown.says(&format!("href=\"#{field}\"")) && !shown.says(NEW), "{}", shown.html);
    }
    let (shown, way) = ada.submit(target, &[("current", PASSWORD), ("new", NEW)]).await;
    assert_eq!(way, ["/account/credentials?saved=password"]);
    assert!(shown.says("Your password has been changed"), "{}", shown.html);
    assert_eq!(refresh(&bench, &elsewhere.refresh).await.status, 401);
    bench.world.pass_seconds(16 * 60);
    assert_eq!(ada.visit("/account/credentials").await.0.status, 200, "the new session is renewed");
    assert_eq!(bench.http(sign_in_request(EMAIL, PASSWORD)).await.status, 401);
}

#[tokio::test]
async fn an_address_changes_when_both_mailboxes_confirmed_it() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    assert!(
        ada.get("/account/credentials").await.says("Send the link<"),
        "nobody may be able to read the present address"
    );
    verify(&bench, EMAIL);
    let target = "/account/credentials/email";
    for (email, password, field, told) in [
        ("ada", PASSWORD, "email-email", "email address such as"),
        (EMAIL, PASSWORD, "email-email", "already your address"),
        ("countess@example.com", "not mine at all", "email-password", "not your current password"),
    ] {
        let shown = ada.post(target, &[("email", email), ("password", password)]).await;
        assert!(shown.status == 422 && error(&shown, field).contains(told), "{field}: {}", shown.html);
        assert_eq!(shown.value("email").as_deref(), Some(email));
    }
    let (shown, way) = ada.submit(target, &[("email", "countess@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(way, ["/account/credentials?saved=email"]);
    assert!(shown.says("on its way to both addresses"), "{}", shown.html);
    let mails = mailed(&bench, EmailChangeRequested::TYPE).await;
    let links: Vec<_> = mails.iter().map(|mail| link("email-changes", mail)).collect();
    assert_eq!(links.len(), 2);
    let form = ada.get(&links[0]).await;
    assert!(form.says("countess@example.com") && form.says(EMAIL), "{}", form.html);
    let waiting = ada.post(&links[0], &[]).await;
    assert!(waiting.status == 200 && waiting.says("to the other address, too"), "{}", waiting.html);
    let (shown, way) = ada.submit(&links[1], &[]).await;
    assert_eq!(way, ["/account/sign-in?done=email"]);
    assert!(shown.says("Your email address has been changed") && ada.cookie(ACCESS).is_none(), "{}", shown.html);
    assert_eq!(ada.sign_in(EMAIL).await.status, 422, "the former address is nobody's");
    assert_eq!(ada.sign_in("countess@example.com").await.status, 303);
    assert_eq!(ada.get(&links[1]).await.status, 404);
}

#[tokio::test]
async fn the_pages_of_credentials_lead_guests_to_signing_in() {
    let bench = bench();
    let mut guest = Browser::new(&bench);
    assert_eq!(guest.get("/account/credentials").await.location, "/account/sign-in?then=%2Faccount%2Fcredentials");
    for path in ["/account/credentials/password", "/account/credentials/email", "/account/email-verifications"] {
        let shown = guest.post(path, &[]).await;
        assert_eq!((shown.status, &*shown.location), (303, "/account/sign-in"), "{path}");
    }
    for path in ["/account/password-resets/x", "/account/email-changes/x"] {
        assert_eq!((guest.get(path).await.status, guest.post(path, &[]).await.status), (404, 404), "{path}");
    }
}
