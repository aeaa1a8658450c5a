//! Orders in their table: the only place where keys and index attributes are made. One item an order.

use crate::domain::order::Order;
use chassis::table::Query;
use chassis::{Cause, Key, Page, StoreError, Table, Written};
use events::ids::{OrderId, UserId};
use serde::{Deserialize, Serialize};

/// Over how many names the orders that are not settled are spread: an index partition takes 1,000 writes a second.
const SHARDS: u128 = 8;
/// Orders that are read together (BatchGetItem's limit).
const BATCH: usize = 100;

/// The orders' table.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
}

/// An order as it lies in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Name of the shard of index `open`; absent once the order is settled, which takes it out of the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<String>,
    /// The order. Its `customer` is the key of the index of that name.
    #[serde(flatten)]
    pub order: Order,
}

#[derive(Debug, Deserialize)]
struct Reference {
    pk: OrderId,
}

/// An order as the sweep finds it: one that cannot be read must not keep the others waiting.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Found {
    /// An order.
    Order(Box<Item>),
    /// An item that is not of the form we write.
    Unreadable {
        /// Its partition key.
        pk: String,
    },
}

fn key(id: OrderId) -> Key {
    Key::new(id.to_string(), "order")
}

fn shard(number: u128) -> String {
    format!("open-{number}")
}

impl Item {
    fn of(order: Order) -> Self {
        // The low bits of an id are random, so the shards fill evenly.
        let open = (!order.is_settled()).then(|| shard(order.id.bits() % SHARDS));
        Self { open, order }
    }
}

fn unwrapped(written: Written<Item>) -> Written<Order> {
    match written {
        Written::Done => Written::Done,
        Written::Refused(item) => Written::Refused(item.map(|item| Box::new(item.order))),
    }
}

impl Store {
    /// Over a table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// An order, possibly a moment old.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn find(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        Ok(self.table.get::<Item>(&key(id)).await?.map(|item| item.order))
    }

    /// An order as it is now.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn find_now(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        Ok(self.table.get_consistent::<Item>(&key(id)).await?.map(|item| item.order))
    }

    /// Puts an order where none is.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn create(&self, order: Order, cause: &Cause) -> Result<Written<Order>, StoreError> {
        self.table.create(&key(order.id), &Item::of(order), cause).await.map(unwrapped)
    }

    /// Writes an order over the one that had made `expected_seq` transitions.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn replace(&self, order: Order, expected_seq: u64, cause: &Cause) -> Result<Written<Order>, StoreError> {
        self.table.replace(&key(order.id), &Item::of(order), expected_seq, cause).await.map(unwrapped)
    }

    /// A page of a customer's orders, newest first; `after` is the id where the page before ended.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn of_customer(
        &self,
        customer: UserId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Order>, StoreError> {
        let customer = customer.to_string();
        let query = Query { index: Some("customer"), after, descending: true, limit, ..Query::partition(&customer) };
        let page = self.table.query::<Reference>(query).await?;
        Ok(Page { items: self.read(&page.items).await?, next: page.next })
    }

    /// A page of the orders of one shard that are not settled, oldest first.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn open(&self, shard: &str, after: Option<&str>) -> Result<Page<Found>, StoreError> {
        let limit = u32::try_from(BATCH).unwrap_or(u32::MAX);
        let query = Query { index: Some("open"), after, limit, ..Query::partition(shard) };
        let page = self.table.query::<Reference>(query).await?;
        let keys: Vec<_> = page.items.iter().map(|reference| key(reference.pk)).collect();
        let items = self.table.get_many::<Found>(&keys).await?.into_iter().flatten().collect();
        Ok(Page { items, next: page.next })
    }

    /// The shards of [`Self::open`].
    pub fn shards() -> impl Iterator<Item = String> {
        (0..SHARDS).map(shard)
    }

    async fn read(&self, found: &[Reference]) -> Result<Vec<Order>, StoreError> {
        let mut orders = Vec::with_capacity(found.len());
        for batch in found.chunks(BATCH) {
            let keys: Vec<_> = batch.iter().map(|reference| key(reference.pk)).collect();
            let items = self.table.get_many::<Item>(&keys).await?;
            orders.extend(items.into_iter().flatten().map(|item| item.order));
        }
        Ok(orders)
    }
}
