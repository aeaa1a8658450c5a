//! Commands on shipments. The conditional write decides between a cancellation and a dispatch at the same moment: the loser
//! finds the winner's transition and is answered accordingly.

use super::{Error, Shipping};
use crate::domain::shipment::{Command, Decision, Shipment, Status, Worklist, decide};
use chassis::{Context, Page, Written, decide_and_write};
use events::Outgoing;
use events::ids::ShipmentId;
use std::ops::ControlFlow::{Break, Continue};

impl Shipping {
    pub async fn shipment(&self, id: ShipmentId) -> Result<Option<Shipment>, Error> {
        Ok(self.store.shipment(id).await?)
    }

    /// Those of the shipments that are there.
    pub async fn shipments(&self, ids: &[ShipmentId]) -> Result<Vec<Shipment>, Error> {
        Ok(self.store.shipments(ids).await?)
    }

    /// A page of what waits, in the order in which it must leave.
    pub async fn worklist(&self, list: Worklist, after: Option<&str>, limit: u32) -> Result<Page<Shipment>, Error> {
        let mut page = self.store.worklist(list, after, limit).await?;
        // The index is behind the items by a moment: what has left the list is no part of it.
        page.items.retain(|shipment| shipment.worklist() == Some(list));
        Ok(page)
    }

    /// Carries out a command; returns the shipment after it, and the events to send for a message.
    ///
    /// # Errors
    /// If the shipment's status does not allow it; never for a command of the order.
    pub async fn command(
        &self,
        id: ShipmentId,
        command: &Command,
        context: &Context,
    ) -> Result<(Shipment, Vec<Outgoing>), Error> {
        // A creation hardly ever finds a shipment: writing without a read saves one, and a refusal brings the shipment.
        let loaded = match command {
            Command::Create(_) => None,
            _ => self.store.shipment(id).await?,
        };
        decide_and_write(loaded, move |current| async move {
            let next = match decide(id, current, command, context).map_err(Error::Rejected)? {
                Decision::Stand(shipment, republished) => return Ok(Break((shipment, republished))),
                Decision::Move(next) => next,
            };
            // Each order has a dispatch and a delivery: its cost decides that their entries are written ahead.
            let cause = context.audited(next.seq, id, audit_words(&next)).audited_ahead();
            Ok(match self.store.write_shipment(&next, &cause).await? {
                Written::Done => {
                    let outgoing = next.outgoing();
                    Break((next, outgoing))
                }
                Written::Refused(current) => Continue(current.map(|shipment| *shipment)),
            })
        })
        .await
    }
}

/// What staff asked for, in the words of the audit log.
fn audit_words(shipment: &Shipment) -> String {
    let status = match shipment.status {
        Status::Created => "creation",
        Status::Dispatched if shipment.is_corrected() => "tracking corrected: dispatch",
        Status::Dispatched => "dispatch",
        Status::Retracting => "retraction of the dispatch",
        Status::Delivered => "delivery",
        Status::Canceled => "cancellation",
    };
    let by = shipment.tracking.as_ref().map(|tracking| format!(" by {}", tracking.carrier)).unwrap_or_default();
    format!("{status}{by}")
}
