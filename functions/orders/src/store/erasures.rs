//! Erased people: who they are by id, how far the walk through their orders is, and how many of these are done. All of it is in the item that
//! counts a customer's open orders, whose condition a placing meets anyway. Refuses to end by TTL.

use super::counters::{Count, key};
use super::{Item, Store, key as order_key};
use crate::domain::forgetting::ErasureCount;
use crate::domain::order::Order;
use crate::domain::shopper::Counter;
use chassis::table::{Committed, Part, Shards, Transaction, Update, Updated};
use chassis::{Cause, Context, Key, Page, StoreError, World, Written};
use events::Timestamp;
use events::ids::{OrderId, UserId};
use serde::Deserialize;

/// Seconds after which a walk that another message began counts as given up.
const GIVEN_UP_SECONDS: i64 = 60 * 60;

/// Where a walk through a person's orders is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub(crate) enum Walk {
    /// It goes on after this place, or from the beginning.
    On {
        after: Option<String>,
        /// Whether an order before that place cannot be read.
        met_unreadable: bool,
    },
    /// This message has walked to the end.
    Done,
    /// Another message walks.
    Elsewhere,
}

impl Walk {
    const BEGUN: Self = Self::On { after: None, met_unreadable: false };
}

/// How far a person's erasure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) orders: u32,
    /// The walk itself is one of them.
    pub(crate) open: u32,
    pub(crate) seq: u64,
    /// When it last changed.
    pub(crate) at: Timestamp,
}

/// The part of a customer's counter that concerns erasure.
#[derive(Debug, Clone, Default, Deserialize)]
struct Erased {
    #[serde(default)]
    walk: Option<String>,
    #[serde(default)]
    walks_since: Option<Timestamp>,
    #[serde(default)]
    walked_to: Option<String>,
    #[serde(default)]
    met_unreadable: bool,
    #[serde(default)]
    erasures: Option<u32>,
    #[serde(default)]
    erasures_open: Option<u32>,
    #[serde(default)]
    erasure_seq: Option<u64>,
    #[serde(default)]
    erasure_at: Option<Timestamp>,
}

fn item_of(user: UserId) -> Key {
    key(&Counter::Customer(user))
}

/// The mark of an erased person, and the beginning of a walk of this message, unless one is on or this message walked before.
fn begun(user: UserId, by_time: bool, context: &Context) -> Update {
    let begun = Update::of(item_of(user))
        .set("erased_at = if_not_exists(erased_at, :now)")
        .set("walk = :input")
        .set("walks_since = :now")
        .set("erasure_at = :now")
        .remove("#ttl")
        .remove("walked_to")
        .remove("met_unreadable")
        .increase("erasures_open :one")
        .increase("erasures :none")
        .when("(attribute_not_exists(walk) OR walk <> :input)")
        .when("attribute_not_exists(walks_since)")
        .name("#ttl", "ttl")
        .value(":now", context.now)
        .value(":input", context.input_id())
        .value(":one", 1)
        .value(":none", 0);
    if by_time {
        let later = "(attribute_not_exists(erasure_seq) OR erasure_seq < :seq)";
        begun.set("erasure_seq = :seq").when(later).value(":seq", context.now.millis())
    } else {
        begun.increase("erasure_seq :one")
    }
}

impl Store {
    /// Marks a person as erased and begins the walk of this message, or finds where it is. The number of the count is a time, so that it
    /// grows also after a restore to a time before.
    pub(crate) async fn begin_walk(&self, user: UserId, context: &Context) -> Result<Walk, StoreError> {
        let mut found = Erased::default();
        // The time of a restore is later than any count before it. Within a busy millisecond the count goes on by one.
        for by_time in [true, false] {
            match self.table.update::<Erased>(begun(user, by_time, context), &context.cause(0).silent()).await? {
                Updated::Done(_) => return Ok(Walk::BEGUN),
                Updated::Refused(refused) => found = refused.map(|refused| *refused).unwrap_or_default(),
            }
            if found.walks_since.is_some() || found.walk.as_deref() == Some(context.input_id()) {
                break;
            }
        }
        let (now, input) = (context.now, context.input_id());
        let is_ours = found.walk.as_deref() == Some(input);
        Ok(match found.walks_since {
            None if is_ours => Walk::Done,
            Some(_) if is_ours => Walk::On { after: found.walked_to, met_unreadable: found.met_unreadable },
            Some(since) if since.plus_seconds(GIVEN_UP_SECONDS) <= now => {
                self.take_walk_over(user, since, context).await?
            }
            _ => Walk::Elsewhere,
        })
    }

