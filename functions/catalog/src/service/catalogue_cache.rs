//! The catalogue cache: the copy of the catalogue that each function keeps in memory. A small read in each request tells
//! whether the copy is the latest; stock levels are read again when they are some seconds old. Refuses writes.

use crate::domain::catalogue::{Catalogue, Levels};
use crate::store::Store;
use chassis::StoreError;
use events::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The greatest age of shown stock levels, while the table answers.
pub const LEVELS_SECONDS: i64 = 5;

#[derive(Debug)]
pub struct CatalogueCache {
    store: Store,
    catalogue: Mutex<Option<Arc<Catalogue>>>,
    levels: Mutex<Option<(Timestamp, Arc<Levels>)>>,
}

impl CatalogueCache {
    /// An empty cache. The first read fills it.
    pub fn new(store: Store) -> Self {
        Self { store, catalogue: Mutex::default(), levels: Mutex::default() }
    }

    /// The catalogue as of now: it holds every write that was answered before this call.
    pub async fn current(&self) -> Result<Arc<Catalogue>, StoreError> {
        let revision = self.store.revision().await?;
        let copy = locked(&self.catalogue).clone();
        match copy.filter(|copy| copy.revision >= revision) {
            Some(copy) => Ok(copy),
            None => {
                let fresh = Arc::new(self.store.catalogue(revision).await?);
                *locked(&self.catalogue) = Some(Arc::clone(&fresh));
                Ok(fresh)
            }
        }
    }

    /// The catalogue and the stock levels to show: as of now if the table answers, else the latest copy. Shoppers can browse
    /// while the table is throttled; they cannot buy.
    ///
    /// # Errors
    /// If the table fails for good, or fails before there is a copy.
    pub async fn shown(&self, now: Timestamp) -> Result<(Arc<Catalogue>, Arc<Levels>), StoreError> {
        let (catalogue, levels) = tokio::join!(self.current(), self.levels(now));
        let catalogue = match catalogue {
            Ok(catalogue) => catalogue,
            Err(error) if error.is_permanent() => return Err(error),
            Err(error) => {
                let copy = locked(&self.catalogue).clone().ok_or_else(|| error.clone())?;
                tracing::warn!(%error, "showing the latest copy of the catalogue");
                copy
            }
        };
        Ok((catalogue, levels))
    }

    /// The stock levels to show. While the table answers, they are at most [`LEVELS_SECONDS`] old.
    pub async fn levels(&self, now: Timestamp) -> Arc<Levels> {
        let copy = locked(&self.levels).clone();
        if let Some((since, levels)) = &copy
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
                tracing::warn!(%error, "showing the latest copy of the stock levels");
                copy.map(|(_, levels)| levels).unwrap_or_default()
            }
        }
    }
}

/// Locks even if a holder panicked: each value is replaced as a whole, so it is never half written.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
