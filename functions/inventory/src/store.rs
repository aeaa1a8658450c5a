//! The keys of the table in one place, its items in one place. Refuses decisions: it writes what was decided, under the
//! condition that what it was decided on still holds.

use crate::domain::stock::{LOW_STOCK_THRESHOLD, MAX_UNITS};
use crate::domain::{Adjustment, Decided, HeldLine, Movement, Reservation, Stock, Write};
use chassis::table::{Committed, Query, Transaction, Update};
use chassis::{Cause, Key, Page, StoreError, Table, World, Written};
use events::ids::{MovementId, ReservationId};
use events::inventory::StockLine;
use events::{Sku, Timestamp};
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Sort key of every stock item.
pub const STOCK_SK: &str = "stock";
/// Partition of the sparse index of stock items. One for all: only creating a stock item writes it.
const LISTING: &str = "stock";
/// Index of movements by time.
const MOVEMENTS: &str = "movements";
/// Its sort key: time, then id, so that no two are equal.
const RECENCY: &str = "recency";
/// All who want a popular SKU meet at its stock item, where DynamoDB lets one transaction through at a time: each tries so
/// often.
const ATTEMPTS: u32 = 6;

fn stock_pk(sku: &Sku) -> String {
    format!("stock#{sku}")
}

fn stock_key(sku: &Sku) -> Key {
    Key::new(stock_pk(sku), STOCK_SK)
}

fn movement_key(sku: &Sku, id: MovementId) -> Key {
    Key::new(stock_pk(sku), format!("mov#{id}"))
}

fn reservation_key(id: ReservationId) -> Key {
    Key::new(id.to_string(), "reservation")
}

/// When and in which trace a write happens.
#[derive(Debug, Clone)]
pub struct Moment {
    /// Why it is written.
    pub cause: Cause,
    /// When.
    pub at: Timestamp,
    /// Trace context.
    pub traceparent: Option<String>,
}

/// What kept an adjustment from being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adjusted {
    /// Nothing: it is.
    Done,
    /// Its movement is there already.
    Repeated(Box<Movement>),
    /// The stock, if there is any, does not allow it.
    Refused(Option<Box<Stock>>),
}

/// Holds, and the stock of SKUs.
pub type HoldsAndStock = (Vec<Reservation>, Vec<Stock>);

/// A movement as the index of movements needs it.
#[derive(Serialize)]
struct IndexedMovement<'a> {
    #[serde(flatten)]
    movement: &'a Movement,
    movements: &'a Sku,
    recency: String,
}

impl<'a> IndexedMovement<'a> {
    fn of(movement: &'a Movement) -> Self {
        Self { movement, movements: &movement.sku, recency: format!("{}#{}", movement.at, movement.id) }
    }
}

#[derive(Deserialize)]
struct Keyed {
    pk: String,
}

/// A reservation or a stock item, read together.
#[derive(Deserialize)]
#[serde(untagged)]
enum Item {
    Reservation(Box<Reservation>),
    Stock(Stock),
}

/// The inventory table.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
    world: World,
}

impl Store {
    /// Over that table; `world` paces attempts.
    pub const fn new(table: Table, world: World) -> Self {
        Self { table, world }
    }

