//! The HTTP API: its routes, and the one mapping from what use cases answer to what clients see.

pub mod accounts;
pub mod addresses;
pub mod directory;
pub mod discovery;
pub mod sessions;

use crate::domain::Rejection;
use crate::domain::address_book::MAX_ADDRESSES;
use crate::service::{Asked, ServiceError, Users};
use chassis::http::network_of;
use chassis::{Access, Call, Problem, Route};

/// Seconds for which anyone may keep the public keys. Well below the time between publishing a key and signing with it.
const KEYS_CACHED_SECONDS: u32 = 300;

/// Every route of the capability.
pub fn routes() -> Vec<Route<Users>> {
    use Access::{Admin, Customer, Staff, Unauthenticated};
    vec![
        Route::new("POST", "/v1/users", Unauthenticated, 201, "Sign up", accounts::sign_up),
        Route::new("GET", "/v1/users/me", Customer, 200, "My account", accounts::read_mine),
        Route::new("PATCH", "/v1/users/me", Customer, 200, "Change my account", accounts::change_mine),
        Route::new("GET", "/v1/users/me/addresses", Customer, 200, "My addresses", addresses::list),
        Route::new("POST", "/v1/users/me/addresses", Customer, 201, "Keep an address", addresses::add),
        Route::new("PUT", "/v1/users/me/addresses/{id}", Customer, 200, "Replace an address", addresses::replace),
        Route::new("DELETE", "/v1/users/me/addresses/{id}", Customer, 204, "Remove an address", addresses::remove),
        Route::new("POST", "/v1/sessions", Unauthenticated, 201, "Sign in", sessions::sign_in),
        Route::new("POST", "/v1/sessions/refresh", Unauthenticated, 200, "Exchange a refresh token", sessions::refresh),
        Route::new("DELETE", "/v1/sessions/current", Customer, 204, "Sign out", sessions::sign_out),
        Route::new("DELETE", "/v1/sessions", Customer, 204, "Sign out everywhere", sessions::sign_out_everywhere),
        Route::new("GET", "/v1/users", Staff, 200, "All accounts, newest first", directory::list),
        Route::new("GET", "/v1/users/{id}", Staff, 200, "An account", directory::read),
        Route::new("PUT", "/v1/users/{id}/roles", Admin, 200, "Say what an account may do", directory::give_roles),
        Route::new(
            "GET",
            "/.well-known/jwks.json",
            Unauthenticated,
            200,
            "Public keys of access tokens",
            discovery::keys,
        )
        .cached(KEYS_CACHED_SECONDS),
        Route::new(
            "GET",
            "/.well-known/openid-configuration",
            Unauthenticated,
            200,
            "Who issues tokens",
            discovery::issuer,
        )
        .cached(KEYS_CACHED_SECONDS),
        Route::document("/v1/openapi/users.json", "This document", include_str!("../openapi.json")),
    ]
}

fn asked<B, Q>(call: &Call<B, Q>) -> Asked {
    Asked { now: call.now, network: network_of(&call.source_ip), cause: call.cause(0) }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Rejected(rejection) => rejection.into(),
            ServiceError::NotFound => Self::not_found(),
            ServiceError::Contended => Self::unavailable(),
            ServiceError::Store(error) => error.into(),
            ServiceError::Key(error) => error.into(),
            ServiceError::Signing(_) | ServiceError::Hash(_) => {
                tracing::error!(%error, "users");
                Self::internal()
            }
        }
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::EmailTaken => Self::new(409, "email_taken", "There is an account with this e-mail address."),
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
