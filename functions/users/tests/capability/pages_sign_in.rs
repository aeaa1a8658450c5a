//! The pages of signing up, in and out.

use crate::browser::{Browser, form_request};
use crate::harness::{PASSWORD, bench, items, sign_up};
use chassis::testing::Request;
use proptest::prelude::*;

const ACCESS: &str = "__Host-souk_access";
const REFRESH: &str = "__Secure-souk_refresh";
const DEVICE: &str = "__Secure-souk_device";
const EMAIL: &str = "ada@example.com";

#[tokio::test]
async fn signing_up_signs_in_and_leads_on() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    let page = ada.get("/account/sign-up?then=/cart").await;
    assert_eq!((page.status, page.value("then").as_deref()), (200, Some("/cart")));
    for attribute in
        ["autocomplete=\"name\"", "autocomplete=\"username\"", "autocomplete=\"new-password\"", "15 or more"]
    {
        assert!(page.says(attribute), "{attribute} in {}", page.html);
    }
    let fields = [("name", " Ada  Ω "), ("email", "ADA@example.com"), ("password", PASSWORD), ("then", "/cart")];
    let done = ada.post("/account/sign-up", &fields).await;
    assert_eq!((done.status, &*done.location), (303, "/cart"));
    let account = ada.get("/account").await;
    assert_eq!((account.status, account.value("name").as_deref()), (200, Some("Ada Ω")));
    assert!(account.says(EMAIL));
    bench.relay().await.unwrap();
    assert_eq!(items(&bench, "session#").len(), 1);
}

