//! From messages to use cases. A rejection is settled, so it is acknowledged; only what failed for now comes again.

use crate::service::Inventory;
use chassis::{Failure, Received};
use events::inventory::{CommitReservation, ReleaseReservation, ReserveStock, Restock};
use events::{Message, Outgoing};
use std::collections::BTreeSet;

pub(crate) async fn receive(app: &Inventory, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    match message.kind() {
        ReserveStock::TYPE => app.reserve(&[(message, message.data()?)]).await,
        CommitReservation::TYPE => app.commit(message, message.data()?).await,
        ReleaseReservation::TYPE => app.release(message, message.data()?).await,
        Restock::TYPE => app.restock(message, message.data()?).await,
        _ => Err(message.unknown()),
    }
}

/// Orders that want the same SKUs meet at the same stock items.
pub(crate) fn group_key(message: &Received) -> Option<String> {
    let command: ReserveStock = (message.kind() == ReserveStock::TYPE).then(|| message.data().ok()).flatten()?;
    let skus: BTreeSet<_> = command.lines.iter().map(|line| line.sku.as_str()).collect();
    Some(skus.into_iter().collect::<Vec<_>>().join(" "))
}

pub(crate) async fn receive_group(app: &Inventory, messages: &[&Received]) -> Result<Vec<Outgoing>, Failure> {
    let mut commands = Vec::with_capacity(messages.len());
    for message in messages {
        commands.push((*message, message.data()?));
    }
    app.reserve(&commands).await
}
