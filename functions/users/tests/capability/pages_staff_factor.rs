//! Staff without a second factor in a browser: signing in leads over the page on which one is added to where they were going.

use crate::browser::{Browser, Shown};
use crate::factors::{App, strict_bench};
use crate::harness::{PASSWORD, grant, sign_up};
use crate::pages_staff::signed_in;
use events::users::Role;

const EMAIL: &str = "ada@example.com";
const PAGE: &str = "/account/second-factor";

/// The key that the page shows.
fn app_of(shown: &Shown) -> App {
    let (_, rest) = shown.html.split_once("<dd>").unwrap();
    App::with(rest.split('<').next().unwrap())
}

#[tokio::test]
async fn staff_who_sign_in_are_led_over_a_second_factor_to_where_they_were_going() {
    let bench = strict_bench();
    sign_up(&bench, EMAIL).await;
    grant(&bench, EMAIL, Role::Admin).await;
    let mut ada = Browser::new(&bench);
    let fields = [("email", EMAIL), ("password", PASSWORD), ("then", "/staff/users?name=a")];
    let (asked, way) = ada.submit("/account/sign-in", &fields).await;
    assert_eq!((asked.status, &*way[0]), (200, "/account/second-factor?then=%2Fstaff%2Fusers%3Fname%3Da"));
    assert!(asked.says("You work for this shop"), "{}", asked.html);
    assert_eq!(ada.get("/staff/users").await.status, 403, "not before there is one");
    assert!(ada.get("/account").await.says("You work for this shop"));

    let then = asked.value("then").unwrap();
    let wrong = ada.post(&format!("{PAGE}/app"), &[("password", "wrong"), ("then", &then)]).await;
    assert_eq!((wrong.status, wrong.value("then")), (422, Some(then.clone())));
    let (begun, way) = ada.submit(&format!("{PAGE}/app"), &[("password", PASSWORD), ("then", &then)]).await;
    assert_eq!((begun.value("then"), way.len()), (Some(then.clone()), 1));
    let code = app_of(&begun).code(&bench);
    let done = ada.post(&format!("{PAGE}/confirmation"), &[("code", &code), ("then", &then)]).await;
    assert!(done.status == 200 && done.says("href=\"/staff/users?name=a\""), "{}", done.html);
    assert_eq!(ada.get("/staff/users?name=a").await.status, 200, "without another sign-in");
    assert!(!ada.get("/account").await.says("You work for this shop"));
    let kept = ada.post(&format!("{PAGE}/removal"), &[]).await;
    assert!(kept.status == 422 && kept.says("you keep your last second factor"), "{}", kept.html);
}

#[tokio::test]
async fn whoever_got_a_role_meanwhile_is_led_there_when_the_session_is_renewed() {
    let bench = strict_bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    grant(&bench, EMAIL, Role::Support).await;
    bench.world.pass_seconds(906);
    let (asked, way) = ada.visit("/staff").await;
    assert_eq!((asked.status, &**way.last().unwrap()), (200, "/account/second-factor?then=%2Fstaff"), "{way:?}");
    bench.world.pass_seconds(906);
    let (shopping, way) = ada.visit("/account/addresses").await;
    assert_eq!((shopping.status, &**way.last().unwrap()), (200, "/account/addresses"), "a customer's page is open");
}

#[tokio::test]
async fn no_other_site_and_no_customer_is_led_anywhere_else() {
    let bench = strict_bench();
    let (_, mut ada) = signed_in(&bench, EMAIL, &[Role::Support]).await;
    let evil = ada.post(&format!("{PAGE}/app"), &[("password", PASSWORD), ("then", "https://evil.example/")]).await;
    assert_eq!((evil.status, &*evil.location), (303, PAGE));
    let code = app_of(&ada.get(PAGE).await).code(&bench);
    let done = ada.post(&format!("{PAGE}/confirmation"), &[("code", &code), ("then", "//evil.example")]).await;
    assert!(done.says("href=\"/account/second-factor\"") && !done.says("evil"), "{}", done.html);
    let (_, mut bob) = signed_in(&bench, "bob@example.com", &[]).await;
    assert!(!bob.get("/account").await.says("You work for this shop"));
    assert_eq!(bob.sign_in("bob@example.com").await.location, "/account");
}
