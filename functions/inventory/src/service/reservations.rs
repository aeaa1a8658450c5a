//! The reservations of orders. Replies follow the write: a repeated command finds the write done and gets the same reply.
//!
//! Levels are advisory, so they cost nothing on the busy path. If a SKU is short, or units came back, its stock is read
//! once more after the write and published as read. So every published level was true at its `seq`, and a receiver that
//! keeps the highest `seq` ends up right.

use super::{Error, Inventory};
use crate::domain::{Decision, Lines, Reservation, ReservationRequest, Stock, Write, replies, reservation};
use crate::store::{ListedStock, ReturnedStock};
use chassis::{Context, StoreError, decide_and_write};
use events::ids::{OrderId, ReservationId, ReturnId};
use events::inventory::StockLevel;
use events::{Outgoing, Sku};
use futures_util::future::try_join_all;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow::{Break, Continue};

/// The most items of one batch read or transaction of DynamoDB: here reservations and stock.
const MAX_ITEMS: usize = 100;

impl Inventory {
    /// Reserves all lines of each order or none of them, first come, first served. Orders for the same SKUs share one
    /// write of each SKU's stock, since they all meet at that item.
    ///
    /// # Errors
    /// `Contended` if the stock keeps changing.
    pub async fn reserve(&self, requests: &[(ReservationRequest, Context)]) -> Result<Vec<Outgoing>, Error> {
        let skus: BTreeSet<Sku> = requests.iter().flat_map(|(request, _)| request.lines.skus()).cloned().collect();
        let mut outgoing = Vec::new();
        for group in requests.chunks(MAX_ITEMS.saturating_sub(skus.len()).max(1)) {
            outgoing.extend(self.reserve_group(group, &skus).await?);
        }
        Ok(outgoing)
    }

    async fn reserve_group(
        &self,
        group: &[(ReservationRequest, Context)],
        skus: &BTreeSet<Sku>,
    ) -> Result<Vec<Outgoing>, Error> {
        // Each attempt reads all items again, since a refused group does not say which of them changed.
        decide_and_write((), move |()| async move {
            let ids = group.iter().map(|(request, _)| request.blank.id);
            let (reservations, stock) = self.store.reservations_and_stock(ids, skus.iter()).await?;
            let known = reservations.into_iter().map(|found| (found.id, found)).collect();
            let available = stock.iter().map(|stock| (stock.sku.clone(), stock.available)).collect();
            let decisions = reservation::reserve_in_turn(group.iter().map(|(request, _)| request), known, available);
            let writes: Vec<_> = decisions.iter().zip(group.iter().map(|(_, context)| context)).collect();
            if !self.store.write_group(&writes, &stock).await? {
                return Ok(Continue(()));
            }
            let levels = self.levels_after_taking(&decisions, stock).await?;
            Ok(Break(outgoing(&decisions, &levels)))
        })
        .await
    }

    /// Turns a reservation into a sale.
    ///
    /// # Errors
    /// `NotFound` if the reservation is not known (yet).
    pub async fn commit(&self, id: ReservationId, context: &Context) -> Result<Vec<Outgoing>, Error> {
        let decide =
            |current: Option<Reservation>| Ok(reservation::commit(current.ok_or(Error::NotFound)?, context.now));
        let decision = self.decide_one(id, decide, context).await?;
        Ok(outgoing([&decision], &[]))
    }

    /// Returns held or sold units to the stock. An unknown reservation becomes a tombstone.
    pub async fn release(&self, id: ReservationId, order: OrderId, context: &Context) -> Result<Vec<Outgoing>, Error> {
        let blank = Reservation::blank(id, order, context.traceparent.clone());
        let decide = |current| Ok(reservation::release(current, blank.clone(), context.now));
        let decision = self.decide_one(id, decide, context).await?;
        let found = self.levels_after_return(&decision, context).await?;
        Ok(after_return(&decision, &found))
    }

