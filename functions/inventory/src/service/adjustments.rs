//! Adjustments of stock by staff. Refuses to send messages: the relay publishes a changed level.

use super::{Error, Inventory};
use crate::domain::{Adjustment, Movement, Rejection};
use crate::store::Adjusted;
use chassis::{Context, decide_and_write};
use std::ops::ControlFlow::{Break, Continue};

impl Inventory {
    /// Makes an adjustment once. The same request again gets the movement that the first one made, whatever the stock is by then: so
    /// only a refused write asks whether the stock allows it.
    ///
    /// # Errors
    /// If the stock does not allow it, or another request was made under the same key.
    pub async fn adjust(
        &self,
        adjustment: &Adjustment,
        movement: Movement,
        context: &Context,
    ) -> Result<Movement, Error> {
        let movement = &movement;
        decide_and_write(self.store.stock(&movement.sku).await?, move |stock| async move {
            match self.store.adjust(adjustment, movement, stock.as_ref(), context).await? {
                Adjusted::Done => Ok(Break(movement.clone())),
                Adjusted::Repeated(earlier) if earlier.digest == movement.digest => Ok(Break(*earlier)),
                Adjusted::Repeated(_) => Err(Error::Rejected(Rejection::IdempotencyKeyReused)),
                Adjusted::Refused(stock) => {
                    adjustment.check(stock.as_deref()).map_err(Error::Rejected)?;
                    Ok(Continue(stock.map(|stock| *stock)))
                }
            }
        })
        .await
    }
}
