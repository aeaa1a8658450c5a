//! The HTTP API: its routes, and the problem document of each rejection. Refuses decisions: those are the service's.

pub mod addresses;
pub mod api_keys;
pub mod credentials;
pub mod details;
pub mod directory;
pub mod discovery;
pub mod erasures;
pub mod export;
pub mod factors;
pub mod identities;
pub mod own_sessions;
pub mod passkeys;
pub mod sessions;
pub mod status;
pub mod user_sessions;
pub mod users;

use crate::domain::Rejection;
use crate::domain::address_book::MAX_ADDRESSES;
use crate::service::Users;
use chassis::Access::{Customer, Needs, Unauthenticated};
use chassis::{Call, Problem, Route};
use events::Capability;
use events::ids::{AddressId, SessionId, UserId};
use events::users::Permission::{RolesWrite, UsersRead, UsersWrite};

/// Well below the time between publishing a key and signing with it.
const KEYS_CACHED_SECONDS: u32 = 300;

/// Refusals of whatever changes what protects an account.
const LOCKED: &[(u16, &str)] =
    &[(401, "second_factor_required"), (401, "session_revoked"), (404, "not_found"), (409, "no_second_factor")];
/// Refusals of whatever takes a second factor away.
const LAST: &[(u16, &str)] = &[(409, "last_second_factor")];

/// What a change of credentials refuses.
const CONFIRMED: &[(u16, &str)] =
    &[(401, "second_factor_required"), (401, "session_revoked"), (403, "wrong_password"), (404, "not_found")];

pub fn routes() -> Vec<Route<Users>> {
    let groups = [
        of_users(),
        erasures::routes(),
        vec![export::route()],
        of_addresses(),
        of_sessions(),
        own_sessions::routes(),
        credentials::routes(),
        factors::routes(),
        passkeys::routes(),
        vec![factors::for_staff()],
        for_staff(),
        sessions_for_staff(),
        status::routes(),
        identities::routes(),
        api_keys::routes(),
        for_verifiers(),
        vec![Route::openapi(Capability::Users, include_str!("../openapi.json"))],
    ];
    groups.into_iter().flatten().collect()
}

fn of_users() -> Vec<Route<Users>> {
    vec![
        Route::new("POST", "/v1/users", Unauthenticated, 201, "Sign up", users::sign_up)
            .named("createUser")
            .explained("The email address is the user's name: case does not matter, and nobody else may have it.")
            .refuses(&[(409, "email_taken"), (422, "invalid_field"), (429, "too_many_attempts")]),
        Route::new("GET", "/v1/users/me", Customer, 200, "Get the signed-in user", users::read_mine)
            .named("getCurrentUser")
            .explained("The user whose access token it is.")
            .refuses(&[(404, "not_found")]),
        Route::new("PATCH", "/v1/users/me", Customer, 200, "Update the signed-in user", users::update_mine)
            .named("updateCurrentUser")
            .explained("A field that is not sent stays as it is.")
            .conditional()
            .refuses(&[(404, "not_found"), (422, "invalid_field")]),
    ]
}

fn of_addresses() -> Vec<Route<Users>> {
    vec![
        Route::new("GET", "/v1/users/me/addresses", Customer, 200, "List my addresses", addresses::list)
            .named("listAddresses")
            .explained("The addresses that the user saved, oldest first, on one page."),
        Route::new("POST", "/v1/users/me/addresses", Customer, 201, "Create an address", addresses::add)
            .named("createAddress")
            .explained("Saves an address for later orders. One that the user saved already is answered as it is, and not saved twice.")
            .refuses(&[(404, "not_found"), (409, "too_many_addresses"), (422, "invalid_field")]),
        Route::new("PUT", "/v1/users/me/addresses/{id}", Customer, 200, "Replace an address", addresses::replace)
            .named("replaceAddress")
            .explained("Orders that were placed keep the address that they were placed with.")
            .variable::<AddressId>("id")
            .refuses(&[(422, "invalid_field")]),
        Route::new("PUT", "/v1/users/me/addresses/{id}/default", Customer, 200, "Make an address the default", addresses::make_default)
            .named("makeDefaultAddress")
            .explained("Forms begin with it. The former default is one no more.")
            .variable::<AddressId>("id"),
        Route::new("DELETE", "/v1/users/me/addresses/{id}", Customer, 204, "Delete an address", addresses::remove)
            .named("deleteAddress")
            .explained("Orders that were placed keep their address.")
            .variable::<AddressId>("id"),
    ]
}

