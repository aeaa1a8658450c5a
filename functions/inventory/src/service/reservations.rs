//! What orders ask of stock. Replies follow the write; a message that comes again finds the write done and is answered
//! again.
//!
//! Levels are advisory, so they cost nothing on the busy road: only where a SKU is short, or units came back, is its
//! stock read once more after the write, and what is told is what was read. So every level told was true at its `seq`,
//! and whoever keeps the highest ends up right.

use super::{Inventory, moment};
use crate::domain::{Decided, Lines, Reservation, Stock, Wish, Write, replies, reservation};
use crate::store::Moment;
use chassis::{Failure, Received, Written};
use events::ids::{OrderId, ReservationId};
use events::inventory::{CommitReservation, ReleaseReservation, ReserveStock, Restock, StockLevel};
use events::{Outgoing, Sku};
use std::collections::{BTreeMap, BTreeSet};

/// How often a decision is made anew because what it was made on had changed.
const TRIES: u32 = 3;
/// Items that one read or one transaction of DynamoDB takes: the orders' holds and their SKUs.
const MAX_ITEMS: usize = 100;

impl Inventory {
    /// Holds all lines of each order or none of them, first come, first served. Orders that arrive together for the same
    /// SKUs share one write of each SKU's stock: that is the item where all meet who want the same.
    ///
    /// # Errors
    /// Unreadable lines; the table does not answer; the stock changes all the time.
    pub async fn reserve(&self, commands: &[(&Received, ReserveStock)]) -> Result<Vec<Outgoing>, Failure> {
        let mut wishes = Vec::with_capacity(commands.len());
        for (message, command) in commands {
            let blank = blank(message, command.reservation_id, command.order_id);
            wishes.push((*message, Wish { blank, lines: lines_of(&command.lines)?, at: message.now }));
        }
        let skus: BTreeSet<Sku> = wishes.iter().flat_map(|(_, wish)| wish.lines.skus()).cloned().collect();
        let mut outgoing = Vec::new();
        for part in wishes.chunks(MAX_ITEMS.saturating_sub(skus.len()).max(1)) {
            outgoing.extend(self.reserve_at_once(part, &skus).await?);
        }
        Ok(outgoing)
    }

    async fn reserve_at_once(
        &self,
        wishes: &[(&Received, Wish)],
        skus: &BTreeSet<Sku>,
    ) -> Result<Vec<Outgoing>, Failure> {
        for _ in 0..TRIES {
            let ids = wishes.iter().map(|(_, wish)| wish.blank.id);
            let (holds, stock) = self.store.holds_and_stock(ids, skus.iter()).await?;
            let holds = holds.into_iter().map(|hold| (hold.id, hold)).collect();
            let available = stock.iter().map(|stock| (stock.sku.clone(), stock.available)).collect();
            let decided = reservation::reserve_in_turn(wishes.iter().map(|(_, wish)| wish), holds, available);
            let moments = wishes.iter().zip(&decided).map(|((message, _), d)| moment(message, d.transition.seq));
            let decided: Vec<_> = decided.iter().zip(moments).collect();
            if self.store.write_together(&decided).await? {
                let levels = self.levels_after_taking(&decided, stock).await?;
                return Ok(told(decided.iter().map(|(decided, _)| *decided), &levels));
            }
        }
        Err(Failure::Transient("the stock changes all the time".to_owned()))
    }

    /// Turns a hold into a sale.
    ///
    /// # Errors
    /// The hold is not known (yet); the table does not answer.
    pub async fn commit(&self, message: &Received, command: CommitReservation) -> Result<Vec<Outgoing>, Failure> {
        let decide = |current: Option<Reservation>| {
            let current = current.ok_or_else(|| unknown(command.reservation_id))?;
            Ok(reservation::commit(current, message.now))
        };
        let decided = self.settle(message, command.reservation_id, decide).await?;
        Ok(told([&decided], &[]))
    }

    /// Gives held or sold units back, or leaves a tombstone.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn release(&self, message: &Received, command: ReleaseReservation) -> Result<Vec<Outgoing>, Failure> {
        let id = command.reservation_id;
        let blank = blank(message, id, command.order_id);
        let decide = |current| Ok(reservation::release(current, blank.clone(), message.now));
        let decided = self.settle(message, id, decide).await?;
        let levels = self.levels_after_return(&decided).await?;
        Ok(told([&decided], &levels))
    }

    /// Puts returned goods back on the shelf.
    ///
    /// # Errors
    /// Unreadable lines; the hold is not known; the table does not answer.
    pub async fn restock(&self, message: &Received, command: Restock) -> Result<Vec<Outgoing>, Failure> {
        let lines = lines_of(&command.lines)?;
        loop {
            let decide = |current: Option<Reservation>| {
                let current = current.ok_or_else(|| unknown(command.reservation_id))?;
                Ok(reservation::restock(current, command.return_id, &lines, message.now))
            };
            let decided = self.settle(message, command.reservation_id, decide).await?;
            if decided.write == Write::Nothing {
                let levels = self.levels_after_return(&decided).await?;
                return Ok(told([&decided], &levels));
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

    async fn levels_after_taking(
        &self,
        decided: &[(&Decided, Moment)],
        before: Vec<Stock>,
    ) -> Result<Vec<Stock>, Failure> {
        let mut taken: BTreeMap<&Sku, u32> = BTreeMap::new();
        for (Decided { write, .. }, _) in decided {
            let Write::Take(lines) = write else { continue };
            for line in lines {
                let sum = taken.entry(&line.sku).or_default();
                *sum = sum.saturating_add(line.quantity);
            }
        }
        let short =
            |stock: &Stock| stock.level_without(taken.get(&stock.sku).copied().unwrap_or(0)) != StockLevel::InStock;
        let short: Vec<Stock> = before.into_iter().filter(short).collect();
        if taken.is_empty() {
            return Ok(short);
        }
        self.levels_now(&short.iter().map(|stock| &stock.sku).collect::<Vec<_>>()).await
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
}

fn told<'a>(decided: impl IntoIterator<Item = &'a Decided>, levels: &[Stock]) -> Vec<Outgoing> {
    let replies = decided.into_iter().flat_map(|d| replies::of_transition(&d.reservation, &d.transition));
    replies.chain(levels.iter().flat_map(replies::of_level)).collect()
}

fn lines_of(lines: &[events::inventory::StockLine]) -> Result<Lines, Failure> {
    Lines::sum(lines).map_err(|error| Failure::Permanent(error.to_string()))
}

fn blank(message: &Received, id: ReservationId, order: OrderId) -> Reservation {
    Reservation::blank(id, order, message.traceparent().map(str::to_owned))
}

/// Only a read that is a moment old, or a sender's mistake, finds no hold here: it comes again, and in the end stands in
/// the dead-letter queue for somebody to look at.
fn unknown(id: ReservationId) -> Failure {
    Failure::Transient(format!("{id} is not known"))
}
