//! The tracking of goods, as the customer sees it. Refuses to say whether they left.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The carrier of the goods and its number for them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrderTracking")]
pub struct Tracking {
    pub carrier: String,
    /// The carrier's number for the parcel.
    pub tracking_number: String,
}
