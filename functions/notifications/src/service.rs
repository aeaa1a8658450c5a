//! Use cases: notify a person once; list the emails of an order.

use crate::config::Config;
use crate::domain::email_delivery::Decision;
use crate::domain::{EmailDelivery, Event, Locale, Rejection};
use crate::mailer::{Mailer, SendOutcome};
use crate::store::Store;
use chassis::retry::OUTCOME_RECORD;
use chassis::{Context, Page, StoreError, Table, Wiring, Written, decide_and_write, digest};
use events::ids::OrderId;
use std::ops::ControlFlow;

pub type Error<R = Rejection> = chassis::Error<R>;

/// The notifications capability.
#[derive(Debug)]
pub struct Notifications {
    pub(crate) wiring: Wiring,
    pub(crate) store: Store,
    pub(crate) mailer: Mailer,
    public_url: String,
}

impl Notifications {
    pub fn new(table: Table, wiring: Wiring, config: Config, ses: aws_sdk_sesv2::Client) -> Self {
        let mailer = Mailer::new(ses, config.mail_from, wiring.world.clone());
        Self { wiring, store: Store::new(table), mailer, public_url: config.public_url }
    }

    /// Notifies a person of an event about `subject`: claim, send, record. The context's input is the message that
    /// brought the event, `message_type` its type. A crash between sending and recording sends twice. Nothing can
    /// prevent that, because the mail service takes no idempotency key.
    ///
    /// # Errors
    /// `Claimed`, `Deferred`, `Forbidden`.
    pub async fn notify(
        &self,
        subject: &str,
        message_type: &str,
        event: &Event,
        context: &Context,
    ) -> Result<(), Error> {
        let Some(recipient) = event.recipient() else {
            // For example, the customer asked to be forgotten.
            self.wiring.metrics.count("emails_without_recipient", 1);
            return Ok(());
        };
        let claim = self.claim(subject, message_type, recipient.email.as_str(), context).await?;
        let Some(delivery) = claim else { return Ok(()) };
        let (email, id) =
            (Locale::default().email(event, &self.wiring.site.name, &self.public_url).render(), context.input_id());
        let outcome = self.mailer.send(recipient.email.as_str(), &email, id, &delivery.kind).await;
        let now = self.wiring.world.now();
        match outcome {
            SendOutcome::Sent(ses_message_id) => {
                self.wiring.metrics.count("emails_sent", 1);
                // The email is out. Handling its message again would send it again, so a failed record is no failure.
                if let Err(error) = self.record(subject, delivery.sent(ses_message_id, now), context).await {
                    tracing::error!(id, %error, "the email is sent and stays claimed");
                }
                Ok(())
            }
            SendOutcome::Refused(why) => {
                self.wiring.metrics.count("emails_failed", 1);
                tracing::error!(id, why, "the mail service refuses the email");
                Ok(self.record(subject, delivery.failed(why), context).await?)
            }
            SendOutcome::Deferred(why) => {
                self.record(subject, delivery.released(now), context).await?;
                Err(Error::Rejected(Rejection::Deferred(why)))
            }
            SendOutcome::Forbidden(why) => {
                self.record(subject, delivery.released(now), context).await?;
                Err(Error::Rejected(Rejection::Forbidden(why)))
            }
        }
    }

    /// The claim on an email; `None` if the email is settled. The first claim is written without a read.
    async fn claim(
        &self,
        subject: &str,
        message_type: &str,
        address: &str,
        context: &Context,
    ) -> Result<Option<EmailDelivery>, Error> {
        let id = context.input_id();
        let kind = message_type.split('.').nth(1).unwrap_or(message_type);
        // The hash includes the message's id, so equal addresses have different fingerprints and a list of addresses
        // matches nothing.
        let to_hash = digest::of_bytes(format!("{id}\n{address}").as_bytes());
        let first = &EmailDelivery::claimed(id, kind, to_hash, context.now);
        decide_and_write(None, move |earlier: Option<EmailDelivery>| async move {
            let claim = match earlier.map(|earlier| earlier.claim_again(context.now)).transpose() {
                Ok(None) => first.clone(),
                Ok(Some(Decision::Claim(again))) => again,
                Ok(Some(Decision::Settled)) => return Ok(ControlFlow::Break(None)),
                Err(rejection) => return Err(Error::Rejected(rejection)),
            };
            let written = self.store.write(subject, &claim, context).await?;
            Ok(written.or_again(Some(claim)))
        })
        .await
    }

    /// Records the outcome of an email, with further attempts while there is time.
    async fn record(&self, subject: &str, delivery: EmailDelivery, context: &Context) -> Result<(), StoreError> {
        let (id, world) = (context.input_id(), &self.wiring.world);
        loop {
            match self.store.write(subject, &delivery, context).await {
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
}
