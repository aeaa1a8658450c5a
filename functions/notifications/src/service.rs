//! The use cases of notifications: tell somebody something once; show what was told.

use crate::domain::delivery::{Delivery, Earlier};
use crate::domain::news::{Locale, News};
use crate::mailer::{Attempt, Mailer};
use crate::store::Store;
use chassis::{Failure, Page, Received, StoreError, Table, Wiring, Written, digest};
use events::ids::OrderId;
use std::time::Duration;

/// Between two tries to note what became of a mail. The SDK has waited longer within each.
const PAUSE: Duration = Duration::from_millis(500);

/// The notifications capability.
#[derive(Debug)]
pub struct Notifications {
    pub(crate) wiring: Wiring,
    store: Store,
    mailer: Mailer,
}

impl Notifications {
    /// Notifications over a table and a mailer.
    pub const fn new(wiring: Wiring, table: Table, mailer: Mailer) -> Self {
        Self { wiring, store: Store::new(table), mailer }
    }

    /// Tells the news that a message brought about the thing `about`: claim, send, mark. A crash between sending and
    /// marking sends twice; nothing can prevent that, as the mail service takes no idempotency key.
    ///
    /// # Errors
    /// `Transient` while somebody else may be sending it, or when the table or the mail service does not take it.
    pub async fn tell(&self, message: &Received, about: &str, news: &News) -> Result<(), Failure> {
        let Some(recipient) = news.recipient() else {
            // A notice whose customer asked to be forgotten, say. There is nobody to tell.
            self.wiring.metrics.count("mails_without_recipient", 1);
            return Ok(());
        };
        let Some(delivery) = self.claim(message, about, &recipient.email).await? else { return Ok(()) };
        let mail = news.letter(Locale::default()).mail();
        let attempt = self.mailer.send(&recipient.email, &mail, &message.envelope.id, &delivery.kind).await;
        let now = self.wiring.world.now();
        match attempt {
            Attempt::Sent(ses_message_id) => {
                self.wiring.metrics.count("mails_sent", 1);
                // The mail is out, whatever the table says: to handle its message again would send it again.
                if let Err(error) = self.mark(message, about, delivery.sent(ses_message_id, now)).await {
                    tracing::error!(id = message.envelope.id, %error, "the mail is out and stays claimed");
                }
                Ok(())
            }
            Attempt::Refused(why) => {
                self.wiring.metrics.count("mails_failed", 1);
                tracing::error!(id = message.envelope.id, why, "the mail service refuses the mail");
                Ok(self.mark(message, about, delivery.failed(why)).await?)
            }
            Attempt::Later(why) => {
                self.mark(message, about, delivery.released(now)).await?;
                Err(Failure::Transient(format!("mail service: {why}")))
            }
        }
    }

    /// The claim on a mail, or nothing if it is settled.
    async fn claim(&self, message: &Received, about: &str, address: &str) -> Result<Option<Delivery>, Failure> {
        let id = message.envelope.id.as_str();
        let kind = message.kind().split('.').nth(1).unwrap_or_else(|| message.kind());
        // With the message's id in it, equal addresses have different fingerprints, and a list of addresses tells nothing.
        let to_hash = digest::of_bytes(format!("{id}\n{}", address.to_lowercase()).as_bytes());
        let first = Delivery::claimed(id, kind, to_hash, message.now);
        let held = || Failure::Transient("somebody else is sending this mail".to_owned());
        let earlier = match self.store.write(about, &first, &message.cause(first.seq)).await? {
            Written::Done => return Ok(Some(first)),
            Written::Refused(earlier) => earlier.ok_or_else(held)?,
        };
        match earlier.found(message.now) {
            Earlier::Settled => Ok(None),
            Earlier::Held => Err(held()),
            Earlier::Abandoned(anew) => match self.store.write(about, &anew, &message.cause(anew.seq)).await? {
                Written::Done => Ok(Some(anew)),
                Written::Refused(_) => Err(held()),
            },
        }
    }

    /// Notes what became of a mail, trying again for as long as there is time.
    async fn mark(&self, message: &Received, about: &str, delivery: Delivery) -> Result<(), StoreError> {
        let (id, world) = (message.envelope.id.as_str(), &self.wiring.world);
        loop {
            match self.store.write(about, &delivery, &message.cause(delivery.seq)).await {
                Ok(Written::Done) => return Ok(()),
                Ok(Written::Refused(_)) => {
                    tracing::warn!(id, "another attempt has taken over this mail");
                    return Ok(());
                }
                Err(error) if !delivery.may_still_be_noted(world.now()) => return Err(error),
                Err(error) => tracing::warn!(id, %error, "tries again to note what became of the mail"),
            }
            world.sleep(PAUSE).await;
        }
    }

    /// A page of what was told about an order, oldest first.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn deliveries(
        &self,
        order: OrderId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Delivery>, StoreError> {
        self.store.page(&order.to_string(), after, limit).await
    }
}
