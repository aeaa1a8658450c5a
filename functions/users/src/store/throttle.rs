//! Counters of failed attempts and of sign-ups in the table: one item for each window, deleted by its TTL.

use super::{Store, key};
use crate::domain::email::Email;
use crate::domain::throttle::{MAX_NETWORK_FAILURES, Window};
use chassis::table::{Update, Updated};
use chassis::{Cause, Key, StoreError};
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
struct ThrottleItem {
    #[serde(default)]
    failures: u32,
}

/// The subject of a counter of failures.
#[derive(Debug, Clone, Copy)]
pub enum Throttled<'a> {
    /// At one email address, whether or not a user has it.
    User(&'a Email),
    /// From one network.
    Network(&'a str),
}

impl Throttled<'_> {
    fn key(self, window: Window) -> Key {
        match self {
            Self::User(email) => key::throttle("account", email.as_str(), window),
            Self::Network(network) => key::throttle("network", network, window),
        }
    }
}

impl Store {
    /// Failures in a window so far.
    pub async fn failures(&self, of: Throttled<'_>, window: Window) -> Result<u32, StoreError> {
        let item: Option<ThrottleItem> = self.table.get(&of.key(window)).await?;
        Ok(item.map_or(0, |item| item.failures))
    }

    /// Counts a failure; `false`, uncounted, if there are `limit` already.
    pub async fn count_failure(
        &self,
        of: Throttled<'_>,
        window: Window,
        limit: u32,
        cause: &Cause,
    ) -> Result<bool, StoreError> {
        let update = Update::of(of.key(window))
            .increase("failures :one")
            .set("#ttl = :end")
            .when("(attribute_not_exists(failures) OR failures < :limit)")
            .name("#ttl", "ttl")
            .value(":one", 1)
            .value(":end", window.end())
            .value(":limit", limit);
        let updated: Updated<ThrottleItem> = self.table.update(update, &cause.silent()).await?;
        Ok(matches!(updated, Updated::Done(_)))
    }

    /// Counts an attempt to sign up; `false`, uncounted, if the network has made `limit` already or failed too often.
    pub async fn count_sign_up(
        &self,
        network: &str,
        window: Window,
        limit: u32,
        cause: &Cause,
    ) -> Result<bool, StoreError> {
        let update = Update::of(Throttled::Network(network).key(window))
            .increase("sign_ups :one")
            .set("#ttl = :end")
            .when("(attribute_not_exists(failures) OR failures < :failures)")
            .when("(attribute_not_exists(sign_ups) OR sign_ups < :limit)")
            .name("#ttl", "ttl")
            .value(":one", 1)
            .value(":end", window.end())
            .value(":failures", MAX_NETWORK_FAILURES)
            .value(":limit", limit);
        let updated: Updated<ThrottleItem> = self.table.update(update, &cause.silent()).await?;
        Ok(matches!(updated, Updated::Done(_)))
    }

    /// Deletes the failures of a window.
    pub async fn forgive(&self, of: Throttled<'_>, window: Window) -> Result<(), StoreError> {
        self.table.delete(&of.key(window)).await
    }
}
