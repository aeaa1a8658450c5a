//! The keys of the users table.

use super::{PROFILE, SESSION};
use crate::domain::email::Email;
use crate::domain::throttle::Window;
use chassis::{Key, digest};
use events::ids::{AddressId, SessionId, UserId};

pub(super) const ADDRESSES: &str = "address#";

pub(super) fn user(id: UserId) -> Key {
    Key::new(id.to_string(), PROFILE)
}

/// Hashed, since metrics and errors may show keys.
pub(super) fn email(email: &Email) -> Key {
    Key::new(format!("email#{}", digest::of_bytes(email.as_str().as_bytes())), "email")
}

pub(super) fn session(user: UserId, session: SessionId) -> Key {
    Key::new(user.to_string(), format!("{SESSION}{session}"))
}

pub(super) fn address(user: UserId, address: AddressId) -> Key {
    Key::new(user.to_string(), format!("{ADDRESSES}{address}"))
}

/// `who` is an email address or a network; hashed for the same reason.
pub(super) fn throttle(kind: &str, who: &str, window: Window) -> Key {
    let who = digest::of_bytes(who.as_bytes());
    Key::new(format!("throttle#{kind}#{who}#{}", window.number), "throttle")
}
