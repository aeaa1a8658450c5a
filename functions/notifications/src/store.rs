//! The notifications table: its keys and its one item.

use crate::domain::EmailDelivery;
use chassis::table::Query;
use chassis::{Context, Key, Page, StoreError, Table, Written};

/// The notifications table.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
}

impl Store {
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// Writes a record if the stored one still has the previous `seq`.
    ///
    /// # Errors
    /// The table.
    pub async fn write(
        &self,
        subject: &str,
        delivery: &EmailDelivery,
        context: &Context,
    ) -> Result<Written<EmailDelivery>, StoreError> {
        let (key, cause) = (key(subject, &delivery.message_id), context.cause(delivery.seq));
        match delivery.seq {
            1 => self.table.create(&key, delivery, &cause).await,
            seq => self.table.replace(&key, delivery, seq - 1, &cause).await,
        }
    }

    /// A page of the records about a subject, oldest first.
    ///
    /// # Errors
    /// The table.
    pub async fn page(
        &self,
        subject: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<EmailDelivery>, StoreError> {
        self.table.query(Query { after, limit, ..Query::partition(subject) }).await
    }
}

/// Records about one subject are in one partition, in the order of the subject's transitions: message ids are
/// `<subject>/<seq>/<type>`, and padded numbers sort as they count.
fn key(subject: &str, message_id: &str) -> Key {
    let mut parts = message_id.splitn(3, '/');
    let sk = match (parts.next(), parts.next().and_then(|seq| seq.parse::<u64>().ok()), parts.next()) {
        (Some(sender), Some(seq), Some(kind)) => format!("{sender}/{seq:010}/{kind}"),
        _ => message_id.to_owned(),
    };
    Key::new(subject, sk)
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
