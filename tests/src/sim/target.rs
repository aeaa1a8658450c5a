//! The services of AWS that a function calls.

use std::collections::HashMap;

#[derive(Debug, Clone)]
pub enum Target {
    /// The caller's own table.
    Table,
    Queues,
    Mail,
    /// What CloudWatch says of alarms.
    Alarms,
    /// The parameter store, with its values by name.
    Parameters(HashMap<String, String>),
}

impl Target {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Queues => "queues",
            Self::Mail => "mail",
            Self::Alarms => "alarms",
            Self::Parameters(_) => "parameters",
        }
    }
}
