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

/// Well below the time between publishing a key and signing with it.
const KEYS_CACHED_SECONDS: u32 = 300;

pub fn routes() -> Vec<Route<Users>> {
    use Access::{Admin, Customer, Staff, Unauthenticated};
    vec![
        Route::new("POST", "/v1/users", Unauthenticated, 201, "Sign up", users::sign_up).named("createUser"),
        Route::new("GET", "/v1/users/me", Customer, 200, "My account", users::read_mine)
            .named("getCurrentUser"),
        Route::new("PATCH", "/v1/users/me", Customer, 200, "Change my account", users::update_mine)
            .named("updateCurrentUser"),
        Route::new("GET", "/v1/users/me/addresses", Customer, 200, "My addresses", addresses::list)
            .named("listAddresses"),
        Route::new("POST", "/v1/users/me/addresses", Customer, 201, "Keep an address", addresses::add)
            .named("createAddress"),
        Route::new("PUT", "/v1/users/me/addresses/{id}", Customer, 200, "Replace an address", addresses::replace)
            .named("replaceAddress"),
        Route::new("DELETE", "/v1/users/me/addresses/{id}", Customer, 204, "Remove an address", addresses::remove)
            .named("deleteAddress"),
        Route::new("POST", "/v1/sessions", Unauthenticated, 201, "Sign in", sessions::sign_in).named("createSession"),
        Route::new("POST", "/v1/sessions/refresh", Unauthenticated, 200, "Exchange a refresh token", sessions::refresh)
            .named("refreshSession"),
        Route::new("DELETE", "/v1/sessions/current", Customer, 204, "Sign out", sessions::sign_out)
            .named("deleteCurrentSession"),
        Route::new("DELETE", "/v1/sessions", Customer, 204, "Sign out everywhere", sessions::sign_out_everywhere)
            .named("deleteAllSessions"),
        Route::new("GET", "/v1/users", Staff, 200, "All accounts, newest first", directory::list).named("listUsers"),
        Route::new("GET", "/v1/users/{id}", Staff, 200, "An account", directory::read).named("getUser"),
        Route::new("PUT", "/v1/users/{id}/roles", Admin, 200, "Say what an account may do", directory::give_roles)
            .named("replaceRoles"),
        Route::new(
            "GET",
            "/.well-known/jwks.json",
            Unauthenticated,
            200,
            "Public keys of access tokens",
            discovery::keys,
        )
        .named("getJsonWebKeySet")
        .cached(KEYS_CACHED_SECONDS),
        Route::new(
            "GET",
            "/.well-known/openid-configuration",
            Unauthenticated,
            200,
            "Who issues tokens",
            discovery::issuer,
        )
        .named("getOpenidConfiguration")
        .cached(KEYS_CACHED_SECONDS),
        Route::document("/v1/openapi/users.json", "This document", include_str!("../openapi.json"))
            .named("getUsersOpenapi"),
    ]
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::EmailTaken => {
                Self::new(409, "email_taken", "There is an account with this e-mail address.")
            }
            Rejection::TooManyAttempts(seconds) => {
                Self::new(429, "too_many_attempts", "Too many attempts. Wait before trying again.")
                    .with("retry_after", seconds)
                    .with_retry_after(seconds)
            }
            Rejection::InvalidCredentials => {
                Self::new(401, "invalid_credentials", "No account has this e-mail address and password.")
            }
            Rejection::InvalidRefreshToken => {
                Self::new(401, "invalid_refresh_token", "This is not a refresh token of ours. Sign in.")
            }
            Rejection::SessionExpired => Self::new(401, "session_expired", "The session has expired. Sign in again."),
            Rejection::SessionRevoked => Self::new(
                401,
                "session_revoked",
                "The session has ended: it was signed out, or a refresh token was used twice. Sign in again.",
            ),
            Rejection::TooManyAddresses => {
                Self::new(409, "too_many_addresses", format!("An account keeps at most {MAX_ADDRESSES} addresses."))
                    .with("limit", MAX_ADDRESSES)
            }
            Rejection::OwnAdminRole => {
                Self::new(409, "own_admin_role", "Another admin has to take this role from you.")
            }
        }
    }
}
