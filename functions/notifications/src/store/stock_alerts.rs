//! Items of those who wait for a SKU: an alert in the partition of its SKU, a person's alerts together, a guest's request until it is confirmed,
//! and counts of such requests. Refuses addresses but a guest's, of whom nothing else is known.

use super::Store;
use crate::domain::stock_alert::{StockAlert, StockAlerts, Unconfirmed, Waiting};
use chassis::table::{Committed, Query, Transaction, Update, Updated};
use chassis::{Cause, Key, Page, StoreError};
use events::ids::StockAlertId;
use events::{Sku, Timestamp};
use serde::{Deserialize, Serialize};

/// An item that DynamoDB deletes.
#[derive(Serialize, Deserialize)]
struct Ending<T> {
    #[serde(flatten)]
    item: T,
    /// Never, without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ttl: Option<i64>,
}

/// What counts as one of too many.
#[derive(Debug, Clone, Copy)]
pub struct Limit<'a> {
    /// Whom it is counted against, and in which time.
    pub of: &'a str,
    pub most: u32,
    /// When it ends, in seconds since the Unix epoch.
    pub end: i64,
}

/// What becomes of a person's alerts, and of the guest's request that it comes from.
#[derive(Debug, Clone, Copy)]
pub struct NewAlert<'a> {
    pub waiting: &'a Waiting,
    pub alerts: &'a StockAlerts,
    pub confirmed: Option<(&'a str, &'a Unconfirmed)>,
}

impl Store {
    /// The alerts of a person, consistent.
    ///
    /// # Errors
    /// The table.
    pub async fn stock_alerts(&self, subject: &str) -> Result<Option<StockAlerts>, StoreError> {
        self.table.get_consistent(&alerts_key(subject)).await
    }

    /// Writes an alert beside the person's others; `false` if somebody else wrote one of the items.
    ///
    /// # Errors
    /// The table.
    pub async fn write_stock_alert(&self, new: NewAlert<'_>, cause: &Cause) -> Result<bool, StoreError> {
        let NewAlert { waiting, alerts, confirmed } = new;
        let (subject, ttl) = (waiting.person.subject(), Some(waiting.alert.ends_at.seconds()));
        // The numbers of a user's alerts name mails, whose records stay; those of a guest's are in a partition of the alert's own.
        let kept = Ending { item: alerts, ttl: ttl.filter(|_| waiting.person.user().is_none()) };
        let transaction = Transaction::new(cause.clone());
        let transaction = match alerts.seq {
            1 => transaction.create(&alerts_key(&subject), &kept)?,
            seq => transaction.replace(&alerts_key(&subject), &kept, seq - 1)?,
        };
        let key = waiting_key(&waiting.alert.sku, waiting.alert.id);
        let transaction = transaction.create(&key, &Ending { item: waiting, ttl })?;
        let transaction = match confirmed {
            Some((hash, pending)) => {
                let kept = Ending { item: pending, ttl: Some(pending.expires_at.seconds()) };
                transaction.replace(&pending_key(hash), &kept, pending.seq - 1)?
            }
            None => transaction,
        };
        Ok(self.table.commit(transaction).await? == Committed::Done)
    }

    /// Ends an alert: `alerts` are the person's others. `false` if somebody else wrote them.
    ///
    /// # Errors
    /// The table.
    pub async fn end_stock_alert(
        &self,
        subject: &str,
        alert: &StockAlert,
        alerts: &StockAlerts,
        cause: &Cause,
    ) -> Result<bool, StoreError> {
        let last = alerts.alerts.iter().map(|alert| alert.ends_at.seconds()).max();
        let is_user = subject.parse::<events::ids::UserId>().is_ok();
        let kept = Ending { item: alerts, ttl: last.or(Some(alert.ends_at.seconds())).filter(|_| !is_user) };
        let transaction = Transaction::new(cause.clone())
            .replace(&alerts_key(subject), &kept, alerts.seq.saturating_sub(1))?
            .delete(waiting_key(&alert.sku, alert.id));
        Ok(self.table.commit(transaction).await? == Committed::Done)
    }

    /// Deletes a person's alerts and that there were any.
    ///
    /// # Errors
    /// The table.
    pub async fn forget_stock_alerts(
        &self,
        subject: &str,
        alerts: &StockAlerts,
        cause: &Cause,
    ) -> Result<bool, StoreError> {
        let transaction = Transaction::new(cause.clone()).delete(alerts_key(subject));
        let keys = alerts.alerts.iter().map(|alert| waiting_key(&alert.sku, alert.id));
        let transaction = keys.fold(transaction, Transaction::delete);
        Ok(self.table.commit(transaction).await? == Committed::Done)
    }

    /// Who waits by an alert, consistent.
    ///
    /// # Errors
    /// The table.
    pub async fn waiting(&self, sku: &Sku, id: StockAlertId) -> Result<Option<Waiting>, StoreError> {
        self.table.get_consistent(&waiting_key(sku, id)).await
    }

    /// A page of those who wait for a SKU.
    ///
    /// # Errors
    /// The table.
    pub async fn waiting_for(
        &self,
        sku: &Sku,
        after: Option<StockAlertId>,
        limit: u32,
    ) -> Result<Page<Waiting>, StoreError> {
        let (partition, after) = (partition_of(sku), after.map(|id| id.to_string()));
        self.table.query_consistent(Query { after: after.as_deref(), limit, ..Query::partition(&partition) }).await
    }

    /// Keeps a guest's request by the hash of its token.
    ///
    /// # Errors
    /// The table.
    pub async fn put_pending(&self, hash: &str, pending: &Unconfirmed, cause: &Cause) -> Result<(), StoreError> {
        let item = Ending { item: pending.clone(), ttl: Some(pending.expires_at.seconds()) };
        self.table.overwrite(&pending_key(hash), &item, cause).await
    }

    /// A guest's request by the hash of its token, consistent.
    ///
    /// # Errors
    /// The table.
    pub async fn pending(&self, hash: &str) -> Result<Option<Unconfirmed>, StoreError> {
        self.table.get_consistent(&pending_key(hash)).await
    }

    /// Counts one more; `false`, uncounted, if there are as many as may be.
    ///
    /// # Errors
    /// The table.
    pub async fn count(&self, limit: Limit<'_>, cause: &Cause) -> Result<bool, StoreError> {
        #[derive(Debug, Deserialize)]
        struct Counted {}
        let update = Update::of(Key::new(format!("limit#{}", limit.of), "limit"))
            .increase("counted :one")
            .set("#ttl = :end")
            .when("(attribute_not_exists(counted) OR counted < :most)")
            .name("#ttl", "ttl")
            .value(":one", 1)
            .value(":end", limit.end)
            .value(":most", limit.most);
        // Who asks for a stranger's mailbox must not be named beside its pseudonym.
        let updated: Updated<Counted> = self.table.update(update, &cause.silent().anonymous()).await?;
        Ok(matches!(updated, Updated::Done(_)))
    }
}

/// Where a window of so many seconds that holds `now` ends, in seconds since the Unix epoch.
pub const fn window_end(now: Timestamp, seconds: i64) -> i64 {
    (now.seconds().div_euclid(seconds) + 1) * seconds
}

fn partition_of(sku: &Sku) -> String {
    format!("waiting#{sku}")
}

fn waiting_key(sku: &Sku, id: StockAlertId) -> Key {
    Key::new(partition_of(sku), id.to_string())
}

fn alerts_key(subject: &str) -> Key {
    Key::new(format!("alerts#{subject}"), "alerts")
}

fn pending_key(hash: &str) -> Key {
    Key::new(format!("request#{hash}"), "request")
}
