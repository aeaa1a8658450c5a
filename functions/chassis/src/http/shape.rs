//! Input and output of a route as schemas. Only in tests and tools.

use super::body::Body;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Schemas of a route's input and output.
pub struct Shape {
    pub(super) body: fn(&mut SchemaGenerator) -> Option<Schema>,
    pub(super) query: fn(&mut SchemaGenerator) -> Schema,
    pub(super) answer: fn(&mut SchemaGenerator) -> Schema,
}

impl Shape {
    /// For body `B`, query `Q` and answer `T`.
    pub fn of<B: Body, Q: JsonSchema, T: JsonSchema>() -> Self {
        Self { body: B::schema, query: Q::json_schema, answer: SchemaGenerator::subschema_for::<T> }
    }
}
