//! The use cases of shipping: load, decide, one conditional write, send.

pub mod quotes;
pub mod shipments;
pub mod zones;

use crate::store::Store;
use chassis::tokens::SecretParameter;
use chassis::tokens::Verifier;
use chassis::{Table, Wiring};

/// Times a decision is made anew when somebody else wrote first. A shipment has three steps in its life and zones are
/// changed by hand, so more losses in a row are trouble, not traffic.
const TRIES: usize = 8;

/// The shipping capability.
#[derive(Debug)]
pub struct Shipping {
    pub(crate) wiring: Wiring,
    store: Store,
    catalog: Verifier,
    signing_key: SecretParameter,
}

impl Shipping {
    /// Shipping over a table; `catalog` verifies price quotes, `signing_key` signs shipping quotes.
    pub const fn new(wiring: Wiring, table: Table, catalog: Verifier, signing_key: SecretParameter) -> Self {
        Self { wiring, store: Store::new(table), catalog, signing_key }
    }
}
