//! Adjustments of stock by staff. Refuses to send messages: the relay publishes a changed level.

use super::{Error, Inventory};
use crate::domain::{Adjustment, Movement, Rejection};
use crate::store::Adjusted;
use chassis::Context;

impl Inventory {
    /// Makes an adjustment once. The same request again gets the movement that the first one made.
    ///
    /// # Errors
    /// If the stock does not allow it, or another request was made under the same key.
    pub async fn adjust(
        &self,
        adjustment: &Adjustment,
        movement: Movement,
        context: &Context,
    ) -> Result<Movement, Error> {
        let rejection = match self.store.adjust(adjustment, &movement, context).await? {
            Adjusted::Done => return Ok(movement),
            Adjusted::Repeated(earlier) if earlier.digest == movement.digest => return Ok(*earlier),
            Adjusted::Repeated(_) => Rejection::IdempotencyKeyReused,
            Adjusted::Refused(_) if adjustment.delta() > 0 => Rejection::TooMuchStock,
            Adjusted::Refused(stock) => {
                Rejection::InsufficientStock { available: stock.map_or(0, |stock| stock.available) }
            }
        };
        Err(Error::Rejected(rejection))
    }
}
