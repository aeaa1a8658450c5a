//! The payments table: its keys, its items, and the one write of each use case.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | payment | payment id | `payment` |
//! | settled refund | payment id | `refund#` + refund id |
//! | journal entry | `journal#` + payment id | number of the transition |
//! | balances and latest day of a shard | `balances#` + shard modulo 4 | currency + `#` + shard |
//! | an earlier day of a shard | `day#` + day | currency + `#` + shard |
//! | balances of a currency before there were shards | `balances` | currency |
//!
//! Index `index1` holds the payments with an exception. Index `due` holds the payments that have an open staff refund, or an authorization to look for, by the time of their next look,
//! in one partition: there are few.

mod exceptions;
mod former_index;
mod ledger;
mod shard;

use crate::domain::{Payment, SettledRefund};
use chassis::table::{AuditLog, DueIndex, Query, Update, Updated};
use chassis::{Context, Key, StoreError, Table, World, Written};
use events::ids::{PaymentId, RefundId};
use events::{Money, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Sort key of every payment.
const PAYMENT: &str = "payment";
/// Partitions of index `due`.
const DUE_SHARDS: u32 = 1;

/// A payment's item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PaymentItem {
    /// Shard of index `due`. Absent unless the payment has a next look, which keeps all others out of the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    /// Sort key of index `due`: when the sweep looks at the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due_at: Option<Timestamp>,
    /// Shard of the list of the payment's exception, in index `index1`. Absent without an exception.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    index1: Option<String>,
    /// Sort key of that list. Ids are in the order of time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    index1_sort: Option<PaymentId>,
    #[serde(flatten)]
    pub(crate) payment: Payment,
}

impl PaymentItem {
    /// The item that a payment is written as at an instant.
    fn of(payment: Payment, now: Timestamp) -> Self {
        let due_at = payment.next_look();
        let due = due_at.map(|_| DueIndex::shard(payment.id.bits(), DUE_SHARDS));
        let index1 = payment.exception(now).map(|exception| exceptions::partition(exception, payment.id));
        let index1_sort = index1.as_ref().map(|_| payment.id);
        Self { due, due_at, index1, index1_sort, payment }
    }
}

/// The update of an item returns it, whatever its form.
#[derive(Deserialize)]
struct AnyItem {}

/// What the partition of a payment holds.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum PaymentRecord {
    Payment(Box<Payment>),
    Refund(SettledRefund),
}

/// The payments table.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
    world: World,
}

impl Store {
    /// The world tells how long to wait before a transaction is tried again.
    pub const fn new(table: Table, world: World) -> Self {
        Self { table, world }
    }

    pub(crate) fn audit_log(&self) -> AuditLog {
        AuditLog::new(self.table.clone())
    }

    /// Eventually consistent: enough to decide a conditional write on.
    ///
    /// # Errors
    /// The table.
    pub async fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.table.get(&payment_key(id)).await
    }

    /// Consistent, for a decision on what a person asks.
    ///
    /// # Errors
    /// The table.
    pub async fn payment_now(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.table.get_consistent(&payment_key(id)).await
    }

    /// The payment with all refunds that were set aside. Consistent, for an answer to a person.
    ///
    /// # Errors
    /// The table.
    pub async fn whole_payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        let records = self.table.query_all_consistent(Query::partition(&id.to_string())).await?;
        let (mut payment, mut refunds) = (None, Vec::new());
        for record in records {
            match record {
                PaymentRecord::Payment(found) => payment = Some(*found),
                PaymentRecord::Refund(refund) => refunds.push(refund),
            }
        }
        Ok(payment.map(|payment| refunds.into_iter().fold(payment, Payment::recall)))
    }

    /// All refunds of a payment that were set aside. Consistent.
    ///
    /// # Errors
    /// The table.
    pub async fn settled_refunds(&self, id: PaymentId) -> Result<Vec<SettledRefund>, StoreError> {
        let partition = id.to_string();
        self.table.query_all_consistent(Query { prefix: Some("refund#"), ..Query::partition(&partition) }).await
    }

    /// A refund that was set aside. Consistent: nothing tells a refund that is not found from one that was never asked
    /// for.
    ///
    /// # Errors
    /// The table.
    pub async fn settled_refund(&self, id: PaymentId, refund: RefundId) -> Result<Option<SettledRefund>, StoreError> {
        self.table.get_consistent(&refund_key(id, refund)).await
    }

    /// Writes the latest transition of a payment, unless somebody else made a transition of that number. The refunds that
    /// it sets aside are written before: who finds them in both has read between the writes, and they never change.
    ///
    /// # Errors
    /// The table.
    pub async fn save(
        &self,
        payment: &Payment,
        settled: &[SettledRefund],
        context: &Context,
    ) -> Result<Written<Payment>, StoreError> {
        for refund in settled {
            let key = refund_key(payment.id, refund.refund_id);
            // Its log says who.
            self.table.overwrite(&key, refund, &context.cause(0).silent().anonymous()).await?;
        }
        let (key, item) = (payment_key(payment.id), PaymentItem::of(payment.clone(), context.now));
        let cause = context.audited(payment.seq, payment.id, RefundDone(payment));
        let written = match payment.seq.saturating_sub(1) {
            0 => self.table.create(&key, &item, &cause).await,
            before => self.table.replace(&key, &item, before, &cause).await,
        };
        Ok(written?.map(|item| item.payment))
    }

    /// The payments that the sweep looks at, by the time of their next look.
    pub(crate) fn due(&self) -> DueIndex {
        DueIndex::new(self.table.clone(), DUE_SHARDS)
    }

    /// Has the sweep look at a payment later, unless somebody has moved its look since. The same write puts it into the list of its
    /// exception, if it is in none: that an outcome is late shows in no write of the payment itself.
    ///
    /// # Errors
    /// The table.
    pub(crate) async fn look_later(
        &self,
        payment: &Payment,
        seen: Timestamp,
        until: Timestamp,
        context: &Context,
    ) -> Result<(), StoreError> {
        let mut update = Update::of(payment_key(payment.id)).set("due_at = :until").when("due_at = :seen");
        update = update.value(":until", until).value(":seen", seen);
        if let Some(exception) = payment.exception(context.now) {
            update = update
                .set("index1 = if_not_exists(index1, :list)")
                .set("index1_sort = if_not_exists(index1_sort, :id)")
                .value(":list", exceptions::partition(exception, payment.id))
                .value(":id", payment.id);
        }
        let _: Updated<AnyItem> = self.table.update(update, &context.cause(0)).await?;
        Ok(())
    }
}

/// What staff did to a payment, in the words of the audit log: the refund. The reason that they give may be about a
/// person, so it is not among them.
struct RefundDone<'a>(&'a Payment);

impl fmt::Display for RefundDone<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.0.log.last();
        let Some((last, refund)) = last.and_then(|last| Some((last, last.refund.as_ref()?))) else { return Ok(()) };
        write!(f, "{} of {}", refund.id, Money::new(last.amount, refund.asked.currency))
    }
}

/// Whether a sort key is that of a payment.
pub(crate) fn is_payment(sort_key: &str) -> bool {
    sort_key == PAYMENT
}

fn payment_key(id: PaymentId) -> Key {
    Key::new(id.to_string(), PAYMENT)
}

fn refund_key(id: PaymentId, refund: RefundId) -> Key {
    Key::new(id.to_string(), format!("refund#{refund}"))
}
