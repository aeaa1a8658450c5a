//! The gateway to a capability's one table.

mod audit;
mod audit_note;
mod cause;
mod due;
mod error;
mod gateway;
mod item;
mod many;
mod query;
mod shards;
mod transaction;
mod update;
mod wanted_by;

pub use audit::{AuditEntry, AuditLog, is_cursor as is_audit_cursor};
pub(crate) use audit_note::AuditNote;
pub use cause::{Cause, Via};
pub use due::{DueCursor, DueEntry, DueIndex, DuePage};
pub use error::StoreError;
pub use gateway::{Table, Written};
pub use item::{Attributes, Found, Key};
pub use query::{Page, Query};
pub use shards::{Part, Shards, is_place};
pub use transaction::{Committed, Reason, Transaction};
pub use update::{Update, Updated};
pub use wanted_by::WantedBy;
