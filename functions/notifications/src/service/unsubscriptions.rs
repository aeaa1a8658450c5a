//! Use cases: have no more emails of a kind, and have them again, by the token of the link in one of them. The token needs no account and
//! no table: its tag proves that it was sent. Refuses to say anything about others than the one whom the token names.

use super::{Error, Notifications};
use crate::domain::unsubscription::{Subject, UnsubscribeToken, Unsubscribed};
use crate::domain::{Kind, Rejection};
use chassis::tokens::KeyError;
use chassis::{Context, decide_and_write};
use events::Email;
use events::ids::UserId;
use std::ops::ControlFlow;

/// The kind of the pseudonym that a tag is.
const TAG: &str = "unsubscription";

impl Notifications {
    /// Who is asked whether they want an email: the user whom it is for, or else its mailbox.
    ///
    /// # Errors
    /// The key of the pseudonyms.
    pub(super) async fn subject(&self, user: Option<UserId>, address: &Email) -> Result<Subject, KeyError> {
        match user {
            Some(user) => Ok(Subject::user(user)),
            None => Ok(Subject::mailbox(self.mailbox(address).await?)),
        }
    }

    /// The token of the link by which somebody refuses a kind of emails.
    ///
    /// # Errors
    /// The key of the pseudonyms.
    pub async fn unsubscribe_token(&self, subject: Subject, kind: Kind) -> Result<UnsubscribeToken, KeyError> {
        let tag = self.pseudonyms.of(TAG, &UnsubscribeToken::tagged_text(&subject, kind)).await?;
        Ok(UnsubscribeToken { subject, kind, tag })
    }

    /// Whether the one whom the token names gets no emails of its kind.
    ///
    /// # Errors
    /// `InvalidToken`.
    pub async fn is_unsubscribed(&self, token: &UnsubscribeToken) -> Result<bool, Error> {
        if !self.is_genuine(token).await? {
            return Err(Error::Rejected(Rejection::InvalidToken));
        }
        Ok(self.store.is_unsubscribed(&token.subject, token.kind).await?)
    }

    /// Has no emails of the token's kind sent to the one whom it names, or has them sent again. Once or any number of times.
    ///
    /// # Errors
    /// `InvalidToken`.
    pub async fn subscribe(&self, token: &UnsubscribeToken, is_wanted: bool, context: &Context) -> Result<(), Error> {
        if !self.is_genuine(token).await? {
            return Err(Error::Rejected(Rejection::InvalidToken));
        }
        let UnsubscribeToken { subject, kind, .. } = token;
        let known = self.store.unsubscribed(subject).await?;
        let is_news = decide_and_write(known, move |known: Option<Unsubscribed>| async move {
            let Some(next) = Unsubscribed::after(known, *kind, is_wanted) else {
                return Ok::<_, Error>(ControlFlow::Break(false));
            };
            Ok(self.store.write_unsubscribed(subject, &next, &context.cause(next.seq)).await?.or_again(true))
        })
        .await?;
        if is_news {
            self.wiring.metrics.count(if is_wanted { "subscribed_again" } else { "unsubscribed" }, 1);
        }
        // Also if it was known: the request before may have ended in between. A user sees what they wait for, and ends it there.
        if !is_wanted && *kind == Kind::BackInStock && subject.is_mailbox() {
            self.end_alerts(subject.as_str(), context).await?;
        }
        Ok(())
    }

    async fn is_genuine(&self, token: &UnsubscribeToken) -> Result<bool, KeyError> {
        let text = UnsubscribeToken::tagged_text(&token.subject, token.kind);
        self.pseudonyms.matches(TAG, &text, &token.tag).await
    }
}
