//! The shop at the end of a run, read once for all checks.

use crate::sim::queues::Named;
use crate::sim::settled;
use crate::sim::stage::Stage;
use events::Capability;
use events::ids::{OrderId, PaymentId, ReservationId, ShipmentId};
use inventory::domain::Reservation;
use orders::domain::order::Order;
use payments::domain::{Payment, SettledRefund};
use shipping::domain::shipment::Shipment;
use std::collections::{BTreeMap, BTreeSet};

/// What there is, and what was sent.
pub struct End<'a> {
    pub stage: &'a Stage,
    /// Whether the shop came to rest.
    pub quiet: bool,
    pub orders: BTreeMap<OrderId, Order>,
    pub holds: BTreeMap<ReservationId, Reservation>,
    /// With the refunds that they have set aside.
    pub payments: BTreeMap<PaymentId, Payment>,
    pub shipments: BTreeMap<ShipmentId, Shipment>,
    /// Partition keys of items whose stream record was lost.
    pub lost: BTreeSet<String>,
    pub sent: Named,
    pub acknowledged: Named,
}

impl<'a> End<'a> {
    /// What a stage shows.
    pub fn of(stage: &'a Stage, quiet: bool) -> Self {
        let holds: Vec<Reservation> = stage.tables[&Capability::Inventory].read(|(_, sk)| sk == "reservation");
        let shipments: Vec<Shipment> = stage.tables[&Capability::Shipping].read(|(pk, _)| pk.starts_with("shp_"));
        let (sent, acknowledged) = stage.queues.sent_and_acknowledged();
        Self {
            stage,
            quiet,
            orders: settled::orders(stage).into_iter().map(|order| (order.id, order)).collect(),
            holds: holds.into_iter().map(|hold| (hold.id, hold)).collect(),
            payments: whole_payments(stage).into_iter().map(|payment| (payment.id, payment)).collect(),
            shipments: shipments.into_iter().map(|shipment| (shipment.id, shipment)).collect(),
            lost: stage.lost.lock().unwrap().clone(),
            sent,
            acknowledged,
        }
    }

    pub fn hold(&self, order: &Order) -> Option<&Reservation> {
        self.holds.get(&order.id.reservation())
    }

    pub fn payment(&self, order: &Order) -> Option<&Payment> {
        self.payments.get(&order.id.payment())
    }

    pub fn shipment(&self, order: &Order) -> Option<&Shipment> {
        self.shipments.get(&order.id.shipment())
    }

    /// Whether a message was sent and handled.
    pub fn has_arrived(&self, to: Capability, id: &str) -> bool {
        let name = (to, id.to_owned());
        self.sent.contains(&name) && self.acknowledged.contains(&name)
    }
}

fn whole_payments(stage: &Stage) -> Vec<Payment> {
    let table = &stage.tables[&Capability::Payments];
    let mut payments: BTreeMap<String, Payment> = table
        .read::<Payment>(|(_, sk)| sk == "payment")
        .into_iter()
        .map(|payment| (payment.id.to_string(), payment))
        .collect();
    for (id, payment) in &mut payments {
        let aside = table.read::<SettledRefund>(|(pk, sk)| pk == id && sk.starts_with("refund#"));
        *payment = aside.into_iter().fold(payment.clone(), Payment::recall);
    }
    payments.into_values().collect()
}
