//! The pages of passkeys, with what the script puts into their forms: adding and removing, signing in, the second step, and showing one
//! on the way to something that asks for it.

use crate::authenticator::Authenticator;
use crate::browser::{Browser, Shown};
use crate::factors::protect;
use crate::harness::{PASSWORD, admin, bench, id_of, somebody};
use chassis::testing::{Bench, Request};
use serde_json::{Value, json};
use users::Users;

const EMAIL: &str = "ada@example.com";
const PAGE: &str = "/account/passkeys";
const NEW: &str = "/account/passkeys/new";
const REMOVAL: &str = "/account/passkeys/removal";
const SIGN_IN: &str = "/account/sign-in/passkey";
const SECOND_STEP: &str = "/account/sign-in/second-factor";
const STEP_UP: &str = "/account/second-factor/shown";
const SCRIPT: &str = include_str!("../../assets/passkeys.js");

/// What the script asks for in a signed-in browser.
async fn asked(browser: &mut Browser<'_>) -> Value {
    let answer = browser.post("/account/passkeys/challenge", &[]).await;
    assert_eq!((answer.status, answer.headers["content-type"].as_str()), (200, Some("application/json")));
    serde_json::from_str(&answer.html).unwrap()
}

/// What it asks for where nobody is signed in.
async fn anybodys(bench: &Bench<Users>) -> Value {
    bench.http(Request::new("POST", "/v1/passkeys/challenges")).await.body
}

async fn add(browser: &mut Browser<'_>, name: &str, made: &Value) -> Shown {
    let made = made.to_string();
    browser.submit(NEW, &[("name", name), ("password", PASSWORD), ("passkey", &made)]).await.0
}

/// Somebody who has just added a first passkey.
async fn owner(bench: &Bench<Users>) -> (Browser<'_>, Authenticator) {
    let mut ada = Browser::new(bench);
    ada.sign_up(EMAIL).await;
    let challenge = asked(&mut ada).await;
    let phone = Authenticator::new(1, &challenge);
    let codes = add(&mut ada, "My phone", &phone.make(&challenge)).await;
    assert_eq!((codes.status, codes.html.matches("<code>").count()), (200, 10), "{}", codes.html);
    (ada, phone)
}

/// Why a page did nothing.
fn told(shown: &Shown) -> &str {
    let (_, rest) = shown.html.split_once("class=\"alert alert-error\" role=\"alert\">").unwrap_or_default();
    rest.split("<p>").nth(1).unwrap_or_default().split('<').next().unwrap()
}

#[tokio::test]
async fn passkeys_are_added_on_their_page_listed_with_their_times_and_removed() {
    let bench = bench();
    let (mut ada, phone) = owner(&bench).await;
    assert!(ada.get("/account").await.says("href=\"/account/passkeys\""));
    let challenge = asked(&mut ada).await;
    assert_eq!(challenge["passkeys"], json!([phone.id()]));
    let key = Authenticator::new(2, &challenge);
    let both = add(&mut ada, " My  key ", &key.make(&challenge)).await;
    assert!(both.says("The passkey was added.") && both.says("<h2>My phone</h2>") && both.says("<h2>My key</h2>"));
    assert_eq!(both.html.matches("<dd>Never</dd>").count(), 2);
    assert!(!both.says("name=\"password\""), "a second factor was shown instead");
    assert!(both.says("<noscript>") && both.says("aria-label=\"Remove the passkey My key\""));
    let shown = phone.show(&anybodys(&bench).await).to_string();
    let signed_in = Browser::new(&bench).post(SIGN_IN, &[("passkey", &shown)]).await;
    assert_eq!((signed_in.status, &*signed_in.location), (303, "/account"));
    assert_eq!(ada.get(PAGE).await.html.matches("<dd>Never</dd>").count(), 1);
    for (id, left) in [(phone.id(), 1), (key.id(), 0)] {
        let (page, _) = ada.submit(REMOVAL, &[("id", &id)]).await;
        assert!(page.status == 200 && page.says("The passkey was removed."), "{}", page.html);
        assert_eq!(page.html.matches("Last used").count(), left);
    }
    assert!(ada.get(PAGE).await.says("name=\"password\""), "there is no second factor any more");
    let gone = ada.post(REMOVAL, &[("id", &phone.id())]).await;
    assert!(gone.status == 422 && told(&gone).contains("done already"), "{}", gone.html);
    let shown = phone.show(&anybodys(&bench).await).to_string();
    let refused = Browser::new(&bench).post(SIGN_IN, &[("passkey", &shown)]).await;
    assert!(refused.status == 422 && told(&refused).contains("not accepted"), "{}", refused.html);
}