    /// A reservation, possibly a moment old.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn reservation(&self, id: ReservationId) -> Result<Option<Reservation>, StoreError> {
        self.table.get(&reservation_key(id)).await
    }

    /// Holds that there are and the stock of these SKUs in one read, as of now: a rejection has no condition to correct it.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn holds_and_stock(
        &self,
        ids: impl Iterator<Item = ReservationId>,
        skus: impl Iterator<Item = &Sku>,
    ) -> Result<HoldsAndStock, StoreError> {
        let keys: Vec<_> = ids.map(reservation_key).chain(skus.map(stock_key)).collect();
        let (mut holds, mut stock) = (Vec::new(), Vec::new());
        for item in self.table.get_many_consistent(&keys).await?.into_iter().flatten() {
            match item {
                Item::Reservation(found) => holds.push(*found),
                Item::Stock(found) => stock.push(found),
            }
        }
        Ok((holds, stock))
    }

    /// The stock of these SKUs as of now, where there is any.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn stock_now(&self, skus: impl Iterator<Item = &Sku>) -> Result<Vec<Stock>, StoreError> {
        let keys: Vec<_> = skus.map(stock_key).collect();
        Ok(self.table.get_many_consistent(&keys).await?.into_iter().flatten().collect())
    }

    /// The stock of one SKU, possibly a moment old.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn stock(&self, sku: &Sku) -> Result<Option<Stock>, StoreError> {
        self.table.get(&stock_key(sku)).await
    }

    /// A page of all stock in the order of SKUs; the cursor is an index key.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn stock_page(&self, after: Option<&str>, limit: u32) -> Result<Page<Stock>, StoreError> {
        let query = Query { index: Some("listing"), after, limit, ..Query::partition(LISTING) };
        let page = self.table.query::<Keyed>(query).await?;
        let keys: Vec<_> = page.items.into_iter().map(|item| Key::new(item.pk, STOCK_SK)).collect();
        let items = self.table.get_many(&keys).await?.into_iter().flatten().collect();
        Ok(Page { items, next: page.next })
    }

    /// A page of a SKU's movements, newest first; the cursor is an index key.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn movements(&self, sku: &Sku, after: Option<&str>, limit: u32) -> Result<Page<Movement>, StoreError> {
        let query = Query { index: Some(MOVEMENTS), after, limit, descending: true, ..Query::partition(sku.as_str()) };
        self.table.query_sorted(query, RECENCY).await
    }

    /// Writes a decision, all of it or nothing. Refused if the reservation is not what was decided on (then as it is) or
    /// if the stock does not suffice any more (then without one).
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn write(&self, decided: &Decided, moment: &Moment) -> Result<Written<Reservation>, StoreError> {
        let reservation = &decided.reservation;
        let key = reservation_key(reservation.id);
        let expected = decided.expected_seq();
        let returned = match &decided.write {
            Write::Nothing => return Ok(Written::Done),
            Write::Take(_) => return self.take(&[(decided, moment)]).await,
            Write::Reservation if expected == 0 => return self.table.create(&key, reservation, &moment.cause).await,
            Write::Reservation => return self.table.replace(&key, reservation, expected, &moment.cause).await,
            Write::GiveBack(lines) | Write::PutBack(_, lines) => lines,
        };
        let mut transaction = Transaction::new(moment.cause.clone()).replace(&key, reservation, expected)?;
        for line in returned {
            transaction = transaction.update(returned_stock(line, moment));
            if let Write::PutBack(return_id, _) = decided.write {
                let StockLine { sku, quantity } = line;
                let back = Movement::of_return(return_id, reservation.order_id, sku.clone(), *quantity, moment.at);
                transaction = transaction.create(&movement_key(sku, back.id), &IndexedMovement::of(&back))?;
            }
        }
        match self.commit(transaction).await? {
            Committed::Done => Ok(Written::Done),
            Committed::Refused(reasons) => {
                let current = reasons.first().map(|reason| reason.item::<Reservation>()).transpose()?.flatten();
                Ok(Written::Refused(current.map(Box::new)))
            }
        }
    }

    /// Writes decisions that were made in turn; whether all of it is done. What takes stock is written first and together,
    /// as the others were turned away for it.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn write_together(&self, decided: &[(&Decided, Moment)]) -> Result<bool, StoreError> {
        let takes = |decided: &Decided| matches!(decided.write, Write::Take(_));
        let (taking, others): (Vec<_>, Vec<_>) =
            decided.iter().map(|(decided, moment)| (*decided, moment)).partition(|(decided, _)| takes(decided));
        if self.take(&taking).await? != Written::Done {
            return Ok(false);
        }
        let written = try_join_all(others.into_iter().map(|(decided, moment)| self.write(decided, moment))).await?;
        Ok(written.into_iter().all(|written| written == Written::Done))
    }

    /// Writes new holds and takes what they take, each SKU's stock in one write however many hold it (group commit): all
    /// of it or nothing. Refused if one of the holds is there already, or if the stock does not suffice.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn take(&self, holds: &[(&Decided, &Moment)]) -> Result<Written<Reservation>, StoreError> {
        let Some((_, moment)) = holds.first() else { return Ok(Written::Done) };
        let mut transaction = Transaction::new(moment.cause.clone());
        let mut of_each: BTreeMap<&Sku, u32> = BTreeMap::new();
        for (Decided { reservation, .. }, moment) in holds {
            transaction =
                transaction.because(moment.cause.clone()).create(&reservation_key(reservation.id), reservation)?;
            for HeldLine { sku, quantity, .. } in &reservation.lines {
                let sum = of_each.entry(sku).or_default();
                *sum = sum.saturating_add(*quantity);
            }
        }
        for (sku, quantity) in of_each {
            transaction = transaction.update(taken_stock(sku, quantity, moment));
        }
        Ok(match self.commit(transaction).await? {
            Committed::Done => Written::Done,
            Committed::Refused(_) => Written::Refused(None),
        })
    }

    /// Writes an adjustment and its movement, or neither. Makes the stock item if there is none.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn adjust(
        &self,
        adjustment: &Adjustment,
        movement: &Movement,
        moment: &Moment,
    ) -> Result<Adjusted, StoreError> {
        let transaction = Transaction::new(moment.cause.clone())
            .create(&movement_key(&movement.sku, movement.id), &IndexedMovement::of(movement))?
            .update(adjusted_stock(&movement.sku, adjustment.delta(), moment));
        match self.commit(transaction).await? {
            Committed::Done => Ok(Adjusted::Done),
            Committed::Refused(reasons) => {
                if let Some(movement) = reasons.first().map(|reason| reason.item()).transpose()?.flatten() {
                    return Ok(Adjusted::Repeated(Box::new(movement)));
                }
                let stock = reasons.get(1).map(|reason| reason.item()).transpose()?.flatten();
                Ok(Adjusted::Refused(stock.map(Box::new)))
            }
        }
    }

    /// Commits, again after a short while if another transaction was in the way. Waits grow and differ: the queue's back-off
    /// alone would bring those who met back together, each time later. A write that was done although no answer came is
    /// refused the next time, by its own item.
    async fn commit(&self, transaction: Transaction) -> Result<Committed, StoreError> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.table.commit(transaction.clone()).await {
                Err(StoreError::Unavailable(_)) if attempt < ATTEMPTS => {
                    let wait = u64::from(u16::from_le_bytes(self.world.random())) % (20 << attempt);
                    self.world.sleep(Duration::from_millis(wait)).await;
                }
                outcome => return outcome,
            }
        }
    }
}

