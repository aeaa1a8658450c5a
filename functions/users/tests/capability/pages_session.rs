//! Sessions of browsers: renewed by the way, by any number of windows at once, and over without anybody being stopped.

use crate::browser::{Browser, form};
use crate::harness::{PASSWORD, bench, items};

const ACCESS: &str = "__Host-souk_access";
const REFRESH: &str = "__Secure-souk_refresh";
const EMAIL: &str = "ada@example.com";

#[tokio::test]
async fn an_expired_visit_is_renewed_by_the_way_and_goes_on() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    let before = (ada.cookie(ACCESS).unwrap().to_owned(), ada.cookie(REFRESH).unwrap().to_owned());
    bench.world.pass_seconds(906);
    let (shown, way) = ada.visit("/account/addresses?x=1").await;
    assert_eq!(shown.status, 200, "{}", shown.html);
    assert_eq!(way, ["/account/session?then=%2Faccount%2Faddresses%3Fx%3D1", "/account/addresses?x=1"]);
    assert_ne!(ada.cookie(ACCESS).unwrap(), before.0);
    assert_ne!(ada.cookie(REFRESH).unwrap(), before.1, "a refresh token works once");
    assert_eq!(items(&bench, "session#").len(), 1);
}

#[tokio::test]
async fn a_token_that_ends_in_a_moment_is_renewed_since_another_clock_may_be_ahead() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    let before = ada.cookie(ACCESS).unwrap().to_owned();
    bench.world.pass_seconds(901);
    assert_eq!(
        ada.get("/account/session?then=/cart").await.status,
        303,
        "a capability whose clock is ahead sent the browser"
    );
    assert_ne!(ada.cookie(ACCESS).unwrap(), before, "or the browser would be sent back and forth");
}

#[tokio::test]
async fn an_expired_form_keeps_its_body_on_the_way() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    let version = ada.get("/account").await.value("version").unwrap();
    bench.world.pass_seconds(906);
    let (shown, way) = ada.submit("/account", &[("name", "Ada & Co"), ("version", &version)]).await;
    assert_eq!((shown.status, way.len()), (200, 3), "{way:?}");
    assert_eq!(shown.value("name").as_deref(), Some("Ada & Co"));
}

#[tokio::test]
async fn windows_that_renew_at_the_same_moment_all_stay_signed_in() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    bench.world.pass_seconds(906);
    let (mut one, mut two, mut late) = (ada.clone(), ada.clone(), ada.clone());
    let target = "/account/session?then=/account";
    let (first, second) = tokio::join!(one.get(target), two.get(target));
    assert_eq!((first.status, second.status), (303, 303));
    bench.world.pass_seconds(9);
    assert_eq!(late.get(target).await.status, 303, "a window that asked before it heard of the others");
    let tokens = [&one, &two, &late].map(|window| window.cookie(REFRESH));
    assert!(tokens[0].is_some() && tokens.iter().all(|token| *token == tokens[0]), "in whichever order answers come");
    for mut window in [one, two, late] {
        assert_eq!(window.get("/account").await.status, 200);
        ada = window;
    }
    bench.world.pass_seconds(906);
    assert_eq!(ada.visit("/account").await.0.status, 200, "the session goes on");
}

#[tokio::test]
async fn many_windows_opened_again_renew_the_session_once() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    bench.world.pass_seconds(906);
    bench.dynamo.take_calls();
    for _ in 0..12 {
        assert_eq!(ada.get("/account/session?then=/account").await.location, "/account");
    }
    let writes = bench.dynamo.take_calls().into_iter().filter(|call| call.operation == "UpdateItem").count();
    assert_eq!(writes, 1);
}

