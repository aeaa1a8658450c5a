//! Use cases: show what the shop writes, with sample data; send such a sample, so that staff see it in a mailbox. A sample is no email about
//! anybody: it leaves an audit entry and a count, and no record. Refuses more than a few in an hour.

use super::{Error, Notifications};
use crate::domain::email::RenderedEmail;
use crate::domain::samples::sample;
use crate::domain::test_emails::TestEmails;
use crate::domain::unsubscription::UnsubscribeToken;
use crate::domain::{Kind, Rejection};
use crate::mailer::SendOutcome;
use chassis::{Context, decide_and_write};
use events::ids::UserId;
use events::{Contact, Email, Language, Timestamp};
use std::ops::ControlFlow;

/// Where samples say that they go.
const NOBODY: &str = "ada@example.com";

impl Notifications {
    /// The email of a kind with sample data.
    ///
    /// # Errors
    /// None that a person can cause.
    pub fn preview(&self, kind: Kind, language: Language, now: Timestamp) -> Result<RenderedEmail, Error> {
        let email: Email = NOBODY.parse().map_err(|_| Error::NotFound)?;
        let to = Contact { email, name: Some("Ada Lovelace".to_owned()) };
        let event = sample(kind, language, &to, now).ok_or(Error::NotFound)?;
        let token = (!kind.is_transactional()).then(|| UnsubscribeToken::sample(kind));
        Ok(self.rendered(&event, &to, None, token.as_ref()))
    }

    /// Sends the email of a kind with sample data. Returns the mail service's error code, if it refuses the email for good.
    ///
    /// # Errors
    /// `Suppressed`, `TooManyTests`, `Deferred`, `Forbidden`.
    pub async fn send_test(
        &self,
        kind: Kind,
        language: Language,
        to: &Email,
        context: &Context,
    ) -> Result<Option<String>, Error> {
        let user = context.user().ok_or(Error::NotFound)?;
        if self.is_suppressed(to).await? {
            return Err(Error::Rejected(Rejection::Suppressed));
        }
        let email = self.preview(kind, language, context.now)?;
        self.count_test(kind, user, context).await?;
        let email = RenderedEmail { subject: format!("[Test] {}", email.subject), ..email };
        match self.mailer.send(to.as_str(), &email, &format!("test/{kind}"), kind.as_str()).await {
            SendOutcome::Sent(_) => Ok(None),
            SendOutcome::Refused(code) => Ok(Some(code)),
            SendOutcome::Deferred(code) => Err(Error::Rejected(Rejection::Deferred(code))),
            SendOutcome::Forbidden(code) => Err(Error::Rejected(Rejection::Forbidden(code))),
        }
    }

    /// Counts a sample before it is sent, and says in the audit log who wanted it.
    async fn count_test(&self, kind: Kind, user: UserId, context: &Context) -> Result<(), Error> {
        let earlier = self.store.test_emails(user).await?;
        decide_and_write(earlier, move |earlier: Option<TestEmails>| async move {
            let counted = TestEmails::one_more(earlier, context.now).map_err(Error::Rejected)?;
            let cause = context.audited(counted.seq, kind, "sample sent");
            Ok::<ControlFlow<(), Option<TestEmails>>, Error>(
                self.store.count_test_email(user, &counted, &cause).await?.or_again(()),
            )
        })
        .await
    }
}
