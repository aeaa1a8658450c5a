//! The text of tokens in mails: an HMAC of the token's id, so that the relay can make it again and the table has nothing that opens
//! anything. Owns how a text leads to a token and how many are mailed; refuses to know what they open.

use super::{Error, Users};
use crate::domain::Rejection;
use crate::domain::credential_token::{CredentialToken, MAX_HOURLY_MAILS};
use crate::domain::throttle::Window;
use crate::domain::user::User;
use aws_lc_rs::hmac;
use chassis::Context;
use chassis::tokens::{KeyError, digest};
use events::ids::CredentialTokenId;
use events::users::EmailVerified;
use events::{Email, Message, Outgoing};

/// A token that opens something now, and whose it is.
#[derive(Debug, Clone)]
pub struct LiveToken {
    pub user: User,
    pub token: CredentialToken,
}

/// Characters of a token: 32 bytes in base64url.
const LENGTH: usize = 43;

/// A mail with a token. Each kind is counted alone, so that what strangers ask for keeps nobody from what is their own.
pub(super) enum CountedMail<'a> {
    /// To the address of the user who is signed in, counted by its mailbox.
    Own(&'a Email),
    /// To the address that a user who is signed in wants, counted by its mailbox.
    New(&'a Email),
    /// A reset, which anybody asks for, counted by the very address: nothing is mailed to an address that no user has, and what is asked
    /// for `ann+x@…` takes none of the resets of `ann@…`.
    Reset(&'a Email),
}

impl Users {
    /// The text of the token with this id. It is always the same.
    ///
    /// # Errors
    /// If the key cannot be had or is unusable.
    pub(crate) async fn token_text(&self, id: CredentialTokenId) -> Result<String, KeyError> {
        let mut hash = hmac::Context::with_key(&self.limits_key.hmac_key().await?);
        // As pseudonyms are made, of a kind that none of them has.
        for part in ["credential-token\0", &id.to_string()] {
            hash.update(part.as_bytes());
        }
        Ok(digest::base64url(hash.sign().as_ref()))
    }

    /// The hash that a token is kept by.
    pub(super) async fn hash_of(&self, token: &CredentialToken) -> Result<String, KeyError> {
        Ok(digest::of_bytes(self.token_text(token.id).await?.as_bytes()))
    }

    /// Keeps a token, which the relay mails. Returns the hash that it is kept by.
    pub(super) async fn mail_token(&self, token: CredentialToken, context: &Context) -> Result<String, Error> {
        let token = CredentialToken { traceparent: context.traceparent.clone(), ..token };
        let hash = self.hash_of(&token).await?;
        self.store.put_token(&hash, &token, &context.cause(0)).await?;
        Ok(hash)
    }

    /// Counts a mail with a token to an address; `false` if there were too many of its kind in this hour.
    pub(super) async fn may_mail(&self, mail: CountedMail<'_>, context: &Context) -> Result<bool, Error> {
        let counted = match mail {
            CountedMail::Own(email) => self.pseudonyms.of("mailbox", &email.mailbox()).await?,
            CountedMail::New(email) => self.pseudonyms.of("new mailbox", &email.mailbox()).await?,
            CountedMail::Reset(email) => self.pseudonyms.of("reset", email.as_str()).await?,
        };
        Ok(self.store.count_mail(&counted, MAX_HOURLY_MAILS, Window::at(context.now), &context.cause(0)).await?)
    }

    /// The token of a text and its user, whatever it is good for now, with the hash that it is kept by.
    ///
    /// # Errors
    /// `InvalidToken`.
    pub(super) async fn known(&self, text: &str) -> Result<(String, LiveToken), Error> {
        let invalid = || Error::Rejected(Rejection::InvalidToken);
        if text.len() != LENGTH {
            return Err(invalid());
        }
        let hash = digest::of_bytes(text.as_bytes());
        let token = self.store.token(&hash).await?.ok_or_else(invalid)?;
        let user = self.store.user(token.user_id).await?.ok_or_else(invalid)?;
        Ok((hash, LiveToken { user, token }))
    }

    /// A message of a token with the token's text in it.
    ///
    /// # Errors
    /// If the key cannot be had or is unusable.
    pub(crate) async fn with_token(
        &self,
        token: &CredentialToken,
        mut messages: Vec<Outgoing>,
    ) -> Result<Vec<Outgoing>, KeyError> {
        for message in &mut messages {
            if let Some(place) = message.envelope.data.get_mut("token") {
                *place = self.token_text(token.id).await?.into();
            }
        }
        Ok(messages)
    }

    /// Messages of a user, those of a verified address with the pseudonyms by which orders know the guest and the address.
    ///
    /// # Errors
    /// If the key cannot be had or is unusable.
    pub(crate) async fn with_guest(
        &self,
        email: &Email,
        mut messages: Vec<Outgoing>,
    ) -> Result<Vec<Outgoing>, KeyError> {
        for message in &mut messages {
            if message.envelope.kind != EmailVerified::TYPE {
                continue;
            }
            // The mailbox is how orders count a guest and find the orders; the address is whose they are.
            for (name, text) in [("guest", &*email.mailbox()), ("address", email.as_str())] {
                if let Some(place) = message.envelope.data.get_mut(name) {
                    *place = self.guests.of(name, text).await?.into();
                }
            }
        }
        Ok(messages)
    }
}