fn changed(update: Update, moment: &Moment) -> Update {
    let update = update.set("changed_at = :at").value(":at", moment.at).value(":one", 1);
    match &moment.traceparent {
        Some(traceparent) => update.set("traceparent = :trace").value(":trace", traceparent),
        None => update.remove("traceparent"),
    }
}

fn taken_stock(sku: &Sku, quantity: u32, moment: &Moment) -> Update {
    moved_stock(sku, quantity, moment).set("available = available - :q").when("available >= :q")
}

fn returned_stock(line: &StockLine, moment: &Moment) -> Update {
    moved_stock(&line.sku, line.quantity, moment).set("available = available + :q")
}

fn moved_stock(sku: &Sku, quantity: u32, moment: &Moment) -> Update {
    changed(Update::of(stock_key(sku)), moment).set("seq = seq + :one").value(":q", quantity)
}

fn adjusted_stock(sku: &Sku, delta: i32, moment: &Moment) -> Update {
    let update = changed(Update::of(stock_key(sku)), moment)
        .set("sku = :sku")
        .set("listing = :listing")
        .set("threshold = if_not_exists(threshold, :threshold)")
        .set("available = if_not_exists(available, :zero) + :delta")
        .set("received = if_not_exists(received, :zero) + :delta")
        .set("seq = if_not_exists(seq, :zero) + :one")
        .value(":sku", sku)
        .value(":listing", LISTING)
        .value(":threshold", LOW_STOCK_THRESHOLD)
        .value(":zero", 0)
        .value(":delta", delta);
    if delta < 0 {
        update.when("available >= :least").value(":least", delta.unsigned_abs())
    } else {
        let most = MAX_UNITS.saturating_sub(delta.unsigned_abs());
        update.when("(attribute_not_exists(received) OR received <= :most)").value(":most", most)
    }
}
