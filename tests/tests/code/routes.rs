//! Each capability serves exactly its routes in the one table.

use chassis::{Access, Service};
use events::Capability;
use std::collections::BTreeSet;

type Served = (Capability, Vec<(&'static str, &'static str, Access)>);

fn served<S: Service>() -> Served {
    let pages = S::screens().into_iter().flat_map(|screens| screens.routes);
    (
        S::CAPABILITY,
        S::routes().into_iter().chain(pages).map(|route| (route.method, route.path, route.access)).collect(),
    )
}

fn all() -> [Served; 8] {
    super::for_each_capability!(served)
}

#[test]
fn code_serves_exactly_the_routes_that_its_capability_owns() {
    for (capability, routes) in all() {
        let found: BTreeSet<_> = routes.iter().map(|(method, path, _)| (*method, *path)).collect();
        assert_eq!(found.len(), routes.len(), "{capability} serves a route twice");
        let wanted: BTreeSet<_> = events::routes::owned_by(capability)
            .chain(events::routes::pages_of(capability))
            .map(|route| (route.method, route.path))
            .collect();
        let (missing, stale): (Vec<_>, Vec<_>) =
            (wanted.difference(&found).collect(), found.difference(&wanted).collect());
        assert!(missing.is_empty() && stale.is_empty(), "{capability}: missing {missing:?}, stale {stale:?}");
    }
}

fn kept<S: Service>() -> Vec<(&'static str, &'static str, Access)> {
    let kept = S::routes().into_iter().filter(|route| route.cache_seconds > 0);
    kept.map(|route| (route.method, route.path, route.access)).collect()
}

#[test]
fn what_any_cache_may_keep_is_read_by_everybody_alike() {
    let kept = super::for_each_capability!(kept).concat();
    assert!(!kept.is_empty());
    for (method, path, access) in kept {
        assert_eq!((method, access), ("GET", Access::Unauthenticated), "{path}");
    }
}

#[test]
fn every_capability_is_asked() {
    assert_eq!(all().map(|(capability, _)| capability), Capability::ALL);
}

#[test]
fn only_signing_up_and_in_and_tokens_in_mails_change_something_without_credentials() {
    let open = [
        "/v1/users",
        "/v1/sessions",
        "/v1/sessions/refresh",
        "/account/sign-up",
        "/account/sign-in",
        "/account/sign-in/second-factor",
        "/account/sign-in/passkey",
        "/account/session",
        // Who asks for a token gets it by mail, and who shows one needs nothing else.
        "/v1/password-resets",
        "/v1/password-resets/{token}",
        "/v1/email-verifications/{token}",
        "/v1/email-changes/{token}",
        // A machine's secret is its credential.
        "/v1/api-keys/tokens",
        // The links in emails that can be refused.
        "/v1/unsubscriptions/{token}",
        "/unsubscribe/{token}",
        // The links by which guests confirm that they want an email.
        "/v1/stock-alert-confirmations/{token}",
        "/stock-alerts/{token}",
        "/account/password-resets",
        "/account/password-resets/{token}",
        "/account/email-verifications/{token}",
        "/account/email-changes/{token}",
    ];
    for (capability, routes) in all() {
        for (method, path, access) in routes {
            let changes = method != "GET" && access == Access::Unauthenticated;
            assert!(
                !changes || open.contains(&path) || path.starts_with("/v1/sandbox/"),
                "{capability}: {method} {path}"
            );
        }
    }
}

type Rule = (&'static str, &'static str, Access, bool);

fn rules<S: Service>() -> Vec<Rule> {
    S::routes().iter().map(|route| (route.method, route.path, route.access, route.rechecked)).collect()
}

#[test]
fn every_route_by_which_staff_change_something_refuses_those_whose_session_ended() {
    // Staff change nobody's cart.
    let theirs_alone = |path: &str| path.starts_with("/v1/carts/");
    for (method, path, access, rechecked) in super::for_each_capability!(rules).concat() {
        let by_staff = match access {
            Access::Needs(_) | Access::AnyStaff => true,
            Access::Owner(_) => !theirs_alone(path),
            Access::Unauthenticated | Access::OptionalAuth | Access::Customer | Access::CustomerOr(_) => false,
        };
        assert_eq!(rechecked, by_staff && method != "GET", "{method} {path}");
    }
}

/// The permission that each page of the menu needs.
fn needs<S: Service>() -> Vec<(&'static str, Access)> {
    let pages = S::screens().into_iter().flat_map(|screens| screens.routes);
    pages.filter(|route| route.method == "GET").map(|route| (route.path, route.access)).collect()
}

#[test]
fn the_menu_of_staff_knows_the_permission_that_each_of_its_pages_needs() {
    let declared = super::for_each_capability!(needs).concat();
    for (area, permission) in pages::AREAS {
        let access = permission.map_or(Access::AnyStaff, Access::Needs);
        assert!(declared.contains(&(area, access)), "{area}");
    }
}
