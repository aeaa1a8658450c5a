//! The audit log of a capability's table, newest first. Owns its pages. Refuses to write: an entry is put with what it tells
//! (`audit_note.rs`).

use super::audit_note::{MONTH, partition};
use super::cause::Cause;
use super::error::StoreError;
use super::gateway::Table;
use super::query::{Page, Query};
use events::{Actor, Timestamp};
use serde::Deserialize;

/// No entry is older: earlier versions kept none.
const FIRST_MONTH: &str = "2026-01";
/// Months that one page may look into, so that it costs little however seldom something is changed.
const MONTHS: usize = 12;
/// Later than every timestamp of its month.
const END: &str = "~";

/// What somebody of the staff, or an operator, changed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AuditEntry {
    /// When it was asked for.
    pub at: Timestamp,
    /// Operation id of the request, or type of the operator's message.
    pub action: String,
    /// Id of what was changed.
    pub resource: String,
    /// What changed about it.
    pub what: String,
    /// The trace of all that followed.
    #[serde(default)]
    pub trace_id: String,
    /// Who asked, and under which id.
    pub cause: Option<Cause>,
}

impl AuditEntry {
    /// Who asked for it.
    pub fn actor(&self) -> Option<Actor> {
        self.cause.as_ref().and_then(|cause| cause.actor.clone())
    }
}

/// The audit log of a table.
#[derive(Debug, Clone)]
pub struct AuditLog {
    table: Table,
}

impl AuditLog {
    /// That of this table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// A page, newest first, from `after` or from now on. It looks into twelve months at most, so it may have few entries, or
    /// none, and still not be the last.
    ///
    /// # Errors
    /// The table.
    pub async fn page(&self, after: Option<&str>, limit: u32, now: Timestamp) -> Result<Page<AuditEntry>, StoreError> {
        let latest = now.to_string();
        let mut month = after.unwrap_or(&latest).get(..MONTH).unwrap_or_default().to_owned();
        let (mut after, mut items) = (after.map(str::to_owned), Vec::new());
        for _ in 0..MONTHS {
            if month.as_str() < FIRST_MONTH {
                return Ok(Page { items, next: None });
            }
            let left = limit.saturating_sub(u32::try_from(items.len()).unwrap_or(u32::MAX));
            let partition = partition(&month);
            let query =
                Query { after: after.as_deref(), descending: true, limit: left, ..Query::partition(&partition) };
            let page = self.table.query::<AuditEntry>(query).await?;
            items.extend(page.items);
            month = month_before(&month);
            let next = page.next.unwrap_or_else(|| format!("{month}{END}"));
            if items.len() >= limit as usize {
                return Ok(Page { items, next: Some(next) });
            }
            after = None;
        }
        Ok(Page { items, next: Some(format!("{month}{END}")) })
    }
}

/// `2025-12` before `2026-01`.
fn month_before(month: &str) -> String {
    let (year, number) = month.split_once('-').unwrap_or_default();
    let (year, number) = (year.parse().unwrap_or(0_u32), number.parse().unwrap_or(0_u32));
    match number {
        0 | 1 => format!("{:04}-12", year.saturating_sub(1)),
        number => format!("{year:04}-{:02}", number - 1),
    }
}

/// Whether a cursor could be one of the log's: a place in it begins with its month. Whoever shows the log by pages refuses others, as the
/// route of the API does.
pub fn is_cursor(text: &str) -> bool {
    let digits = |part: Option<&str>| part.is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    digits(text.get(..4)) && text.get(4..5) == Some("-") && digits(text.get(5..MONTH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn december_comes_before_january() {
        assert_eq!([month_before("2026-01"), month_before("2026-11")], ["2025-12", "2026-10"]);
    }

    #[test]
    fn only_what_begins_with_a_month_is_a_cursor() {
        assert!(is_cursor("2026-11~") && is_cursor("2026-11-29T00:00:00.000Z#request#order_1"));
        assert!(["", "2026", "2026-1é", "order_1", "2026_11~"].iter().all(|text| !is_cursor(text)));
    }
}
