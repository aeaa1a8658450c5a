//! What the reading of a request needs to know of its route. Refuses to know the route itself, which knows how requests are read.

use super::documented::Documented;
use super::json::Unknown;

/// What a route declares of its requests.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared {
    pub(super) documented: Documented,
    pub(super) multi_line: &'static [&'static str],
    pub(super) unknown: Unknown,
}
