//! From messages to use cases. A rejection is settled, so it is acknowledged; only what failed for now comes again.

use crate::service::Inventory;
use chassis::{Failure, Received};
use events::Message;
use events::inventory::{CommitReservation, ReleaseReservation, ReserveStock, Restock};

pub(crate) async fn receive(app: &Inventory, message: &Received) -> Result<(), Failure> {
    match message.kind() {
        ReserveStock::TYPE => app.reserve(message, message.data()?).await,
        CommitReservation::TYPE => app.commit(message, message.data()?).await,
        ReleaseReservation::TYPE => app.release(message, message.data()?).await,
        Restock::TYPE => app.restock(message, message.data()?).await,
        _ => Err(message.unknown()),
    }
}
