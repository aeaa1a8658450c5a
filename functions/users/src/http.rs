//! The HTTP API: its routes, and the problem document of each rejection. Refuses decisions: those are the service's.

pub mod addresses;
pub mod directory;
pub mod discovery;
pub mod sessions;
pub mod users;

use crate::domain::Rejection;
use crate::domain::address_book::MAX_ADDRESSES;
use crate::service::Users;
use chassis::{Access, Problem, Route};
use events::Capability;

/// Well below the time between publishing a key and signing with it.
const KEYS_CACHED_SECONDS: u32 = 300;

pub fn routes() -> Vec<Route<Users>> {
    use Access::{Admin, Customer, Staff, Unauthenticated};
    vec![
        Route::new("POST", "/v1/users", Unauthenticated, 201, "Sign up", users::sign_up).named("createUser"),
        Route::new("GET", "/v1/users/me", Customer, 200, "Get the signed-in user", users::read_mine)
            .named("getCurrentUser"),
        Route::new("PATCH", "/v1/users/me", Customer, 200, "Update the signed-in user", users::update_mine)
            .named("updateCurrentUser"),
        Route::new("GET", "/v1/users/me/addresses", Customer, 200, "List my addresses", addresses::list)
            .named("listAddresses"),
        Route::new("POST", "/v1/users/me/addresses", Customer, 201, "Create an address", addresses::add)
            .named("createAddress"),
        Route::new("PUT", "/v1/users/me/addresses/{id}", Customer, 200, "Replace an address", addresses::replace)
            .named("replaceAddress"),
        Route::new("DELETE", "/v1/users/me/addresses/{id}", Customer, 204, "Delete an address", addresses::remove)
            .named("deleteAddress"),
        Route::new("POST", "/v1/sessions", Unauthenticated, 201, "Sign in", sessions::sign_in).named("createSession"),
        Route::new("POST", "/v1/sessions/refresh", Unauthenticated, 200, "Exchange a refresh token", sessions::refresh)
            .named("refreshSession"),
        Route::new("DELETE", "/v1/sessions/current", Customer, 204, "Sign out", sessions::sign_out)
            .named("deleteCurrentSession"),
        Route::new("DELETE", "/v1/sessions", Customer, 204, "Sign out everywhere", sessions::sign_out_everywhere)
            .named("deleteAllSessions"),
        Route::new("GET", "/v1/users", Staff, 200, "List users, newest first", directory::list).named("listUsers"),
        Route::new("GET", "/v1/users/{id}", Staff, 200, "Get a user", directory::read).named("getUser"),
        Route::new("PUT", "/v1/users/{id}/roles", Admin, 200, "Replace a user's roles", directory::give_roles)
            .named("replaceRoles"),
        Route::new(
            "GET",
            "/.well-known/jwks.json",
            Unauthenticated,
            200,
            "Get the public keys of access tokens",
            discovery::keys,
        )
        .named("getJsonWebKeySet")
        .cached(KEYS_CACHED_SECONDS),
        Route::new(
            "GET",
            "/.well-known/openid-configuration",
            Unauthenticated,
            200,
            "Get the issuer of access tokens",
            discovery::issuer,
        )
        .named("getOpenidConfiguration")
        .cached(KEYS_CACHED_SECONDS),
        Route::openapi(Capability::Users, include_str!("../openapi.json")),
    ]
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::EmailTaken => {
                Self::new(409, "email_taken", "There is already an account with this email address.")
            }
            Rejection::TooManyAttempts(seconds) => {
                Self::new(429, "too_many_attempts", "Too many attempts. Wait before trying again.")
                    .with("retry_after", seconds)
                    .with_retry_after(seconds)
            }
            Rejection::InvalidCredentials => {
                Self::new(401, "invalid_credentials", "The email address or the password is wrong.")
            }
            Rejection::InvalidRefreshToken => {
                Self::new(401, "invalid_refresh_token", "The refresh token is not valid. Sign in.")
            }
            Rejection::SessionExpired => Self::new(401, "session_expired", "The session has expired. Sign in again."),
            Rejection::SessionRevoked => Self::new(
                401,
                "session_revoked",
                "The session has ended: it was signed out, or a refresh token was used twice. Sign in again.",
            ),
            Rejection::TooManyAddresses => {
                Self::new(409, "too_many_addresses", format!("A user keeps at most {MAX_ADDRESSES} addresses."))
                    .with("limit", MAX_ADDRESSES)
            }
            Rejection::OwnAdminRole => {
                Self::new(409, "own_admin_role", "You cannot remove your own admin role. Ask another admin.")
            }
        }
    }
}
