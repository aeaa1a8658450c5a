//! Moving shipments on. Whoever asks, the shipment's own write decides: of a cancellation and a dispatch at the same
//! moment, one finds the other's step and is answered accordingly.

use crate::domain::shipment::{Command, Decision, Input, Rejection, Shipment, decide};
use crate::service::{Shipping, TRIES};
use chassis::{Cause, Failure, Received, StoreError, Written};
use events::Outgoing;
use events::ids::ShipmentId;

/// Why a shipment was not moved on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShipmentError {
    /// Its life does not allow it.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Shipping {
    /// A shipment.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn shipment(&self, id: ShipmentId) -> Result<Option<Shipment>, StoreError> {
        self.store.shipment(id).await
    }

    /// Does what the staff asks; the table's stream remembers to tell the order.
    ///
    /// # Errors
    /// If the shipment's life does not allow it, or the table does not answer.
    pub async fn command(
        &self,
        id: ShipmentId,
        command: &Command,
        input: Input<'_>,
        cause: impl Fn(u64) -> Cause,
    ) -> Result<Shipment, ShipmentError> {
        let current = self.store.shipment(id).await?;
        let (shipment, _) = self.advance(id, current, command, input, cause).await?;
        Ok(shipment)
    }

    /// Does what the order asks; what is answered.
    ///
    /// # Errors
    /// `Transient` if the table does not answer.
    pub async fn answer(
        &self,
        id: ShipmentId,
        command: &Command,
        message: &Received,
    ) -> Result<Vec<Outgoing>, Failure> {
        // A creation finds nothing but in rare repeats: writing at once saves a read, and a refusal brings what is there.
        let current = match command {
            Command::Create(_) => None,
            _ => self.store.shipment(id).await?,
        };
        let input = Input { id: &message.envelope.id, at: message.now, traceparent: message.traceparent() };
        let outcome = self.advance(id, current, command, input, |seq| message.cause(seq)).await;
        outcome.map(|(_, told)| told).map_err(|error| Failure::Transient(error.to_string()))
    }

    async fn advance(
        &self,
        id: ShipmentId,
        mut current: Option<Shipment>,
        command: &Command,
        input: Input<'_>,
        cause: impl Fn(u64) -> Cause,
    ) -> Result<(Shipment, Vec<Outgoing>), ShipmentError> {
        for _ in 0..TRIES {
            let next = match decide(id, current, command, input)? {
                Decision::Stand(shipment, told) => return Ok((shipment, told)),
                Decision::Move(next) => next,
            };
            current = match self.store.write_shipment(&next, &cause(next.seq)).await? {
                Written::Done => {
                    let told = next.news();
                    return Ok((next, told));
                }
                Written::Refused(now) => now.map(|shipment| *shipment),
            };
        }
        Err(StoreError::Unavailable("the shipment changes too often".to_owned()).into())
    }
}
