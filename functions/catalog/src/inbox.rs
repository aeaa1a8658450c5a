//! Messages in: what `inventory` says of stock levels. Refuses to act on them: they are shown, never decided by.

use crate::service::Catalog;
use chassis::{Failure, Received};
use events::Message;
use events::inventory::StockLevelChanged;

/// Handles one message. Nothing is sent in consequence, so a repetition finds its write done and is through.
///
/// # Errors
/// A message that cannot be read, or a table that does not answer.
pub async fn receive(app: &Catalog, message: &Received) -> Result<(), Failure> {
    match message.kind() {
        StockLevelChanged::TYPE => {
            let changed: StockLevelChanged = message.data()?;
            app.keep_level(&changed, &message.cause(changed.seq)).await.map_err(Failure::from)
        }
        _ => Err(message.unknown()),
    }
}
