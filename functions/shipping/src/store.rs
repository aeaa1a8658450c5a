//! The table of shipping: its keys, here and nowhere else, and its two items.

use crate::domain::shipment::Shipment;
use crate::domain::zones::Zones;
use chassis::{Cause, Key, StoreError, Table, Written};
use events::ids::ShipmentId;

/// Sort key of a shipment.
const SHIPMENT: &str = "shipment";

fn zones_key() -> Key {
    Key::new("zones", "all")
}

fn shipment_key(id: ShipmentId) -> Key {
    Key::new(id.to_string(), SHIPMENT)
}

/// Whether a sort key is a shipment's.
pub fn is_shipment(sk: &str) -> bool {
    sk == SHIPMENT
}

/// Reads and writes shipping's items.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
}

impl Store {
    /// Over a table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// All zones, possibly a moment old.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn zones(&self) -> Result<Zones, StoreError> {
        Ok(self.table.get(&zones_key()).await?.unwrap_or_default())
    }

    /// All zones as of now.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn zones_now(&self) -> Result<Zones, StoreError> {
        Ok(self.table.get_consistent(&zones_key()).await?.unwrap_or_default())
    }

    /// Writes all zones over those of one change before.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn write_zones(&self, zones: &Zones, cause: &Cause) -> Result<Written<Zones>, StoreError> {
        match zones.seq {
            1 => self.table.create(&zones_key(), zones, cause).await,
            seq => self.table.replace(&zones_key(), zones, seq - 1, cause).await,
        }
    }

    /// A shipment as of now.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn shipment(&self, id: ShipmentId) -> Result<Option<Shipment>, StoreError> {
        self.table.get_consistent(&shipment_key(id)).await
    }

    /// Writes a shipment over that of one step before.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn write_shipment(&self, shipment: &Shipment, cause: &Cause) -> Result<Written<Shipment>, StoreError> {
        let key = shipment_key(shipment.id);
        match shipment.seq {
            1 => self.table.create(&key, shipment, cause).await,
            seq => self.table.replace(&key, shipment, seq - 1, cause).await,
        }
    }
}