fn of_sessions() -> Vec<Route<Users>> {
    vec![
        Route::new("POST", "/v1/sessions", Unauthenticated, 201, "Sign in", sessions::sign_in)
            .named("createSession")
            .explained(
                "Answers with an access token for 15 minutes, a refresh token for the next one, and a device token for the \
                 next sign-in from the same device. Somebody whose roles take a second factor and who has none yet may do what a \
                 customer may: add one, and the session has the roles from then on.",
            )
            .refuses(&[
                (401, "invalid_credentials"),
                (401, "second_factor_required"),
                (401, "invalid_second_factor"),
                (403, "account_disabled"),
                (422, "invalid_field"),
                (429, "too_many_attempts"),
            ]),
        Route::new("POST", "/v1/sessions/refresh", Unauthenticated, 200, "Exchange a refresh token", sessions::refresh)
            .named("refreshSession")
            .explained(
                "A refresh token can be used once. Within ten seconds the same token gets the same answer again, for a \
                 client that lost it or has two windows. Afterwards, using it again ends the session, as one of the two \
                 who had it is a thief.",
            )
            .refuses(&[
                (401, "invalid_refresh_token"),
                (401, "session_expired"),
                (401, "session_revoked"),
                (409, "refresh_superseded"),
                (429, "too_many_attempts"),
            ]),
        Route::new("DELETE", "/v1/sessions/current", Customer, 204, "Sign out", sessions::sign_out)
            .named("deleteCurrentSession")
            .explained(
                "Ends the session of this access token. A customer's token stays valid until it expires; that of \
                 staff does not count any more where money or goods move, or prices or roles change.",
            )
            .refuses(&[(404, "not_found")]),
        Route::new("DELETE", "/v1/sessions", Customer, 204, "Sign out everywhere", sessions::sign_out_everywhere)
            .named("deleteAllSessions")
            .explained("Ends every session of the user. Access tokens stay valid as after signing out of one.")
            .refuses(&[(404, "not_found")]),
    ]
}

fn for_staff() -> Vec<Route<Users>> {
    vec![
        Route::new("GET", "/v1/users", Needs(UsersRead), 200, "List users, newest first", directory::list)
            .named("listUsers")
            .explained(
                "All users, by pages. With `email`, the one user who has that address, or nobody. With `name`, those whose \
                 names begin so, in the order of their names.",
            ),
        Route::new("GET", "/v1/users/{id}", Needs(UsersRead), 200, "Get a user", directory::read)
            .named("getUser")
            .explained("The user's name, email address and roles, and who changed the roles when.")
            .variable::<UserId>("id"),
        Route::new("PUT", "/v1/users/{id}/roles", Needs(RolesWrite), 200, "Replace a user's roles", directory::give_roles)
            .named("replaceRoles")
            .rechecked()
            .stepped_up()
            .conditional_lists()
            .explained(
                "The new roles are in the next access token, 15 minutes later at most. A role that is taken away does \
                 not count any more where money or goods move, or prices or roles change. Admins cannot take the admin \
                 role from themselves. Whose address is not verified gets none above customer.",
            )
            .variable::<UserId>("id")
            .refuses(&[(409, "own_admin_role"), (409, "email_not_verified"), (422, "invalid_field")]),
        Route::audit("/v1/users/audit", "listUsersAudit", Users::audit_log),
    ]
}

fn sessions_for_staff() -> Vec<Route<Users>> {
    vec![
        Route::new("GET", "/v1/users/{id}/sessions", Needs(UsersRead), 200, "List a user's sessions, newest first", user_sessions::list)
            .named("listUserSessions")
            .explained(
                "Those that have not ended. Ended ones are left out of their page, so a page may have few entries, or none, and a cursor \
                 all the same. The id of a session is no secret.",
            )
            .variable::<UserId>("id"),
        Route::new(
            "DELETE",
            "/v1/users/{id}/sessions/{session}",
            Needs(UsersWrite),
            204,
            "End a session of a user",
            user_sessions::end,
        )
        .named("deleteUserSession")
        .rechecked()
        .explained(
            "It can be refreshed no more. Its access token stays valid as after signing out. A session that was ended before \
             stays so.",
        )
        .variable::<UserId>("id")
        .variable::<SessionId>("session"),
        Route::new("DELETE", "/v1/users/{id}/sessions", Needs(UsersWrite), 204, "End all sessions of a user", user_sessions::end_all)
            .named("deleteUserSessions")
            .rechecked()
            .explained("As if the user had signed out everywhere, with those sessions that are being opened at that moment.")
            .variable::<UserId>("id"),
    ]
}

