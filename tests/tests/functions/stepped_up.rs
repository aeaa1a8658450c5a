//! What staff do only a moment after they showed a second factor: pay money back, give roles, take a colleague's second factor away, tie them to an identity,
//! and make keys for machines.

use super::benches::{configured, with_every_bench};
use chassis::testing::signing::{permissions_of, permitted_token, stepped_up_token};
use chassis::testing::{Bench, Request};
use chassis::{SecondFactor, Service};
use events::ids::{OrderId, UserId};
use events::users::Role;
use serde_json::json;
use std::collections::BTreeMap;

/// The operations that ask for it, by the number of ways to them.
async fn asking<S: Service>(_: Bench<S>) -> BTreeMap<&'static str, usize> {
    let pages = S::screens().into_iter().flat_map(|screens| screens.routes);
    let mut asking = BTreeMap::new();
    for route in S::routes().into_iter().chain(pages).filter(|route| route.stepped_up) {
        *asking.entry(route.operation.unwrap()).or_default() += 1;
    }
    asking
}

#[tokio::test]
async fn refunds_and_roles_ask_for_a_second_factor_over_the_api_and_on_the_page() {
    let asking: BTreeMap<_, _> = with_every_bench!(asking).into_iter().flatten().collect();
    let both = ["createApiKey", "deleteUserIdentity", "refundPayment", "removeSecondFactors", "replaceRoles"];
    let both = both.into_iter().chain(["replaceUserIdentity", "rotateApiKey"]);
    assert_eq!(asking, both.map(|operation| (operation, 2)).collect());
}

fn strict_payments() -> Bench<payments::Payments> {
    Bench::new(|parts| {
        parts.wiring.second_factor = SecondFactor::Required;
        payments::Payments::new(parts.table.clone(), parts.wiring.clone(), configured(payments::Config::from_env))
    })
}

#[tokio::test]
async fn money_is_paid_back_within_ten_minutes_of_a_second_factor_and_not_later() {
    let bench = strict_payments();
    let (now, staff, finance) = (bench.world.now(), UserId::from_bits(99), permissions_of(&[Role::Finance]));
    let ask = async |token: String| {
        let body = json!({"amount": {"amount": 100, "currency": "EUR"}, "reason": "a broken cup"});
        let path = format!("/v1/payments/{}/refunds", OrderId::from_bits(7).payment());
        bench.http(Request::post(&path, body).bearer(&token).header("idempotency-key", "once")).await
    };
    for ago in [0, 600] {
        let answer = ask(stepped_up_token(staff, finance, now.plus_seconds(-ago), now)).await;
        assert_eq!((answer.status, answer.problem()), (404, "not_found"), "there is no such payment: {ago}");
    }
    let (late, never) =
        (stepped_up_token(staff, finance, now.plus_seconds(-601), now), permitted_token(staff, finance, now));
    for token in [late, never] {
        let answer = ask(token).await;
        assert_eq!((answer.status, answer.problem()), (401, "second_factor_required"));
        assert_eq!(answer.body["max_age"], 600);
    }
}
