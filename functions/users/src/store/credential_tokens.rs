//! Tokens in mails, by the hash of their text, and the one write in which a token is spent and what it opens is done. Refuses to rely on
//! the TTL, which only cleans up.

use super::{EmailItem, Store, UserItem, key};
use crate::domain::credential_token::CredentialToken;
use crate::domain::user::User;
use chassis::table::{Committed, Reason, Transaction, Update, Updated};
use chassis::{Cause, StoreError, World, Written};
use events::{Email, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct TokenItem {
    #[serde(flatten)]
    token: CredentialToken,
    ttl: i64,
    /// By whose they are, so that they are found when that person is erased; none in an item of an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    index2: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    index2_sort: Option<String>,
}

impl TokenItem {
    fn new(token: &CredentialToken) -> Self {
        // Those of nobody are spread, as anybody may ask for them; in the index they are all the same, since they cost the same.
        let owner = if token.is_nobodys() { token.id.to_string() } else { token.user_id.to_string() };
        Self {
            token: token.clone(),
            ttl: token.expires_at.seconds(),
            index2: Some(key::tokens_of(&owner)),
            index2_sort: Some(token.id.to_string()),
        }
    }
}

/// The outcome of a change of credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Settled {
    Done,
    /// Somebody else changed the user first. Holds the user as they are now.
    Outdated(Option<Box<User>>),
    /// The token was used a moment ago.
    Spent,
    /// Another user has the new address.
    EmailTaken,
}

impl Store {
    /// Puts a new token. The relay mails it, unless it is nobody's.
    pub async fn put_token(&self, hash: &str, token: &CredentialToken, cause: &Cause) -> Result<(), StoreError> {
        let cause = if token.contact.is_some() { cause.clone() } else { cause.silent() };
        match self.table.create(&key::credential_token(hash), &TokenItem::new(token), &cause).await? {
            Written::Done => Ok(()),
            // Our write succeeded, its answer was lost, and the SDK wrote again.
            Written::Refused(Some(found)) if found.token == *token => Ok(()),
            Written::Refused(_) => Err(StoreError::Unavailable("the new id is taken".to_owned())),
        }
    }

    /// Puts a new user, its email address and the token that verifies it; `false` if the address is taken.
    pub async fn register(
        &self,
        user: &User,
        (hash, token): (&str, &CredentialToken),
        cause: Cause,
    ) -> Result<bool, StoreError> {
        let transaction = Transaction::new(cause)
            .create(&key::user(user.id), &UserItem::new(user))?
            .create(&key::credential_token(hash), &TokenItem::new(token))?
            .create(&key::email(user.email.as_str()), &EmailItem { user_id: user.id })?;
        match self.table.commit(transaction).await? {
            Committed::Done => Ok(true),
            Committed::Refused(reasons) if matches!(reasons.last(), Some(Reason::Condition(_))) => Ok(false),
            // Two users drew the same 74 random bits: the next attempt draws others.
            Committed::Refused(_) => Err(StoreError::Unavailable("the new id is taken".to_owned())),
        }
    }

    pub async fn token(&self, hash: &str) -> Result<Option<CredentialToken>, StoreError> {
        let item: Option<TokenItem> = self.table.get_consistent(&key::credential_token(hash)).await?;
        Ok(item.map(|item| item.token))
    }

    /// Remembers that a token was shown, for one that does not change anything by itself.
    pub async fn mark_token(&self, hash: &str, now: Timestamp, cause: &Cause) -> Result<(), StoreError> {
        let update = Update::of(key::credential_token(hash))
            .set("used_at = if_not_exists(used_at, :now)")
            .when("attribute_exists(pk)")
            .value(":now", now);
        let _: Updated<TokenItem> = self.table.update(update, &cause.silent()).await?;
        Ok(())
    }

    /// Replaces a user, moves the address if it is another, and spends the token that wanted it: all or nothing. If others hold the items,
    /// it is tried again after a wait (policy `CONFLICT`); a write that is done and whose answer was lost is recognized by the user.
    pub async fn settle(
        &self,
        changed: &User,
        before: &User,
        spends: Option<(&str, Timestamp)>,
        cause: Cause,
        world: &World,
    ) -> Result<Settled, StoreError> {
        let silent = cause.silent();
        let moves = changed.email != before.email;
        let mut transaction = Transaction::new(cause)
            .replace(&key::user(changed.id), &UserItem::new(changed), before.seq)?
            .because(silent);
        if moves {
            let item = EmailItem { user_id: changed.id };
            transaction = transaction.create(&key::email(changed.email.as_str()), &item)?;
            for spelling in spellings(&before.email) {
                transaction = transaction.delete(key::email(&spelling));
            }
        }
        if let Some((hash, now)) = spends {
            transaction = transaction.update(spent(hash, now));
        }
        let reasons = match self.table.commit_retrying(transaction, world).await? {
            Committed::Done => return Ok(Settled::Done),
            Committed::Refused(reasons) => reasons,
        };
        if let Some(reason @ Reason::Condition(_)) = reasons.first() {
            let found = reason.item::<UserItem>()?.and_then(UserItem::user);
            return Ok(match found {
                Some(user) if user == *changed => Settled::Done,
                other => Settled::Outdated(other.map(Box::new)),
            });
        }
        let taken = moves && matches!(reasons.get(1), Some(Reason::Condition(_)));
        Ok(if taken { Settled::EmailTaken } else { Settled::Spent })
    }
}

/// An address's key, and that of the version that kept domains in the letters of their language.
pub(super) fn spellings(email: &Email) -> impl Iterator<Item = String> {
    [Some(email.as_str().to_owned()), email.in_unicode()].into_iter().flatten()
}

fn spent(hash: &str, now: Timestamp) -> Update {
    Update::of(key::credential_token(hash))
        .set("used_at = :now")
        .when("attribute_exists(pk)")
        .when("attribute_not_exists(used_at)")
        .value(":now", now)
}
