//! Every route of every capability tried as every kind of caller: the declared access decides, and a refused request changes
//! nothing.

use super::benches::with_every_bench;
use chassis::testing::{Bench, Request};
use chassis::{Access, Service};
use events::ids::UserId;
use events::users::Role;

const CALLERS: [&str; 6] = ["nobody", "a guest", "a customer", "staff", "an admin", "a forger"];

/// The request as each kind of caller sends it.
fn as_everyone<S: Service>(bench: &Bench<S>, request: &Request) -> [Request; 6] {
    let token = |roles: &[Role]| request.clone().bearer(&bench.token(UserId::from_bits(5), roles));
    let forged = bench.token(UserId::from_bits(5), &[Role::Admin]).replace('.', ".A");
    [
        request.clone(),
        request.clone().header("x-guest-token", "made-up"),
        token(&[Role::Customer]),
        token(&[Role::Customer, Role::Staff]),
        token(&[Role::Customer, Role::Staff, Role::Admin]),
        request.clone().bearer(&forged),
    ]
}

/// The status for each kind of caller; `None` where the handler decides.
fn gate(access: Access) -> [Option<u16>; 6] {
    let (no, weak, pass) = (Some(401), Some(403), None);
    match access {
        Access::Unauthenticated => [pass; 6],
        Access::OptionalAuth => [pass, pass, pass, pass, pass, no],
        Access::Customer => [no, no, pass, pass, pass, no],
        Access::Owner => [no, pass, pass, pass, pass, no],
        Access::Staff => [no, no, weak, pass, pass, no],
        Access::Admin => [no, no, weak, weak, pass, no],
    }
}

fn target(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "7" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

async fn tried_as_everyone<S: Service>(bench: Bench<S>) {
    for route in S::routes() {
        let request = Request::new(route.method, &target(route.path)).body("{}");
        let expected = gate(route.access);
        for ((caller, request), expected) in CALLERS.iter().zip(as_everyone(&bench, &request)).zip(expected) {
            let before = bench.dynamo.items();
            let answer = bench.http(request).await;
            match expected {
                Some(status) => {
                    assert_eq!(answer.status, status, "{} {route:?} as {caller}", S::CAPABILITY);
                    assert_eq!(bench.dynamo.items(), before, "{route:?} as {caller} changed something");
                }
                None => {
                    let refused = ["unauthenticated", "forbidden"].contains(&answer.problem());
                    assert!(!refused, "{} {route:?} as {caller}: {}", S::CAPABILITY, answer.body);
                    assert!(answer.status < 500, "{route:?} as {caller}: {}", answer.body);
                }
            }
        }
    }
}

#[tokio::test]
async fn every_route_tried_as_everyone_lets_in_whom_it_declares_and_nobody_else() {
    with_every_bench!(tried_as_everyone);
}
