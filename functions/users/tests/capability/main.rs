//! Users through its real function: HTTP events, queue batches and stream records in, answers and messages out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod addresses;
mod authenticator;
mod browser;
mod contract;
mod costs;
mod devices;
mod edge;
mod factors;
mod harness;
mod lost_answers;
mod messages;
mod pages_account;
mod pages_factors;
mod pages_parts;
mod pages_session;
mod pages_sign_in;
mod pages_staff;
mod pages_staff_health;
mod pages_staff_roles;
mod pages_staff_sessions;
mod passkeys;
mod races;
mod revocations;
mod roles;
mod search;
mod sessions;
mod spellings;
mod throttle;
mod tokens;
mod user_sessions;
mod users;
