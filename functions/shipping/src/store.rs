//! The table of shipping: its keys, its two items and the index of what waits. Refuses decisions.

use crate::domain::shipment::{Shipment, Worklist};
use crate::domain::zones::Zones;
use chassis::table::{AuditLog, Part, Shards};
use chassis::{Cause, Key, Page, StoreError, Table, Written};
use events::ids::ShipmentId;
use serde::{Deserialize, Serialize};

/// Sort key of a shipment.
pub(crate) const SHIPMENT_SK: &str = "shipment";

/// Partitions of each list, so that none takes all new shipments.
const SHARDS: u32 = 4;

/// In the place of the time from which on a shipment must stay, where there is none. It sorts after all times.
const NEVER: &str = "~";

fn zones_key() -> Key {
    Key::new("zones", "all")
}

fn shipment_key(id: ShipmentId) -> Key {
    Key::new(id.to_string(), SHIPMENT_SK)
}

/// A shipment with its place in the list that it is in. What is in no list has no place, and costs the index nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct ShipmentItem {
    #[serde(flatten)]
    shipment: Shipment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    index1: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    index1_sort: Option<String>,
}

impl ShipmentItem {
    fn new(shipment: &Shipment) -> Self {
        let list = shipment.worklist();
        let sort = || shipment.dispatch_before().map_or_else(|| NEVER.to_owned(), |end| end.to_string());
        Self {
            index1: list.map(|list| Shards::partition(list.name(), shipment.id.bits(), SHARDS)),
            index1_sort: list.map(|_| sort()),
            shipment: shipment.clone(),
        }
    }
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

    /// Those of the shipments that are there, in this order. Eventually consistent.
    pub async fn shipments(&self, ids: &[ShipmentId]) -> Result<Vec<Shipment>, StoreError> {
        let keys: Vec<Key> = ids.iter().copied().map(shipment_key).collect();
        Ok(self.table.get_many(&keys).await?.into_iter().flatten().collect())
    }

    /// A page of a list that begins after the place `after`: what must leave first comes first.
    pub async fn worklist(
        &self,
        list: Worklist,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Shipment>, StoreError> {
        let shards = Shards::of("index1", "index1_sort", list.name(), SHARDS);
        self.table.list_items(&shards, Part { after, limit, ..Part::FIRST }).await
    }

    /// Writes a shipment if the stored one still has the previous `seq`.
    pub async fn write_shipment(&self, shipment: &Shipment, cause: &Cause) -> Result<Written<Shipment>, StoreError> {
        let (key, item) = (shipment_key(shipment.id), ShipmentItem::new(shipment));
        let written = match shipment.seq {
            1 => self.table.create(&key, &item, cause).await?,
            seq => self.table.replace(&key, &item, seq - 1, cause).await?,
        };
        Ok(written.map(|item| item.shipment))
    }
}
