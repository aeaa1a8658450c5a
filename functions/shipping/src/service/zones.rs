//! Reading and putting zones. Refuses a second zone for a country.

use super::{Error, Shipping};
use crate::domain::zones::{Zone, ZoneId, ZoneRejection, Zones};
use chassis::{Context, decide_and_write};
use std::ops::ControlFlow::{Break, Continue};

impl Shipping {
    pub async fn zones(&self) -> Result<Zones, Error> {
        Ok(self.store.zones_now().await?)
    }

    /// Creates or replaces a zone.
    ///
    /// # Errors
    /// If a country of it is in another zone, or there are too many zones.
    pub async fn put_zone(&self, id: &ZoneId, zone: &Zone, context: &Context) -> Result<(), Error<ZoneRejection>> {
        // The read is consistent, since an answer without a write (the zone is there already, or a country is in
        // another zone) has no condition that would detect an old read.
        decide_and_write(self.store.zones_now().await?, move |current| async move {
            let Some(next) = current.with(id, zone).map_err(Error::Rejected)? else { return Ok(Break(())) };
            let written = self.store.write_zones(&next, &context.audited(next.seq, id, zone.audit_words())).await?;
            Ok(match written.or_again(()) {
                Break(answer) => Break(answer),
                Continue(current) => Continue(current.unwrap_or_default()),
            })
        })
        .await
    }
}
