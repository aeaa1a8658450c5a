//! Reading and putting zones. Refuses a second zone for a country.

use super::{Error, Shipping};
use crate::domain::zones::{Zone, ZoneId, ZoneRejection, Zones};
use chassis::http::{Precondition, Put};
use chassis::{Context, decide_and_write};
use std::ops::ControlFlow::{Break, Continue};

impl Shipping {
    pub async fn zones(&self) -> Result<Zones, Error> {
        Ok(self.store.zones_now().await?)
    }

    /// Creates or replaces a zone.
    ///
    /// # Errors
    /// If a country of it is in another zone, there are too many zones, or the caller knows another version, or says not which.
    pub async fn put_zone(
        &self,
        id: &ZoneId,
        zone: &Zone,
        known: &Precondition,
        context: &Context,
    ) -> Result<Put<Zone>, Error<ZoneRejection>> {
        // The read is consistent, since an answer without a write (the zone is there already, or a country is in
        // another zone) has no condition that would detect an old read.
        let current = self.store.zones_now().await?;
        known.check_found(current.zones.get(id).map(|zone| zone.seq))?;
        decide_and_write(current, move |current| async move {
            let stored = current.zones.get(id);
            let Some(next) = current.with(id, zone).map_err(Error::Rejected)? else {
                return Ok(Break(Put::Replaced(stored.unwrap_or(zone).clone())));
            };
            known.check(stored.map(|zone| zone.seq), true)?;
            let written = self.store.write_zones(&next, &context.audited(next.seq, id, zone.audit_words())).await?;
            let put = Put::of(next.zones.get(id).unwrap_or(zone).clone(), stored.is_none());
            Ok(match written.or_again(put) {
                Break(answer) => Break(answer),
                Continue(current) => Continue(current.unwrap_or_default()),
            })
        })
        .await
    }
}
