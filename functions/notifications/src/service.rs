//! Use cases: notify a person once; list the emails of an order, and those that wait for staff.

mod erasing;
mod exporting;
mod feedback;
mod previews;
mod recipients;
mod resends;
mod stock_alerts;
mod unsubscriptions;
mod wanted;

use crate::config::Config;
use crate::domain::email::RenderedEmail;
use crate::domain::email_delivery::{Decision, Status};
use crate::domain::notification_id::kind_of;
use crate::domain::order_link::{one_click, unsubscribe_page};
use crate::domain::unsubscription::UnsubscribeToken;
use crate::domain::{Branding, EmailDelivery, Event, KeptEmail, Rejection, words};
use crate::mailer::{Mailer, SendOutcome};
use crate::store::Store;
use chassis::http::Revocations;
use chassis::retry::OUTCOME_RECORD;
use chassis::table::AuditLog;
use chassis::tokens::{Pseudonyms, SecretParameter};
use chassis::{Context, Page, StoreError, Table, Wiring, Written, decide_and_write};
use events::ids::OrderId;
use events::{Contact, Language, Timestamp};
use std::ops::ControlFlow;

pub use exporting::PersonalData;
pub use stock_alerts::PendingAlert;

pub type Error<R = Rejection> = chassis::Error<R>;

/// The notifications capability.
#[derive(Debug)]
pub struct Notifications {
    pub(crate) wiring: Wiring,
    pub(crate) store: Store,
    pub(crate) revocations: Revocations,
    pub(crate) mailer: Mailer,
    pub(crate) branding: Branding,
    pseudonyms: Pseudonyms,
    /// The topic on which the mail service tells what became of emails.
    pub(crate) feedback_topic: String,
}

impl Notifications {
    /// `limits_key` is the key of the pseudonyms of mailboxes.
    pub fn new(
        table: Table,
        wiring: Wiring,
        config: Config,
        ses: aws_sdk_sesv2::Client,
        limits_key: SecretParameter,
    ) -> Self {
        let Config { mail_from, reply_to, branding, configuration_set, feedback_topic, .. } = config;
        let mailer = Mailer::new(ses, mail_from, wiring.world.clone());
        let mailer = mailer.answered_at(reply_to).told_by(configuration_set);
        let revocations = Revocations::new(table.clone());
        let pseudonyms = Pseudonyms::new(limits_key);
        Self { wiring, store: Store::new(table), revocations, mailer, branding, pseudonyms, feedback_topic }
    }

    /// What staff changed.
    pub(crate) fn audit_log(&self) -> AuditLog {
        self.store.audit_log()
    }

    /// Notifies a person of an event about `subject`: claim, send, record. The context's input is the message that
    /// brought the event, `message_type` its type. A crash between sending and recording sends twice. Nothing can
    /// prevent that, because the mail service takes no idempotency key.
    ///
    /// # Errors
    /// `AddressUnknown`, `Claimed`, `Deferred`, `Forbidden`.
    pub async fn notify(
        &self,
        subject: &str,
        message_type: &str,
        event: &Event,
        context: &Context,
    ) -> Result<(), Error> {
        // First, as nothing else is read of an email that is not sent.
        if !self.is_wanted(subject, event.kind()).await? {
            return Ok(());
        }
        let Some((recipient, account)) = self.recipient(event).await? else {
            // For example, the customer asked to be forgotten.
            self.wiring.metrics.count("emails_without_recipient", 1);
            return Ok(());
        };
        let to = recipient.email.as_str();
        let token = self.token_for(event, &recipient.email).await?;
        let left_out = if event.is_over(context.now) {
            Some(Status::Outdated)
        } else {
            self.left_out(&recipient.email, token.as_ref()).await?
        };
        let Some(claim) = self.claim(subject, message_type, left_out, context).await? else { return Ok(()) };
        if let Some(why) = left_out {
            let name = match why {
                Status::Suppressed => "emails_suppressed",
                Status::Outdated => "emails_outdated",
                _ => "emails_unsubscribed",
            };
            self.wiring.metrics.count(name, 1);
            return Ok(());
        }
        let rendered = |event: &Event| self.rendered(event, &recipient, account, token.as_ref());
        let outcome = self.mailer.send_claimed(to, &rendered(event), &claim).await;
        let kept = || {
            let again = event.is_kept().then(|| event.without_token());
            again.map(|event| KeptEmail::of(&event, to, rendered(&event), context.now))
        };
        self.conclude(subject, claim, outcome, kept, context).await.map(drop)
    }

