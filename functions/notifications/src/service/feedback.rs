//! Use cases: what the mail service tells of emails after it took them. It may tell it twice, late and in any order.

use super::{Error, Notifications};
use crate::domain::feedback::Fate;
use crate::domain::suppression::Reason;
use crate::domain::{EmailDelivery, Feedback, Kind, NotificationId, Person, Suppression};
use chassis::{Context, decide_and_write};
use events::Email;
use events::ids::UserId;
use std::cmp::Reverse;
use std::ops::ControlFlow;

/// Emails about a user that a page of theirs shows.
const OF_USER: u32 = 100;
/// What the ids of messages about a user begin with: those with a token are about the token, the others about the user. The keys of the
/// records begin with these, so each has an order by time of its own.
const SENDERS: [&str; 2] = ["credtok_", "user_"];

impl Notifications {
    /// Keeps what was heard of an email: first that its mailbox gets no more, then what became of the email. An email that nobody knows
    /// suppresses its mailbox all the same.
    ///
    /// # Errors
    /// `Claimed` if the outcome of sending it is about to be recorded.
    pub async fn hear(&self, feedback: &Feedback, context: &Context) -> Result<(), Error> {
        let found = match &feedback.id {
            Some(id) => self.store.find(id).await?,
            None => None,
        };
        let is_forgotten = found.as_ref().is_some_and(|found| found.forgotten);
        let reason = match feedback.fate.suppresses() {
            Some(Reason::Bounced) if is_forgotten || self.is_of_somebody_erased(feedback.id.as_ref()).await? => None,
            reason => reason,
        };
        let mut mailbox = None;
        if let Some(reason) = reason {
            // An email has one recipient.
            for address in &feedback.addresses {
                mailbox = Some(self.suppress(address, reason, feedback, context).await?);
            }
        }
        let name = match feedback.fate {
            Fate::Fine => return Ok(()),
            Fate::BouncedForGood => "emails_bounced",
            Fate::Bounced => "emails_bounced_for_now",
            Fate::Complained => "emails_complained",
            Fate::Rejected => "emails_rejected",
        };
        let is_news = match &feedback.id {
            Some(id) => self.record_feedback(id, found, feedback, mailbox, context).await?,
            None => true,
        };
        if is_news {
            self.wiring.metrics.count(name, 1);
        }
        Ok(())
    }

    /// Whether an email went to somebody who was erased, or told them so: then nothing is remembered of the mailbox, but an objection.
    async fn is_of_somebody_erased(&self, id: Option<&NotificationId>) -> Result<bool, Error> {
        let Some((id, user)) = id.and_then(|id| Some((id, id.about.user()?))) else { return Ok(false) };
        let is_last = id.kind() == Kind::AccountErased.as_str();
        Ok(is_last || matches!(self.store.person(user).await?, Some(Person::Erased(_))))
    }

    /// Returns the mailbox's pseudonym.
    async fn suppress(
        &self,
        address: &Email,
        reason: Reason,
        feedback: &Feedback,
        context: &Context,
    ) -> Result<String, Error> {
        let pseudonym = self.mailbox(address).await?;
        let (mailbox, email) = (&pseudonym, &feedback.email());
        decide_and_write(None, move |known: Option<Suppression>| async move {
            let Some(next) = Suppression::after(known, reason, email, feedback.at) else {
                return Ok(ControlFlow::Break(()));
            };
            let written = self.store.write_suppression(mailbox, &next, &context.cause(next.seq)).await?;
            Ok::<_, Error>(written.or_again(()))
        })
        .await?;
        Ok(pseudonym)
    }

    /// Whether it is news.
    async fn record_feedback(
        &self,
        id: &NotificationId,
        found: Option<EmailDelivery>,
        feedback: &Feedback,
        mailbox: Option<String>,
        context: &Context,
    ) -> Result<bool, Error> {
        let (subject, mailbox) = (&id.about.to_string(), &mailbox);
        decide_and_write(found, move |found: Option<EmailDelivery>| async move {
            let Some(found) = found else {
                tracing::warn!(id = %id, "the mail service tells of an email that is not known");
                return Ok(ControlFlow::Break(true));
            };
            let mailbox = match mailbox {
                // It may have been erased since.
                Some(mailbox) if found.forgotten => {
                    self.forget_mailbox(mailbox, context).await?;
                    None
                }
                mailbox => mailbox.clone(),
            };
            let Some(next) = found.after(feedback, mailbox, context.now).map_err(Error::Rejected)? else {
                return Ok(ControlFlow::Break(false));
            };
            let written = self.store.write(subject, &next, None, &context.cause(next.seq)).await?;
            Ok(written.or_again(true))
        })
        .await
    }

    /// The newest emails about a user's account, newest first.
    ///
    /// # Errors
    /// The table.
    pub async fn of_user(&self, user: UserId) -> Result<Vec<EmailDelivery>, Error> {
        let subject = &user.to_string();
        let mut emails = Vec::new();
        for sender in SENDERS {
            emails.extend(self.store.newest(subject, sender, OF_USER).await?);
        }
        emails.sort_by_key(|email| Reverse(email.at()));
        emails.truncate(usize::try_from(OF_USER).unwrap_or(usize::MAX));
        Ok(emails)
    }
}
