//! The services of AWS that a function calls.

use std::collections::HashMap;

/// What is called.
#[derive(Debug, Clone)]
pub enum Target {
    /// The table of the caller.
    Table,
    /// The queues.
    Queues,
    /// The mail service.
    Mail,
    /// The parameter store, with its values.
    Parameters(HashMap<String, String>),
}
