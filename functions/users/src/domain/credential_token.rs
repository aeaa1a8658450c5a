//! Tokens in mails: whoever has one has read the mailbox. Decides what a token is good for; refuses its text, of which the table has
//! only a hash.

use super::Rejection;
use super::user::User;
use events::ids::{CredentialTokenId, UserId};
use events::{Contact, Email, Language, Timestamp};
use serde::{Deserialize, Serialize};

/// Mails with tokens of one kind to one mailbox in an hour, or resets of one address.
pub const MAX_HOURLY_MAILS: u32 = 5;
/// Requests of a reset from one network in a window.
pub const MAX_NETWORK_RESETS: u32 = 20;

const HOUR: i64 = 60 * 60;

/// What a token is for. One kind never passes for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    EmailVerification,
    PasswordReset,
    EmailChange,
}

impl TokenKind {
    /// Lifetime of such a token. A verification waits for a new customer's evening; the others are for whoever sits before the screen.
    pub const fn seconds(self) -> i64 {
        match self {
            Self::EmailVerification => 24 * HOUR,
            Self::PasswordReset | Self::EmailChange => HOUR,
        }
    }
}

/// The change of address that a token is half of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HalfOfChange {
    pub new_email: Email,
    /// Whether the token went to the new address.
    pub is_new: bool,
    /// Hash of the token that went to the other address.
    pub other: String,
}

/// A token as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialToken {
    /// The text is made of the id and a key.
    pub id: CredentialTokenId,
    pub kind: TokenKind,
    pub user_id: UserId,
    /// The user's `credential_epoch` when it was made.
    pub credential_epoch: u64,
    /// Where it was sent. None if it is nobody's: it opens nothing, and no mail has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<HalfOfChange>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
    /// Trace context of the request that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

impl CredentialToken {
    /// A token for the user's present address.
    pub fn of(user: &User, kind: TokenKind, id: CredentialTokenId, now: Timestamp) -> Self {
        Self {
            id,
            kind,
            user_id: user.id,
            credential_epoch: user.credential_epoch,
            contact: Some(user.contact()),
            language: user.language,
            change: None,
            created_at: now,
            expires_at: now.plus_seconds(kind.seconds()),
            used_at: None,
            traceparent: None,
        }
    }

    /// A token that opens nothing, for whoever asked in the name of somebody who is not there.
    pub fn of_nobody(kind: TokenKind, id: CredentialTokenId, now: Timestamp) -> Self {
        Self {
            id,
            kind,
            user_id: UserId::from_bits(0),
            credential_epoch: 0,
            contact: None,
            language: None,
            change: None,
            created_at: now,
            expires_at: now.plus_seconds(kind.seconds()),
            used_at: None,
            traceparent: None,
        }
    }

    /// Whether it was made for somebody who is not there.
    pub fn is_nobodys(&self) -> bool {
        self.user_id == UserId::from_bits(0)
    }

    /// The same without anybody who could get it.
    #[must_use]
    pub fn to_nobody(self) -> Self {
        Self { contact: None, ..self }
    }

    /// Whether the token is of this user as they are: any change of password or address ended it.
    pub fn is_of(&self, user: &User) -> bool {
        self.contact.is_some() && self.user_id == user.id && self.credential_epoch == user.credential_epoch
    }

    /// Whether it opens what it is for, once.
    ///
    /// # Errors
    /// `InvalidToken`, the same for a token of another kind, an expired one, a used one and one that a change of credentials ended.
    pub fn check(&self, kind: TokenKind, user: &User, now: Timestamp) -> Result<(), Rejection> {
        // Both halves of a change of address are shown again until it is done.
        let is_spent = self.used_at.is_some() && kind != TokenKind::EmailChange;
        let is_live = self.kind == kind && self.is_of(user) && now < self.expires_at && !is_spent;
        if is_live { Ok(()) } else { Err(Rejection::InvalidToken) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::user::tests::ada;
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

    fn token(kind: TokenKind) -> CredentialToken {
        CredentialToken::of(&ada(), kind, CredentialTokenId::from_bits(7), NOW)
    }

    #[test]
    fn a_token_opens_one_kind_of_thing_once_for_its_user_in_its_time_until_credentials_change() {
        let (reset, kind) = (token(TokenKind::PasswordReset), TokenKind::PasswordReset);
        let refused = Err(Rejection::InvalidToken);
        let other = User { id: UserId::from_bits(2), ..ada() };
        let changed = User { credential_epoch: 1, ..ada() };
        assert_eq!(reset.check(kind, &ada(), NOW.plus_seconds(3_599)), Ok(()));
        assert_eq!(reset.check(kind, &ada(), NOW.plus_seconds(3_600)), refused);
        assert_eq!(reset.check(TokenKind::EmailVerification, &ada(), NOW), refused);
        assert_eq!(reset.check(kind, &other, NOW), refused);
        assert_eq!(reset.check(kind, &changed, NOW), refused);
        assert_eq!(CredentialToken { used_at: Some(NOW), ..reset.clone() }.check(kind, &ada(), NOW), refused);
        assert_eq!(reset.to_nobody().check(kind, &ada(), NOW), refused);
        let nobody = CredentialToken::of_nobody(kind, CredentialTokenId::from_bits(8), NOW);
        assert_eq!(nobody.check(kind, &ada(), NOW), refused);
    }

    #[test]
    fn one_half_of_a_change_of_address_may_be_shown_again() {
        let half = CredentialToken { used_at: Some(NOW), ..token(TokenKind::EmailChange) };
        assert_eq!(half.check(TokenKind::EmailChange, &ada(), NOW), Ok(()));
        let verification = token(TokenKind::EmailVerification);
        assert_eq!(verification.expires_at, NOW.plus_seconds(86_400), "a day; the others an hour");
        assert_eq!(half.expires_at, NOW.plus_seconds(3_600));
    }
}
