//! The lists of orders: their keys, and a page of each. Refuses to decide which orders are looked for.
//!
//! | list | where |
//! |---|---|
//! | by the time of placing | `index1` = group + `#` + shard, `index1_sort` = time of placing in milliseconds |
//! | by number | `index2` = the number |
//! | by customer | index `customer` |
//! | of a guest's mailbox | items `guest#` + pseudonym / order id, each naming an order, until a customer claims it |
//! | by SKU | items `sku#` + SKU / order id, for 400 days |
//! | open | index `due` |
//!
//! An order's notes are a list of their own in `index1` (`notes.rs`).

use super::{BATCH, Item, ORDER, Store};
use crate::domain::order::Order;
use crate::domain::overdue::WAITS_FOR_STAFF;
use crate::domain::search::{Group, List};
use chassis::table::{Found, Part, Query, Shards};
use chassis::{Cause, Key, Page, StoreError};
use events::ids::OrderId;
use events::{Sku, Timestamp};
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};

/// Shards of the lists by time: an order writes its key once or, if it comes to nothing, three times.
const LIST_SHARDS: u32 = 4;
/// Seconds for which an order is found by its SKUs.
const SKU_SECONDS: i64 = 400 * 24 * 60 * 60;

/// An item of a list that names an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Reference {
    sk: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ttl: Option<i64>,
}

/// An order that a guest's list names.
#[derive(Debug)]
pub(crate) struct Referred {
    pub(crate) id: OrderId,
    pub(crate) order: ReferredOrder,
}

/// What there is of it.
#[derive(Debug)]
pub(crate) enum ReferredOrder {
    Order(Box<Order>),
    /// It is being placed, or it was never placed.
    Absent,
    Unreadable,
}

impl ReferredOrder {
    fn of(found: Option<Found<Item>>) -> Self {
        match found {
            Some(Found::Readable(item)) => Self::Order(Box::new(item.order)),
            Some(Found::Corrupt { .. }) => Self::Unreadable,
            None => Self::Absent,
        }
    }
}

/// The attributes of an order that put it into lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    /// Absent in orders that an earlier version wrote; the next write adds them.
    #[serde(default)]
    index1: String,
    #[serde(default)]
    index1_sort: String,
    #[serde(default)]
    index2: String,
    #[serde(default)]
    index2_sort: String,
}

impl Listed {
    pub(super) fn of(order: &Order) -> Self {
        Self {
            index1: Shards::partition(Group::of(order.status).name(), order.id.bits(), LIST_SHARDS),
            index1_sort: sort_key(order.placed_at),
            index2: order.id.number().to_string(),
            // One number is one order, and an index needs a sort key.
            index2_sort: "-".to_owned(),
        }
    }
}

impl List {
    /// Where an order stands in the list.
    pub(crate) fn place(&self, order: &Order) -> String {
        let id = order.id.to_string();
        match self {
            Self::Number(_) => format!("- {id}"),
            Self::Customer(_) | Self::Guest(_) | Self::Sku(_) => format!("{id} {id}"),
            Self::Open | Self::Due(_) | Self::Waiting => format!("{} {id}", order.due_at.unwrap_or_default()),
            Self::Placed { .. } => format!("{} {id}", sort_key(order.placed_at)),
        }
    }
}

/// A time in a list by time: milliseconds since the Unix epoch, in 13 digits until 2286. An item costs by its size.
pub(super) fn sort_key(at: Timestamp) -> String {
    format!("{:013}", at.millis().clamp(0, 9_999_999_999_999))
}

/// The lists of these groups as one.
fn by_placing(groups: &[Group]) -> Shards<'static> {
    let lists = groups.iter().map(|group| Shards::of("index1", "index1_sort", group.name(), LIST_SHARDS));
    Shards { index: "index1", sort: "index1_sort", partitions: lists.flat_map(|list| list.partitions).collect() }
}

/// The time of placing that a place in a list by time names.
pub(crate) fn placed_at(place: &str) -> Option<Timestamp> {
    place.split_once(' ').and_then(|(sort, _)| sort.parse().ok()).map(Timestamp::from_millis)
}

fn guest(pseudonym: &str) -> String {
    format!("guest#{pseudonym}")
}

fn sku_list(sku: &Sku) -> String {
    format!("sku#{sku}")
}

