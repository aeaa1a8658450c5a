//! How far an order is with forgetting its buyer, and who else has to. Refuses to decide when, which the saga does.

use events::{Capability, Timestamp};
use serde::{Deserialize, Serialize};

/// Who keeps something personal of an order besides `orders`.
pub const KEEPERS: [Capability; 3] = [Capability::Payments, Capability::Shipping, Capability::Notifications];

/// The erasure of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Absent while the order is under way: it needs the address until it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
    /// Who has not said yet that nothing is left there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits_for: Vec<Capability>,
    /// Whether the guest who placed the order asked for it, and no account. It counts for nobody then, also if a customer claimed the
    /// order since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_guest: bool,
}

impl Erasure {
    /// Of an order that is forgotten when it ends.
    pub const fn requested(by_guest: bool) -> Self {
        Self { erased_at: None, waits_for: Vec::new(), by_guest }
    }

    /// Of an order that forgets now, and has everybody forget.
    pub fn begun(at: Timestamp, by_guest: bool) -> Self {
        Self { erased_at: Some(at), waits_for: KEEPERS.to_vec(), by_guest }
    }

    /// Whether nothing is left anywhere.
    pub const fn is_done(&self) -> bool {
        self.erased_at.is_some() && self.waits_for.is_empty()
    }
}
