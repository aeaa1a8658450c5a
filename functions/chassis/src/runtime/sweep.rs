//! The skeleton of every sweep: page by page, each item alone. An item that fails does not hold up the others.

use crate::messaging::Failure;
use crate::table::{Found, Page, StoreError};

/// Counts of a sweep.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sweep {
    /// Items read.
    pub examined: u64,
    /// Items that needed recovery and got it.
    pub recovered: u64,
    /// Items that failed; each is logged.
    pub failed: u64,
}

impl Sweep {
    /// Adds the counts of another part of the same sweep.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            examined: self.examined + other.examined,
            recovered: self.recovered + other.recovered,
            failed: self.failed + other.failed,
        }
    }

    /// Logs the counts.
    ///
    /// # Errors
    /// Transient if an item failed: the next tick tries again, and an alarm rises if it goes on.
    pub fn outcome(self) -> Result<(), Failure> {
        let Self { examined, recovered, failed } = self;
        tracing::info!(examined, recovered, failed, "sweep");
        if failed > 0 { Err(Failure::Transient(format!("{failed} items could not be recovered"))) } else { Ok(()) }
    }
}

/// Recovers all items that `page` finds, from its first page on. `recover` returns whether an item needed it.
///
/// # Errors
/// If a page cannot be read.
pub async fn sweep<T, P, H>(
    mut page: impl FnMut(Option<String>) -> P,
    mut recover: impl FnMut(T) -> H,
) -> Result<Sweep, StoreError>
where
    P: Future<Output = Result<Page<Found<T>>, StoreError>>,
    H: Future<Output = Result<bool, Failure>>,
{
    let mut swept = Sweep::default();
    let mut after = None;
    loop {
        let Page { items, next } = page(after).await?;
        for found in items {
            swept.examined += 1;
            let outcome = match found {
                Found::Readable(item) => recover(item).await,
                Found::Corrupt { pk } => Err(Failure::Permanent(format!("{pk} cannot be read"))),
            };
            match outcome {
                Ok(needed) => swept.recovered += u64::from(needed),
                Err(error) => {
                    swept.failed += 1;
                    tracing::error!(%error, "not recovered");
                }
            }
        }
        after = next;
        if after.is_none() {
            return Ok(swept);
        }
    }
}
