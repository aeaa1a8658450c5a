//! Counting what was sold. The sweep counts each day that is over once, some orders at a time; what it has not counted yet is summed
//! when somebody asks. Refuses to read more orders at once than a tick, or a request, may take.

use super::{Error, Orders};
use crate::domain::order::Order;
use crate::domain::sales::{DaySales, Figures, MAX_DAYS, MAX_PRODUCTS, Overflow, Period, SOLD};
use crate::domain::search::List;
use crate::store::placed_at;
use chassis::runtime::within;
use chassis::time_limit::COUNTING;
use chassis::{Context, Failure, Page, StoreError, Written};
use events::{Day, Timestamp};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

/// Orders read at once.
const BATCH: u32 = 100;
/// Batches of a tick, and of a request.
const BATCHES: u32 = 5;
/// Seconds after a day's last order had to be paid until the day is counted: the sweep has let all expire that were not.
const COUNTED_AFTER: i64 = 6 * 60 * 60;
/// Seconds until the next try, if counting fails in a way that no repetition changes.
const FAILED: i64 = 60 * 60;

/// What was sold in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalesReport {
    pub days: Vec<SalesOfDay>,
    /// All days together.
    pub sum: Figures,
}

/// What was sold on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalesOfDay {
    pub day: Day,
    /// Whether nothing of the day is missing or still to come.
    pub is_complete: bool,
    pub figures: Figures,
}

impl SalesReport {
    /// Whether nothing of any day is missing or still to come. A period without days is still to come.
    pub fn is_complete(&self) -> bool {
        !self.days.is_empty() && self.days.iter().all(|day| day.is_complete)
    }
}

impl Orders {
    /// What was sold in a period. Of the days that are not counted yet, at most 500 orders are read, the newest first.
    ///
    /// # Errors
    /// `Rejected` if a sum does not fit; `Store`.
    pub async fn sales(&self, period: &Period, now: Timestamp) -> Result<SalesReport, Error<Overflow>> {
        let days = period.days_until(&Day::of(now));
        let counted = self.store.sales(&days).await?.into_iter();
        let counted: BTreeMap<Day, Figures> = counted.map(|sales| (sales.day, sales.figures)).collect();
        let mut rest: Vec<SalesOfDay> = Vec::new();
        let mut batches = BATCHES;
        for run in days.chunk_by(|one, next| counted.contains_key(one) == counted.contains_key(next)).rev() {
            if run.first().is_some_and(|first| !counted.contains_key(first)) {
                rest.extend(self.sum_days(run, &mut batches, now).await?);
            }
        }
        let is_counted = |(day, figures)| SalesOfDay { day, is_complete: true, figures };
        let mut days: Vec<SalesOfDay> = counted.into_iter().map(is_counted).chain(rest).collect();
        days.sort_by(|one, other| one.day.cmp(&other.day));
        let mut sum = Figures::default();
        days.iter().try_for_each(|day| sum.merge(&day.figures)).map_err(Error::Rejected)?;
        Ok(SalesReport { days, sum })
    }

