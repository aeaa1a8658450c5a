//! The table of inventory: its keys and its items. Refuses decisions: it writes a decision on the condition that the items on
//! which it was made are unchanged.

mod shortages;

pub(crate) use shortages::{ListedStock, ReturnedStock};

use crate::domain::stock::{LOW_STOCK_THRESHOLD, LevelLeft, MAX_UNITS};
use crate::domain::{Adjustment, Decision, HeldLine, Movement, Reservation, Stock, Write};
use chassis::table::{AuditLog, Committed, Query, Transaction, Update};
use chassis::{Context, Key, Page, StoreError, Table, World, Written};
use events::Sku;
use events::ids::{MovementId, ReservationId};
use events::inventory::StockLine;
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use shortages::{leaving, making};
use std::collections::BTreeMap;

/// Sort key of every stock item.
pub(crate) const STOCK_SK: &str = "stock";
/// The one partition of the sparse index of stock items. Only the creation of a stock item writes it.
const LISTING: &str = "stock";
/// Index of movements by time.
const MOVEMENTS: &str = "movements";
/// Sort key of the index of movements: time, then id, so that no two are equal.
const RECENCY: &str = "recency";

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

/// The outcome of writing an adjustment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Adjusted {
    Done,
    /// Its movement was written before.
    Repeated(Box<Movement>),
    /// The stock, if there is any, does not allow it or is not what it was.
    Refused(Option<Box<Stock>>),
}

/// A movement with the attributes of its index.
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

/// A reservation or a stock item, as one batch read brings both.
#[derive(Deserialize)]
#[serde(untagged)]
enum Item {
    Reservation(Box<Reservation>),
    Stock(Stock),
}

#[derive(Debug, Clone)]
pub(crate) struct Store {
    table: Table,
    world: World,
}

impl Store {
    /// `world` paces the attempts of transactions.
    pub const fn new(table: Table, world: World) -> Self {
        Self { table, world }
    }

    pub fn audit_log(&self) -> AuditLog {
        AuditLog::new(self.table.clone())
    }

    /// Eventually consistent.
    pub async fn reservation(&self, id: ReservationId) -> Result<Option<Reservation>, StoreError> {
        self.table.get(&reservation_key(id)).await
    }

    /// The reservations and stock items that exist, in one consistent read: no condition would correct a rejection.
    pub async fn reservations_and_stock(
        &self,
        ids: impl Iterator<Item = ReservationId>,
        skus: impl Iterator<Item = &Sku>,
    ) -> Result<(Vec<Reservation>, Vec<Stock>), StoreError> {
        let keys: Vec<_> = ids.map(reservation_key).chain(skus.map(stock_key)).collect();
        let (mut reservations, mut stock) = (Vec::new(), Vec::new());
        for item in self.table.get_many_consistent(&keys).await?.into_iter().flatten() {
            match item {
                Item::Reservation(found) => reservations.push(*found),
                Item::Stock(found) => stock.push(found),
            }
        }
        Ok((reservations, stock))
    }

    /// The stock items of these SKUs that exist, read consistently.
    pub async fn stock_now(&self, skus: impl Iterator<Item = &Sku>) -> Result<Vec<Stock>, StoreError> {
        let keys: Vec<_> = skus.map(stock_key).collect();
        Ok(self.table.get_many_consistent(&keys).await?.into_iter().flatten().collect())
    }

    /// Eventually consistent.
    pub async fn stock(&self, sku: &Sku) -> Result<Option<Stock>, StoreError> {
        self.table.get(&stock_key(sku)).await
    }

    /// A page of all stock in the order of SKUs; the cursor is an index key.
    pub async fn stock_page(&self, after: Option<&str>, limit: u32) -> Result<Page<Stock>, StoreError> {
        let query = Query { index: Some("listing"), after, limit, ..Query::partition(LISTING) };
        self.table.query_items(query).await
    }

    /// A page of a SKU's movements, newest first; the cursor is an index key.
    pub async fn movements(&self, sku: &Sku, after: Option<&str>, limit: u32) -> Result<Page<Movement>, StoreError> {
        let query = Query { index: Some(MOVEMENTS), after, limit, descending: true, ..Query::partition(sku.as_str()) };
        self.table.query_sorted(query, RECENCY).await
    }

