//! Signing in by the company's OpenID provider, against one that keeps to the specification, or does not when it is told to.

use crate::browser::{Browser, Shown};
use crate::company::{DEPART, ISSUER, admin_of_now, company, depart, shop, sign_in_at, tie, way_back};
use crate::harness::{PASSWORD, admin, bench, grant, items, sign_in_request, sign_up, somebody};
use chassis::SecondFactor::{Optional, Required};
use chassis::testing::Bench;
use events::users::Role;
use oidc::{Fault, Provider as Company, SignedIn};
use serde_json::json;
use std::sync::Arc;
use users::Users;

const EMAIL: &str = "ada@example.com";
const SUBJECT: &str = "248289761001";
const DAY: i64 = 24 * 60 * 60;

/// A shop with a member of staff who is tied to the company's Ada.
async fn with_ada(second_factor: chassis::SecondFactor) -> (Arc<Company>, Bench<Users>) {
    let company = company();
    let bench = shop(&company, second_factor);
    let id = sign_up(&bench, EMAIL).await;
    grant(&bench, EMAIL, Role::Support).await;
    let answer = match second_factor {
        Optional => tie(&bench, id, SUBJECT, &admin(&bench).await).await,
        Required => tie(&bench, id, SUBJECT, &admin_of_now(&bench).await).await,
    };
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    (company, bench)
}

fn ada() -> SignedIn {
    SignedIn::with_two_factors(SUBJECT)
}

fn is_signed_in(shown: &Shown) -> bool {
    shown.set_cookies.iter().any(|line| line.starts_with("__Host-souk_access=") && !line.contains("Max-Age=0"))
}

