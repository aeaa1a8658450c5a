//! What orders ask of stock. Replies follow the write; a message that comes again finds the write done and is answered
//! again.
//!
//! Levels are advisory, so they cost nothing on the busy road: only where a SKU is short, or units came back, is its
//! stock read once more after the write, and what is told is what was read. So every level told was true at its `seq`,
//! and whoever keeps the highest ends up right.

use super::{Inventory, moment};
use crate::domain::{Decided, Lines, Reservation, Stock, Write, replies, reservation};
use chassis::{Failure, Received, Written};
use events::Sku;
use events::ids::{OrderId, ReservationId};
use events::inventory::{CommitReservation, ReleaseReservation, ReserveStock, Restock, StockLevel};
use std::collections::BTreeMap;

/// How often a decision is made anew because what it was made on had changed.
const TRIES: u32 = 3;

impl Inventory {
    /// Holds all lines or none.
    ///
    /// # Errors
    /// Unreadable lines; the table or a queue does not answer; the stock changes all the time.
    pub async fn reserve(&self, message: &Received, command: ReserveStock) -> Result<(), Failure> {
        let lines = lines_of(&command.lines)?;
        let id = command.reservation_id;
        for _ in 0..TRIES {
            let (current, stock) = self.store.hold_and_stock(id, lines.as_slice()).await?;
            let available: BTreeMap<Sku, u32> =
                stock.iter().map(|stock| (stock.sku.clone(), stock.available)).collect();
            let blank = blank(message, id, command.order_id);
            let decided = reservation::reserve(current, blank, &lines, &available, message.now);
            if self.store.write(&decided, &moment(message, decided.transition.seq)).await? == Written::Done {
                let levels = match &decided.write {
                    Write::Take(_) => self.levels_after_taking(&lines, &stock).await?,
                    _ => stock.into_iter().filter(is_short).collect(),
                };
                return self.tell(&decided, &levels).await;
            }
        }
        Err(Failure::Transient("the stock changes all the time".to_owned()))
    }

    /// Turns a hold into a sale.
    ///
    /// # Errors
    /// The hold is not known (yet); the table or a queue does not answer.
    pub async fn commit(&self, message: &Received, command: CommitReservation) -> Result<(), Failure> {
        let decide = |current: Option<Reservation>| {
            let current = current.ok_or_else(|| unknown(command.reservation_id))?;
            Ok(reservation::commit(current, message.now))
        };
        let decided = self.settle(message, command.reservation_id, decide).await?;
        self.tell(&decided, &[]).await
    }

    /// Gives held or sold units back, or leaves a tombstone.
    ///
    /// # Errors
    /// The table or a queue does not answer.
    pub async fn release(&self, message: &Received, command: ReleaseReservation) -> Result<(), Failure> {
        let id = command.reservation_id;
        let blank = blank(message, id, command.order_id);
        let decide = |current| Ok(reservation::release(current, blank.clone(), message.now));
        let decided = self.settle(message, id, decide).await?;
        let levels = self.levels_after_return(&decided).await?;
        self.tell(&decided, &levels).await
    }

    /// Puts returned goods back on the shelf.
    ///
    /// # Errors
    /// Unreadable lines; the hold is not known; the table or a queue does not answer.
    pub async fn restock(&self, message: &Received, command: Restock) -> Result<(), Failure> {
        let lines = lines_of(&command.lines)?;
        loop {
            let decide = |current: Option<Reservation>| {
                let current = current.ok_or_else(|| unknown(command.reservation_id))?;
                Ok(reservation::restock(current, command.return_id, &lines, message.now))
            };
            let decided = self.settle(message, command.reservation_id, decide).await?;
            if decided.write == Write::Nothing {
                let levels = self.levels_after_return(&decided).await?;
                return self.tell(&decided, &levels).await;
            }
        }
    }

    async fn settle(
        &self,
        message: &Received,
        id: ReservationId,
        decide: impl Fn(Option<Reservation>) -> Result<Decided, Failure>,
    ) -> Result<Decided, Failure> {
        let mut current = self.store.reservation(id).await?;
        for _ in 0..TRIES {
            let decided = decide(current)?;
            match self.store.write(&decided, &moment(message, decided.transition.seq)).await? {
                Written::Done => return Ok(decided),
                Written::Refused(found) => current = found.map(|reservation| *reservation),
            }
        }
        Err(Failure::Transient(format!("{id} changes all the time")))
    }

    async fn levels_after_taking(&self, lines: &Lines, before: &[Stock]) -> Result<Vec<Stock>, Failure> {
        let taken: BTreeMap<_, _> = lines.as_slice().iter().map(|line| (&line.sku, line.quantity)).collect();
        let short = |stock: &&Stock| {
            let quantity = taken.get(&stock.sku).copied().unwrap_or(0);
            stock.level_without(quantity) != StockLevel::InStock
        };
        let short: Vec<&Sku> = before.iter().filter(short).map(|stock| &stock.sku).collect();
        self.levels_now(&short).await
    }

    /// Units that come back are rare and may end a SKU's being out, so they are always told.
    async fn levels_after_return(&self, decided: &Decided) -> Result<Vec<Stock>, Failure> {
        let skus: Vec<&Sku> = decided.reservation.lines.iter().map(|line| &line.sku).collect();
        self.levels_now(&skus).await
    }

    async fn levels_now(&self, skus: &[&Sku]) -> Result<Vec<Stock>, Failure> {
        if skus.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.store.stock_now(skus.iter().copied()).await?)
    }

    async fn tell(&self, decided: &Decided, levels: &[Stock]) -> Result<(), Failure> {
        let mut outgoing = replies::of_transition(&decided.reservation, &decided.transition);
        outgoing.extend(levels.iter().flat_map(replies::of_level));
        self.wiring.queues.send(outgoing).await?;
        Ok(())
    }
}

fn lines_of(lines: &[events::inventory::StockLine]) -> Result<Lines, Failure> {
    Lines::sum(lines).map_err(|error| Failure::Unreadable(error.to_string()))
}

fn blank(message: &Received, id: ReservationId, order: OrderId) -> Reservation {
    Reservation::blank(id, order, message.traceparent().map(str::to_owned))
}

fn is_short(stock: &Stock) -> bool {
    stock.level() != StockLevel::InStock
}

/// Only a read that is a moment old, or a sender's mistake, finds no hold here: it comes again, and in the end stands in
/// the dead-letter queue for somebody to look at.
fn unknown(id: ReservationId) -> Failure {
    Failure::Transient(format!("{id} is not known"))
}