#[tokio::test]
async fn a_window_whose_token_was_spent_twice_asks_once_more_and_is_told_to_wait_and_never_runs_in_circles() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    bench.world.pass_seconds(906);
    let behind = ada.clone();
    for _ in 0..2 {
        ada.remove(ACCESS);
        assert_eq!(ada.get("/account/session").await.status, 303);
    }
    let mut stuck = behind.clone();
    let (shown, way) = stuck.visit("/account/session?then=/account").await;
    assert_eq!((shown.status, way.as_slice()), (503, &["/account/session?again=1&then=%2Faccount".to_owned()][..]));
    assert_eq!(stuck.cookie(REFRESH), behind.cookie(REFRESH), "it keeps its cookies");
    let mut helped = behind.clone();
    let first = helped.get("/account/session?then=/account").await;
    helped.set(REFRESH, ada.cookie(REFRESH).unwrap(), "/account/session");
    assert_eq!(helped.follow(first, "").await.0.status, 200, "with the latest token it goes on");
}

#[tokio::test]
async fn a_session_that_is_renewed_without_end_is_told_to_wait() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    let mut answers = Vec::new();
    for _ in 0..5 {
        ada.remove(ACCESS);
        answers.push(ada.get("/account/session?then=/account").await.status);
    }
    assert_eq!(answers, [303, 303, 303, 303, 429]);
    assert!(ada.cookie(REFRESH).is_some());
}

#[tokio::test]
async fn who_has_no_session_any_more_goes_on_as_a_guest_and_customers_pages_lead_to_signing_in() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    ada.set("__Host-souk_cart", "cart_1.token", "/");
    bench.world.pass_seconds(15 * 24 * 60 * 60);
    for (then, status) in [("/fragments/account", 200), ("/account", 200)] {
        let mut ada = ada.clone();
        let (shown, way) = ada.visit(&format!("/account/session?then={then}")).await;
        assert_eq!(shown.status, status);
        assert_eq!(way[0], then);
        assert_eq!((ada.cookie(ACCESS), ada.cookie(REFRESH)), (None, None));
        assert!(ada.cookie("__Host-souk_cart").is_some() && ada.cookie("__Secure-souk_device").is_some());
        if then == "/account" {
            assert_eq!(way[1], "/account/sign-in?then=%2Faccount");
            assert_eq!(shown.value("then").as_deref(), Some("/account"));
        }
    }
    for broken in ["", "rt_", "rt_AAAA", "x"] {
        let mut odd = Browser::new(&bench);
        odd.set(ACCESS, "old", "/");
        odd.set(REFRESH, broken, "/account/session");
        let shown = odd.get("/account/session?then=/cart").await;
        assert_eq!((shown.status, &*shown.location, odd.cookie(ACCESS)), (303, "/cart", None), "{broken}");
    }
}

#[tokio::test]
async fn a_form_that_found_its_session_over_is_sent_again_after_signing_in() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    let version = ada.get("/account").await.value("version").unwrap();
    bench.world.pass_seconds(15 * 24 * 60 * 60);
    let fields = [("name", "Ada <b>\"'& Co"), ("version", version.as_str())];
    let (ended, way) = ada.submit("/account", &fields).await;
    assert_eq!((ended.status, way.as_slice()), (403, &["/account/session?then=%2Faccount".to_owned()][..]));
    assert!(
        ended.says("href=\"/account/sign-in?then=%2Faccount&#38;lang=de\""),
        "a link of the page can be opened: {}",
        ended.html
    );
    assert!(ended.says("Nothing you typed is lost") && !ended.says("<b>"), "{}", ended.html);
    assert!(!ended.says("Go on as a guest"), "the account is for nobody else");
    assert_eq!(ada.cookie(ACCESS), None);
    let (then, carried) = (ended.value("then").unwrap(), ended.value("form").unwrap());
    assert_eq!((then.as_str(), carried.as_str()), ("/account", form(&fields).as_str()));
    let credentials = |password| [("email", EMAIL), ("password", password), ("then", &*then), ("form", &*carried)];
    let wrong = ada.post("/account/sign-in", &credentials("wrong")).await;
    assert_eq!((wrong.status, wrong.value("form")), (422, Some(carried.clone())), "it waits through a mistake");
    let asked = ada.post("/account/sign-in", &credentials(PASSWORD)).await;
    assert_eq!(asked.status, 200);
    assert!(asked.says("Send it now") && asked.says("action=\"/account\""), "{}", asked.html);
    let again = [("name", asked.value("name").unwrap()), ("version", asked.value("version").unwrap())];
    let again: Vec<_> = again.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (shown, _) = ada.submit("/account", &again).await;
    assert_eq!(shown.value("name").as_deref(), Some("Ada <b>\"'& Co"));
}

