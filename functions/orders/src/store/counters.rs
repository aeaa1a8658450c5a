//! What counts against customers, guests and networks: of each one item with the ids of open orders and the declined cards.
//! Refuses to decide what still counts.

use super::Store;
use crate::domain::shopper::{Counter, Decline, Limit};
use chassis::table::{Update, Updated};
use chassis::{Cause, Key, StoreError, digest};
use events::Timestamp;
use events::ids::OrderId;
use serde::Deserialize;

/// Seconds for which an item is kept: longer than anything in it counts.
const KEPT_SECONDS: i64 = 3 * 60 * 60;

/// Whether an order counts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub(crate) enum Counted {
    Added,
    /// As many orders or declines as may count already do.
    Full(Count),
}

/// What may count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Count {
    #[serde(default)]
    pub(crate) orders: Vec<OrderId>,
    #[serde(default)]
    pub(crate) declines: Vec<Decline>,
    /// When the customer was erased: the tombstone that a token which is still good runs into. It has no end.
    #[serde(default)]
    pub(crate) erased_at: Option<Timestamp>,
}

/// Metrics and errors may show keys, and they must not show a person. Ids of users are random, so nobody can try them all.
pub(super) fn key(counter: &Counter) -> Key {
    let (kind, who) = match counter {
        Counter::Customer(user) => ("customer", digest::of_bytes(user.to_string().as_bytes())),
        Counter::Guest(pseudonym) => ("guest", pseudonym.clone()),
        Counter::Network(pseudonym) => ("network", pseudonym.clone()),
    };
    Key::new(format!("shopper#{kind}#{who}"), "shopper")
}

impl Store {
    /// Counts an order, unless as many orders or declines count already as may.
    pub(crate) async fn add_open_order(
        &self,
        counter: &Counter,
        id: OrderId,
        limit: Limit,
        now: Timestamp,
        cause: &Cause,
    ) -> Result<Counted, StoreError> {
        let update = Update::of(key(counter))
            .increase("orders :orders")
            .set("#ttl = :end")
            .when("attribute_not_exists(erased_at)")
            .when("(attribute_not_exists(orders) OR size(orders) < :limit OR contains(orders, :order))")
            .when("(attribute_not_exists(declines) OR size(declines) < :declines)")
            .name("#ttl", "ttl")
            .strings(":orders", [id.to_string()])
            .value(":order", id)
            .value(":end", now.plus_seconds(KEPT_SECONDS).seconds())
            .value(":limit", limit.orders)
            .value(":declines", limit.declines);
        Ok(match self.table.update::<Count>(update, &cause.silent()).await? {
            Updated::Done(_) => Counted::Added,
            Updated::Refused(count) => Counted::Full(count.map(|count| *count).unwrap_or_default()),
        })
    }

    /// Counts a declined card, once however often.
    pub(crate) async fn add_decline(
        &self,
        counter: &Counter,
        decline: &Decline,
        now: Timestamp,
        cause: &Cause,
    ) -> Result<(), StoreError> {
        let update = Update::of(key(counter))
            .increase("declines :declines")
            .set("#ttl = :end")
            // The tombstone of an erased customer has no end.
            .when("attribute_not_exists(erased_at)")
            .name("#ttl", "ttl")
            .strings(":declines", [decline.text().to_owned()])
            .value(":end", now.plus_seconds(KEPT_SECONDS).seconds());
        let _: Updated<Count> = self.table.update(update, &cause.silent()).await?;
        Ok(())
    }

    /// Takes out what no longer counts.
    pub(crate) async fn take_out(
        &self,
        counter: &Counter,
        ended: &[OrderId],
        old: &[Decline],
        cause: &Cause,
    ) -> Result<(), StoreError> {
        let mut update = Update::of(key(counter));
        if !ended.is_empty() {
            update = update.take_out("orders :ended").strings(":ended", ended.iter().map(ToString::to_string));
        }
        if !old.is_empty() {
            update = update.take_out("declines :old").strings(":old", old.iter().map(|old| old.text().to_owned()));
        }
        let _: Updated<Count> = self.table.update(update, &cause.silent()).await?;
        Ok(())
    }

    /// What counts, possibly a moment old.
    pub(crate) async fn count_of(&self, counter: &Counter) -> Result<Count, StoreError> {
        Ok(self.table.get(&key(counter)).await?.unwrap_or_default())
    }
}
