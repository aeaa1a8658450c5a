//! The postal addresses that a person keeps.

use events::address::Address;
use events::ids::AddressId;
use serde::{Deserialize, Serialize};

/// Per person.
pub const MAX_ADDRESSES: usize = 20;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedAddress {
    pub id: AddressId,
    pub address: Address,
}
