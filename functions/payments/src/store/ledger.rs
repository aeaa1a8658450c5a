//! The ledger's items: a journal item for each booking, which makes it count once, and the balances by shard and day.

use super::Store;
use super::shard::{Shard, ShardItem, day_partition, divided_partitions, partitions, prefix};
use crate::domain::Rejection;
use crate::domain::balances::{Balances, Movements, OpenDay, Posting, TrialBalance};
use chassis::table::{Committed, Query, Reason, Transaction};
use chassis::{Context, Error, Key, StoreError, decide_and_write};
use events::payments::{EntriesPosted, Entry, LedgerAccount};
use events::{Currency, Day, Timestamp};
use futures_util::future::try_join_all;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Days that are read at the same time: those of a usual period.
const DAYS_AT_ONCE: usize = 32;

/// A booking that the balances contain. If it exists, a repetition does nothing.
#[derive(Debug, Serialize)]
struct JournalEntry {
    currency: Currency,
    day: Day,
    entries: Vec<Entry>,
    at: Timestamp,
}

/// Bookings that are not in the balances yet. A map by key keeps one of two copies.
type Due<'a> = BTreeMap<Key, &'a (EntriesPosted, Context)>;

impl Store {
    /// Adds bookings of one day and currency to the balances, each once, all in one write. They go to one shard, and what
    /// meets another transaction there is tried again (policy `CONFLICT`).
    ///
    /// # Errors
    /// `Unbalanced`, `Overflow`; the table.
    pub async fn post(&self, day: &Day, bookings: &[(EntriesPosted, Context)]) -> Result<(), Error<Rejection>> {
        let due: Due<'_> = bookings.iter().map(|booking| (journal_key(&booking.0), booking)).collect();
        let Some(shard) = due.values().next().map(|(booking, _)| Shard::of(booking)) else { return Ok(()) };
        let shard = &shard;
        decide_and_write((due, None), move |(due, seen): (Due<'_>, Option<OpenDay>)| async move {
            let Some(transaction) = posting(shard, day, &due, seen.clone())? else {
                return Ok(ControlFlow::Break(()));
            };
            Ok(match self.table.commit_retrying(transaction, &self.world).await? {
                Committed::Done => ControlFlow::Break(()),
                Committed::Refused(reasons) => ControlFlow::Continue(after(due, seen, &reasons)?),
            })
        })
        .await
    }

    /// The balances of every currency: the sums of all shards.
    ///
    /// # Errors
    /// `Overflow`; the table.
    pub async fn balances(&self) -> Result<Vec<Balances>, Error<Rejection>> {
        let mut sums: BTreeMap<&str, Balances> = BTreeMap::new();
        for item in self.shards(false).await? {
            let balances = sums.entry(item.currency.as_str()).or_insert_with(|| Balances::zero(item.currency));
            for account in LedgerAccount::ALL {
                balances.add(account, item.balance(account)).map_err(Error::Rejected)?;
            }
        }
        Ok(sums.into_values().collect())
    }

    /// What every currency moved on a day. A shard that has left the day behind has written the day's item before, so
    /// reading the shards first misses nothing, and of a shard that sums the day nothing else is counted.
    ///
    /// # Errors
    /// `Overflow`; the table.
    pub async fn trial_balance(&self, day: &Day) -> Result<Vec<TrialBalance>, Error<Rejection>> {
        let open = self.shards(true).await?;
        let closed: Vec<ShardItem> = self.table.query_all_consistent(Query::partition(&day_partition(day))).await?;
        moved_on(day, &open, &closed).map_err(Error::Rejected)
    }

