//! The skeleton of every sweep: each item alone, oldest first. An item that fails or cannot be read neither stops nor
//! fails a sweep: it is counted, and looked at later. Refuses to decide what an item needs.

use super::deadline::Deadline;
use super::retry::{FAILED_LOOK, UNREADABLE};
use super::time_limit::{ANSWER, SETTLING};
use super::{Context, World};
use crate::messaging::{Failure, in_time};
use crate::table::{DueEntry, DueIndex, Found, StoreError};
use crate::telemetry::Metrics;
use events::Timestamp;
use futures_util::future::join_all;
use futures_util::{FutureExt, StreamExt, stream};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Items looked at concurrently.
const CONCURRENT: usize = 16;

/// What a sweep of the index `due` did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// Items read.
    pub examined: u64,
    /// Items that needed recovery and got it.
    pub recovered: u64,
    /// Items that failed for now. They are looked at again soon.
    pub failed: u64,
    /// Items that cannot be read or recovered at all. They are looked at again seldom.
    pub unreadable: u64,
    /// For how many seconds the oldest item had been due when the sweep began. A healthy schedule keeps it below its rate.
    /// `None` if nothing could be read.
    pub lag_seconds: Option<u64>,
    /// Whether time was over before everything due was looked at. The next sweep goes on from there.
    pub unfinished: bool,
    /// Why the index, or its items together, could not be read.
    pub error: Option<StoreError>,
}

/// The outcome of a look.
enum Look {
    Recovered,
    NotNeeded,
    Failed,
    Unreadable,
    /// Time was over before it began.
    Skipped,
}

impl Swept {
    fn count(&mut self, look: &Look) {
        self.examined += 1;
        match look {
            Look::Recovered => self.recovered += 1,
            Look::NotNeeded => {}
            Look::Failed => self.failed += 1,
            Look::Unreadable => self.unreadable += 1,
            Look::Skipped => {
                self.examined -= 1;
                self.unfinished = true;
            }
        }
    }

    /// Logs and counts what the sweep did.
    ///
    /// # Errors
    /// If the index could not be read. An item that failed is no error of the sweep: metrics count it.
    pub fn outcome(self, metrics: &Metrics) -> Result<(), Failure> {
        let Self { examined, recovered, failed, unreadable, lag_seconds, unfinished, error } = self;
        tracing::info!(examined, recovered, failed, unreadable, ?lag_seconds, unfinished, "sweep");
        let counts =
            [("sweep_failed", failed), ("sweep_unreadable", unreadable), ("sweep_unfinished", u64::from(unfinished))];
        for (name, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            metrics.count(name, count);
        }
        let Some(error) = error else {
            // Also if nothing was due: an alarm rings if nobody says so.
            lag_seconds.into_iter().for_each(|lag| metrics.seconds("sweep_lag", lag));
            return Ok(());
        };
        let why = format!("the index cannot be read: {error}");
        Err(if error.is_permanent() { Failure::Permanent(why) } else { Failure::Transient(why) })
    }
}

/// Looks at all items that are due, oldest first: a page of every shard in turn, so that no shard waits for another.
/// `recover` returns whether an item needed recovery; it moves or removes the item's key, or the item would be due for ever.
///
/// Of `time_left`, the answer and what failed have their part; in the last quarter of the rest it begins no look. As every look
/// moves a key, the next sweep goes on from there.
pub async fn sweep_due<T, H>(
    index: &DueIndex,
    world: &World,
    time_left: Duration,
    recover: impl Fn(T) -> H + Sync,
) -> Swept
where
    T: DeserializeOwned + Send,
    H: Future<Output = Result<bool, Failure>> + Send,
{
    let now = world.now();
    let time = time_left.saturating_sub(ANSWER.at_most + SETTLING.at_most);
    let tick = Tick {
        index,
        world,
        now,
        begins_until: now.millis().saturating_add(i64::try_from(time.as_millis() * 3 / 4).unwrap_or(i64::MAX)),
        end: Deadline::after(world, time),
        recover,
    };
    let mut swept = Swept::default();
    let mut rest = index.starts();
    while !rest.is_empty() && swept.error.is_none() {
        if tick.is_over() {
            swept.unfinished = true;
            break;
        }
        let pages = join_all(rest.drain(..).map(|cursor| index.page(cursor, now))).await;
        let mut entries = Vec::new();
        for page in pages {
            match page {
                Ok(page) => {
                    entries.extend(page.entries);
                    rest.extend(page.next);
                }
                // The other shards are looked at all the same.
                Err(error) => swept.error = Some(error),
            }
        }
        entries.sort_unstable_by(|one, other| one.due_at().cmp(other.due_at()));
        swept.lag_seconds = swept.lag_seconds.max(Some(entries.first().map_or(0, |oldest| lag(oldest, now))));
        match index.items::<T>(&entries).await {
            Ok(items) => tick.look_at(entries, items, &mut swept).await,
            Err(error) => swept.error = Some(error),
        }
    }
    swept
}

/// For how many seconds an entry has been due.
fn lag(entry: &DueEntry, now: Timestamp) -> u64 {
    let due = Timestamp::parse(entry.due_at()).unwrap_or(now);
    u64::try_from(now.seconds_since(due)).unwrap_or_default()
}

struct Tick<'a, R> {
    index: &'a DueIndex,
    world: &'a World,
    now: Timestamp,
    /// In milliseconds since the Unix epoch.
    begins_until: i64,
    end: Deadline,
    recover: R,
}

impl<R> Tick<'_, R> {
    fn is_over(&self) -> bool {
        self.world.now().millis() >= self.begins_until
    }

    async fn look_at<T, H>(&self, entries: Vec<DueEntry>, items: Vec<Option<Found<T>>>, swept: &mut Swept)
    where
        T: Send,
        R: Fn(T) -> H + Sync,
        H: Future<Output = Result<bool, Failure>> + Send,
    {
        let looks: Vec<_> = entries
            .into_iter()
            .zip(items)
            .filter_map(|(entry, item)| item.map(|item| self.look(entry, item).boxed()))
            .collect();
        let mut looks = stream::iter(looks).buffer_unordered(CONCURRENT);
        while let Some(look) = looks.next().await {
            swept.count(&look);
        }
    }

    async fn look<T, H>(&self, entry: DueEntry, item: Found<T>) -> Look
    where
        R: Fn(T) -> H,
        H: Future<Output = Result<bool, Failure>> + Send,
    {
        if self.is_over() {
            return Look::Skipped;
        }
        let outcome = match item {
            Found::Readable(item) => in_time(&self.end, (self.recover)(item).boxed()).await,
            Found::Corrupt { .. } => Err(Failure::Permanent("it cannot be read".to_owned())),
        };
        let (look, policy, why) = match outcome {
            Ok(true) => return Look::Recovered,
            Ok(false) => return Look::NotNeeded,
            Err(Failure::Transient(why)) => (Look::Failed, FAILED_LOOK, why),
            Err(Failure::Permanent(why)) => (Look::Unreadable, UNREADABLE, why),
        };
        tracing::error!(item = entry.pk(), why, "not recovered");
        let until = self.now.plus_seconds(policy.wait_seconds(0));
        if let Err(error) = self.index.look_later(&entry, until, &Context::sweep(self.now).cause(0)).await {
            // It stays due.
            tracing::error!(item = entry.pk(), %error, "not moved");
        }
        look
    }
}
