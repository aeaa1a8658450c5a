//! The table of notifications: its keys, here and nowhere else, and its one item.

use crate::domain::delivery::Delivery;
use chassis::table::Query;
use chassis::{Cause, Key, Page, StoreError, Table, Written};

/// Deliveries about one thing lie together, in the order of the thing's transitions: message ids count those
/// (`<thing>/<seq>/<type>`), and padded numbers sort as they count.
fn key(about: &str, message_id: &str) -> Key {
    let mut parts = message_id.splitn(3, '/');
    let sk = match (parts.next(), parts.next().and_then(|seq| seq.parse::<u64>().ok()), parts.next()) {
        (Some(subject), Some(seq), Some(kind)) => format!("{subject}/{seq:010}/{kind}"),
        _ => message_id.to_owned(),
    };
    Key::new(about, sk)
}

/// Reads and writes the items of notifications.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
}

impl Store {
    /// Over a table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// Writes a delivery over that of one write before.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn write(
        &self,
        about: &str,
        delivery: &Delivery,
        cause: &Cause,
    ) -> Result<Written<Delivery>, StoreError> {
        let key = key(about, &delivery.message_id);
        match delivery.seq {
            1 => self.table.create(&key, delivery, cause).await,
            seq => self.table.replace(&key, delivery, seq - 1, cause).await,
        }
    }

    /// A page of the deliveries about a thing, oldest first.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn page(&self, about: &str, after: Option<&str>, limit: u32) -> Result<Page<Delivery>, StoreError> {
        self.table.query(Query { after, limit, ..Query::partition(about) }).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenth_transition_sorts_after_the_second_and_no_two_messages_share_a_key() {
        let sk = |id: &str| key("order_7", id).sk;
        assert!(sk("order_7/2/orders.order_confirmed.v1") < sk("order_7/10/orders.order_refunded.v1"));
        assert_ne!(sk("order_7/2/a"), sk("order_7/2/b"));
        assert_eq!(sk("anything else"), "anything else");
    }
}
