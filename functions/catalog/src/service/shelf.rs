//! The copy of the catalogue that a function keeps in memory, and when it is renewed. One small read a request tells
//! whether it is still the latest; levels are renewed by age, as they are hearsay anyway. Refuses writes.

use crate::domain::Catalogue;
use crate::domain::catalogue::Levels;
use crate::store::Store;
use chassis::StoreError;
use events::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Shown stock levels are at most so many seconds older than the table's.
pub const LEVELS_SECONDS: i64 = 5;

/// A copy of the catalogue and of the levels beside it.
#[derive(Debug)]
pub struct Shelf {
    store: Store,
    catalogue: Mutex<Option<Arc<Catalogue>>>,
    levels: Mutex<Option<(Timestamp, Arc<Levels>)>>,
}

impl Shelf {
    /// Empty; filled by the first who looks.
    pub fn new(store: Store) -> Self {
        Self { store, catalogue: Mutex::default(), levels: Mutex::default() }
    }

    /// The catalogue as of now: every write that was answered before this call is in it.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn current(&self) -> Result<Arc<Catalogue>, StoreError> {
        let revision = self.store.revision().await?;
        let kept = locked(&self.catalogue).clone();
        match kept.filter(|kept| kept.revision >= revision) {
            Some(kept) => Ok(kept),
            None => {
                let fresh = Arc::new(self.store.catalogue(revision).await?);
                *locked(&self.catalogue) = Some(Arc::clone(&fresh));
                Ok(fresh)
            }
        }
    }

    /// The catalogue and the levels to show: as of now if the table answers, else as last seen. Looking around the shop
    /// goes on while the table is throttled; buying does not.
    ///
    /// # Errors
    /// If the table does not answer and nothing was seen yet.
    pub async fn shown(&self, now: Timestamp) -> Result<(Arc<Catalogue>, Arc<Levels>), StoreError> {
        let (catalogue, levels) = tokio::join!(self.current(), self.levels(now));
        let catalogue = match catalogue {
            Ok(catalogue) => catalogue,
            Err(error @ StoreError::Corrupt(_)) => return Err(error),
            Err(error) => {
                let kept = locked(&self.catalogue).clone().ok_or_else(|| error.clone())?;
                tracing::warn!(%error, "showing the catalogue as last seen");
                kept
            }
        };
        Ok((catalogue, levels))
    }

    /// Stock levels, at most [`LEVELS_SECONDS`] older than the table's while it answers.
    pub async fn levels(&self, now: Timestamp) -> Arc<Levels> {
        let kept = locked(&self.levels).clone();
        if let Some((since, levels)) = &kept
            && now.seconds_since(*since) < LEVELS_SECONDS
        {
            return Arc::clone(levels);
        }
        match self.store.levels().await {
            Ok(levels) => {
                let levels = Arc::new(levels);
                *locked(&self.levels) = Some((now, Arc::clone(&levels)));
                levels
            }
            Err(error) => {
                tracing::warn!(%error, "showing stock levels as last seen");
                kept.map(|(_, levels)| levels).unwrap_or_default()
            }
        }
    }
}

/// What is behind a lock, even if its holder panicked: each value is replaced as a whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