    /// The email about an event, in the language that its message names, or else its recipient's account, or else the shop's.
    /// By the token its reader refuses such emails.
    pub(crate) fn rendered(
        &self,
        event: &Event,
        recipient: &Contact,
        account: Option<Language>,
        token: Option<&UnsubscribeToken>,
    ) -> RenderedEmail {
        let (language, shop) = (event.language().or(account).unwrap_or(self.branding.language), &self.branding);
        let page = token.map(|token| unsubscribe_page(&shop.public_url, token));
        let email = words::email(event, recipient.name.as_deref(), page.as_deref(), language, shop);
        RenderedEmail { unsubscribe: token.map(|token| one_click(&shop.public_url, token)), ..email.render(shop) }
    }

    /// Records what became of a claimed email. If it is refused for good, `kept` is what is kept of it, if anything is.
    async fn conclude(
        &self,
        subject: &str,
        claim: EmailDelivery,
        outcome: SendOutcome,
        kept: impl FnOnce() -> Option<KeptEmail> + Send,
        context: &Context,
    ) -> Result<EmailDelivery, Error> {
        let (id, now) = (claim.message_id.clone(), self.wiring.world.now());
        let why = match outcome {
            SendOutcome::Sent(ses_message_id) => {
                self.wiring.metrics.count("emails_sent", 1);
                let sent = claim.sent(ses_message_id, now);
                // The email is out. Handling its message again would send it again, so a failed record is no failure.
                if let Err(error) = self.record(subject, &sent, None, context).await {
                    tracing::error!(id, %error, "the email is sent and stays claimed");
                }
                return Ok(sent);
            }
            SendOutcome::Refused(why) => {
                self.wiring.metrics.count("emails_failed", 1);
                tracing::error!(id, why, "the mail service refuses the email");
                let failed = claim.failed(why);
                self.record(subject, &failed, kept().as_ref(), context).await?;
                return Ok(failed);
            }
            SendOutcome::Deferred(why) => Rejection::Deferred(why),
            SendOutcome::Forbidden(why) => Rejection::Forbidden(why),
        };
        self.record(subject, &claim.released(now), None, context).await?;
        Err(Error::Rejected(why))
    }

    /// The claim on an email, or the record that none is sent and why; `None` if the email is settled. The first claim is written without a
    /// read.
    async fn claim(
        &self,
        subject: &str,
        message_type: &str,
        left_out: Option<Status>,
        context: &Context,
    ) -> Result<Option<EmailDelivery>, Error> {
        let id = context.input_id();
        let kind = kind_of(message_type);
        let first = &EmailDelivery::claimed(id, kind, context.now).about(subject);
        decide_and_write(None, move |earlier: Option<EmailDelivery>| async move {
            let claim = match earlier.map(|earlier| earlier.claim_again(context.now)).transpose() {
                Ok(None) => first.clone(),
                Ok(Some(Decision::Claim(again))) => *again,
                Ok(Some(Decision::Settled)) => return Ok(ControlFlow::Break(None)),
                Err(rejection) => return Err(Error::Rejected(rejection)),
            };
            let claim = left_out.into_iter().fold(claim, EmailDelivery::left_out);
            let written = self.store.write(subject, &claim, None, &context.cause(claim.seq)).await?;
            Ok(written.or_again(Some(claim)))
        })
        .await
    }

    /// Records the outcome of an email, with further attempts while there is time.
    async fn record(
        &self,
        subject: &str,
        delivery: &EmailDelivery,
        kept: Option<&KeptEmail>,
        context: &Context,
    ) -> Result<(), StoreError> {
        let (id, world) = (&delivery.message_id, &self.wiring.world);
        let cause = context.cause(delivery.seq);
        loop {
            match self.store.write(subject, delivery, kept, &cause).await {
                Ok(Written::Done) => return Ok(()),
                Ok(Written::Refused(_)) => {
                    tracing::warn!(id, "another attempt has taken over this email");
                    return Ok(());
                }
                Err(error) if error.is_permanent() || !delivery.may_still_be_recorded(world.now()) => {
                    return Err(error);
                }
                Err(error) => tracing::warn!(id, %error, "tries again to record the outcome of the email"),
            }
            world.sleep(OUTCOME_RECORD.first_wait).await;
        }
    }

    /// A page of the emails about an order, oldest first.
    ///
    /// # Errors
    /// The table.
    pub async fn list(
        &self,
        order: OrderId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<EmailDelivery>, StoreError> {
        self.store.page(&order.to_string(), after, limit).await
    }

    /// A page of the emails that wait for staff, newest first: refused ones, and those that staff wanted again and whose outcome is unknown.
    /// Those of longer ago are left out: nothing of them is kept, so staff can do nothing about them. What was kept of one that was sent again
    /// may end sooner, as its days begin with the first refusal.
    ///
    /// # Errors
    /// The table.
    pub async fn failed(
        &self,
        after: Option<&str>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Page<EmailDelivery>, StoreError> {
        self.store.failed(KeptEmail::oldest(now), after, limit).await
    }
}
