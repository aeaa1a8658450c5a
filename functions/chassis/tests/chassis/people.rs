//! Routes for people: who a browser's cookie says they are, where they go without one, and whose forms are taken.

use crate::probe::{Probe, bench, bench_with};
use chassis::http::{self, Logo, Screens, Visit};
use chassis::testing::signing::verifier;
use chassis::testing::{Bench, Request, Response};
use chassis::tokens::AccessVerifier;
use chassis::{Access, Call, Problem, Route};
use events::ids::UserId;
use events::users::Role;
use std::sync::Arc;

/// What people see of the made-up service.
pub fn screens() -> Screens<Probe> {
    let routes = vec![
        Route::page("GET", "/open", Access::Unauthenticated, page),
        Route::page("GET", "/anybody", Access::OptionalAuth, page),
        Route::page("GET", "/mine", Access::Customer, page),
        Route::page("POST", "/mine", Access::Customer, page),
        Route::page("GET", "/staff", Access::AnyStaff, page),
        Route::page("GET", "/ended", Access::AnyStaff, ended_page),
        Route::page("POST", "/ended", Access::AnyStaff, ended_page),
        Route::page("GET", "/stepped-up", Access::AnyStaff, page).stepped_up(),
        Route::page("POST", "/stepped-up", Access::AnyStaff, page).stepped_up(),
        Route::page("GET", "/broken", Access::Unauthenticated, panicking_page),
        Route::fragment("/part", Access::Customer, page),
    ];
    Screens { routes, refusal }
}

/// A refusal of one of its pages, which says to whom.
fn refusal(_: &Probe, problem: &Problem, visit: &Visit) -> Option<http::Response> {
    let what = if visit.is_fragment { "part" } else { "page" };
    let lang = visit.headers.get("accept-language").map(|sent| format!(" in {}", sent.to_str().unwrap()));
    let mut response = html(format!("{what}: {}{}", problem.kind, lang.unwrap_or_default()));
    *response.status_mut() = problem.status.try_into().unwrap();
    Some(response)
}

fn html(text: String) -> http::Response {
    let mut response = http::Response::new(text.into());
    response.headers_mut().insert("content-type", "text/html; charset=utf-8".parse().unwrap());
    response
}

async fn page(_: Arc<Probe>, call: Call) -> Result<http::Response, Problem> {
    let who = call.caller.user().map_or("nobody".to_owned(), |user| user.to_string());
    Ok(html(format!("{who} at {}", call.target)))
}

/// As a page that is rechecked refuses a token that was revoked.
async fn ended_page(_: Arc<Probe>, _: Call) -> Result<http::Response, Problem> {
    Err(Problem::session_ended())
}

async fn panicking_page(_: Arc<Probe>, _: Call) -> Result<http::Response, Problem> {
    panic!("a page broke")
}

fn cookie(token: &str) -> String {
    format!("souk_lang=de; __Host-souk_access={token}")
}

fn customer(bench: &Bench<Probe>) -> String {
    bench.token(UserId::from_bits(7), &[Role::Customer])
}

async fn seen(bench: &Bench<Probe>, path: &str, token: &str) -> Response {
    bench.http(Request::get(path).header("cookie", &cookie(token))).await
}

#[tokio::test]
async fn a_page_knows_its_visitor_by_the_cookie_and_the_api_never_does() {
    let bench = bench();
    let token = customer(&bench);
    let user = UserId::from_bits(7);
    assert_eq!(seen(&bench, "/mine?x=1", &token).await.body, format!("{user} at /mine?x=1"));
    assert_eq!(seen(&bench, "/anybody", &token).await.body, format!("{user} at /anybody"));
    assert_eq!(seen(&bench, "/open", &token).await.body, "nobody at /open");
    assert_eq!(bench.http(Request::get("/anybody")).await.body, "nobody at /anybody");
    assert_eq!(seen(&bench, "/v1/access/customer", &token).await.status, 401);
    let bearer = bench.http(Request::get("/mine").bearer(&token)).await;
    assert_eq!(bearer.header("location"), Some("/account/sign-in?then=%2Fmine"), "a page reads no header");
}

#[tokio::test]
async fn a_visitor_without_a_session_is_asked_to_sign_in_and_comes_back() {
    let bench = bench();
    let answer = bench.http(Request::get("/mine?a=b&c=%20")).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/account/sign-in?then=%2Fmine%3Fa%3Db%26c%3D%2520"))
    );
    let form = Request::new("POST", "/mine").header("sec-fetch-site", "same-origin");
    let answer = bench.http(form).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/account/sign-in")));
    let answer = bench.http(Request::get("/part")).await;
    assert_eq!((answer.status, answer.body.as_str()), (401, Some("part: unauthenticated")));
}