    /// Sums days in a row from the list of orders, the newest first.
    async fn sum_days(
        &self,
        run: &[Day],
        batches: &mut u32,
        now: Timestamp,
    ) -> Result<Vec<SalesOfDay>, Error<Overflow>> {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return Ok(Vec::new()) };
        let begin = |day: &Day| (day.clone(), Figures::default());
        let mut sums: BTreeMap<Day, Figures> = run.iter().map(begin).collect();
        let source = sold_on(first, last);
        // From the day on which reading stopped, nothing older is complete.
        let (mut after, mut stopped_on) = (None, Some(last.clone()));
        while *batches > 0 && stopped_on.is_some() {
            *batches -= 1;
            let page = self.sold(&source, after.as_deref()).await?;
            for order in &page.items {
                if let Some(sum) = sums.get_mut(&Day::of(order.placed_at)) {
                    sum.add(order).map_err(Error::Rejected)?;
                }
            }
            let place = page.next.as_deref();
            stopped_on = place.map(|place| placed_at(place).map_or_else(|| last.clone(), Day::of));
            after = page.next;
        }
        let is_complete = |day: &Day| self.all_had_to_pay(day, now) && stopped_on.as_ref().is_none_or(|on| day > on);
        let of_day = |(day, figures)| SalesOfDay { is_complete: is_complete(&day), day, figures };
        Ok(sums.into_iter().map(of_day).collect())
    }

    /// A page of the orders that may have been sold. One that moves to another list meanwhile may stand in both for a moment.
    async fn sold(&self, source: &List, after: Option<&str>) -> Result<Page<Order>, StoreError> {
        let mut page = self.store.page(source, after, BATCH).await?;
        page.items.dedup_by_key(|order| order.id);
        Ok(page)
    }

    /// Counts finished days, as many as a tick may. A failure is no failure of the sweep, which goes on with the next tick.
    pub(super) async fn count_sales(&self, context: &Context) {
        if context.now.millis() < self.sales_rest_until.load(Ordering::Relaxed) {
            return;
        }
        let until = match within(COUNTING, &self.wiring.world, Box::pin(self.count_days(context))).await {
            Ok(Ok(until)) => until,
            Ok(Err(error)) => {
                tracing::error!(%error, "sales are not counted");
                self.wiring.metrics.count("sweep_failed", 1);
                let is_permanent = matches!(Failure::from(error), Failure::Permanent(_));
                is_permanent.then(|| context.now.plus_seconds(FAILED))
            }
            Err(error) => {
                tracing::error!(%error, "sales are not counted");
                self.wiring.metrics.count("sweep_failed", 1);
                None
            }
        };
        let until = until.map_or(0, Timestamp::millis);
        self.sales_rest_until.store(until, Ordering::Relaxed);
    }

    /// Goes on counting; when to go on, if nothing is left until then.
    async fn count_days(&self, context: &Context) -> Result<Option<Timestamp>, Error<Overflow>> {
        let mut batches = BATCHES;
        let mut sales = self.first_to_count(context.now).await?;
        while batches > 0 {
            let due = self.due_to_count(&sales.day);
            if context.now < due {
                return Ok(Some(due));
            }
            let expected = sales.seq;
            self.count_on(&mut sales, &mut batches).await?;
            sales.seq = expected + 1;
            match self.store.put_sales(&sales, expected, &context.cause(sales.seq)).await? {
                Written::Done => {}
                // Another tick counts.
                Written::Refused(_) => return Ok(None),
            }
            match sales.day.plus_days(1) {
                Some(next) if sales.is_complete => sales = DaySales::begin(next),
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Adds orders of the day, from where the last write stopped.
    async fn count_on(&self, sales: &mut DaySales, batches: &mut u32) -> Result<(), Error<Overflow>> {
        let source = sold_on(&sales.day, &sales.day);
        while *batches > 0 && !sales.is_complete {
            *batches -= 1;
            let page = self.sold(&source, sales.after.as_deref()).await?;
            page.items.iter().try_for_each(|order| sales.figures.add(order)).map_err(Error::Rejected)?;
            sales.is_complete = page.next.is_none();
            sales.after = page.next;
        }
        sales.figures.trim(MAX_PRODUCTS).map_err(Error::Rejected)
    }

    /// The day to go on with: the last one, the one after it, or at first the day of the oldest order, as far back as a period goes.
    async fn first_to_count(&self, now: Timestamp) -> Result<DaySales, StoreError> {
        match self.store.last_sales().await? {
            Some(last) if last.is_complete => Ok(DaySales::begin(last.day.plus_days(1).unwrap_or(last.day))),
            Some(last) => Ok(last),
            None => {
                let today = Day::of(now);
                let since = today.plus_days(-MAX_DAYS).unwrap_or_else(|| today.clone());
                let first = self.store.first_placed(SOLD, since.start()).await?;
                // An id is as old as its quote, so its day may be one too early, which costs an empty day.
                Ok(DaySales::begin(first.map_or(today, |order| Day::of(order.time()).max(since))))
            }
        }
    }

    /// When the last order of a day has been paid or has ended.
    fn all_had_to_pay(&self, day: &Day, now: Timestamp) -> bool {
        now >= day.end().plus_seconds(self.config.seconds_to_pay)
    }

    fn due_to_count(&self, day: &Day) -> Timestamp {
        day.end().plus_seconds(self.config.seconds_to_pay).plus_seconds(COUNTED_AFTER)
    }
}

/// The list of the orders of some days.
fn sold_on(first: &Day, last: &Day) -> List {
    List::Placed { groups: SOLD, from: Some(first.start()), to: Some(last.end()) }
}
