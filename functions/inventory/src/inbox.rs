//! From messages to use cases. A rejection is a reply, so its command is acknowledged. Refuses decisions.

use crate::domain::{Lines, Reservation, ReservationRequest};
use crate::service::{Error, Inventory};
use chassis::{Context, Failure, Received};
use events::inventory::{CommitReservation, ReleaseReservation, ReserveStock, Restock, StockLine};
use events::users::{AccessChanged, SessionEnded};
use events::{Message, Outgoing};
use std::collections::BTreeSet;

pub(crate) async fn receive(app: &Inventory, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    let context = message.context();
    let outgoing = match message.kind() {
        ReserveStock::TYPE => app.reserve(&[request(message)?]).await,
        CommitReservation::TYPE => {
            let CommitReservation { reservation_id, .. } = message.data()?;
            app.commit(reservation_id, &context).await
        }
        ReleaseReservation::TYPE => {
            let ReleaseReservation { reservation_id, order_id } = message.data()?;
            app.release(reservation_id, order_id, &context).await
        }
        Restock::TYPE => {
            let Restock { reservation_id, return_id, lines, .. } = message.data()?;
            app.restock(reservation_id, return_id, &parsed(&lines)?, &context).await
        }
        SessionEnded::TYPE | AccessChanged::TYPE => {
            app.revocations.keep(message).await?;
            Ok(Vec::new())
        }
        _ => return Err(message.unknown()),
    };
    outgoing.map_err(failure)
}

/// Orders for the same SKUs meet at the same stock items.
pub(crate) fn group_key(message: &Received) -> Option<String> {
    let command: ReserveStock = (message.kind() == ReserveStock::TYPE).then(|| message.data().ok()).flatten()?;
    let skus: BTreeSet<_> = command.lines.iter().map(|line| line.sku.as_str()).collect();
    Some(skus.into_iter().collect::<Vec<_>>().join(" "))
}

pub(crate) async fn receive_group(app: &Inventory, messages: &[&Received]) -> Result<Vec<Outgoing>, Failure> {
    let requests: Vec<_> = messages.iter().map(|message| request(message)).collect::<Result<_, _>>()?;
    app.reserve(&requests).await.map_err(failure)
}

fn request(message: &Received) -> Result<(ReservationRequest, Context), Failure> {
    let ReserveStock { order_id, reservation_id, lines } = message.data()?;
    let context = message.context();
    let blank = Reservation::blank(reservation_id, order_id, context.traceparent.clone());
    let blank = Reservation { actor: context.actor.clone(), ..blank };
    Ok((ReservationRequest { blank, lines: parsed(&lines)?, at: context.now }, context))
}

fn parsed(lines: &[StockLine]) -> Result<Lines, Failure> {
    Lines::sum(lines).map_err(|error| Failure::Permanent(error.to_string()))
}

/// A command finds no reservation if it read an older state or its sender made a mistake. It is retried later, and in
/// the end goes to the dead-letter queue.
fn failure(error: Error) -> Failure {
    match error {
        Error::NotFound => Failure::Transient("the reservation is not known".to_owned()),
        error => error.into(),
    }
}