    /// The same of several days, and of one currency alone if it is named: the shards are read once, and each day once.
    ///
    /// # Errors
    /// `Overflow`; the table.
    pub async fn trial_balances(
        &self,
        days: &[Day],
        currency: Option<Currency>,
    ) -> Result<Vec<(Day, Vec<TrialBalance>)>, Error<Rejection>> {
        let prefix = currency.map(prefix);
        let of_partition = |partition: String| {
            let prefix = prefix.as_deref();
            async move { self.table.query_all_consistent(Query { prefix, ..Query::partition(&partition) }).await }
        };
        let open = try_join_all(divided_partitions().map(of_partition)).await?;
        let open: &[ShardItem] = &open.into_iter().flatten().collect::<Vec<_>>();
        let of_day = |day: Day| {
            let closed = of_partition(day_partition(&day));
            async move {
                let moved = moved_on(&day, open, &closed.await?).map_err(Error::Rejected)?;
                Ok::<_, Error<Rejection>>((day, moved))
            }
        };
        stream::iter(days.iter().cloned().map(of_day)).buffered(DAYS_AT_ONCE).try_collect().await
    }

    async fn shards(&self, consistent: bool) -> Result<Vec<ShardItem>, StoreError> {
        let parts = partitions().map(|partition| async move {
            let query = Query::partition(&partition);
            if consistent { self.table.query_all_consistent(query).await } else { self.table.query_all(query).await }
        });
        Ok(try_join_all(parts).await?.into_iter().flatten().collect())
    }
}

/// What a day moved, of the shards as they are and the items of the day that were read after them.
fn moved_on(day: &Day, shards: &[ShardItem], closed: &[ShardItem]) -> Result<Vec<TrialBalance>, Rejection> {
    let open = shards.iter().filter(|shard| shard.sums(day));
    let closed = closed.iter().filter(|item| !open.clone().any(|open| open.sk == item.sk));
    let mut sums: BTreeMap<&str, TrialBalance> = BTreeMap::new();
    for item in open.clone().chain(closed) {
        let none = || TrialBalance { currency: item.currency, moved: Movements::default() };
        let sum = sums.entry(item.currency.as_str()).or_insert_with(none);
        sum.moved.merge(&item.moved()?)?;
    }
    Ok(sums.into_values().collect())
}

fn journal_key(booking: &EntriesPosted) -> Key {
    Key::new(format!("journal#{}", booking.payment_id), format!("{:020}", booking.seq))
}

/// The transaction that posts all that is due; `None` if nothing is.
fn posting(
    shard: &Shard,
    day: &Day,
    due: &Due<'_>,
    seen: Option<OpenDay>,
) -> Result<Option<Transaction>, Error<Rejection>> {
    let Some((first, context)) = due.values().next() else { return Ok(None) };
    let mut transaction = Transaction::new(context.cause(first.seq));
    for (key, (booking, context)) in due {
        let (currency, entries) = (booking.currency, booking.entries.clone());
        let entry = JournalEntry { currency, day: day.clone(), entries, at: context.now };
        transaction = transaction.because(context.cause(booking.seq)).create(key, &entry)?;
    }
    let moved = Movements::of(due.values().map(|(booking, _)| booking.entries.as_slice())).map_err(Error::Rejected)?;
    let updates = shard.updates(day, &moved, Posting::on(day, seen)).map_err(Error::Rejected)?;
    Ok(Some(updates.into_iter().fold(transaction, Transaction::update)))
}

/// What is still due after a refusal, and the shard as it was then. A booking whose journal item exists was posted
/// before.
fn after<'a>(
    mut due: Due<'a>,
    seen: Option<OpenDay>,
    reasons: &[Reason],
) -> Result<(Due<'a>, Option<OpenDay>), Error<Rejection>> {
    let (journal, updates) = reasons.split_at_checked(due.len()).unwrap_or((reasons, &[]));
    let mut posted = journal.iter().map(|reason| matches!(reason, Reason::Condition(_)));
    due.retain(|_, _| !posted.next().unwrap_or(false));
    let shard = updates.first().map(Reason::item::<ShardItem>).transpose()?.flatten();
    let now = shard.map(|shard| shard.open_day()).transpose().map_err(Error::Rejected)?.flatten();
    Ok((due, now.or(seen)))
}
