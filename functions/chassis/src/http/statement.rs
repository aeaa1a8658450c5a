//! What a route states for its document besides types: refusals, path variables, headers, words.

use schemars::{Schema, SchemaGenerator};

/// Status and stable name of a problem.
pub type Refusal = (u16, &'static str);

/// Makes the schema of a type.
pub(super) type MakeSchema = fn(&mut SchemaGenerator) -> Schema;

/// The statements of one route.
#[derive(Debug, Default)]
pub(super) struct Statement {
    pub(super) refusals: Vec<Refusal>,
    pub(super) variables: Vec<(&'static str, MakeSchema)>,
    pub(super) idempotency_key: Option<Sent>,
    pub(super) if_match: Option<Sent>,
    pub(super) words: &'static str,
    pub(super) media_type: Option<&'static str>,
}

/// When clients send a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    Always,
    IfWanted,
    /// Where something would be lost without it.
    IfNeeded,
}