#[tokio::test]
async fn a_sign_up_that_is_refused_says_why_at_each_field_and_keeps_what_was_typed_but_the_password() {
    let bench = bench();
    sign_up(&bench, "eve@example.com").await;
    let mut ada = Browser::new(&bench);
    let hostile = "<script>\"'&";
    for (fields, at, told) in [
        ([("name", ""), ("email", "ada"), ("password", "")], "name", "fill in"),
        ([("name", hostile), ("email", "ada"), ("password", PASSWORD)], "email", "such as ada@example.com"),
        ([("name", hostile), ("email", EMAIL), ("password", "short")], "password", "8 to 128"),
        ([("name", hostile), ("email", EMAIL), ("password", "password123")], "password", "guessed"),
        ([("name", hostile), ("email", EMAIL), ("password", "abcabcabcabc")], "password", "guessed"),
        ([("name", hostile), ("email", EMAIL), ("password", EMAIL)], "password", "your name or email"),
        ([("name", "Ada\u{202e}adA"), ("email", EMAIL), ("password", PASSWORD)], "name", "cannot be seen"),
        ([("name", hostile), ("email", "eve@example.com"), ("password", PASSWORD)], "email", "already an account"),
    ] {
        let shown = ada.post("/account/sign-up", &fields).await;
        assert_eq!(shown.status, 422, "{fields:?}");
        assert!(shown.error(at).contains(told), "{fields:?}: {}", shown.html);
        let link = format!("href=\"#field-{at}\">{}: ", shown.label(at));
        assert!(shown.says(&link), "a summary names the field and leads to it: {}", shown.html);
        assert_eq!(
            (shown.value("name").unwrap(), shown.value("email").unwrap()),
            (fields[0].1.into(), fields[1].1.into())
        );
        assert_eq!(shown.value("password").as_deref(), Some(""));
        assert!(!shown.says("<script>\""), "{}", shown.html);
        assert!(shown.set_cookies.is_empty());
    }
    let long = "Ω".repeat(9_000);
    let shown = ada.post("/account/sign-up", &[("name", &long), ("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!((shown.status, shown.value("name")), (422, Some(long)));
    assert!(shown.error("name").contains("200 characters"));
    let huge = "x".repeat(64 * 1024);
    let shown = ada.post("/account/sign-up", &[("name", &huge), ("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(shown.status, 413);
    assert_eq!(items(&bench, "profile").len(), 1);
}

#[tokio::test]
async fn a_password_is_sent_as_it_was_typed_with_the_blanks_around_it() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    let password = "  a quiet harbour & more ";
    ada.post("/account/sign-up", &[("name", "Ada"), ("email", EMAIL), ("password", password)]).await;
    let with = |password| [("email", EMAIL), ("password", password)];
    assert_eq!(ada.post("/account/sign-in", &with(password)).await.status, 303);
    assert_eq!(ada.post("/account/sign-in", &with(password.trim())).await.status, 422);
    let api = crate::harness::sign_in_request(EMAIL, password);
    assert_eq!(bench.http(api).await.status, 201, "programs and pages mean the same password");
}

#[tokio::test]
async fn signing_in_replaces_the_cookies_and_leads_to_where_one_was_going() {
    let bench = bench();
    sign_up(&bench, EMAIL).await;
    let mut ada = Browser::new(&bench);
    let page = ada.get("/account/sign-in?then=/orders/order_1?x=1").await;
    assert_eq!(page.value("then").as_deref(), Some("/orders/order_1?x=1"));
    assert!(page.says("autocomplete=\"username\"") && page.says("autocomplete=\"current-password\""));
    assert!(page.says("/account/sign-up?then=%2Forders"), "{}", page.html);
    let first = ada.sign_in(EMAIL).await;
    assert_eq!((first.status, &*first.location), (303, "/account"));
    let before = (ada.cookie(ACCESS).unwrap().to_owned(), ada.cookie(REFRESH).unwrap().to_owned());
    let fields = [("email", EMAIL), ("password", PASSWORD), ("then", "/orders/order_1?x=1")];
    let second = ada.post("/account/sign-in", &fields).await;
    assert_eq!(&*second.location, "/orders/order_1?x=1");
    assert!(ada.cookie(ACCESS).unwrap() != before.0 && ada.cookie(REFRESH).unwrap() != before.1);
    let circle =
        ada.post("/account/sign-in", &[("email", EMAIL), ("password", PASSWORD), ("then", "/account/sign-in")]);
    assert_eq!(circle.await.location, "/account", "who is signed in is not asked to sign in");
}

#[tokio::test]
async fn who_is_signed_in_is_led_on_from_signing_in_and_up_and_may_still_send_the_form_of_another_account() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    for page in ["/account/sign-in", "/account/sign-up"] {
        for (then, target) in [
            ("", "/account"),
            ("/cart?x=1", "/cart?x=1"),
            ("/account/sign-up", "/account"),
            ("//evil.example", "/account"),
        ] {
            let shown = ada.get(&format!("{page}?then={then}")).await;
            assert_eq!((shown.status, &*shown.location), (303, target), "{page} {then}");
        }
    }
    sign_up(&bench, "eve@example.com").await;
    assert_eq!(ada.sign_in("eve@example.com").await.status, 303);
    assert!(ada.get("/account").await.says("eve@example.com"));
    bench.world.pass_seconds(906);
    assert_eq!(ada.get("/account/sign-in").await.status, 200, "whose token expired may sign in");
}

#[tokio::test]
async fn a_card_number_empties_its_field_and_nobody_sees_it_again() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    let card = "4242-4242-4242-4242";
    for target in ["/account/sign-up", "/account/sign-in"] {
        for field in ["email", "password"] {
            let typed = [("name", "Ada"), ("email", EMAIL), ("password", PASSWORD), ("then", "/cart")];
            let typed = typed.map(|(name, value)| (name, if name == field { card } else { value }));
            let shown = ada.post(target, &typed).await;
            assert_eq!((shown.status, shown.value(field).as_deref()), (422, Some("")), "{target} {field}");
            assert!(shown.error(field).contains("card number") && !shown.says("4242"), "{field}: {}", shown.html);
            assert_eq!(shown.value("then").as_deref(), Some("/cart"));
            assert_eq!(shown.value("email").as_deref(), Some(if field == "email" { "" } else { EMAIL }));
        }
    }
    assert!(items(&bench, "profile").is_empty());
}

#[tokio::test]
async fn wrong_credentials_are_answered_alike_whether_or_not_the_user_exists() {
    let bench = bench();
    sign_up(&bench, EMAIL).await;
    let mut ada = Browser::new(&bench);
    let mut pages = Vec::new();
    for email in [EMAIL, "eve@example.com"] {
        let shown = ada.post("/account/sign-in", &[("email", email), ("password", "secret guess")]).await;
        assert_eq!((shown.status, shown.value("email").as_deref()), (422, Some(email)));
        assert!(shown.says("The email address or the password is wrong") && !shown.says("secret guess"));
        assert!(shown.set_cookies.is_empty());
        pages.push(shown.html.replace(email, ""));
    }
    assert_eq!(pages[0], pages[1]);
    let empty = ada.post("/account/sign-in", &[]).await;
    assert_eq!(empty.status, 422);
    assert!(!empty.error("email").is_empty() && !empty.error("password").is_empty());
}

#[tokio::test]
async fn too_many_attempts_are_told_with_the_wait_and_a_known_browser_is_not_kept_out() {
    let bench = bench();
    sign_up(&bench, EMAIL).await;
    let mut ada = Browser::new(&bench);
    ada.sign_in(EMAIL).await;
    let mut stranger = Browser::new(&bench);
    stranger.language = "de";
    for _ in 0..10 {
        let guess = [("email", EMAIL), ("password", "a guess")];
        assert_eq!(stranger.post("/account/sign-in", &guess).await.status, 422);
    }
    let shown = stranger.sign_in(EMAIL).await;
    assert_eq!(shown.status, 429);
    assert!(shown.says("zu viele Versuche") && shown.says("15 Min."), "{}", shown.html);
    assert_eq!(shown.headers["retry-after"], "900");
    assert_eq!(shown.value("email").as_deref(), Some(EMAIL));
    assert_eq!(ada.post("/account/sign-out", &[]).await.status, 303);
    assert_eq!(ada.sign_in(EMAIL).await.status, 303, "this browser signed in before, and still does after signing out");
}

#[tokio::test]
async fn signing_out_ends_the_session_at_the_server_and_keeps_what_is_the_browsers() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    ada.set("__Host-souk_cart", "cart_1.token", "/");
    ada.set("__Host-souk_orders", "order_1~token", "/");
    let thief = ada.clone();
    let out = ada.post("/account/sign-out", &[]).await;
    assert_eq!((out.status, &*out.location), (303, "/"));
    assert_eq!((ada.cookie(ACCESS), ada.cookie(REFRESH)), (None, None));
    for kept in ["__Host-souk_cart", "__Host-souk_orders", DEVICE] {
        assert!(ada.cookie(kept).is_some(), "{kept}");
    }
    let mut copied = thief.clone();
    bench.world.pass_seconds(906);
    let (shown, way) = copied.visit("/account").await;
    assert_eq!((shown.status, way.len()), (200, 3), "{way:?}");
    assert!(way[2].starts_with("/account/sign-in"), "{way:?}");
    assert_eq!(ada.post("/account/sign-out", &[]).await.status, 303, "once more is no error");
}

#[tokio::test]
async fn an_expired_sign_out_ends_the_session_too_and_one_of_a_session_that_is_over_is_done() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    let idle = ada.clone();
    bench.world.pass_seconds(906);
    let out = ada.post("/account/sign-out", &[]).await;
    let through = ada.post_body(&out.location, "").await;
    assert_eq!((out.status, through.status), (307, 307));
    assert_eq!(ada.post_body(&through.location, "").await.status, 303);
    assert_eq!(items(&bench, "session#")[0]["revoked"]["BOOL"], true);
    let mut late = idle.clone();
    bench.world.pass_seconds(15 * 24 * 60 * 60);
    let out = late.post("/account/sign-out", &[]).await;
    let done = late.post_body(&out.location, "").await;
    assert_eq!((done.status, &*done.location, late.cookie(REFRESH)), (303, "/", None));
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let bench = bench();
    let (mut ada, mut other) = (Browser::new(&bench), Browser::new(&bench));
    ada.sign_up(EMAIL).await;
    other.sign_in(EMAIL).await;
    let out = ada.post("/account/sign-out", &[("everywhere", "yes")]).await;
    assert_eq!((out.status, ada.cookie(ACCESS)), (303, None));
    bench.world.pass_seconds(906);
    let (_, way) = other.visit("/account").await;
    assert!(way.last().unwrap().starts_with("/account/sign-in"), "{way:?}");
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_and_changes_nothing() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    ada.post(
        "/account/addresses",
        &[("name", "Ada"), ("line1", "1 Quay"), ("postal_code", "5003"), ("city", "Bergen"), ("country", "NO")],
    )
    .await;
    let list = ada.get("/account/addresses").await;
    let (_, rest) = list.html.split_once("/account/addresses/addr_").unwrap();
    let address = format!("/account/addresses/addr_{}", rest.split('"').next().unwrap());
    let before = bench.dynamo.items();
    let body = "name=Eve&email=eve@example.com&password=a+quiet+harbour+at+noon&version=1&everywhere=yes&line1=x&city=y&country=DE&postal_code=10115";
    let removal = format!("{address}/removal");
    for path in [
        "/account",
        "/account/sign-up",
        "/account/sign-in",
        "/account/sign-out",
        "/account/session",
        "/account/addresses",
        &address,
        &removal,
    ] {
        let foreign =
            [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")];
        for (name, value) in foreign {
            let request = form_request(path, body).without_header("sec-fetch-site").header(name, value);
            let shown = ada.clone().send(ada.with_cookies(request, path)).await;
            assert_eq!((shown.status, shown.set_cookies.len()), (403, 0), "{path} {value}");
            assert!(shown.says("<h1>"));
        }
    }
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn pages_ignore_bearer_tokens_and_the_api_ignores_cookies() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    let access = ada.cookie(ACCESS).unwrap().to_owned();
    let mut other = Browser::new(&bench);
    let shown = other.send(Request::get("/account").bearer(&access)).await;
    assert_eq!((shown.status, &*shown.location), (303, "/account/sign-in?then=%2Faccount"));
    let api = ada.with_cookies(Request::get("/v1/users/me"), "/v1/users/me");
    assert_eq!(bench.http(api).await.status, 401);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_typed_stays_text(typed in "(?s)([^@]|[<>\"'&/=]){0,60}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (shown, plain) = runtime.block_on(async {
            let bench = bench();
            let mut ada = Browser::new(&bench);
            let shown = ada.post("/account/sign-in", &[("email", &*typed), ("then", &*typed)]).await;
            (shown, ada.post("/account/sign-in", &[("email", "x")]).await)
        });
        prop_assert_eq!(shown.status, 422);
        prop_assert_eq!(shown.value("email"), Some(typed));
        let tags = |html: &str| html.matches('<').count();
        prop_assert_eq!(tags(&shown.html), tags(&plain.html));
    }
}