    /// Begins anew what another message gave up.
    async fn take_walk_over(&self, user: UserId, since: Timestamp, context: &Context) -> Result<Walk, StoreError> {
        let taken = Update::of(item_of(user))
            .set("walk = :input")
            .set("walks_since = :now")
            .remove("walked_to")
            .remove("met_unreadable")
            .when("walks_since = :since")
            .value(":input", context.input_id())
            .value(":now", context.now)
            .value(":since", since);
        Ok(match self.table.update::<Erased>(taken, &context.cause(0).silent()).await? {
            Updated::Done(_) => Walk::BEGUN,
            Updated::Refused(_) => Walk::Elsewhere,
        })
    }

    /// Notes that the walk of this message goes on after a place, or from the beginning.
    pub(crate) async fn walk_to(
        &self,
        user: UserId,
        place: Option<&str>,
        met_unreadable: bool,
        context: &Context,
    ) -> Result<(), StoreError> {
        let walked = Update::of(item_of(user))
            .set("met_unreadable = :met")
            .set("walks_since = :now")
            .when("walk = :input AND attribute_exists(walks_since)")
            .value(":met", met_unreadable)
            .value(":now", context.now)
            .value(":input", context.input_id());
        let walked = match place {
            Some(place) => walked.set("walked_to = :place").value(":place", place),
            None => walked.remove("walked_to"),
        };
        let _: Updated<Erased> = self.table.update(walked, &context.cause(0).silent()).await?;
        Ok(())
    }

    /// Ends the walk of this message, once.
    pub(crate) async fn end_walk(&self, user: UserId, context: &Context) -> Result<(), StoreError> {
        let ended = Update::of(item_of(user))
            .remove("walks_since")
            .remove("walked_to")
            .remove("met_unreadable")
            .set("erasure_at = :now")
            .increase("erasures_open :less")
            .increase("erasure_seq :one")
            .when("walk = :input AND attribute_exists(walks_since)")
            .value(":less", -1)
            .value(":one", 1)
            .value(":now", context.now)
            .value(":input", context.input_id());
        let _: Updated<Erased> = self.table.update(ended, &context.cause(0).silent()).await?;
        Ok(())
    }

    /// How far a person's erasure is; `None` unless it was begun.
    pub(crate) async fn progress(&self, user: UserId) -> Result<Option<Progress>, StoreError> {
        let found = self.table.get_consistent::<Erased>(&item_of(user)).await?;
        Ok(found.and_then(|found| {
            let Erased { erasures, erasures_open, erasure_seq, erasure_at, .. } = found;
            Some(Progress { orders: erasures?, open: erasures_open?, seq: erasure_seq?, at: erasure_at? })
        }))
    }

    /// Whether a person was erased, as of now.
    pub(crate) async fn is_erased(&self, user: UserId) -> Result<bool, StoreError> {
        let count = self.table.get_consistent::<Count>(&item_of(user)).await?;
        Ok(count.is_some_and(|count| count.erased_at.is_some()))
    }

    /// The orders that were counted against a person before the erasure.
    pub(crate) async fn counted_orders(&self, user: UserId) -> Result<Vec<OrderId>, StoreError> {
        let count = self.table.get_consistent::<Count>(&item_of(user)).await?;
        Ok(count.map(|count| count.orders).unwrap_or_default())
    }

    /// A page of the ids of a customer's orders, oldest first; `after` is the place where the page before ended.
    pub(crate) async fn ids_of_customer(
        &self,
        user: UserId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<OrderId>, StoreError> {
        let shards = Shards { index: "customer", sort: "pk", partitions: vec![user.to_string()] };
        let Page { items, next } = self.table.list_keys(&shards, Part { after, limit, ..Part::FIRST }).await?;
        Ok(Page { items: items.iter().filter_map(|key| key.pk.parse().ok()).collect(), next })
    }

    /// Writes an order whose last transition was number `expected_seq`, together with what that changes in the counts of its erased
    /// customer: each order counts once, however often its messages come.
    pub(crate) async fn replace_counted(
        &self,
        (order, user): (Order, UserId),
        expected_seq: u64,
        change: ErasureCount,
        world: &World,
        cause: &Cause,
    ) -> Result<Written<Order>, StoreError> {
        let at = order.log.last().map_or(order.placed_at, |made| made.at);
        let counted = Update::of(item_of(user))
            .set("erasure_at = :at")
            .value(":at", at)
            .increase("erasures :orders")
            .increase("erasures_open :open")
            .increase("erasure_seq :one")
            .value(":orders", change.orders)
            .value(":open", change.open)
            .value(":one", 1);
        let transaction = Transaction::new(cause.clone())
            .replace(&order_key(order.id), &Item::of(order), expected_seq)?
            .because(cause.silent())
            .update(counted);
        Ok(match self.table.commit_retrying(transaction, world).await? {
            Committed::Done => Written::Done,
            Committed::Refused(reasons) => {
                let current = reasons.first().map(|reason| reason.item::<Item>()).transpose()?.flatten();
                Written::Refused(current.map(|item| Box::new(item.order)))
            }
        })
    }
}
