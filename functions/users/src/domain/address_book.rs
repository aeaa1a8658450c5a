//! The postal addresses that a person keeps.

use events::Timestamp;
use events::address::Address;
use events::ids::AddressId;
use serde::{Deserialize, Serialize};

/// Per person.
pub const MAX_ADDRESSES: usize = 20;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedAddress {
    pub id: AddressId,
    pub address: Address,
    /// Absent in those from before it was kept, whose ids are in the order of their time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added_at: Option<Timestamp>,
}
