//! The payments table: its keys, its items, and the one write of each use case.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | payment | payment id | `payment` |
//! | posting | `journal#` + payment id | number of the transition |
//! | balances of a currency | `balances` | currency |
//!
//! Index `refunding` holds the payments that have an open staff refund, in one partition: there are few.

use crate::domain::ledger::{self, Balances};
use crate::domain::{Payment, Rejection};
use chassis::table::{Committed, Found, Query, Reason, Transaction, Update};
use chassis::{Context, Error, Key, Page, StoreError, Table, Written};
use events::ids::PaymentId;
use events::payments::{EntriesPosted, Entry, LedgerAccount};
use events::{Currency, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Sort key of every payment.
const PAYMENT: &str = "payment";
/// The one partition of index `refunding`.
const REFUNDING: &str = "staff";
/// Partition of all balances.
const BALANCES: &str = "balances";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct PaymentItem {
    /// Absent unless a staff refund is open, which keeps all other payments out of the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refunding: Option<String>,
    #[serde(flatten)]
    payment: Payment,
}

/// A booking that the balances contain. If it exists, a repetition does nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Posting {
    currency: Currency,
    entries: Vec<Entry>,
    at: Timestamp,
}

/// The balances of one currency, in minor units. They are one item, so that a reader sees whole bookings only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct BalancesItem {
    currency: Currency,
    receivable: i64,
    cash: i64,
    revenue: i64,
    tax: i64,
    shipping: i64,
    refunds: i64,
}

impl Default for BalancesItem {
    fn default() -> Self {
        Self { currency: Currency::EUR, receivable: 0, cash: 0, revenue: 0, tax: 0, shipping: 0, refunds: 0 }
    }
}

impl From<BalancesItem> for Balances {
    fn from(item: BalancesItem) -> Self {
        let accounts = [
            (LedgerAccount::Receivable, item.receivable),
            (LedgerAccount::Cash, item.cash),
            (LedgerAccount::Revenue, item.revenue),
            (LedgerAccount::Tax, item.tax),
            (LedgerAccount::Shipping, item.shipping),
            (LedgerAccount::Refunds, item.refunds),
        ];
        Self { currency: item.currency, accounts }
    }
}

/// The payments table.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
}

impl Store {
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// Eventually consistent: enough to decide a conditional write on.
    ///
    /// # Errors
    /// The table.
    pub async fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.table.get(&payment_key(id)).await
    }

    /// Consistent, for an answer to a person.
    ///
    /// # Errors
    /// The table.
    pub async fn payment_now(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.table.get_consistent(&payment_key(id)).await
    }

    /// Writes the latest transition of a payment, unless somebody else made a transition of that number.
    ///
    /// # Errors
    /// The table.
    pub async fn save(&self, payment: &Payment, context: &Context) -> Result<Written<Payment>, StoreError> {
        let refunding = payment.open_staff_refunds().next().map(|_| REFUNDING.to_owned());
        let (key, item) = (payment_key(payment.id), PaymentItem { refunding, payment: payment.clone() });
        let cause = context.cause(payment.seq);
        let written = match payment.seq.saturating_sub(1) {
            0 => self.table.create(&key, &item, &cause).await,
            before => self.table.replace(&key, &item, before, &cause).await,
        };
        Ok(written?.map(|item| item.payment))
    }

    /// A page of the payments that have an open staff refund, oldest first.
    ///
    /// # Errors
    /// The table.
    pub async fn refunding(&self, after: Option<&str>) -> Result<Page<Found<Payment>>, StoreError> {
        let query = Query { index: Some("refunding"), after, ..Query::partition(REFUNDING) };
        self.table.query_items(query).await
    }

    /// Applies bookings of one currency to its balances, each once, all in one write: all payments of a currency meet
    /// there.
    ///
    /// # Errors
    /// `Unbalanced`, `Overflow`; the table.
    pub async fn post(
        &self,
        currency: Currency,
        bookings: &[(EntriesPosted, Context)],
    ) -> Result<(), Error<Rejection>> {
        // A map by key keeps one of two copies.
        let mut due: BTreeMap<Key, &(EntriesPosted, Context)> =
            bookings.iter().map(|booking| (journal_key(&booking.0), booking)).collect();
        while let Some((first, context)) = due.values().next() {
            let mut transaction = Transaction::new(context.cause(first.seq));
            for (key, (booking, context)) in &due {
                let posting = Posting { currency, entries: booking.entries.clone(), at: context.now };
                transaction = transaction.because(context.cause(booking.seq)).create(key, &posting)?;
            }
            let moved = ledger::movements(due.values().map(|(booking, _)| booking.entries.as_slice()))
                .map_err(Error::Rejected)?;
            let reasons = match self.table.commit(transaction.update(moved_balances(currency, moved))).await? {
                Committed::Done => return Ok(()),
                Committed::Refused(reasons) => reasons,
            };
            // A posting that exists was applied before.
            let mut applied = reasons.iter().map(|reason| matches!(reason, Reason::Condition(_)));
            let all = due.len();
            due.retain(|_, _| !applied.next().unwrap_or(false));
            if due.len() == all {
                return Err(StoreError::Unavailable(format!("refused: {reasons:?}")).into());
            }
        }
        Ok(())
    }

    /// The balances of every currency.
    ///
    /// # Errors
    /// The table.
    pub async fn balances(&self) -> Result<Vec<Balances>, StoreError> {
        let items: Vec<BalancesItem> = self.table.query_all(Query::partition(BALANCES)).await?;
        Ok(items.into_iter().map(Balances::from).collect())
    }
}

/// Whether a sort key is that of a payment.
pub(crate) fn is_payment(sort_key: &str) -> bool {
    sort_key == PAYMENT
}

fn payment_key(id: PaymentId) -> Key {
    Key::new(id.to_string(), PAYMENT)
}

fn journal_key(booking: &EntriesPosted) -> Key {
    Key::new(format!("journal#{}", booking.payment_id), format!("{:020}", booking.seq))
}

fn balances_key(currency: Currency) -> Key {
    Key::new(BALANCES, currency.as_str())
}

fn moved_balances(currency: Currency, moved: BTreeMap<LedgerAccount, i64>) -> Update {
    let update = Update::of(balances_key(currency)).set("currency = :currency").value(":currency", currency);
    moved.into_iter().fold(update, |update, (account, amount)| {
        let name = account_name(account);
        update.increase(&format!("#{name} :{name}")).name(&format!("#{name}"), name).value(&format!(":{name}"), amount)
    })
}

const fn account_name(account: LedgerAccount) -> &'static str {
    match account {
        LedgerAccount::Receivable => "receivable",
        LedgerAccount::Cash => "cash",
        LedgerAccount::Revenue => "revenue",
        LedgerAccount::Tax => "tax",
        LedgerAccount::Shipping => "shipping",
        LedgerAccount::Refunds => "refunds",
    }
}
