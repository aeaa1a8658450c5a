//! The notifications table: its keys, its items, and the list of emails that wait for staff.

mod people;
pub mod stock_alerts;
mod test_emails;
mod unsubscriptions;

use crate::domain::{EmailDelivery, KeptEmail, NotificationId};
use chassis::table::{AuditLog, Committed, Part, Query, Reason, Shards, Transaction};
use chassis::{Cause, Key, Page, StoreError, Table, Written};
use events::Timestamp;
use serde::{Deserialize, Serialize};

/// The list of emails that wait for staff, and its shards.
const FAILED: &str = "failed";
const SHARDS: u32 = 4;
/// Sort key of what is kept of an email.
const KEPT: &str = "email";

/// The notifications table.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
}

/// The item of an email. Its attributes `index1` and `index1_sort` put it into the list while staff are told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Item {
    #[serde(flatten)]
    delivery: EmailDelivery,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    index1: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    index1_sort: Option<String>,
}

impl Item {
    fn of(delivery: &EmailDelivery) -> Self {
        let id = delivery.id().filter(|_| delivery.is_of_interest());
        let place = id.map(|id| {
            let shard = Shards::partition(FAILED, id.about.bits(), SHARDS);
            (shard, format!("{}/{id}", delivery.claimed_at))
        });
        let (index1, index1_sort) = place.unzip();
        Self { delivery: delivery.clone(), index1, index1_sort }
    }
}

impl Store {
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    pub fn audit_log(&self) -> AuditLog {
        AuditLog::new(self.table.clone())
    }

    /// Writes a record if the stored one still has the previous `seq`. With `kept`, what is kept of the email is written too.
    ///
    /// # Errors
    /// The table.
    pub async fn write(
        &self,
        subject: &str,
        delivery: &EmailDelivery,
        kept: Option<&KeptEmail>,
        cause: &Cause,
    ) -> Result<Written<EmailDelivery>, StoreError> {
        let (key, item) = (key(subject, &delivery.message_id), Item::of(delivery));
        let before = delivery.seq.saturating_sub(1);
        let written = match kept.zip(delivery.id()) {
            Some((kept, id)) => {
                let transaction = Transaction::new(cause.clone()).replace(&key, &item, before)?;
                refusal_of_first(self.table.commit(transaction.overwrite(&kept_key(&id), kept)?).await?)?
            }
            None if before == 0 => self.table.create(&key, &item, cause).await?,
            None => self.table.replace(&key, &item, before, cause).await?,
        };
        Ok(written.map(|item| item.delivery))
    }

    /// Writes the claim on an email that staff want again, and the record of the one whose place it takes; `false` if somebody else wrote
    /// either.
    ///
    /// # Errors
    /// The table.
    pub async fn write_again(
        &self,
        replaced: Option<&EmailDelivery>,
        claim: &EmailDelivery,
        subject: &str,
        cause: Cause,
    ) -> Result<bool, StoreError> {
        let (claimed, item) = (key(subject, &claim.message_id), Item::of(claim));
        let transaction = Transaction::new(cause);
        let transaction = match claim.seq {
            1 => transaction.create(&claimed, &item)?,
            seq => transaction.replace(&claimed, &item, seq - 1)?,
        };
        let transaction = match replaced {
            Some(earlier) => {
                let item = Item::of(earlier);
                transaction.replace(&key(subject, &earlier.message_id), &item, earlier.seq.saturating_sub(1))?
            }
            None => transaction,
        };
        Ok(self.table.commit(transaction).await? == Committed::Done)
    }

    /// An email as it is now.
    ///
    /// # Errors
    /// The table.
    pub async fn find(&self, id: &NotificationId) -> Result<Option<EmailDelivery>, StoreError> {
        let item: Option<Item> = self.table.get_consistent(&key_of(id)).await?;
        Ok(item.map(|item| item.delivery))
    }

    /// What is kept of an email.
    ///
    /// # Errors
    /// The table.
    pub async fn kept(&self, id: &NotificationId) -> Result<Option<KeptEmail>, StoreError> {
        self.table.get(&kept_key(id)).await
    }

