//! The keys of the users table.

use super::{CREDENTIAL_TOKEN, PROFILE, SESSION};
use chassis::{Key, digest};
use events::ids::{AddressId, SessionId, UserId};

pub(super) const ADDRESSES: &str = "address#";

pub(super) fn user(id: UserId) -> Key {
    Key::new(id.to_string(), PROFILE)
}

/// Hashed, since metrics and errors may show keys. Without a key: the user's item in the same table has the address.
pub(super) fn email(email: &str) -> Key {
    Key::new(format!("email#{}", digest::of_bytes(email.as_bytes())), "email")
}

pub(super) fn session(user: UserId, session: SessionId) -> Key {
    Key::new(user.to_string(), session_sort(session))
}

pub(super) fn session_sort(session: SessionId) -> String {
    format!("{SESSION}{session}")
}

/// Hashed, since it has been a secret for a moment.
pub(super) fn challenge(hash: &str) -> Key {
    Key::new(format!("challenge#{hash}"), "challenge")
}

pub(super) fn address(user: UserId, address: AddressId) -> Key {
    Key::new(user.to_string(), format!("{ADDRESSES}{address}"))
}

/// `hash` is that of the token's text: the table has nothing that opens anything.
pub(super) fn credential_token(hash: &str) -> Key {
    Key::new(format!("token#{hash}"), CREDENTIAL_TOKEN)
}

/// The tokens of a user, in `index2`.
pub(super) fn tokens_of(owner: &str) -> String {
    format!("tokens#{owner}")
}

/// In the table of erasures.
pub(super) fn erasure(user: UserId) -> Key {
    Key::new(user.to_string(), "erasure")
}

/// `who` is a pseudonym: an address of somebody who is no user, and a network, are nobody's to read here.
pub(super) fn throttle(kind: &str, who: &str, number: i64) -> Key {
    Key::new(format!("throttle#{kind}#{who}#{number}"), "throttle")
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_address_is_kept_where_operators_tools_look_for_it() {
        // The same address and key as in a test of `infra/cli`.
        assert_eq!(super::email("ada@example.com").pk, "email#tfyF5VdV-eDQMKEKtEKbaylEhV-aDWAHf-gyvsvEHXI");
    }
}
