//! Reading and changing zones.

use crate::domain::zones::{Zone, ZoneId, ZoneRejection, Zones};
use crate::service::{Shipping, TRIES};
use chassis::{Cause, StoreError, Written};

/// Why a zone was not put.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZoneError {
    /// It contradicts the others.
    #[error(transparent)]
    Rejected(#[from] ZoneRejection),
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Shipping {
    /// All zones.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn zones(&self) -> Result<Zones, StoreError> {
        self.store.zones_now().await
    }

    /// Puts a zone; `cause` names the write by its number.
    ///
    /// # Errors
    /// If a country of it is another zone's, there are too many, or the table does not answer.
    pub async fn put_zone(&self, id: &ZoneId, zone: &Zone, cause: impl Fn(u64) -> Cause) -> Result<(), ZoneError> {
        // As of now: that a zone is there already, or a country another zone's, is answered without a write whose condition
        // would find out that it is so no more.
        let mut current = self.store.zones_now().await?;
        for _ in 0..TRIES {
            let Some(next) = current.with(id, zone)? else { return Ok(()) };
            current = match self.store.write_zones(&next, &cause(next.seq)).await? {
                Written::Done => return Ok(()),
                Written::Refused(now) => now.map(|zones| *zones).unwrap_or_default(),
            };
        }
        Err(StoreError::Unavailable("zones change too often".to_owned()).into())
    }
}