fn for_verifiers() -> Vec<Route<Users>> {
    vec![
        Route::new(
            "GET",
            "/.well-known/jwks.json",
            Unauthenticated,
            200,
            "Get the public keys of access tokens",
            discovery::keys,
        )
        .named("getJsonWebKeySet")
        .explained("The keys (RFC 7517) with which anybody can verify an access token.")
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
        .explained(
            "Where the keys are, and what access tokens hold. There are no ID tokens and no authorization \
                 endpoint.",
        )
        .cached(KEYS_CACHED_SECONDS),
    ]
}

/// Who calls, and in which session.
pub(crate) fn me<B, Q>(call: &Call<B, Q>) -> Result<(UserId, SessionId), Problem> {
    let identity = call.caller.identity()?;
    Ok((identity.user, identity.session))
}

// What is longer than a line.
const WRONG_FACTOR: &str = "The code is wrong, was used before, or its time is over. Take the next one.";
const NOT_OF_THIS_SHOP: &str =
    "The passkey was not made on a page of this shop for this challenge, or its user was not verified.";
const LAST_FACTOR: &str =
    "Your roles count only with a second factor, and this is your last. Add another one before you remove it.";
const NOTHING_BEGUN: &str = "No authenticator app waits for its first code, or it waited too long. Begin again.";
const OLD_LINK: &str =
    "This link does not count: it was used, it is too old, or something was changed since. Ask for a new one.";
const ADMIN_STATUS: &str = "Only somebody who gives roles can change the account of somebody who does.";
const IDENTITY_TAKEN: &str = "Another user signs in by this identity. Take it from them first.";
const OWN_ADMIN_ROLE: &str = "You cannot remove your own admin role. Ask another admin.";
const HAS_ROLES: &str = "You have a role in this shop. Ask an admin to take it away first.";
const NOT_VERIFIED: &str = "The user has not verified the email address yet, so it may be anybody's.";

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
            Rejection::RefreshSuperseded => Self::new(
                409,
                "refresh_superseded",
                "The session was refreshed twice since. Use the latest refresh token, or try again.",
            )
            .with_retry_after(1),
            Rejection::InvalidToken => Self::new(404, "invalid_token", OLD_LINK),
            Rejection::AlreadyVerified => Self::new(409, "already_verified", "The email address is verified already."),
            Rejection::WrongPassword => Self::new(403, "wrong_password", "The present password is wrong."),
            Rejection::Weak(weak) => Self::invalid("password", format!("password {weak}.")),
            Rejection::SameEmail => Self::invalid("email", "email is the present address."),
            Rejection::TooManyAddresses => {
                Self::new(409, "too_many_addresses", format!("A user keeps at most {MAX_ADDRESSES} addresses."))
                    .with("limit", MAX_ADDRESSES)
            }
            Rejection::InvalidSecondFactor => Self::new(401, "invalid_second_factor", WRONG_FACTOR),
            Rejection::StepUpRequired => Self::second_factor_required(),
            Rejection::InvalidPasskey => Self::new(422, "invalid_passkey", NOT_OF_THIS_SHOP),
            Rejection::TooManyPasskeys => passkeys::too_many(),
            Rejection::PasskeyKnown => Self::new(409, "passkey_known", "The user has this passkey already."),
            Rejection::NoEnrollment => Self::new(409, "no_enrollment", NOTHING_BEGUN),
            Rejection::NoSecondFactor => Self::new(409, "no_second_factor", "The user has no second factor."),
            Rejection::LastFactorOfStaff => Self::new(409, "last_second_factor", LAST_FACTOR),
            Rejection::AccountDisabled => {
                Self::new(403, "account_disabled", "This account is disabled. Please contact the shop.")
            }
            Rejection::OwnStatus => {
                Self::new(409, "own_status", "You cannot disable or enable yourself. Ask a colleague.")
            }
            Rejection::AdminStatus => Self::new(409, "admin_status", ADMIN_STATUS),
            Rejection::OwnAdminRole => Self::new(409, "own_admin_role", OWN_ADMIN_ROLE),
            Rejection::IdentityTaken => Self::new(409, "identity_taken", IDENTITY_TAKEN),
            Rejection::HasRoles => Self::new(409, "has_roles", HAS_ROLES),
            Rejection::EmailNotVerified => Self::new(409, "email_not_verified", NOT_VERIFIED),
            Rejection::Key(why) => api_keys::refused(why),
        }
    }
}
