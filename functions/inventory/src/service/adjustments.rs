//! Staff correct stock. What others must hear of it, the relay tells.

use super::Inventory;
use crate::domain::{Adjustment, AdjustmentRefused, Movement};
use crate::store::{Adjusted, Moment};
use chassis::StoreError;

/// Why an adjustment was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdjustError {
    /// Stock or an earlier request forbids it.
    #[error(transparent)]
    Refused(#[from] AdjustmentRefused),
    /// The table does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Inventory {
    /// Makes an adjustment once; the same request again finds the movement it made.
    ///
    /// # Errors
    /// If it is refused or the table does not answer.
    pub async fn adjust(
        &self,
        adjustment: &Adjustment,
        movement: Movement,
        moment: &Moment,
    ) -> Result<Movement, AdjustError> {
        match self.store.adjust(adjustment, &movement, moment).await? {
            Adjusted::Done => Ok(movement),
            Adjusted::Repeated(earlier) if earlier.digest == movement.digest => Ok(*earlier),
            Adjusted::Repeated(_) => Err(AdjustmentRefused::KeyReused.into()),
            Adjusted::Refused(_) if adjustment.delta() > 0 => Err(AdjustmentRefused::TooMany.into()),
            Adjusted::Refused(stock) => {
                let available = stock.map_or(0, |stock| stock.available);
                Err(AdjustmentRefused::Insufficient { available }.into())
            }
        }
    }
}