#[tokio::test]
async fn a_passkey_that_cannot_be_added_is_refused_in_words_and_its_name_stays_in_the_field() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    let challenge = asked(&mut ada).await;
    let phone = Authenticator::new(1, &challenge);
    let made = phone.make(&challenge).to_string();
    let unscripted = ada.post(NEW, &[("name", "My phone"), ("password", PASSWORD)]).await;
    assert!(unscripted.status == 422 && told(&unscripted).contains("JavaScript"), "{}", unscripted.html);
    assert_eq!(unscripted.value("name").as_deref(), Some("My phone"));
    let long = "x".repeat(61);
    for name in [" ", &long, "\u{200b}", "4111 1111 1111 1111"] {
        let refused = ada.post(NEW, &[("name", name), ("password", PASSWORD), ("passkey", &made)]).await;
        assert!(refused.status == 422 && !refused.error("name").is_empty(), "{name:?}");
        assert!(!refused.says("4111 1111"));
    }
    let wrong = ada.post(NEW, &[("name", "x"), ("password", "wrong"), ("passkey", &made)]).await;
    assert!(wrong.status == 422 && wrong.error("password").contains("wrong"), "{}", wrong.html);
    let elsewhere = add(&mut ada, "x", &phone.make(&anybodys(&bench).await)).await;
    assert!(elsewhere.status == 422 && told(&elsewhere).contains("could not be added"), "{}", elsewhere.html);
    assert_eq!(add(&mut ada, "x", &serde_json::from_str(&made).unwrap()).await.status, 200);
    let challenge = asked(&mut ada).await;
    assert!(told(&add(&mut ada, "x", &phone.make(&challenge)).await).contains("already"));
    for number in 2..=11 {
        let challenge = asked(&mut ada).await;
        let answer = add(&mut ada, "x", &Authenticator::new(number, &challenge).make(&challenge)).await;
        assert_eq!(told(&answer).contains("10 passkeys"), number == 11, "{number}: {}", answer.html);
    }
    assert_eq!(ada.post("/account/passkeys/nothing", &[]).await.status, 404);
}

#[tokio::test]
async fn signing_in_takes_a_passkey_alone_leads_on_and_says_why_it_refuses() {
    let bench = bench();
    let (_, phone) = owner(&bench).await;
    let page = Browser::new(&bench).get("/account/sign-in?then=%2Fcart").await;
    assert!(page.says("data-challenge=\"/v1/passkeys/challenges\"") && page.says("<noscript>"), "{}", page.html);
    let fresh = async || phone.show(&anybodys(&bench).await).to_string();
    let shown = fresh().await;
    let mut ada = Browser::new(&bench);
    let on = ada.post(SIGN_IN, &[("passkey", &shown), ("then", "/cart")]).await;
    assert_eq!((on.status, &*on.location), (303, "/cart"));
    assert_eq!(ada.get("/account").await.status, 200);
    let again = Browser::new(&bench).post(SIGN_IN, &[("passkey", &shown), ("then", "/cart")]).await;
    assert!(again.status == 422 && told(&again).contains("not accepted"), "a challenge counts once: {}", again.html);
    assert_eq!(again.value("then").as_deref(), Some("/cart"));
    assert!(again.set_cookies.is_empty());
    for unscripted in ["", "{}", "[1]"] {
        let refused = Browser::new(&bench).post(SIGN_IN, &[("passkey", unscripted)]).await;
        assert!(refused.status == 422 && told(&refused).contains("JavaScript"), "{unscripted}: {}", refused.html);
    }
    let shown = fresh().await;
    let waiting = [("passkey", &*shown), ("then", "/cart/lines"), ("form", "sku=TEA-1&quantity=2")];
    let carried = Browser::new(&bench).post(SIGN_IN, &waiting).await;
    assert!(carried.status == 200 && carried.says("action=\"/cart/lines\""), "{}", carried.html);
    assert_eq!(carried.value("quantity").as_deref(), Some("2"));
    let status = json!({"status": "disabled", "reason": "Chargebacks"});
    let path = format!("/v1/users/{}/status", id_of(&bench, EMAIL));
    let by = admin(&bench).await;
    assert_eq!(bench.http(Request::put(&path, status).bearer(&by).header("if-match", "*")).await.status, 200);
    let disabled = Browser::new(&bench).post(SIGN_IN, &[("passkey", &fresh().await)]).await;
    assert!(disabled.status == 403 && told(&disabled).contains("disabled"), "{}", disabled.html);
}

