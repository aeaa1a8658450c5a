//! Routes that ask for a fresh second factor: in a shop that requires one, of everybody who comes without.

use crate::probe::{Probe, bench, bench_with};
use chassis::SecondFactor;
use chassis::testing::signing::{machine_token, permitted_token, stepped_up_token};
use chassis::testing::{Bench, Request, Response};
use events::ids::{ApiKeyId, UserId};
use events::users::Permissions;

async fn asked(bench: &Bench<Probe>, method: &'static str, ago: Option<i64>) -> Response {
    let (now, user, all) = (bench.world.now(), UserId::from_bits(7), Permissions::all());
    let token = match ago {
        Some(ago) => stepped_up_token(user, all, now.plus_seconds(-ago), now),
        None => permitted_token(user, all, now),
    };
    let request = Request::new(method, "/stepped-up?x=1").header("cookie", &format!("__Host-souk_access={token}"));
    bench.http(request.header("sec-fetch-site", "same-origin")).await
}

#[tokio::test]
async fn where_it_is_required_a_second_factor_is_shown_within_ten_minutes_or_first() {
    let bench = bench_with(|wiring| wiring.second_factor = SecondFactor::Required);
    for ago in [0, 600] {
        assert_eq!(asked(&bench, "GET", Some(ago)).await.status, 200, "{ago}");
    }
    for ago in [Some(601), None] {
        for (method, status) in [("GET", 303), ("POST", 307)] {
            let sent = asked(&bench, method, ago).await;
            assert_eq!(sent.status, status, "{method} {ago:?}");
            assert_eq!(sent.headers["location"], "/account/second-factor?then=%2Fstepped%2Dup%3Fx%3D1");
        }
    }
}

#[tokio::test]
async fn where_it_is_optional_nobody_is_asked() {
    let bench = bench();
    assert_eq!(asked(&bench, "GET", None).await.status, 200);
    assert_eq!(asked(&bench, "POST", Some(601)).await.status, 200);
}

#[tokio::test]
async fn no_machine_opens_a_page_and_none_is_asked_for_a_second_factor_by_the_api() {
    let bench = bench_with(|wiring| wiring.second_factor = SecondFactor::Required);
    let (key, maker) = (ApiKeyId::from_bits(8), UserId::from_bits(7));
    let token = machine_token(key, maker, Permissions::all(), bench.world.now());
    let page = Request::new("GET", "/stepped-up?x=1").header("cookie", &format!("__Host-souk_access={token}"));
    assert_eq!(bench.http(page).await.headers["location"], "/account/session?then=%2Fstepped%2Dup%3Fx%3D1");
    let asked = |token: &str| Request::new("POST", "/v1/access/stepped-up").bearer(token);
    assert_eq!(bench.http(asked(&token)).await.status, 200);
    let person = permitted_token(maker, Permissions::all(), bench.world.now());
    assert_eq!(bench.http(asked(&person)).await.problem(), "second_factor_required");
}
