//! Orders in their table: the only place where keys and index attributes are made. Each order is one item, and so is each
//! shopper's list of open orders. Refuses to decide when an order is looked at.

use crate::domain::order::Order;
use crate::domain::shopper::Shopper;
use chassis::table::{AuditLog, DueIndex, Query, Update, Updated};
use chassis::{Cause, Key, Page, StoreError, Table, Written, digest};
use events::Timestamp;
use events::ids::{OrderId, UserId};
use serde::{Deserialize, Serialize};

/// Shards of the index `due`: a partition of an index takes 1,000 writes a second, and an order writes its key eight times at
/// most while nothing goes wrong. An empty sweep reads each shard once.
const SHARDS: u32 = 8;
/// Most orders of a batch read, by BatchGetItem's limit.
const BATCH: usize = 100;

/// Seconds for which a shopper's item is kept: longer than any order counts.
const SHOPPER_SECONDS: i64 = 3 * 60 * 60;

mod former_index;

#[derive(Debug, Clone)]
pub(crate) struct Store {
    table: Table,
}

/// An order's item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Shard of the index `due`. An order that nobody needs to look at has none, which takes it out of the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    /// Its attribute `customer` is the key of the index of that name, and `due_at` the sort key of the index `due`.
    #[serde(flatten)]
    pub order: Order,
}

/// Whether an order counts against its shopper.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub(crate) enum Counted {
    Added,
    /// As many orders as may count already do.
    Full(Vec<OrderId>),
}

#[derive(Debug, Deserialize)]
struct Count {
    #[serde(default)]
    orders: Vec<OrderId>,
}

fn key(id: OrderId) -> Key {
    Key::new(id.to_string(), "order")
}

/// Hashed: metrics and errors may show keys, and they must not show a person's address.
fn shopper_key(shopper: &Shopper) -> Key {
    let who = match shopper {
        Shopper::Customer(user) => user.to_string(),
        Shopper::Network(network) => network.clone(),
    };
    Key::new(format!("shopper#{}", digest::of_bytes(who.as_bytes())), "shopper")
}

impl Item {
    fn of(order: Order) -> Self {
        // The low bits of an id are random, so the shards fill evenly.
        let due = order.due_at.map(|_| DueIndex::shard(order.id.bits(), SHARDS));
        Self { due, order }
    }
}

impl Store {
    pub(crate) const fn new(table: Table) -> Self {
        Self { table }
    }

    pub(crate) fn audit_log(&self) -> AuditLog {
        AuditLog::new(self.table.clone())
    }

    /// An order, possibly a moment old.
    pub(crate) async fn find(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        Ok(self.table.get::<Item>(&key(id)).await?.map(|item| item.order))
    }

    /// An order as it is now.
    pub(crate) async fn find_now(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        Ok(self.table.get_consistent::<Item>(&key(id)).await?.map(|item| item.order))
    }

    /// Writes an order that does not exist yet.
    pub(crate) async fn create(&self, order: Order, cause: &Cause) -> Result<Written<Order>, StoreError> {
        self.table.create(&key(order.id), &Item::of(order), cause).await.map(|written| written.map(|item| item.order))
    }

    /// Writes an order whose last transition was number `expected_seq`.
    pub(crate) async fn replace(
        &self,
        order: Order,
        expected_seq: u64,
        cause: &Cause,
    ) -> Result<Written<Order>, StoreError> {
        self.table
            .replace(&key(order.id), &Item::of(order), expected_seq, cause)
            .await
            .map(|written| written.map(|item| item.order))
    }

    /// A page of a customer's orders, newest first; `after` is the id where the page before ended.
    pub(crate) async fn of_customer(
        &self,
        customer: UserId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Order>, StoreError> {
        let customer = customer.to_string();
        let query = Query { index: Some("customer"), after, descending: true, limit, ..Query::partition(&customer) };
        let page = self.table.query_items::<Item>(query).await?;
        Ok(Page { items: page.items.into_iter().map(|item| item.order).collect(), next: page.next })
    }

    /// The orders by the time of their next look.
    pub(crate) fn due(&self) -> DueIndex {
        DueIndex::new(self.table.clone(), SHARDS)
    }

    /// Orders as they are now, in the order of their ids.
    pub(crate) async fn find_many_now(&self, ids: &[OrderId]) -> Result<Vec<Option<Order>>, StoreError> {
        let mut orders = Vec::with_capacity(ids.len());
        for batch in ids.chunks(BATCH) {
            let keys: Vec<_> = batch.iter().copied().map(key).collect();
            let items = self.table.get_many_consistent::<Item>(&keys).await?;
            orders.extend(items.into_iter().map(|item| item.map(|item| item.order)));
        }
        Ok(orders)
    }

    /// Counts an order against a shopper, unless `limit` orders count already.
    pub(crate) async fn add_open_order(
        &self,
        shopper: &Shopper,
        id: OrderId,
        limit: u32,
        now: Timestamp,
        cause: &Cause,
    ) -> Result<Counted, StoreError> {
        let update = Update::of(shopper_key(shopper))
            .increase("orders :orders")
            .set("#ttl = :end")
            .when("(attribute_not_exists(orders) OR size(orders) < :limit OR contains(orders, :order))")
            .name("#ttl", "ttl")
            .strings(":orders", [id.to_string()])
            .value(":order", id)
            .value(":end", now.plus_seconds(SHOPPER_SECONDS).seconds())
            .value(":limit", limit);
        Ok(match self.table.update::<Count>(update, &cause.silent()).await? {
            Updated::Done(_) => Counted::Added,
            Updated::Refused(count) => Counted::Full(count.map(|count| count.orders).unwrap_or_default()),
        })
    }

    pub(crate) async fn remove_open_orders(
        &self,
        shopper: &Shopper,
        ended: Vec<OrderId>,
        cause: &Cause,
    ) -> Result<(), StoreError> {
        let update = Update::of(shopper_key(shopper))
            .take_out("orders :ended")
            .strings(":ended", ended.iter().map(ToString::to_string));
        let _: Updated<Count> = self.table.update(update, &cause.silent()).await?;
        Ok(())
    }
}
