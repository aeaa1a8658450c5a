//! Tests of the table of routes. Refuses paths that nobody owns.

use super::*;
use std::collections::BTreeSet;

#[test]
fn a_path_has_the_routes_of_its_nearest_template() {
    let methods = |path| at(path).map(|route| (route.method, route.path)).collect::<Vec<_>>();
    assert_eq!(
        methods("/v1/users/me"),
        [("GET", "/v1/users/me"), ("PATCH", "/v1/users/me"), ("DELETE", "/v1/users/me")]
    );
    assert_eq!(methods("/v1/users/user_1"), [("GET", "/v1/users/{id}")]);
    assert_eq!(methods("/"), [("GET", "/")]);
    for unknown in ["", "//", "/v1/products/", "/v1//products", "/V1/products", "/v2/products", "/v1/users/me/roles/x"]
    {
        assert_eq!(methods(unknown), [], "{unknown}");
    }
}

#[test]
fn no_route_has_two_owners() {
    let keys: BTreeSet<_> = ROUTES.iter().map(|route| (route.method, route.path)).collect();
    assert_eq!(keys.len(), ROUTES.len());
}
