//! Use cases: read an email; have one sent again that the mail service refused. A person waits for the outcome, so no queue remembers the
//! work: an email without an outcome stays in the list of those that wait for staff. Refuses emails of which nothing is kept.

use super::{Error, Notifications};
use crate::domain::email_delivery::{Decision, Status};
use crate::domain::order_link::token_in;
use crate::domain::{EmailDelivery, KeptEmail, NotificationId, Rejection};
use chassis::{Context, StoreError};
use events::{Email, Timestamp};

/// What staff want sent.
struct Wanted {
    id: NotificationId,
    /// The refused email whose place it takes.
    replaced: Option<EmailDelivery>,
    /// Its own record, if it was attempted before.
    earlier: Option<EmailDelivery>,
}

impl Notifications {
    /// An email, and what is kept of it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn find(&self, id: &NotificationId, now: Timestamp) -> Result<(EmailDelivery, Option<KeptEmail>), Error> {
        let delivery = self.store.find(id).await?.ok_or(Error::NotFound)?;
        Ok((delivery, self.kept(id, now).await?))
    }

    /// Sends a refused email again, under an id of its own: claim, send, record. The same request again finds the email that took the place,
    /// and sends it if no attempt has done so yet.
    ///
    /// # Errors
    /// `NotFound`, `NotFailed`, `NotKept`, `Outdated`, `Suppressed`, `Unsubscribed`, `Claimed`, `Deferred`, `Forbidden`.
    pub async fn resend(&self, id: &NotificationId, context: &Context) -> Result<EmailDelivery, Error> {
        let Wanted { id, replaced, earlier } = self.wanted(id).await?;
        let again = match &earlier {
            Some(earlier) => match earlier.clone().claim_again(context.now).map_err(Error::Rejected)? {
                Decision::Settled => return Ok(earlier.clone()),
                Decision::Claim(again) => Some(*again),
            },
            None => None,
        };
        let kept = self.kept(&id, context.now).await?.ok_or(Error::Rejected(Rejection::NotKept))?;
        kept.may_be_sent(context.now).map_err(Error::Rejected)?;
        if self.is_suppressed(&Email::kept(&kept.to)).await? {
            return Err(Error::Rejected(Rejection::Suppressed));
        }
        if let Some(token) = kept.email.unsubscribe.as_deref().and_then(token_in)
            && self.store.is_unsubscribed(&token.subject, token.kind).await?
        {
            return Err(Error::Rejected(Rejection::Unsubscribed));
        }
        let claim = again.unwrap_or_else(|| EmailDelivery::claimed(&id.message_id(), id.kind(), context.now));
        let subject = id.about.to_string();
        let cause = context.audited(claim.seq, &id, format!("{} sent again", claim.kind));
        if !self.store.write_again(replaced.as_ref(), &claim, &subject, cause).await? {
            return Err(Error::Rejected(Rejection::Claimed));
        }
        let outcome = self.mailer.send(&kept.to, &kept.email, &claim.message_id, &claim.kind).await;
        self.conclude(&subject, claim, outcome, || Some(kept.clone()), context).await
    }

    /// The email to send in the place of this one, or this one if it is such an email without an outcome.
    async fn wanted(&self, id: &NotificationId) -> Result<Wanted, Error> {
        let found = self.store.find(id).await?.ok_or(Error::NotFound)?;
        match found.status {
            Status::Failed if found.resent => {
                let earlier = self.store.find(&id.next()).await?;
                Ok(Wanted { id: id.next(), replaced: None, earlier })
            }
            Status::Failed => Ok(Wanted { id: id.next(), replaced: Some(found.replaced()), earlier: None }),
            Status::Claimed if id.is_again() => Ok(Wanted { id: id.clone(), replaced: None, earlier: Some(found) }),
            Status::Claimed | Status::Sent | Status::Suppressed | Status::Unsubscribed | Status::Outdated => {
                Err(Error::Rejected(Rejection::NotFailed))
            }
        }
    }

    async fn kept(&self, id: &NotificationId, now: Timestamp) -> Result<Option<KeptEmail>, StoreError> {
        Ok(self.store.kept(id).await?.filter(|kept| kept.is_kept(now)))
    }
}
