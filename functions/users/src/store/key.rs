//! The keys of the users table. They are built here and nowhere else.

use super::PROFILE;
use crate::domain::email::Email;
use crate::domain::throttle::Window;
use chassis::{Key, digest};
use events::ids::{AddressId, SessionId, UserId};

pub(super) const ADDRESSES: &str = "address#";

pub(super) fn user(id: UserId) -> Key {
    Key::new(id.to_string(), PROFILE)
}

/// Hashed, so that keys, which figures and errors may show, tell nobody's address.
pub(super) fn email(email: &Email) -> Key {
    Key::new(format!("email#{}", digest::of_bytes(email.as_str().as_bytes())), "email")
}

pub(super) fn session(user: UserId, session: SessionId) -> Key {
    Key::new(user.to_string(), format!("session#{session}"))
}

pub(super) fn address(user: UserId, address: AddressId) -> Key {
    Key::new(user.to_string(), format!("{ADDRESSES}{address}"))
}

/// Hashed for the same reason; `who` is an e-mail address or a network.
pub(super) fn throttle(kind: &str, who: &str, window: Window) -> Key {
    let who = digest::of_bytes(who.as_bytes());
    Key::new(format!("throttle#{kind}#{who}#{}", window.number), "throttle")
}
