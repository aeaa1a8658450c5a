//! Which emails are sent at all: not those of kinds that the shop does without, and not that of an order's placing once a later one about the
//! order was sent. Neither leaves a record.

use super::{Error, Notifications};
use crate::domain::Kind;

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
}
