//! Every route of every capability tried as every kind of caller: the declared access decides, and a refused request changes
//! nothing. A page knows its visitor by the cookie, and leads whom it does not know to where that may change.

use super::benches::with_every_bench;
use chassis::http::Kind;
use chassis::testing::signing::{STAFF, machine_token, permissions_of};
use chassis::testing::{Bench, Request, Response};
use chassis::{Access, Service};
use events::ids::{ApiKeyId, UserId};
use events::users::{Permission, Permissions, Role};

const CALLERS: [&str; 7] = ["nobody", "a guest", "a customer", "staff", "an admin", "a forger", "a machine"];

/// The request as each kind of caller sends it.
fn as_everyone<S: Service>(bench: &Bench<S>, request: &Request) -> [Request; 7] {
    let token = |roles: &[Role]| request.clone().bearer(&bench.token(UserId::from_bits(5), roles));
    let forged = bench.token(UserId::from_bits(5), &[Role::Admin]).replace('.', ".A");
    let machine = machine_token(ApiKeyId::from_bits(6), UserId::from_bits(5), Permissions::all(), bench.world.now());
    [
        request.clone(),
        request.clone().header("x-guest-token", "made-up"),
        token(&[Role::Customer]),
        token(&STAFF),
        token(&[Role::Admin]),
        request.clone().bearer(&forged),
        request.clone().bearer(&machine).header("x-guest-token", "made-up"),
    ]
}

/// The status for each kind of caller; `None` where the handler decides.
fn gate(access: Access) -> [Option<u16>; 7] {
    let (no, weak, pass) = (Some(401), Some(403), None);
    let by_key = |permission: Permission| if permission.is_for_machines() { pass } else { weak };
    match access {
        Access::Unauthenticated => [pass; 7],
        Access::OptionalAuth => [pass, pass, pass, pass, pass, no, weak],
        Access::Customer => [no, no, pass, pass, pass, no, weak],
        Access::CustomerOr(permission) => [no, no, pass, pass, pass, no, by_key(permission)],
        Access::Owner(permission) => [no, pass, pass, pass, pass, no, by_key(permission)],
        Access::Needs(permission) if !permissions_of(&STAFF).contains(permission) => {
            [no, no, weak, weak, pass, no, by_key(permission)]
        }
        Access::Needs(permission) => [no, no, weak, pass, pass, no, by_key(permission)],
        Access::AnyStaff => [no, no, weak, pass, pass, no, pass],
    }
}

/// Whether a permission alone is enough, as far as the route asks for one.
fn is_enough(access: Access, permission: Permission) -> Option<bool> {
    match access {
        Access::Needs(needed) => Some(needed == permission),
        Access::AnyStaff => Some(true),
        _ => None,
    }
}

fn target(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "7" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

async fn tried_with_each_permission<S: Service>(bench: Bench<S>) {
    for route in S::routes() {
        for permission in Permission::ALL {
            let Some(enough) = is_enough(route.access, *permission) else { continue };
            let token = bench.permitted(UserId::from_bits(5), *permission);
            let answer = bench.http(Request::new(route.method, &target(route.path)).body("{}").bearer(&token)).await;
            assert_eq!(answer.status != 403, enough, "{route:?} with {permission}: {}", answer.body);
            let told = route.access.name();
            assert!(enough || answer.body["permission"] == told, "{route:?} with {permission}: {}", answer.body);
        }
    }
    for route in S::screens().into_iter().flat_map(|screens| screens.routes) {
        for permission in Permission::ALL {
            let Some(enough) = is_enough(route.access, *permission) else { continue };
            let token = bench.permitted(UserId::from_bits(5), *permission);
            let answer = bench.http(of_browser(route.method, route.path, Some(&token))).await;
            assert_eq!(answer.status != 403, enough, "{route:?} with {permission}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn whoever_has_one_permission_alone_gets_in_exactly_where_it_is_declared() {
    with_every_bench!(tried_with_each_permission);
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

/// A request of a page's own form, or for the page.
fn of_browser(method: &'static str, path: &str, token: Option<&str>) -> Request {
    let request = Request::new(method, &target(path)).header("sec-fetch-site", "same-origin");
    let request = request.header("content-type", "application/x-www-form-urlencoded").body("");
    token.into_iter().fold(request, |request, token| request.header("cookie", &format!("__Host-souk_access={token}")))
}

/// Where an answer leads, without what comes after.
fn way(answer: &Response) -> (u16, &str) {
    (answer.status, answer.header("location").and_then(|to| to.split('?').next()).unwrap_or_default())
}

async fn pages_tried_as_everyone<S: Service>(bench: Bench<S>) {
    let customer = bench.token(UserId::from_bits(5), &[Role::Customer]);
    let forged = customer.replace('.', ".A");
    for route in S::screens().into_iter().flat_map(|screens| screens.routes) {
        let place = format!("{} {route:?}", S::CAPABILITY);
        let before = bench.dynamo.items();
        if route.method != "GET" {
            for site in ["cross-site", "same-site", "none", ""] {
                let foreign = of_browser(route.method, route.path, Some(&customer)).header("sec-fetch-site", site);
                assert_eq!(bench.http(foreign).await.status, 403, "{place} from {site}");
            }
        }
        let by_forger = bench.http(of_browser(route.method, route.path, Some(&forged))).await;
        let renewed = match (route.access, route.kind, route.method) {
            (Access::Unauthenticated, ..) => None,
            (_, Kind::Fragment, _) => Some((401, "")),
            (_, _, "GET") => Some((303, "/account/session")),
            _ => Some((307, "/account/session")),
        };
        let is_refused = renewed.is_none_or(|renewed| way(&by_forger) == renewed);
        assert!(is_refused && by_forger.status < 500, "{place} as a forger: {:?}", way(&by_forger));
        let by_nobody = bench.http(of_browser(route.method, route.path, None)).await;
        let asked = match (route.access, route.kind) {
            (Access::Unauthenticated | Access::OptionalAuth, _) => None,
            (_, Kind::Fragment) => Some((401, "")),
            _ => Some((303, "/account/sign-in")),
        };
        let is_asked = asked.is_none_or(|asked| way(&by_nobody) == asked);
        assert!(is_asked && by_nobody.status < 500, "{place} as nobody: {:?}", way(&by_nobody));
        if renewed.is_some() && asked.is_some() {
            assert_eq!(bench.dynamo.items(), before, "{place} changed something");
        }
        let by_customer = bench.http(of_browser(route.method, route.path, Some(&customer))).await;
        let is_staffs = route.access.is_staffs();
        assert_eq!(by_customer.status == 403, is_staffs, "{place} as a customer: {}", by_customer.body);
        assert!(by_customer.status < 500, "{place} as a customer: {}", by_customer.body);
    }
}

#[tokio::test]
async fn every_page_tried_as_everyone_lets_in_whom_it_declares_and_takes_no_form_of_another_site() {
    with_every_bench!(pages_tried_as_everyone);
}