    /// Returns goods that a customer sent back to the stock, as many SKUs in a write as fit.
    ///
    /// # Errors
    /// `NotFound` if the reservation is not known (yet).
    pub async fn restock(
        &self,
        id: ReservationId,
        return_id: ReturnId,
        lines: &Lines,
        context: &Context,
    ) -> Result<Vec<Outgoing>, Error> {
        loop {
            let decide = |current: Option<Reservation>| {
                let current = current.ok_or(Error::NotFound)?;
                Ok(reservation::restock(current, return_id, lines, context.now))
            };
            let decision = self.decide_one(id, decide, context).await?;
            if decision.write == Write::Nothing {
                let found = self.levels_after_return(&decision, context).await?;
                return Ok(after_return(&decision, &found));
            }
        }
    }

    async fn decide_one(
        &self,
        id: ReservationId,
        decide: impl Fn(Option<Reservation>) -> Result<Decision, Error> + Sync,
        context: &Context,
    ) -> Result<Decision, Error> {
        let decide = &decide;
        decide_and_write(self.store.reservation(id).await?, move |current| async move {
            let decision = decide(current)?.wanted_by(context.actor.as_ref());
            Ok(self.store.write(&decision, context).await?.or_again(decision))
        })
        .await
    }

    async fn levels_after_taking(&self, decisions: &[Decision], before: Vec<Stock>) -> Result<Vec<Stock>, StoreError> {
        let mut taken: BTreeMap<&Sku, u32> = BTreeMap::new();
        for Decision { write, .. } in decisions {
            let Write::Take(lines) = write else { continue };
            for line in lines {
                let sum = taken.entry(&line.sku).or_default();
                *sum = sum.saturating_add(line.quantity);
            }
        }
        let short = |stock: &Stock| {
            stock.left_by(-i64::from(taken.get(&stock.sku).copied().unwrap_or(0))).level != StockLevel::InStock
        };
        let short: Vec<Stock> = before.into_iter().filter(short).collect();
        if taken.is_empty() {
            return Ok(short);
        }
        self.levels_now(&short.iter().map(|stock| &stock.sku).collect::<Vec<_>>()).await
    }

    /// Units rarely come back, and they may end the shortage of a SKU, so their levels are always published. What is short no more
    /// leaves staff's list here: units come back to a stock that nobody has read.
    async fn levels_after_return(&self, decision: &Decision, context: &Context) -> Result<Vec<ReturnedStock>, Error> {
        let lines = &decision.reservation.lines;
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.store.listed_stock_now(lines.iter().map(|line| &line.sku)).await?;
        try_join_all(found.into_iter().map(|item| self.relisted(item, context))).await
    }

    /// The stock, once the list holds it where its level belongs.
    async fn relisted(&self, item: ListedStock, context: &Context) -> Result<ReturnedStock, Error> {
        decide_and_write(item, move |item| async move { Ok(self.store.relist(item, context).await?) }).await
    }

    async fn levels_now(&self, skus: &[&Sku]) -> Result<Vec<Stock>, StoreError> {
        if skus.is_empty() {
            return Ok(Vec::new());
        }
        self.store.stock_now(skus.iter().copied()).await
    }
}

fn outgoing<'a>(decisions: impl IntoIterator<Item = &'a Decision>, levels: &[Stock]) -> Vec<Outgoing> {
    let replies = decisions.into_iter().flat_map(|made| replies::of_transition(&made.reservation, &made.transition));
    replies.chain(levels.iter().flat_map(replies::of_level)).collect()
}

fn after_return(decision: &Decision, found: &[ReturnedStock]) -> Vec<Outgoing> {
    let levels: Vec<Stock> = found.iter().map(|returned| returned.stock.clone()).collect();
    let back =
        found.iter().filter(|returned| returned.is_back).flat_map(|returned| replies::of_return(&returned.stock));
    outgoing([decision], &levels).into_iter().chain(back).collect()
}
