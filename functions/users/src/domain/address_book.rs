//! The postal addresses that a person keeps.

use events::address::Address;
use events::ids::AddressId;
use serde::{Deserialize, Serialize};

/// A person keeps at most so many.
pub const MAX_ADDRESSES: usize = 20;

/// An address that a person keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedAddress {
    /// Which.
    pub id: AddressId,
    /// The address.
    pub address: Address,
}