    /// Writes a decision, all of it or nothing. A refusal brings the reservation if it changed, and nothing if the stock does
    /// not suffice any more.
    pub async fn write(&self, decision: &Decision, context: &Context) -> Result<Written<Reservation>, StoreError> {
        let reservation = &decision.reservation;
        let key = reservation_key(reservation.id);
        let expected = decision.expected_seq();
        let cause = context.cause(decision.transition.seq);
        let returned = match &decision.write {
            Write::Nothing => return Ok(Written::Done),
            Write::Take(_) => return Err(StoreError::Refused("only a group takes units".to_owned())),
            Write::Reservation if expected == 0 => return self.table.create(&key, reservation, &cause).await,
            Write::Reservation => return self.table.replace(&key, reservation, expected, &cause).await,
            Write::GiveBack(lines) | Write::PutBack(_, lines) => lines,
        };
        let mut transaction = Transaction::new(cause).replace(&key, reservation, expected)?;
        for line in returned {
            transaction = transaction.update(returned_stock(line, context));
            if let Write::PutBack(return_id, _) = decision.write {
                let StockLine { sku, quantity } = line;
                let back = Movement::of_return(return_id, reservation.order_id, sku.clone(), *quantity, context.now);
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

    /// Writes decisions that were made in turn on this stock; says whether all are written. Those that take stock are written first,
    /// in one transaction, as the others were rejected because of them.
    pub async fn write_group(&self, decisions: &[(&Decision, &Context)], stock: &[Stock]) -> Result<bool, StoreError> {
        let takes = |decision: &Decision| matches!(decision.write, Write::Take(_));
        let (taking, others): (Vec<_>, Vec<_>) = decisions.iter().copied().partition(|(decision, _)| takes(decision));
        if !self.take(&taking, stock).await? {
            return Ok(false);
        }
        let written = try_join_all(others.into_iter().map(|(decision, context)| self.write(decision, context))).await?;
        Ok(written.into_iter().all(|written| written == Written::Done))
    }

    /// Writes new reservations and takes their units, all or nothing, with one write of each SKU's stock (group commit).
    /// Says whether it is done: not if one of the reservations exists, or the stock has another level after it than by what was read.
    async fn take(&self, decisions: &[(&Decision, &Context)], stock: &[Stock]) -> Result<bool, StoreError> {
        let Some((first, context)) = decisions.first() else { return Ok(true) };
        let mut transaction = Transaction::new(context.cause(first.transition.seq));
        let mut taken: BTreeMap<&Sku, u32> = BTreeMap::new();
        for (Decision { reservation, transition, .. }, context) in decisions {
            let key = reservation_key(reservation.id);
            transaction = transaction.because(context.cause(transition.seq)).create(&key, reservation)?;
            for HeldLine { sku, quantity, .. } in &reservation.lines {
                let sum = taken.entry(sku).or_default();
                *sum = sum.saturating_add(*quantity);
            }
        }
        for (sku, quantity) in taken {
            let known = stock.iter().find(|stock| stock.sku == *sku);
            transaction = transaction.update(taken_stock(sku, quantity, known, context));
        }
        Ok(self.commit(transaction).await? == Committed::Done)
    }

    /// Writes an adjustment of this stock and its movement, or neither. Creates the stock item if there is none.
    pub async fn adjust(
        &self,
        adjustment: &Adjustment,
        movement: &Movement,
        stock: Option<&Stock>,
        context: &Context,
    ) -> Result<Adjusted, StoreError> {
        // Stock has no transitions to number, and a movement is written once.
        let cause = context.audited(0, &movement.sku, format_args!("{:+} units", movement.delta));
        let transaction = Transaction::new(cause)
            .create(&movement_key(&movement.sku, movement.id), &IndexedMovement::of(movement))?
            .update(adjusted_stock(&movement.sku, adjustment.delta(), stock, context));
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

    /// All buyers of a popular SKU meet at its stock item, where DynamoDB lets one transaction through at a time.
    async fn commit(&self, transaction: Transaction) -> Result<Committed, StoreError> {
        self.table.commit_retrying(transaction, &self.world).await
    }
}

fn changed(update: Update, context: &Context) -> Update {
    let update = update.set("changed_at = :at").value(":at", context.now).value(":one", 1);
    let update = match &context.actor {
        Some(actor) => update.set("actor = :actor").value(":actor", actor),
        None => update.remove("actor"),
    };
    match &context.traceparent {
        Some(traceparent) => update.set("traceparent = :trace").value(":trace", traceparent),
        None => update.remove("traceparent"),
    }
}

/// What a change leaves of this stock; `None` is that of a SKU that was never stocked.
fn left_by(stock: Option<&Stock>, delta: i64) -> LevelLeft {
    stock.map_or_else(|| LevelLeft::of(0, LOW_STOCK_THRESHOLD, delta), |stock| stock.left_by(delta))
}

fn taken_stock(sku: &Sku, quantity: u32, stock: Option<&Stock>, context: &Context) -> Update {
    let update = moved_stock(sku, quantity, context).set("available = available - :q");
    leaving(update, sku, &left_by(stock, -i64::from(quantity)))
}

fn returned_stock(line: &StockLine, context: &Context) -> Update {
    moved_stock(&line.sku, line.quantity, context).set("available = available + :q")
}

fn moved_stock(sku: &Sku, quantity: u32, context: &Context) -> Update {
    changed(Update::of(stock_key(sku)), context).set("seq = seq + :one").value(":q", quantity)
}

fn adjusted_stock(sku: &Sku, delta: i32, stock: Option<&Stock>, context: &Context) -> Update {
    let update = changed(Update::of(stock_key(sku)), context)
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
    let left = left_by(stock, i64::from(delta));
    match stock {
        None if delta > 0 => making(update, sku, left.level),
        _ if delta > 0 => {
            let room = MAX_UNITS.saturating_sub(delta.unsigned_abs());
            leaving(update, sku, &left).when("received <= :room").value(":room", room)
        }
        _ => leaving(update, sku, &left),
    }
}
