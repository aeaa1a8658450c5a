//! The payments table: its keys, its items, and the one write that each use case makes.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | payment | payment id | `payment` |
//! | posting | `journal#` + payment id | number of the transition |
//! | balances of a currency | `balances` | currency |
//!
//! Payments with an unfinished refund by staff are in index `refunding`, under one name: such refunds are few.

use crate::domain::{Payment, Rejection, ledger};
use chassis::table::{Committed, Query, Reason, Transaction, Update};
use chassis::{Cause, Key, Page, StoreError, Table, Written};
use events::ids::PaymentId;
use events::payments::{EntriesPosted, Entry, LedgerAccount};
use events::{Currency, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Sort key of every payment.
const PAYMENT: &str = "payment";
/// The one partition of index `refunding`.
const REFUNDING: &str = "staff";
/// Payments that are read together (BatchGetItem's limit).
const BATCH: usize = 100;
/// Partition of all balances.
const BALANCES: &str = "balances";

/// A payment as it lies in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Item {
    /// Absent unless staff granted a refund that is not finished, which keeps all other payments out of the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refunding: Option<String>,
    #[serde(flatten)]
    payment: Payment,
}

#[derive(Debug, Deserialize)]
struct Reference {
    pk: PaymentId,
}

/// A payment as the sweep finds it: one that cannot be read must not keep the others waiting.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Found {
    /// A payment.
    Payment(Box<Payment>),
    /// An item that is not of the form we write.
    Unreadable {
        /// Its partition key.
        pk: String,
    },
}

/// A booking that the balances contain; its being there is what makes a repeat do nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Posting {
    currency: Currency,
    entries: Vec<Entry>,
    at: Timestamp,
}

/// The balances of one currency, in minor units. One item, so that whoever reads it sees whole bookings only.
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

/// The balances of one currency by account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balances {
    /// Which currency.
    pub currency: Currency,
    /// Every account's balance in minor units.
    pub accounts: [(LedgerAccount, i64); 6],
}

/// Why a booking was not applied.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// It is none.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The table did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The payments table.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
}

impl Item {
    fn of(payment: Payment) -> Self {
        let refunding = payment.open_staff_refunds().next().map(|_| REFUNDING.to_owned());
        Self { refunding, payment }
    }
}

fn unwrapped(written: Written<Item>) -> Written<Payment> {
    match written {
        Written::Done => Written::Done,
        Written::Refused(item) => Written::Refused(item.map(|item| Box::new(item.payment))),
    }
}

impl Store {
    /// Over that table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// A payment, possibly a moment old: enough to decide a conditional write on.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.table.get(&payment_key(id)).await
    }

    /// A payment as of now, for an answer to a person.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn payment_now(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.table.get_consistent(&payment_key(id)).await
    }

    /// Writes a payment's latest transition, if nobody else made that transition.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn save(&self, payment: &Payment, cause: &Cause) -> Result<Written<Payment>, StoreError> {
        let (key, item) = (payment_key(payment.id), Item::of(payment.clone()));
        let written = match payment.seq.saturating_sub(1) {
            0 => self.table.create(&key, &item, cause).await,
            before => self.table.replace(&key, &item, before, cause).await,
        };
        written.map(unwrapped)
    }

    /// A page of the payments with an unfinished refund by staff, oldest first.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn refunding(&self, after: Option<&str>) -> Result<Page<Found>, StoreError> {
        let limit = u32::try_from(BATCH).unwrap_or(u32::MAX);
        let query = Query { index: Some("refunding"), after, limit, ..Query::partition(REFUNDING) };
        let page = self.table.query::<Reference>(query).await?;
        let keys: Vec<_> = page.items.iter().map(|reference| payment_key(reference.pk)).collect();
        let items = self.table.get_many::<Found>(&keys).await?.into_iter().flatten().collect();
        Ok(Page { items, next: page.next })
    }

    /// Applies bookings of one currency to its balances, each once, all in one write: all payments of a currency meet there.
    ///
    /// # Errors
    /// If the entries of one do not sum to zero; unavailable.
    pub async fn post(
        &self,
        currency: Currency,
        bookings: &[(&EntriesPosted, Cause)],
        at: Timestamp,
    ) -> Result<(), PostError> {
        // By key, as one that comes twice is one.
        let mut due: BTreeMap<Key, &(&EntriesPosted, Cause)> =
            bookings.iter().map(|booking| (journal_key(booking.0), booking)).collect();
        while let Some((_, cause)) = due.values().next() {
            let mut transaction = Transaction::new(cause.clone());
            for (key, (booking, cause)) in &due {
                let posting = Posting { currency, entries: booking.entries.clone(), at };
                transaction = transaction.because(cause.clone()).create(key, &posting)?;
            }
            let moved = ledger::movements(due.values().map(|(booking, _)| booking.entries.as_slice()))?;
            let reasons = match self.table.commit(transaction.update(moved_balances(currency, moved))).await? {
                Committed::Done => return Ok(()),
                Committed::Refused(reasons) => reasons,
            };
            // A posting that is there was applied before.
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
    /// Unavailable or corrupt.
    pub async fn balances(&self) -> Result<Vec<Balances>, StoreError> {
        let items: Vec<BalancesItem> = self.table.query_all(Query::partition(BALANCES)).await?;
        Ok(items.into_iter().map(Balances::from).collect())
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

/// Whether a sort key is a payment's.
pub fn is_payment(sort_key: &str) -> bool {
    sort_key == PAYMENT
}

fn payment_key(id: PaymentId) -> Key {
    Key::new(id.to_string(), PAYMENT)
}

fn journal_key(booking: &EntriesPosted) -> Key {
    Key::new(format!("journal#{}", booking.payment_id), format!("{:020}", booking.seq))
}

fn moved_balances(currency: Currency, moved: BTreeMap<LedgerAccount, i64>) -> Update {
    let update = Update::of(balances_key(currency)).set("currency = :currency").value(":currency", currency);
    moved.into_iter().fold(update, |update, (account, amount)| {
        let name = account_name(account);
        update.increase(&format!("#{name} :{name}")).name(&format!("#{name}"), name).value(&format!(":{name}"), amount)
    })
}

fn balances_key(currency: Currency) -> Key {
    Key::new(BALANCES, currency.as_str())
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
