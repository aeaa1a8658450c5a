//! Routes declare here what their document says besides types. Of it, functions themselves use only whether a route heeds `If-Match`;
//! in tests the router holds every route to all of it.

#[cfg(feature = "spec")]
use super::access::Access;
#[cfg(feature = "spec")]
use super::problem::Problem;
use super::route::Route;
use super::statement::{Refusal, Sent, Statement};
use schemars::{JsonSchema, SchemaGenerator};
#[cfg(feature = "spec")]
use std::collections::{BTreeMap, BTreeSet};

impl<A: Send + Sync + 'static> Route<A> {
    /// Adds refusals of this route's own. Those that follow from its access, body, query and path need no mention.
    #[must_use]
    pub fn refuses(self, refusals: &'static [Refusal]) -> Self {
        self.states(|statement| statement.refusals.extend(refusals))
    }

    /// Says the type of a variable segment of the path.
    #[must_use]
    pub fn variable<T: JsonSchema>(self, name: &'static str) -> Self {
        self.states(|statement| statement.variables.push((name, SchemaGenerator::subschema_for::<T>)))
    }

    /// Says that the handler reads a required `Idempotency-Key`.
    #[must_use]
    pub fn keyed(self) -> Self {
        self.states(|statement| statement.idempotency_key = Some(Sent::Always))
    }

    /// Says that the handler reads an `Idempotency-Key` if one is sent.
    #[must_use]
    pub fn keyed_if_sent(self) -> Self {
        self.states(|statement| statement.idempotency_key = Some(Sent::IfWanted))
    }

    /// Says that the handler honors an `If-Match`.
    #[must_use]
    pub fn conditional(mut self) -> Self {
        self.heeds_if_match = true;
        self.states(|statement| statement.if_match = Some(Sent::IfWanted))
    }

    /// Says that the handler honors an `If-Match`, and demands one of a request that would take away what others put there, as one that
    /// replaces a list.
    #[must_use]
    pub fn conditional_lists(mut self) -> Self {
        self.heeds_if_match = true;
        self.states(|statement| statement.if_match = Some(Sent::IfNeeded))
    }

    /// Adds sentences that say what the summary leaves open.
    #[must_use]
    pub fn explained(self, words: &'static str) -> Self {
        self.states(|statement| statement.words = words)
    }

    /// Says the media type of an answer that is not JSON.
    #[must_use]
    pub fn answering(self, media_type: &'static str) -> Self {
        self.states(|statement| statement.media_type = Some(media_type))
    }

    #[cfg(feature = "spec")]
    fn states(mut self, state: impl FnOnce(&mut Statement)) -> Self {
        state(&mut self.statement);
        self
    }

    #[cfg(not(feature = "spec"))]
    fn states(self, _: impl FnOnce(&mut Statement)) -> Self {
        self
    }
}

#[cfg(feature = "spec")]
impl<A> Route<A> {
    /// Every problem that the route may answer with, by status: those of its own, and those that follow from its declaration.
    pub fn refusals(&self) -> BTreeMap<u16, BTreeSet<&'static str>> {
        let mut generator = SchemaGenerator::default();
        let has_body = (self.shape.body)(&mut generator).is_some();
        let may = [
            // A header, the path or the query may hold a card number; any query may be of no known form, and any request have a body.
            (true, &[(400, "invalid_parameter"), (413, "body_too_large"), (422, "card_number_refused")][..]),
            (true, &[(400, "malformed_json"), (422, "invalid_field")]),
            (true, &[(500, "internal"), (503, "unavailable")]),
            (self.access != Access::Unauthenticated, &[(401, "unauthenticated")]),
            (self.rechecked, &[(401, "session_ended")]),
            // Also to a machine, where only people may.
            (self.access != Access::Unauthenticated, &[(403, "forbidden")]),
            (self.stepped_up, &[(401, "second_factor_required")]),
            (self.path.contains('{'), &[(404, "not_found")]),
            (has_body, &[(415, "unsupported_media_type")]),
            // Also where no version is known: `If-Match` and `If-None-Match` are never passed over.
            (self.method != "GET", &[(412, "precondition_failed")]),
            (self.statement.if_match == Some(Sent::IfNeeded), &[(428, "precondition_required")]),
            (self.statement.idempotency_key == Some(Sent::Always), &[(400, "idempotency_key_required")]),
            (true, &self.statement.refusals),
        ];
        let mut refusals = BTreeMap::<_, BTreeSet<_>>::new();
        for (status, kind) in may.iter().filter(|(may, _)| *may).flat_map(|(_, refusals)| refusals.iter()) {
            refusals.entry(*status).or_default().insert(*kind);
        }
        refusals
    }

    /// Variable segments of the path whose type is not declared.
    pub(crate) fn untyped_variables(&self) -> Vec<&'static str> {
        let typed = |name: &str| self.statement.variables.iter().any(|(variable, _)| *variable == name);
        let variables = self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        variables.filter(|name| !typed(name)).collect()
    }

    /// Whether the route declares this problem.
    pub(super) fn declares(&self, problem: &Problem) -> bool {
        self.refusals().get(&problem.status).is_some_and(|kinds| kinds.contains(problem.kind))
    }
}