    /// A page of the records about a subject, oldest first.
    ///
    /// # Errors
    /// The table.
    pub async fn page(
        &self,
        subject: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<EmailDelivery>, StoreError> {
        self.table.query(Query { after, limit, ..Query::partition(subject) }).await
    }

    /// The same as of now.
    ///
    /// # Errors
    /// The table.
    pub async fn page_now(
        &self,
        subject: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<EmailDelivery>, StoreError> {
        self.table.query_consistent(Query { after, limit, ..Query::partition(subject) }).await
    }

    /// Forgets what is kept of an email, in all its sendings.
    ///
    /// # Errors
    /// The table.
    pub async fn forget_kept(&self, id: &NotificationId) -> Result<(), StoreError> {
        self.table.delete(&kept_key(id)).await
    }

    /// The last records about a subject whose messages' ids begin with this, last first.
    ///
    /// # Errors
    /// The table.
    pub async fn newest(&self, subject: &str, sender: &str, limit: u32) -> Result<Vec<EmailDelivery>, StoreError> {
        let query = Query { prefix: Some(sender), descending: true, limit, ..Query::partition(subject) };
        Ok(self.table.query(query).await?.items)
    }

    /// A page of the emails that wait for staff and were claimed `since` then, newest first.
    ///
    /// # Errors
    /// The table.
    pub async fn failed(
        &self,
        since: Timestamp,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<EmailDelivery>, StoreError> {
        let (list, from) = (Shards::of("index1", "index1_sort", FAILED, SHARDS), since.to_string());
        self.table.list_items(&list, Part { after, from: Some(&from), descending: true, limit, ..Part::FIRST }).await
    }
}

/// Whether the first write of a transaction was refused, and by which item.
fn refusal_of_first(committed: Committed) -> Result<Written<Item>, StoreError> {
    Ok(match committed {
        Committed::Done => Written::Done,
        Committed::Refused(reasons) => {
            Written::Refused(reasons.first().map(Reason::item).transpose()?.flatten().map(Box::new))
        }
    })
}

fn key_of(id: &NotificationId) -> Key {
    key(&id.about.to_string(), &id.message_id())
}

/// What is kept has a partition of its own, so that it is in no list. All sendings of an email share it.
fn kept_key(id: &NotificationId) -> Key {
    Key::new(format!("kept#{}", id.first()), KEPT)
}

/// Records about one subject are in one partition, in the order of the subject's transitions: message ids are
/// `<subject>/<seq>/<type>`, with a number after a last `/` if staff wanted the email again, and padded numbers sort as they count.
fn key(subject: &str, message_id: &str) -> Key {
    let mut parts = message_id.splitn(4, '/');
    let sk = match (parts.next(), parts.next().and_then(|seq| seq.parse::<u64>().ok()), parts.next()) {
        (Some(sender), Some(seq), Some(kind)) => {
            let sending = parts.next().map(|number| format!("/{number:0>10}")).unwrap_or_default();
            format!("{sender}/{seq:010}/{kind}{sending}")
        }
        _ => message_id.to_owned(),
    };
    Key::new(subject, sk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenth_transition_sorts_after_the_second_and_no_two_messages_share_a_key() {
        let sk = |id: &str| key("order_7", id).sk;
        assert!(sk("order_7/2/orders.order_confirmed.v1") < sk("order_7/10/orders.order_refunded.v1"));
        assert_ne!(sk("order_7/2/a"), sk("order_7/2/b"));
        assert_eq!(sk("anything else"), "anything else");
    }

    #[test]
    fn what_is_sent_again_sorts_after_what_it_replaces_and_before_the_next_transition() {
        let sk = |id: &str| key("order_7", id).sk;
        let sorted = ["order_7/2/a", "order_7/2/a/2", "order_7/2/a/10", "order_7/3/a"].map(sk);
        assert!(sorted.is_sorted(), "{sorted:?}");
    }
}
