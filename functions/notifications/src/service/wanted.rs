//! Which emails are sent at all: not those of kinds that the shop does without, and not that of an order's placing once a later one about the
//! order was sent. Neither leaves a record. Nor are those sent whose mailbox gets none, whose reader
//! wants none or whose time is over, and these leave one.

use super::{Error, Notifications};
use crate::domain::email_delivery::Status;
use crate::domain::unsubscription::UnsubscribeToken;
use crate::domain::{Event, Kind};
use events::Email;

/// Emails of an order that are looked at. What stands for its placing is among the first.
const FIRST: u32 = 10;

impl Notifications {
    /// Whether to send an email of this kind about `subject`. The message of an order's placing comes some seconds late for this: what came
    /// first has the order's number, its lines and its sums as well.
    ///
    /// # Errors
    /// The table.
    pub(super) async fn is_wanted(&self, subject: &str, kind: Kind) -> Result<bool, Error> {
        if self.branding.off.contains(kind) {
            self.wiring.metrics.count("emails_switched_off", 1);
            return Ok(false);
        }
        if kind != Kind::OrderPlaced {
            return Ok(true);
        }
        let earlier = self.store.page(subject, None, FIRST).await?.items;
        let kinds: Vec<_> = earlier.iter().filter_map(|email| email.kind.parse::<Kind>().ok()).collect();
        // One that was claimed may be on its way: its own record says what becomes of it.
        let is_merged = !kinds.contains(&kind) && kinds.into_iter().any(Kind::stands_for_placing);
        if is_merged {
            self.wiring.metrics.count("emails_merged", 1);
        }
        Ok(!is_merged)
    }
    /// By which the reader of an email refuses others of its kind; none of one that is transactional.
    pub(super) async fn token_for(&self, event: &Event, address: &Email) -> Result<Option<UnsubscribeToken>, Error> {
        if event.kind().is_transactional() {
            return Ok(None);
        }
        let subject = self.subject(event.user(), address).await?;
        Ok(Some(self.unsubscribe_token(subject, event.kind()).await?))
    }

    /// Why an email is left out, if it is. Only what can be refused asks its reader.
    pub(super) async fn left_out(
        &self,
        address: &Email,
        token: Option<&UnsubscribeToken>,
    ) -> Result<Option<Status>, Error> {
        if self.is_suppressed(address).await? {
            return Ok(Some(Status::Suppressed));
        }
        let Some(UnsubscribeToken { subject, kind, .. }) = token else { return Ok(None) };
        Ok(self.store.is_unsubscribed(subject, *kind).await?.then_some(Status::Unsubscribed))
    }
}