#[tokio::test]
async fn the_second_step_of_signing_in_takes_a_passkey_of_who_has_one() {
    let bench = bench();
    let (_, phone) = owner(&bench).await;
    let fresh = async || phone.show(&anybodys(&bench).await).to_string();
    let mut ada = Browser::new(&bench);
    let step = ada.post("/account/sign-in", &[("email", EMAIL), ("password", PASSWORD), ("then", "/cart")]).await;
    assert!(step.status == 200 && step.says("data-passkey=\"get\"") && step.set_cookies.is_empty(), "{}", step.html);
    let ticket = step.value("ticket").unwrap();
    assert_eq!(step.html.matches(&*ticket).count(), 2, "each of the two forms has it");
    let offer = step.value("with_passkey").unwrap();
    let wrong = [("code", "000000"), ("ticket", &*ticket), ("with_passkey", &*offer), ("then", "/cart")];
    let wrong = ada.post(SECOND_STEP, &wrong).await;
    assert!(wrong.status == 422 && wrong.says("data-passkey=\"get\"") && !wrong.error("code").is_empty());
    let mut forged: Value = serde_json::from_str(&fresh().await).unwrap();
    forged["signature"] = json!("AAAA");
    for (sent, why) in [(forged.to_string(), "not accepted"), (String::new(), "JavaScript")] {
        let refused = ada.post(SECOND_STEP, &[("passkey", &sent), ("ticket", &ticket), ("then", "/cart")]).await;
        assert!(refused.status == 422 && told(&refused).contains(why), "{}", refused.html);
        assert!(refused.says("data-passkey=\"get\"") && refused.error("code").is_empty());
    }
    let shown = fresh().await;
    let done = ada.post(SECOND_STEP, &[("passkey", &shown), ("ticket", &ticket), ("then", "/cart")]).await;
    assert_eq!((done.status, &*done.location), (303, "/cart"));
    assert_eq!(ada.get(PAGE).await.status, 200);
    let (_, pair) = somebody(&bench, "eve@example.com").await;
    protect(&bench, &pair).await;
    let step = Browser::new(&bench).sign_in("eve@example.com").await;
    assert!(step.says("name=\"ticket\"") && !step.says("data-passkey"), "who has an app alone is offered no passkey");
}

#[tokio::test]
async fn a_passkey_is_removed_after_a_passkey_was_shown_and_a_copy_of_it_opens_nothing() {
    let bench = bench();
    let (mut ada, mut phone) = owner(&bench).await;
    bench.world.pass_seconds(601);
    let page = ada.get(PAGE).await;
    assert!(!page.says("data-passkey=\"create\"") && page.says("/account/second-factor?then=%2Faccount%2Fpasskeys"));
    let (asks, way) = ada.submit(REMOVAL, &[("id", &phone.id())]).await;
    assert_eq!(asks.status, 403, "{way:?}");
    let (then, form) = (asks.value("then").unwrap(), asks.value("form").unwrap());
    assert_eq!((&*then, &*form), (REMOVAL, &*format!("id={}", phone.id())));
    assert!(asks.says("data-challenge=\"/account/passkeys/challenge\""), "{}", asks.html);
    phone.count = 7;
    let shown = phone.show(&asked(&mut ada).await).to_string();
    let unscripted = ada.post(STEP_UP, &[("passkey", ""), ("then", &then), ("form", &form)]).await;
    assert!(unscripted.status == 422 && told(&unscripted).contains("JavaScript"), "{}", unscripted.html);
    let done = ada.post(STEP_UP, &[("passkey", &shown), ("then", &then), ("form", &form)]).await;
    assert!(done.status == 200 && done.says(&format!("action=\"{REMOVAL}\"")), "{}", done.html);
    let factors = ada.get("/account/second-factor").await;
    assert!(factors.says("Codes left: 10.") && !factors.says("Remove the app"), "{}", factors.html);
    let copy = phone.show(&asked(&mut ada).await).to_string();
    let refused = ada.post(STEP_UP, &[("passkey", &copy)]).await;
    assert!(refused.status == 422 && told(&refused).contains("not accepted"), "no higher count: {}", refused.html);
    phone.count = 8;
    let shown = phone.show(&asked(&mut ada).await).to_string();
    let (back, way) = ada.submit(STEP_UP, &[("passkey", &shown), ("then", PAGE)]).await;
    assert!(back.says("<h2>My phone</h2>"), "{way:?}");
    let (removed, _) = ada.submit(REMOVAL, &[("id", &phone.id())]).await;
    assert!(removed.says("The passkey was removed."), "{}", removed.html);
}

#[tokio::test]
async fn the_script_of_passkeys_is_loaded_where_it_is_needed_and_kept_for_ever() {
    let bench = bench();
    let mut guest = Browser::new(&bench);
    let script_of = |shown: &Shown| {
        let (_, rest) = shown.html.split_once("<script src=\"/assets/users/passkeys.")?;
        Some(format!("/assets/users/passkeys.{}", rest.split('"').next()?))
    };
    assert_eq!(script_of(&guest.get("/account/sign-up").await), None);
    let path = script_of(&guest.get("/account/sign-in").await).unwrap();
    let served = guest.get(&path).await;
    assert_eq!((served.status, &*served.html), (200, SCRIPT));
    assert!(served.headers["cache-control"].as_str().unwrap().contains("immutable"), "{}", served.headers);
}

#[test]
fn the_script_of_passkeys_is_small_and_needs_nobody_else_and_nothing_that_the_policy_refuses() {
    assert!(SCRIPT.len() <= 4 * 1024, "the script has {} bytes", SCRIPT.len());
    for refused in [
        "eval(",
        "new Function",
        ".style",
        "http:",
        "https:",
        "import ",
        "document.cookie",
        "localStorage",
        "innerHTML",
    ] {
        assert!(!SCRIPT.contains(refused), "{refused} in the script");
    }
}
