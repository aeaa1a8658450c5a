//! `GET /v1/<capability>/audit`: what staff and operators changed, for those who may read it. Refuses to say more than the entries do.

use super::access::Access;
use super::call::{Call, Listing, PageQuery};
use super::route::Route;
use super::{NoBody, cursor};
use crate::table::{self, AuditLog, is_audit_cursor};
use events::users::Permission;
use events::{Actor, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A change that staff or an operator made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct AuditEntry {
    at: Timestamp,
    /// Id of the user, or of the machine's key, that made it, or `operator` for an operator's command.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<Actor>,
    /// Operation id of the request, or type of the operator's message.
    action: String,
    /// Id of what was changed.
    resource: String,
    /// What changed about it, in words.
    what: String,
    /// Id of the request or message.
    request_id: String,
    /// The trace of everything that followed, as in `X-Trace-Id`.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schemars(default)]
    trace_id: String,
}

impl From<table::AuditEntry> for AuditEntry {
    fn from(entry: table::AuditEntry) -> Self {
        let table::AuditEntry { at, action, resource, what, trace_id, cause } = entry;
        let (actor, request_id) = cause.map(|cause| (cause.actor, cause.id)).unwrap_or_default();
        Self { at, actor, action, resource, what, request_id, trace_id }
    }
}

impl<A: Send + Sync + 'static> Route<A> {
    /// The route that lists the audit log of a capability.
    pub fn audit(path: &'static str, operation: &'static str, log: fn(&A) -> AuditLog) -> Self {
        let list = move |app: Arc<A>, call: Call<NoBody, PageQuery>| async move {
            let (after, limit) = cursor::page(path, call.query.cursor.as_deref(), call.query.limit, is_audit_cursor)?;
            let page = log(&app).page(after.as_deref(), limit, call.now).await?;
            Ok(Listing::page(path, page, AuditEntry::from))
        };
        Self::new("GET", path, Access::Needs(Permission::AuditRead), 200, "List what staff changed, newest first", list)
            .named(operation)
            .explained(
                "Who changed what, and when. An entry is written together with the change and never altered. A page looks into \
                 twelve months at most: it may have few entries, or none, and a cursor all the same.",
            )
    }
}
