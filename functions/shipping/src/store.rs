//! The table of shipping: its keys and its two items. Refuses decisions.

use crate::domain::shipment::Shipment;
use crate::domain::zones::Zones;
use chassis::table::AuditLog;
use chassis::{Cause, Key, StoreError, Table, Written};
use events::ids::ShipmentId;

/// Sort key of a shipment.
pub(crate) const SHIPMENT_SK: &str = "shipment";

fn zones_key() -> Key {
    Key::new("zones", "all")
}

fn shipment_key(id: ShipmentId) -> Key {
    Key::new(id.to_string(), SHIPMENT_SK)
}

#[derive(Debug, Clone)]
pub(crate) struct Store {
    table: Table,
}

impl Store {
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    pub fn audit_log(&self) -> AuditLog {
        AuditLog::new(self.table.clone())
    }

    /// Eventually consistent.
    pub async fn zones(&self) -> Result<Zones, StoreError> {
        Ok(self.table.get(&zones_key()).await?.unwrap_or_default())
    }

    /// Consistent.
    pub async fn zones_now(&self) -> Result<Zones, StoreError> {
        Ok(self.table.get_consistent(&zones_key()).await?.unwrap_or_default())
    }

    /// Writes all zones if they still have the previous `seq`.
    pub async fn write_zones(&self, zones: &Zones, cause: &Cause) -> Result<Written<Zones>, StoreError> {
        match zones.seq {
            1 => self.table.create(&zones_key(), zones, cause).await,
            seq => self.table.replace(&zones_key(), zones, seq - 1, cause).await,
        }
    }

    /// Consistent.
    pub async fn shipment(&self, id: ShipmentId) -> Result<Option<Shipment>, StoreError> {
        self.table.get_consistent(&shipment_key(id)).await
    }

    /// Writes a shipment if the stored one still has the previous `seq`.
    pub async fn write_shipment(&self, shipment: &Shipment, cause: &Cause) -> Result<Written<Shipment>, StoreError> {
        let key = shipment_key(shipment.id);
        match shipment.seq {
            1 => self.table.create(&key, shipment, cause).await,
            seq => self.table.replace(&key, shipment, seq - 1, cause).await,
        }
    }
}