#[tokio::test]
async fn an_expired_session_is_renewed_on_the_way_and_a_form_keeps_its_body() {
    let bench = bench();
    let token = customer(&bench);
    bench.world.pass_seconds(3_600);
    for stale in [token.as_str(), "nonsense"] {
        let answer = seen(&bench, "/mine?x=1", stale).await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/account/session?then=%2Fmine%3Fx%3D1")));
        let answer = seen(&bench, "/anybody", stale).await;
        assert_eq!(answer.status, 303, "a customer never becomes a guest by the way");
        let form =
            Request::new("POST", "/mine").header("cookie", &cookie(stale)).header("sec-fetch-site", "same-origin");
        let answer = bench.http(form).await;
        assert_eq!((answer.status, answer.header("location")), (307, Some("/account/session?then=%2Fmine")));
        assert_eq!(seen(&bench, "/part", stale).await.status, 401);
        assert_eq!(seen(&bench, "/open", stale).await.status, 200);
    }
}

#[tokio::test]
async fn a_session_that_ended_or_lost_a_right_is_renewed_though_its_token_has_not_expired() {
    let bench = bench();
    let token = bench.staff();
    let answer = seen(&bench, "/ended?x=1", &token).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/account/session?ended=1&then=%2Fended%3Fx%3D1")),
        "signing in would send back whoever has a good token"
    );
    let form = Request::new("POST", "/ended").header("cookie", &cookie(&token)).header("sec-fetch-site", "same-origin");
    let answer = bench.http(form).await;
    assert_eq!((answer.status, answer.header("location")), (307, Some("/account/session?ended=1&then=%2Fended")));
}

#[tokio::test]
async fn a_form_that_another_site_sent_changes_nothing() {
    let bench = bench();
    let token = customer(&bench);
    let form = || Request::new("POST", "/mine").header("cookie", &cookie(&token));
    for (header, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("x-nothing", "")] {
        let answer = bench.http(form().header(header, value)).await;
        assert_eq!((answer.status, answer.body.as_str()), (403, Some("page: foreign_form")), "{header}");
    }
    assert_eq!(bench.http(form().header("sec-fetch-site", "same-origin")).await.status, 200);
}

#[tokio::test]
async fn whom_a_page_is_not_for_reads_so_and_so_does_whoever_meets_a_fault() {
    let bench = bench();
    let answer = seen(&bench, "/staff", &customer(&bench)).await;
    assert_eq!((answer.status, answer.body.as_str()), (403, Some("page: forbidden")));
    let answer = bench.http(Request::get("/broken")).await;
    assert_eq!((answer.status, answer.body.as_str()), (500, Some("page: internal")));
    let answer = bench.http(Request::get("/nowhere")).await;
    assert_eq!((answer.status, answer.body.as_str()), (404, Some("page: not_found")));
    let answer = bench.http(Request::get("/v1/nowhere")).await;
    assert_eq!((answer.status, answer.problem()), (404, "not_found"));
    let answer = bench.http(Request::new("DELETE", "/mine")).await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD, POST")));
}

#[tokio::test]
async fn a_shop_without_pages_is_an_api_alone() {
    let bench = bench_with(|wiring| wiring.site.has_pages = false);
    for path in ["/open", "/mine", "/part", "/"] {
        let answer = bench.http(Request::get(path)).await;
        assert_eq!((answer.status, answer.problem()), (404, "not_found"), "{path}");
    }
}

#[tokio::test]
async fn with_tls_the_session_is_in_a_cookie_of_this_host_alone() {
    let at_shop = AccessVerifier::new(verifier("users"), "https://shop.example/tea");
    let bench = bench_with(|wiring| wiring.tokens = at_shop);
    let plain = bench.http(Request::get("/tea/anybody").header("cookie", "souk_access=nonsense")).await;
    assert_eq!(plain.body, "nobody at /anybody", "a cookie that a neighbor without TLS could have set");
    let kept = bench.http(Request::get("/tea/anybody").header("cookie", "__Host-souk_access=nonsense")).await;
    assert_eq!(kept.header("location"), Some("/tea/account/session?then=%2Fanybody"));
}

#[tokio::test]
async fn a_refusal_knows_what_the_browser_sent_though_its_handler_took_it() {
    let bench = bench();
    for path in ["/broken", "/nowhere"] {
        let answer = bench.http(Request::get(path).header("accept-language", "de")).await;
        assert!(answer.body.as_str().unwrap().ends_with(" in de"), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_page_may_load_what_the_shop_serves_and_its_logo_from_where_that_is() {
    let logo = Logo::parse("https://cdn.example/logo.svg", "https://shop.example").unwrap();
    let with_logo = bench_with(|wiring| wiring.site.logo = Some(logo));
    for (bench, pictures) in [(bench(), "'self'"), (with_logo, "'self' https://cdn.example")] {
        for path in ["/open", "/broken", "/nowhere"] {
            let answer = bench.http(Request::get(path)).await;
            let policy = answer.header("content-security-policy").unwrap();
            let rules: Vec<_> = policy.split("; ").collect();
            assert!(rules.contains(&format!("img-src {pictures}").as_str()), "{path}: {policy}");
            assert!(rules.contains(&"default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        }
        let answer = bench.http(Request::get("/v1/things/a")).await;
        assert_eq!(answer.header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'"));
    }
}
