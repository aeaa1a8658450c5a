//! The postal addresses that a person keeps, and which of them is the default.

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
    /// When it was made the default. The latest of a person's counts, so that one write to one item chooses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_since: Option<Timestamp>,
}

/// The address that a form begins with: the one that was made the default last. Nobody has one before they choose it.
#[must_use]
pub fn default_of(kept: &[SavedAddress]) -> Option<AddressId> {
    let chosen = kept.iter().filter(|saved| saved.default_since.is_some());
    chosen.max_by_key(|saved| (saved.default_since, saved.id)).map(|saved| saved.id)
}
