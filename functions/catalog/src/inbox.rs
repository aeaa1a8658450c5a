//! Messages in: stock levels from `inventory`, revoked access tokens from `users`. Refuses to act on a level: it is shown, and
//! nothing is decided by it.

use crate::service::Catalog;
use chassis::{Failure, Received};
use events::inventory::StockLevelChanged;
use events::users::{AccessChanged, SessionEnded};
use events::{Message, Outgoing};

/// Handles one message. Nothing is sent in consequence.
///
/// # Errors
/// If the message cannot be read or the table fails.
pub(crate) async fn receive(app: &Catalog, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    match message.kind() {
        StockLevelChanged::TYPE => app.keep_level(&message.data()?, &message.context()).await?,
        SessionEnded::TYPE | AccessChanged::TYPE => app.revocations.keep(message).await?,
        _ => return Err(message.unknown()),
    }
    Ok(Vec::new())
}
