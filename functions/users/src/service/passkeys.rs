//! Passkeys: challenges, adding and removing, and showing one. A challenge is signed instead of stored, so that asking for one costs the
//! table nothing; using one leaves a mark, so it is used once.

use super::{Error, SignedIn, Users};
use crate::domain::Rejection;
use crate::domain::client::Client;
use crate::domain::factors::Shown;
use crate::domain::passkey::{Assertion, Made, Passkey, challenge_in};
use crate::domain::user::User;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::tokens::KeyError;
use chassis::{Context, Written};
use events::Timestamp;
use events::ids::{SessionId, UserId};

/// Lifetime of a challenge.
pub const CHALLENGE_SECONDS: i64 = 5 * 60;

/// By how many seconds the clock of the machine that made a challenge may be ahead.
const CLOCKS_DIFFER: i64 = 5;

/// A random number and the time of issue; the tag follows.
const CLAIMS_BYTES: usize = 24;

/// A passkey that was added.
pub struct AddedPasskey {
    pub passkey: Passkey,
    /// Made with the first second factor of a user.
    pub recovery_codes: Option<Vec<String>>,
    /// Says that the passkey was shown just now.
    pub access: String,
}

/// The kind of a challenge's tag.
const CHALLENGE: &str = "passkey challenge";

/// What a challenge's tag is made of.
fn claims(bytes: &[u8], user: Option<UserId>) -> String {
    let user = user.map_or_else(|| "anybody".to_owned(), |user| user.to_string());
    format!("{} {user}", URL_SAFE_NO_PAD.encode(bytes))
}

/// The user whom an authenticator names.
fn user_of(handle: &str) -> Option<UserId> {
    let bytes = URL_SAFE_NO_PAD.decode(handle.trim_end_matches('=')).ok()?;
    Some(UserId::from_bits(u128::from_be_bytes(bytes.try_into().ok()?)))
}

/// What an authenticator keeps of a user: the id, and nothing about the person.
pub fn handle_of(user: UserId) -> String {
    URL_SAFE_NO_PAD.encode(user.bits().to_be_bytes())
}

