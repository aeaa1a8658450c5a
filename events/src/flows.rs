//! The one table of message flows: sender, receivers and schema of each message version. Tests check the templates' send
//! permissions and every inbox against it. Refuses queues: their names and addresses are the chassis' business.

use crate::{Capability, Message, carts, inventory, notifications, orders, payments, shipping, users};
use schemars::{Schema, generate::SchemaSettings};

/// A message version, its sender and its receivers.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub struct Flow {
    /// `<capability>.<snake_case>.v<n>`.
    pub kind: &'static str,
    pub from: Capability,
    pub to: &'static [Capability],
    /// JSON Schema (2020-12) of its `data`.
    pub schema: fn() -> Schema,
}

const fn flow<M: Message>() -> Flow {
    Flow { kind: M::TYPE, from: M::FROM, to: M::TO, schema: schema_of::<M> }
}

fn schema_of<M: Message>() -> Schema {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<M>()
}

/// Every published message version.
pub const FLOWS: &[Flow] = &[
    flow::<inventory::ReserveStock>(),
    flow::<inventory::CommitReservation>(),
    flow::<inventory::ReleaseReservation>(),
    flow::<inventory::Restock>(),
    flow::<inventory::StockReserved>(),
    flow::<inventory::StockRejected>(),
    flow::<inventory::ReservationCommitted>(),
    flow::<inventory::ReservationReleased>(),
    flow::<inventory::Restocked>(),
    flow::<inventory::StockLevelChanged>(),
    flow::<inventory::BackInStock>(),
    flow::<payments::AuthorizePayment>(),
    flow::<payments::CapturePayment>(),
    flow::<payments::VoidPayment>(),
    flow::<payments::RefundPayment>(),
    flow::<payments::PaymentAuthorized>(),
    flow::<payments::PaymentDeclined>(),
    flow::<payments::PaymentActionRequired>(),
    flow::<payments::PaymentCaptured>(),
    flow::<payments::PaymentVoided>(),
    flow::<payments::PaymentRefunded>(),
    flow::<payments::PaymentFailed>(),
    flow::<payments::EntriesPosted>(),
    flow::<payments::ExecuteRefund>(),
    flow::<payments::PaymentOfOrderErased>(),
    flow::<shipping::CreateShipment>(),
    flow::<shipping::CancelShipment>(),
    flow::<shipping::ShipmentCreated>(),
    flow::<shipping::ShipmentDispatched>(),
    flow::<shipping::ShipmentDelivered>(),
    flow::<shipping::ShipmentCanceled>(),
    flow::<shipping::CancelRefused>(),
    flow::<shipping::TrackingCorrected>(),
    flow::<shipping::RetractionRequested>(),
    flow::<shipping::RetractDispatch>(),
    flow::<shipping::DispatchRetracted>(),
    flow::<shipping::ShipmentOfOrderErased>(),
    flow::<orders::OrderPlaced>(),
    flow::<orders::OrderConfirmed>(),
    flow::<orders::OrderPaymentDeclined>(),
    flow::<orders::OrderPaymentActionRequired>(),
    flow::<orders::OrderRejected>(),
    flow::<orders::OrderExpired>(),
    flow::<orders::OrderCanceled>(),
    flow::<orders::OrderCancellationRefused>(),
    flow::<orders::OrderDispatched>(),
    flow::<orders::OrderDelivered>(),
    flow::<orders::OrderRefunded>(),
    flow::<orders::OrderTrackingCorrected>(),
    flow::<orders::RetractionRefused>(),
    flow::<orders::OrderErased>(),
    flow::<orders::UserDataErased>(),
    flow::<orders::EraseOrder>(),
    flow::<orders::DeadlineDue>(),
    flow::<notifications::StockAlertsDue>(),
    flow::<notifications::StockAlertDue>(),
    flow::<carts::CartAbandoned>(),
    flow::<users::UserRegistered>(),
    flow::<users::ContactChanged>(),
    flow::<users::EmailVerificationRequested>(),
    flow::<users::PasswordResetRequested>(),
    flow::<users::EmailChangeRequested>(),
    flow::<users::CredentialsChanged>(),
    flow::<users::EmailVerified>(),
    flow::<users::GrantRole>(),
    flow::<users::SessionEnded>(),
    flow::<users::AccessChanged>(),
    flow::<users::UserErased>(),
    flow::<users::AccountErased>(),
    flow::<users::EraseUser>(),
    flow::<carts::CartsOfUserErased>(),
    flow::<notifications::MailsOfUserErased>(),
    flow::<notifications::MailsOfOrderErased>(),
    flow::<notifications::ContactRequested>(),
];

/// The message versions that a capability receives.
pub fn received_by(capability: Capability) -> impl Iterator<Item = &'static Flow> {
    FLOWS.iter().filter(move |flow| flow.to.contains(&capability))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_type_is_listed_once_and_named_after_its_sender_or_receiver() {
        let kinds: BTreeSet<_> = FLOWS.iter().map(|flow| flow.kind).collect();
        assert_eq!(kinds.len(), FLOWS.len());
        for flow in FLOWS {
            let owner = flow.kind.split('.').next().unwrap();
            let owner = Capability::named(owner).unwrap();
            assert!(flow.from == owner || flow.to == [owner], "{}", flow.kind);
            let version = flow.kind.rsplit(".v").next().unwrap();
            assert!(version.parse::<u32>().is_ok_and(|version| version > 0), "{}", flow.kind);
        }
    }
}
