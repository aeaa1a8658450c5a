//! Every kind of access tried as every kind of caller.

use crate::probe::bench;
use chassis::testing::signing::{API_URL, STAFF, STAGE, machine_token, permissions_of, signer, stored_key};
use chassis::testing::{Request, TestWorld};
use chassis::tokens::{ACCESS_AUDIENCE, ACCESS_TYP, AccessClaims, Signer};
use events::ids::{ApiKeyId, SessionId, UserId};
use events::users::{Permission, Permissions, Role};
use serde_json::{Value, json};

const ROUTES: [&str; 6] = ["unauthenticated", "optional-auth", "customer", "owner", "staff", "admin"];

fn claims(roles: &[Role]) -> AccessClaims {
    let now = TestWorld::default().now().seconds();
    AccessClaims {
        iss: API_URL.to_owned(),
        aud: ACCESS_AUDIENCE.to_owned(),
        stage: STAGE.to_owned(),
        sub: UserId::from_bits(1).into(),
        made_by: None,
        sid: SessionId::from_bits(1),
        user_version: 1,
        email_verified: false,
        scope: permissions_of(roles),
        auth_time: now,
        second_factor_at: None,
        iat: now,
        nbf: now,
        exp: now + 900,
    }
}

fn admin() -> AccessClaims {
    claims(&[Role::Admin])
}

fn bearer(claims: &AccessClaims) -> String {
    format!("Bearer {}", signer("users").sign(ACCESS_TYP, claims).unwrap())
}

/// A token signed with another key under our key's id.
fn forged() -> String {
    let mut stored: Value = serde_json::from_str(&stored_key("mallory")).unwrap();
    stored["kid"] = json!("users-1");
    let signer = Signer::from_stored(&stored.to_string()).unwrap();
    format!("Bearer {}", signer.sign(ACCESS_TYP, &admin()).unwrap())
}

async fn statuses(headers: &[(&str, &str)]) -> [u16; 6] {
    let bench = bench();
    let mut statuses = [0; 6];
    for (status, route) in statuses.iter_mut().zip(ROUTES) {
        let request = Request::get(&format!("/v1/access/{route}"));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        let answer = bench.http(request).await;
        *status = answer.status;
        match answer.status {
            401 => assert_eq!(answer.headers["www-authenticate"], "Bearer"),
            403 => {
                // Where people act for themselves, no permission is lacking: it is not for machines.
                let lacked = match route {
                    "admin" => json!("roles.write"),
                    "staff" => json!("catalog.write"),
                    "owner" => json!("orders.read"),
                    _ => Value::Null,
                };
                assert_eq!((answer.problem(), &answer.body["permission"]), ("forbidden", &lacked));
            }
            _ => {}
        }
    }
    statuses
}

#[tokio::test]
async fn each_caller_reaches_exactly_what_is_theirs() {
    let customer = bearer(&claims(&[Role::Customer]));
    let staff = bearer(&claims(&STAFF));
    let admin = bearer(&admin());
    let guest = ("x-guest-token", "some-token");
    //                                              unauthenticated optional-auth customer owner staff admin
    assert_eq!(statuses(&[]).await, [200, 200, 401, 401, 401, 401]);
    assert_eq!(statuses(&[guest]).await, [200, 200, 401, 200, 401, 401]);
    assert_eq!(statuses(&[("authorization", &customer)]).await, [200, 200, 200, 200, 403, 403]);
    assert_eq!(statuses(&[("authorization", &staff)]).await, [200, 200, 200, 200, 200, 403]);
    assert_eq!(statuses(&[("authorization", &admin)]).await, [200, 200, 200, 200, 200, 200]);
}

#[tokio::test]
async fn no_bad_token_passes_anywhere_but_where_credentials_are_not_looked_at() {
    let now = TestWorld::default().now().seconds();
    let other_typ = format!("Bearer {}", signer("users").sign("quote+jwt", &admin()).unwrap());
    for (what, header) in [
        ("forged", forged()),
        ("signed by another issuer", format!("Bearer {}", signer("catalog").sign(ACCESS_TYP, &admin()).unwrap())),
        ("of another kind", other_typ),
        ("expired", bearer(&AccessClaims { exp: now - 5, ..admin() })),
        ("early", bearer(&AccessClaims { nbf: now + 6, ..admin() })),
        ("of another stage", bearer(&AccessClaims { stage: "prod".to_owned(), ..admin() })),
        ("for another audience", bearer(&AccessClaims { aud: "orders".to_owned(), ..admin() })),
        ("of another issuer", bearer(&AccessClaims { iss: "https://other.example".to_owned(), ..admin() })),
        ("of the issuer as 0.1.0 named it", bearer(&AccessClaims { iss: "users".to_owned(), ..admin() })),
        ("of the issuer with a slash", bearer(&AccessClaims { iss: format!("{API_URL}/"), ..admin() })),
        ("no token", "Bearer nonsense".to_owned()),
        ("empty", "Bearer ".to_owned()),
        ("another scheme", "Basic dXNlcjpwYXNz".to_owned()),
        ("no scheme", "token".to_owned()),
    ] {
        assert_eq!(statuses(&[("authorization", &header)]).await, [200, 401, 401, 401, 401, 401], "{what}");
    }
}