impl Users {
    /// A challenge for this user, or for whoever shows a passkey.
    ///
    /// # Errors
    /// The key.
    pub async fn passkey_challenge(&self, user: Option<UserId>, context: &Context) -> Result<String, KeyError> {
        let mut bytes = self.wiring.world.random::<16>().to_vec();
        bytes.extend(context.now.seconds().to_be_bytes());
        let tag = self.pseudonyms.of(CHALLENGE, &claims(&bytes, user)).await?;
        bytes.extend(URL_SAFE_NO_PAD.decode(tag).unwrap_or_default());
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Uses up the challenge that the browser's data name. It must be one for this user, or for anybody where `is_open`.
    async fn spend_challenge(
        &self,
        client_data: &str,
        user: UserId,
        is_open: bool,
        context: &Context,
    ) -> Result<(), Error> {
        let over = Error::Rejected(Rejection::InvalidPasskey);
        let challenge = challenge_in(client_data).ok().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let challenge = challenge.ok_or(Error::Rejected(Rejection::InvalidPasskey))?;
        let (named, tag) = challenge.split_at(challenge.len().min(CLAIMS_BYTES));
        let seconds = named.get(16..).and_then(|eight| eight.try_into().ok()).map_or(0, i64::from_be_bytes);
        let age = context.now.seconds().saturating_sub(seconds);
        let tag = URL_SAFE_NO_PAD.encode(tag);
        let is_theirs = self.pseudonyms.matches(CHALLENGE, &claims(named, Some(user)), &tag).await?;
        let is_anybodys = self.pseudonyms.matches(CHALLENGE, &claims(named, None), &tag).await?;
        let is_ours = is_theirs || (is_open && is_anybodys);
        if !is_ours || !(-CLOCKS_DIFFER..CHALLENGE_SECONDS).contains(&age) {
            return Err(over);
        }
        let end = Timestamp::from_millis(0).plus_seconds(seconds).plus_seconds(CHALLENGE_SECONDS);
        match self.store.spend_challenge(&challenge, end, &context.cause(0)).await? {
            Written::Done => Ok(()),
            Written::Refused(_) => Err(over),
        }
    }

    /// What is right about a passkey that is shown; nothing is used up but the challenge.
    pub(super) async fn passkey_shown(
        &self,
        user: &User,
        shown: &Assertion,
        context: &Context,
    ) -> Result<Shown, Error> {
        let wrong = || Error::Rejected(Rejection::InvalidSecondFactor);
        let id = shown.id.trim_end_matches('=');
        let passkey = user.factors.passkeys.iter().find(|passkey| passkey.id == id).ok_or_else(wrong)?;
        let sign_count = self.config.relying_party.shown(passkey, shown).map_err(|_| wrong())?;
        self.spend_challenge(&shown.client_data, user.id, true, context).await.map_err(|error| match error {
            Error::Rejected(_) => wrong(),
            other => other,
        })?;
        Ok(Shown::Passkey { id: passkey.id.clone(), sign_count, at: context.now })
    }

    /// Signs in with a passkey alone: the authenticator has it, and has recognized its owner, so these are two factors.
    ///
    /// # Errors
    /// `InvalidSecondFactor`, which never says whether there is such a user; `AccountDisabled` with a passkey of the user's.
    pub async fn sign_in_with_passkey(
        &self,
        shown: &Assertion,
        client: Option<Client>,
        context: &Context,
    ) -> Result<SignedIn, Error> {
        let wrong = || Error::Rejected(Rejection::InvalidSecondFactor);
        let id = shown.user_handle.as_deref().and_then(user_of).ok_or_else(wrong)?;
        let user = self.store.user(id).await?.ok_or_else(wrong)?;
        let used = self.passkey_shown(&user, shown, context).await?;
        if user.is_disabled() {
            return Err(Error::Rejected(Rejection::AccountDisabled));
        }
        let user = self.having_used(&user, &used, context).await?;
        Ok(SignedIn::Open(self.open_session_with(&user, None, (client, Some(context.now)), context).await?))
    }

    /// Adds a passkey. The first second factor of a user comes with recovery codes.
    ///
    /// # Errors
    /// `InvalidPasskey`, `TooManyPasskeys`, `PasskeyKnown`, or as whenever what protects the account is changed.
    pub async fn add_passkey(
        &self,
        (user, session): (UserId, SessionId),
        (made, name): (&Made<'_>, &str),
        (password, network): (Option<&str>, &str),
        context: &Context,
    ) -> Result<AddedPasskey, Error> {
        let user = self.unlocked((user, session), password, network, context).await?;
        let invalid = |_| Error::Rejected(Rejection::InvalidPasskey);
        let passkey = self.config.relying_party.made(made, name, context.now).map_err(invalid)?;
        self.count_change(&user, context).await?;
        self.spend_challenge(made.client_data, user.id, false, context).await?;
        let (codes, kept) = self.recovery_codes(user.id).await?;
        let is_first = !user.factors.protects();
        let added = |user: &User| {
            let factors = user.factors.with_passkey(passkey.clone(), &kept, context.now).map_err(Error::Rejected)?;
            Ok(Some(user.with_factors(factors)))
        };
        let user = self.change(user.id, context, added).await?;
        let access = self.stepped_up(&user, session, context).await?;
        let is_kept = is_first && user.factors.recovery_codes == kept;
        Ok(AddedPasskey { passkey, recovery_codes: is_kept.then_some(codes), access })
    }

    /// Removes a passkey; with the last second factor the recovery codes go, too.
    ///
    /// # Errors
    /// `NotFound` if the user has none with this id; `NoSecondFactor`, `LastFactorOfStaff`, or as whenever what protects the account is changed.
    pub async fn remove_passkey(&self, me: (UserId, SessionId), id: &str, context: &Context) -> Result<(), Error> {
        let user = self.protected(me, context).await?;
        let removed = |user: &User| {
            let factors = user.factors.without_passkey(id, context.now).ok_or(Error::NotFound)?;
            user.with_fewer_factors(factors, self.requires_factor()).map(Some).map_err(Error::Rejected)
        };
        self.change(user.id, context, removed).await.map(|_| ())
    }
}