#[tokio::test]
async fn a_guests_form_may_go_on_without_signing_in() {
    let bench = bench();
    let mut guest = Browser::new(&bench);
    guest.set(ACCESS, "old", "/");
    let shown = guest.post("/account/session?then=/checkout/order", &[("city", "Köln"), ("lines", "TEA*2")]).await;
    assert_eq!(shown.status, 403);
    assert!(shown.says("Go on as a guest") && shown.says("action=\"/checkout/order\""), "{}", shown.html);
    assert_eq!((shown.value("city").as_deref(), shown.value("lines").as_deref()), (Some("Köln"), Some("TEA*2")));
    let bare = guest.post("/account/session?then=/checkout/order", &[]).await;
    assert!(bare.says("enter it once more") && bare.value("form").is_none(), "nothing is promised that is not kept");
}

#[tokio::test]
async fn a_form_of_64_kb_is_carried_through_signing_in() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    bench.world.pass_seconds(15 * 24 * 60 * 60);
    let body = form(&[("note", &"ä".repeat(64 * 1024 / 6 - 8))]);
    assert!((64_000..=64 * 1024).contains(&body.len()));
    let ended = ada.post_body("/account/session?then=/x", &body).await;
    assert_eq!(ended.value("form").as_deref(), Some(&*body));
    let fields = [("email", EMAIL), ("password", PASSWORD), ("then", "/x"), ("form", &body)];
    let asked = ada.post("/account/sign-in", &fields).await;
    assert_eq!(asked.status, 200, "{}", asked.headers);
    assert_eq!(form(&[("note", &asked.value("note").unwrap())]), body);
}

#[tokio::test(start_paused = true)]
async fn a_table_that_is_away_signs_nobody_out() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    bench.world.pass_seconds(906);
    let kept = ada.cookie(REFRESH).unwrap().to_owned();
    bench.dynamo.throttle_next(99);
    let shown = ada.get("/account/session?then=/account").await;
    assert_eq!((shown.status, shown.set_cookies.len()), (503, 0));
    assert!(shown.says("<h1>"), "a page: {}", shown.html);
    let sent = ada.post("/account/session?then=/account", &[("name", "x")]).await;
    assert_eq!((sent.status, ada.cookie(REFRESH)), (503, Some(&*kept)));
    bench.dynamo.throttle_next(0);
    assert_eq!(ada.visit("/account").await.0.status, 200);
}

#[tokio::test]
async fn a_way_back_leads_to_this_shop_alone() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    for evil in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "cart",
        "",
    ] {
        let then = serde_urlencoded::to_string([("then", evil)]).unwrap();
        let mut window = ada.clone();
        let renewed = window.get(&format!("/account/session?{then}")).await;
        assert_eq!((renewed.status, &*renewed.location), (303, "/"), "{evil}");
        let sent = window.post(&format!("/account/session?{then}"), &[("a", "b")]).await;
        assert_eq!((sent.status, &*sent.location), (303, "/"), "{evil}");
        let shown = window.get(&format!("/account/sign-in?{then}")).await;
        let leads = |name: &str| !evil.is_empty() && shown.says(&format!("{name}=\"{evil}"));
        assert!(
            shown.value("then").is_none_or(|kept| kept.is_empty()) && !leads("href") && !leads("action"),
            "{evil}: {}",
            shown.html
        );
        let fields = [("email", EMAIL), ("password", PASSWORD), ("then", evil), ("form", "a=b")];
        let signed_in = window.post("/account/sign-in", &fields).await;
        assert_eq!((signed_in.status, &*signed_in.location), (303, "/account"), "{evil}");
    }
}