#[tokio::test]
async fn a_token_is_good_to_the_second_before_its_leeway_ends() {
    let now = TestWorld::default().now().seconds();
    let header = bearer(&AccessClaims { exp: now - 4, ..admin() });
    assert_eq!(statuses(&[("authorization", &header)]).await, [200; 6]);
    let header = bearer(&AccessClaims { nbf: now + 5, ..admin() });
    assert_eq!(statuses(&[("authorization", &header)]).await, [200; 6]);
}

#[tokio::test]
async fn an_invalid_token_is_not_outweighed_by_a_guest_token() {
    let statuses = statuses(&[("authorization", &forged()), ("x-guest-token", "some-token")]).await;
    assert_eq!(statuses, [200, 401, 401, 401, 401, 401]);
}

#[tokio::test]
async fn the_handler_learns_who_calls_and_a_public_route_does_not() {
    let bench = bench();
    let token = bench.token(UserId::from_bits(7), &STAFF);
    let seen = bench.http(Request::get("/v1/access/owner").bearer(&token)).await.body;
    assert_eq!((&seen["user"], &seen["staff"]), (&json!(UserId::from_bits(7)), &json!(true)));
    let seen = bench.http(Request::get("/v1/access/unauthenticated").bearer(&token)).await.body;
    assert_eq!((&seen["user"], &seen["staff"]), (&Value::Null, &json!(false)));
}

#[tokio::test]
async fn access_is_checked_before_the_body_is_read() {
    let refused = bench().http(Request::new("DELETE", "/v1/things/a").body("x".repeat(70_000))).await;
    assert_eq!(refused.status, 401);
}

#[tokio::test]
async fn a_capability_that_is_told_of_no_revocations_lets_no_staff_pass_where_it_must_know_them() {
    let rechecked = |roles: &[Role]| {
        let request = Request::new("POST", "/v1/access/rechecked").header("authorization", &bearer(&claims(roles)));
        async { bench().http(request).await.status }
    };
    assert_eq!(rechecked(&[Role::Customer]).await, 200);
    assert_eq!(rechecked(&STAFF).await, 500);
}

#[tokio::test]
async fn who_has_one_permission_passes_where_it_is_declared_and_nowhere_else() {
    let bench = bench();
    for permission in Permission::ALL {
        let token = bench.permitted(UserId::from_bits(1), *permission);
        for (route, needs) in [("staff", Permission::CatalogWrite), ("admin", Permission::RolesWrite)] {
            let status = bench.http(Request::get(&format!("/v1/access/{route}")).bearer(&token)).await.status;
            assert_eq!(status, if *permission == needs { 200 } else { 403 }, "{route} with {permission}");
        }
    }
}

#[tokio::test]
async fn a_key_passes_where_it_has_the_permission_and_nowhere_where_people_act_for_themselves() {
    let bench = bench();
    let (key, maker) = (ApiKeyId::from_bits(8), UserId::from_bits(7));
    // Whatever its token says, no key gives roles.
    for (scope, expected) in
        [(Permissions::all(), [200, 403, 403, 200, 200, 403]), (Permissions::NONE, [200, 403, 403, 403, 403, 403])]
    {
        let token = format!("Bearer {}", machine_token(key, maker, scope, bench.world.now()));
        assert_eq!(statuses(&[("authorization", &token)]).await, expected, "{scope}");
        assert_eq!(statuses(&[("authorization", &token), ("x-guest-token", "some-token")]).await, expected, "{scope}");
    }
    let token = machine_token(key, maker, Permissions::all(), bench.world.now());
    let seen = bench.http(Request::get("/v1/access/owner").bearer(&token)).await.body;
    assert_eq!((&seen["user"], &seen["staff"]), (&Value::Null, &json!(true)), "a key is no user");
}

#[tokio::test]
async fn a_key_without_its_maker_and_a_user_with_one_are_no_callers() {
    let (key, user) = (ApiKeyId::from_bits(8), UserId::from_bits(7));
    for (sub, made_by) in [(key.into(), None), (user.into(), Some(user))] {
        let header = bearer(&AccessClaims { sub, made_by, ..admin() });
        assert_eq!(statuses(&[("authorization", &header)]).await, [200, 401, 401, 401, 401, 401]);
    }
}

#[test]
fn a_token_says_no_name_and_no_address_and_one_of_an_earlier_souk_allows_what_a_customer_may() {
    let mut claims = serde_json::to_value(admin()).unwrap();
    let mut said: Vec<_> = claims.as_object().unwrap().keys().cloned().collect();
    said.sort();
    let short = ["aud", "auth_time", "exp", "iat", "iss", "nbf", "scope", "sid", "stage", "sub", "user_version"];
    assert_eq!(said, short);
    for newer in ["user_version", "scope", "auth_time"] {
        claims.as_object_mut().unwrap().remove(newer);
    }
    claims["roles"] = json!(["customer", "staff"]);
    let claims = serde_json::from_value::<AccessClaims>(claims).unwrap();
    assert_eq!((claims.user_version, claims.scope, claims.auth_time), (0, Permissions::NONE, 0));
}