#[tokio::test]
async fn staff_sign_in_by_the_provider_of_the_company_once_they_are_tied_and_nobody_is_created_or_matched_by_mail() {
    let company = company();
    let bench = shop(&company, Optional);
    let (admin, (id, _)) = (admin(&bench).await, somebody(&bench, EMAIL).await);
    let mut browser = Browser::new(&bench);
    let page = browser.get("/account/sign-in?then=%2Fcart").await;
    assert!(
        page.says("Sign in with Company") && page.says(&format!("href=\"{DEPART}?then=%2Fcart\"")),
        "{}",
        page.html
    );
    company.misbehave(Fault::Claims(r#"{"email": "ada@example.com", "email_verified": true}"#));
    let unknown = sign_in_at(&bench, &company, &mut browser, (DEPART, &ada())).await;
    assert_eq!((unknown.status, is_signed_in(&unknown)), (403, false));
    assert!(unknown.says(ISSUER) && unknown.says(SUBJECT) && unknown.says("no account here"), "{}", unknown.html);
    assert_eq!(items(&bench, "profile").len(), 1);
    assert_eq!(tie(&bench, id, SUBJECT, &admin).await.status, 200);
    let other = sign_in_at(&bench, &company, &mut browser, (DEPART, &SignedIn::with_two_factors("1"))).await;
    assert_eq!((other.status, other.says(SUBJECT)), (403, false), "it is Ada's");
    let target = format!("{DEPART}?then=%2Faccount%2Fsessions");
    let shown = sign_in_at(&bench, &company, &mut browser, (&target, &ada())).await;
    assert_eq!((shown.status, &*shown.location), (303, "/account/sessions"));
    assert_eq!(browser.get("/account").await.status, 200);
    assert_eq!(browser.get(DEPART).await.location, "/account", "who is signed in has nothing to do there");
    let mut gone = Browser::new(&bench);
    gone.language = "de";
    let german = sign_in_at(&bench, &company, &mut gone, (DEPART, &SignedIn::with_two_factors("1"))).await;
    assert!(german.says("<dt>Firma</dt>"), "{}", german.html);
}

#[tokio::test]
async fn a_session_that_the_provider_opened_is_one_like_any_other_and_lives_for_a_day() {
    let (company, bench) = with_ada(Optional).await;
    let mut browser = Browser::new(&bench);
    let shown = sign_in_at(&bench, &company, &mut browser, (DEPART, &ada())).await;
    assert_eq!((shown.status, &*shown.location), (303, "/staff"));
    assert_eq!(browser.get("/staff/users").await.status, 200);
    let session = items(&bench, "session#").into_iter().find(|item| item["by_provider"]["BOOL"] == true).unwrap();
    let end = json!({"S": bench.world.now().plus_seconds(DAY)});
    assert_eq!((&session["expires_at"], &session["idle_expires_at"]), (&end, &end));
    assert_eq!(session["second_factor_at"], json!({"S": bench.world.now()}));
    bench.world.pass_seconds(DAY - 1);
    let (renewed, way) = browser.visit("/account").await;
    assert_eq!((renewed.status, way.len()), (200, 2), "{way:?}");
    bench.world.pass_seconds(16 * 60);
    let (over, way) = browser.visit("/account").await;
    assert!(over.says("name=\"password\""), "{way:?}");
}

#[tokio::test]
async fn where_a_second_factor_is_required_that_of_the_provider_counts_and_one_of_now_is_asked_for_there() {
    let (company, bench) = with_ada(Required).await;
    let mut browser = Browser::new(&bench);
    let one = SignedIn::with_one_factor(SUBJECT);
    assert!(is_signed_in(&sign_in_at(&bench, &company, &mut browser, (DEPART, &one)).await));
    assert_ne!(browser.get("/staff/users").await.status, 200, "one factor is not enough");
    let page = browser.get("/account/second-factor?then=%2Fstaff%2Fusers").await;
    let fresh = format!("{DEPART}?then=%2Fstaff%2Fusers&fresh=yes");
    assert!(page.says(&fresh.replace('&', "&#38;")) || page.says(&fresh), "{}", page.html);
    let form = browser.post("/account/second-factor?then=%2Fstaff%2Fusers%2Fx%2Froles", &[("customer", "yes")]).await;
    assert!(
        form.status == 403 && form.says("?then=&#38;fresh=yes") && form.says("does not come along"),
        "{}",
        form.html
    );
    let asked = depart(&mut browser, &fresh).await;
    assert_eq!((&*asked["prompt"], &*asked["max_age"]), ("login", "0"));
    let refused = browser.get(&way_back(&bench, &company, &asked, &one)).await;
    assert!(refused.status == 403 && refused.says("with one factor"), "{}", refused.html);
    let earlier = SignedIn { auth_time: Some(bench.world.now().seconds() - 120), ..ada() };
    assert_eq!(sign_in_at(&bench, &company, &mut browser, (&fresh, &earlier)).await.status, 403, "not of now");
    let shown = sign_in_at(&bench, &company, &mut browser, (&fresh, &ada())).await;
    assert_eq!((shown.status, &*shown.location), (303, "/staff/users"));
    assert_eq!(browser.get("/staff/users").await.status, 200);
    let live = items(&bench, "session#").into_iter().filter(|item| item["by_provider"]["BOOL"] == true);
    assert_eq!(live.filter(|item| item["revoked"]["BOOL"] == false).count(), 1, "the one before is over");
}

#[tokio::test]
async fn whatever_a_token_claims_falsely_signs_nobody_in_and_a_password_still_does() {
    let (company, bench) = with_ada(Optional).await;
    for fault in [
        Fault::Unsigned,
        Fault::SignedWithSecret,
        Fault::UnknownKey,
        Fault::Forged,
        Fault::Claims(r#"{"nonce": "of another sign-in"}"#),
        Fault::Claims(r#"{"aud": "another shop"}"#),
        Fault::Claims(r#"{"iss": "https://id.other.example"}"#),
        Fault::Claims(r#"{"exp": 1767225000}"#),
        Fault::Claims(r#"{"auth_time": 1767139000}"#),
    ] {
        let mut browser = Browser::new(&bench);
        company.misbehave(fault);
        let shown = sign_in_at(&bench, &company, &mut browser, (DEPART, &ada())).await;
        assert!(
            shown.status == 403 && shown.says("cannot trust") && !is_signed_in(&shown),
            "{fault:?}: {}",
            shown.html
        );
        assert!(!shown.says(SUBJECT), "{fault:?}");
        assert_eq!(browser.sign_in(EMAIL).await.status, 303);
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_fails_hangs_or_is_another_closes_this_way_alone() {
    let company = company();
    let bench = shop(&company, Optional);
    let mut browser = Browser::new(&bench);
    for fault in [Fault::Failing, Fault::Hanging, Fault::OtherIssuer] {
        company.misbehave(fault);
        let shown = browser.get(DEPART).await;
        assert!(shown.status == 503 && shown.says("does not answer at the moment"), "{fault:?}: {}", shown.html);
    }
    company.misbehave(Fault::None);
    let asked = depart(&mut browser, DEPART).await;
    let back = way_back(&bench, &company, &asked, &ada());
    company.misbehave(Fault::Hanging);
    let shown = browser.get(&back).await;
    assert!(shown.status == 503 && !is_signed_in(&shown), "{}", shown.html);
    company.misbehave(Fault::None);
    sign_up(&bench, EMAIL).await;
    assert_eq!(bench.http(sign_in_request(EMAIL, PASSWORD)).await.status, 201);
}

#[tokio::test]
async fn only_the_browser_that_left_comes_back_once_and_in_time() {
    let (company, bench) = with_ada(Optional).await;
    let refused = |shown: &Shown| shown.status == 403 && !is_signed_in(shown);
    let mut ada_there = Browser::new(&bench);
    let asked = depart(&mut ada_there, DEPART).await;
    let back = way_back(&bench, &company, &asked, &ada());
    assert!(refused(&Browser::new(&bench).get(&back).await), "a browser that never left");
    let mut eve = Browser::new(&bench);
    depart(&mut eve, DEPART).await;
    assert!(refused(&eve.get(&back).await), "one that left on another way");
    let mut changed = ada_there.clone();
    assert!(refused(&changed.get(&back.replace("state=", "state=x")).await));
    let mut declined = ada_there.clone();
    let no = format!("{DEPART}/callback?error=access_denied&state={}", asked["state"]);
    let shown = declined.get(&no).await;
    assert!(refused(&shown) && shown.says("were not signed in there"), "{}", shown.html);
    let mut mixed_up = ada_there.clone();
    let elsewhere = back.replace("iss=https%3A%2F%2Fid.company.example", "iss=https%3A%2F%2Fid.other.example");
    assert!(elsewhere != back && refused(&mixed_up.get(&elsewhere).await), "of another provider (RFC 9207)");
    let mut again = ada_there.clone();
    assert!(is_signed_in(&ada_there.get(&back).await));
    assert!(refused(&again.get(&back).await), "a code counts once");
    assert!(refused(&ada_there.get(&back).await), "and so does a departure");
    let mut late = Browser::new(&bench);
    let asked = depart(&mut late, DEPART).await;
    bench.world.pass_seconds(15 * 60);
    let shown = late.get(&way_back(&bench, &company, &asked, &ada())).await;
    assert!(refused(&shown) && shown.says("took too long"), "{}", shown.html);
}

#[tokio::test]
async fn keys_are_kept_for_an_hour_and_read_again_for_a_new_one_at_most_once_a_minute() {
    let (company, bench) = with_ada(Optional).await;
    let signs_in =
        async || is_signed_in(&sign_in_at(&bench, &company, &mut Browser::new(&bench), (DEPART, &ada())).await);
    let read = || (company.requests("GET /jwks"), company.requests("GET /.well-known/openid-configuration"));
    assert!(signs_in().await && signs_in().await);
    assert_eq!(read(), (1, 1));
    company.rotate();
    assert!(!signs_in().await, "keys of a moment ago are not read again");
    assert_eq!(read(), (1, 1));
    bench.world.pass_seconds(60);
    assert!(signs_in().await);
    assert_eq!(read(), (2, 1));
    company.misbehave(Fault::UnknownKey);
    assert!(!signs_in().await && !signs_in().await);
    assert_eq!(read(), (2, 1), "whoever makes up keys makes no requests");
    company.misbehave(Fault::None);
    bench.world.pass_seconds(60 * 60);
    assert!(signs_in().await);
    assert_eq!(read(), (3, 2));
}

#[tokio::test]
async fn a_disabled_user_is_not_signed_in_by_the_provider_either() {
    let (company, bench) = with_ada(Optional).await;
    let id = crate::harness::id_of(&bench, EMAIL);
    let body = json!({"status": "disabled", "reason": "Left"});
    let request = chassis::testing::Request::put(&format!("/v1/users/{id}/status"), body);
    assert_eq!(bench.http(request.bearer(&admin(&bench).await)).await.status, 200);
    let shown = sign_in_at(&bench, &company, &mut Browser::new(&bench), (DEPART, &ada())).await;
    assert!(shown.status == 403 && shown.says("disabled") && !is_signed_in(&shown), "{}", shown.html);
}

#[tokio::test]
async fn without_a_provider_no_page_leads_to_one() {
    let bench = bench();
    let mut browser = Browser::new(&bench);
    assert!(!browser.get("/account/sign-in").await.says(DEPART));
    assert_eq!(browser.get(DEPART).await.status, 404);
    assert_eq!(browser.get(&format!("{DEPART}/callback?code=x&state=y")).await.status, 404);
}