impl Store {
    /// A page of a list; `after` is the place where the page before ended. An order that cannot be read is left out.
    pub(crate) async fn page(&self, list: &List, after: Option<&str>, limit: u32) -> Result<Page<Order>, StoreError> {
        let limit = limit.min(u32::try_from(BATCH).unwrap_or(limit));
        let newest = Part { after, descending: true, limit, ..Part::FIRST };
        let soonest = Part { descending: false, ..newest };
        match list {
            List::Guest(pseudonym) => self.referred_to(&guest(pseudonym), after, limit).await,
            List::Sku(sku) => self.referred_to(&sku_list(sku), after, limit).await,
            List::Number(number) => {
                let shards = Shards { index: "index2", sort: "index2_sort", partitions: vec![number.to_string()] };
                self.listed(&shards, newest).await
            }
            List::Customer(customer) => {
                let shards = Shards { index: "customer", sort: "pk", partitions: vec![customer.to_string()] };
                self.listed(&shards, newest).await
            }
            List::Open => self.listed(&self.due().list(), soonest).await,
            List::Due(until) => {
                let until = until.to_string();
                self.listed(&self.due().list(), Part { to: Some(&until), ..soonest }).await
            }
            List::Waiting => {
                let from = WAITS_FOR_STAFF.to_string();
                self.listed(&self.due().list(), Part { from: Some(&from), ..soonest }).await
            }
            List::Placed { groups, from, to } => {
                let from = from.map(sort_key);
                // Placed before: the last instant is the one before it.
                let to = to.map(|to| sort_key(Timestamp::from_millis(to.millis().saturating_sub(1))));
                self.listed(&by_placing(groups), Part { from: from.as_deref(), to: to.as_deref(), ..newest }).await
            }
        }
    }

    /// The first order of these groups that was placed since then; it is not read.
    pub(crate) async fn first_placed(&self, groups: &[Group], from: Timestamp) -> Result<Option<OrderId>, StoreError> {
        let from = sort_key(from);
        let part = Part { from: Some(&from), limit: 1, ..Part::FIRST };
        let keys = self.table.list_keys(&by_placing(groups), part).await?.items;
        Ok(keys.first().and_then(|key| key.pk.parse().ok()))
    }

    async fn listed(&self, list: &Shards<'_>, part: Part<'_>) -> Result<Page<Order>, StoreError> {
        let Page { items: keys, next } = self.table.list_keys(list, part).await?;
        Ok(Page { items: self.readable(&keys).await?, next })
    }

    async fn referred_to(&self, list: &str, after: Option<&str>, limit: u32) -> Result<Page<Order>, StoreError> {
        let after = after.and_then(|place| place.split_once(' ')).map(|(id, _)| id);
        let query = Query { after, descending: true, limit, ..Query::partition(list) };
        let Page { items, next } = self.table.query::<Reference>(query).await?;
        let keys: Vec<_> = items.into_iter().map(|reference| Key::new(reference.sk, ORDER)).collect();
        Ok(Page { items: self.readable(&keys).await?, next: next.map(|id| format!("{id} {id}")) })
    }

    async fn readable(&self, keys: &[Key]) -> Result<Vec<Order>, StoreError> {
        let items = self.table.get_many::<Found<Item>>(keys).await?;
        Ok(items.into_iter().flatten().filter_map(super::readable).collect())
    }

    /// Has a guest's order found by its mailbox. Written before the order: it leads nowhere if none follows.
    pub(crate) async fn refer_guest(&self, pseudonym: &str, id: OrderId, cause: &Cause) -> Result<(), StoreError> {
        self.refer(guest(pseudonym), id, None, cause).await
    }

    /// A page of the orders that a guest's list names, oldest first and as they are now; `after` is the id at which the page before ended.
    pub(crate) async fn orders_of_guest(
        &self,
        pseudonym: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Referred>, StoreError> {
        let list = guest(pseudonym);
        let query = Query { after, limit, ..Query::partition(&list) };
        let Page { items, next } = self.table.query_consistent::<Reference>(query).await?;
        let ids: Vec<OrderId> = items.iter().filter_map(|reference| reference.sk.parse().ok()).collect();
        let keys: Vec<_> = ids.iter().map(|id| Key::new(id.to_string(), ORDER)).collect();
        let found = self.table.get_many_consistent::<Found<Item>>(&keys).await?;
        let referred = ids.into_iter().zip(found).map(|(id, found)| Referred { id, order: ReferredOrder::of(found) });
        Ok(Page { items: referred.collect(), next })
    }

    /// Takes an order out of a guest's list.
    pub(crate) async fn forget_guest(&self, pseudonym: &str, id: OrderId) -> Result<(), StoreError> {
        self.table.delete(&Key::new(guest(pseudonym), id.to_string())).await
    }

    /// Has an order found by its SKUs. A repeat changes nothing.
    pub(crate) async fn refer_skus(&self, order: &Order, cause: &Cause) -> Result<(), StoreError> {
        let until = order.placed_at.plus_seconds(SKU_SECONDS).seconds();
        try_join_all(order.lines.iter().map(|line| self.refer(sku_list(&line.sku), order.id, Some(until), cause)))
            .await?;
        Ok(())
    }

    async fn refer(&self, list: String, id: OrderId, ttl: Option<i64>, cause: &Cause) -> Result<(), StoreError> {
        let reference = Reference { sk: id.to_string(), ttl };
        self.table.overwrite(&Key::new(list, id.to_string()), &reference, &cause.silent()).await
    }
}
