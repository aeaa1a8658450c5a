//! Input and output of a route as schemas. Only in tests and tools.

use super::answer::Answer;
use super::body::Body;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Schemas of a route's input and output.
pub struct Shape {
    pub(super) body: fn(&mut SchemaGenerator) -> Option<Schema>,
    pub(super) query: fn(&mut SchemaGenerator) -> Schema,
    pub(super) answer: fn(&mut SchemaGenerator) -> Schema,
    pub(super) is_tagged: bool,
    pub(super) is_creating: bool,
}

impl Shape {
    /// For body `B`, query `Q` and answer `T`.
    pub fn of<B: Body, Q: JsonSchema, T: Answer>() -> Self {
        let answer = SchemaGenerator::subschema_for::<T::Resource>;
        Self { body: B::schema, query: Q::json_schema, answer, is_tagged: T::TAGGED, is_creating: T::CREATES }
    }
}
