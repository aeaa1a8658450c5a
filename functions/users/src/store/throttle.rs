//! Counters of attempts to sign in and up in the table, deleted by their TTL: of a network one item for each window, of an account
//! or a device one for each day, which counts its windows too.

use super::{Store, key};
use crate::domain::throttle::{MAX_DAILY_ALIASES, MAX_DAILY_FAILURES, MAX_FAILURES, MAX_NETWORK_FAILURES, Window};
use chassis::table::{Update, Updated};
use chassis::{Cause, Key, StoreError};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;

#[derive(Debug, Clone, Deserialize)]
struct ThrottleItem {
    #[serde(default)]
    failures: u32,
    /// Of each window of the day, by the names of [`attempts_in`] and [`failures_in`].
    #[serde(flatten)]
    windows: HashMap<String, Value>,
}

impl ThrottleItem {
    /// Whether another attempt would be counted if those that are under way succeeded and were taken back.
    fn waits_for_others(&self, window: Window) -> bool {
        let count = |name: &str| self.windows.get(name).and_then(Value::as_u64).unwrap_or_default();
        let (attempts, failed) = (count(&attempts_in(window)), count(&failures_in(window)));
        let failed_today = u64::from(self.failures).saturating_sub(attempts.saturating_sub(failed));
        failed < MAX_FAILURES.into() && failed_today < MAX_DAILY_FAILURES.into()
    }
}

/// The attribute that counts the attempts in a window, but for those that succeeded.
fn attempts_in(window: Window) -> String {
    format!("w{}", window.of_day())
}

/// The attribute that counts those of them that failed.
fn failures_in(window: Window) -> String {
    format!("f{}", window.of_day())
}

/// The pseudonym of whom sign-ins are counted against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Throttled {
    /// An email address, whether or not a user has it, from devices that it does not know.
    Account(String),
    /// A device from which the user has signed in before, and the email address that knows it.
    Device { device: String, account: String },
    /// A user who is signed in and shows a password or a second factor once more.
    SignedIn(String),
}

/// Whether an attempt was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Counted {
    Yes,
    /// There are too many, of which some are under way.
    Pending,
    /// There are too many in this window.
    WindowFull,
    /// There are too many on this day.
    DayFull,
}

impl Throttled {
    fn key(&self, window: Window) -> Key {
        let (kind, who) = match self {
            Self::Account(who) => ("account", who),
            Self::Device { device, .. } => ("device", device),
            Self::SignedIn(who) => ("signed-in", who),
        };
        key::throttle(kind, who, window.day())
    }

    fn update(&self, window: Window) -> Update {
        Update::of(self.key(window)).increase("failures :change, #window :change").name("#window", &attempts_in(window))
    }
}

impl Store {
    /// Counts an attempt to sign in, unless there are too many.
    pub async fn count_attempt(&self, of: &Throttled, window: Window, cause: &Cause) -> Result<Counted, StoreError> {
        let update = of
            .update(window)
            .set("#ttl = :end")
            .when("(attribute_not_exists(failures) OR failures < :daily)")
            .when("(attribute_not_exists(#window) OR #window < :limit)")
            .name("#ttl", "ttl")
            .value(":change", 1)
            .value(":end", window.end_of_day())
            .value(":daily", MAX_DAILY_FAILURES)
            .value(":limit", MAX_FAILURES);
        Ok(match self.table.update::<ThrottleItem>(update, &cause.silent()).await? {
            Updated::Done(_) => Counted::Yes,
            Updated::Refused(Some(item)) if item.waits_for_others(window) => Counted::Pending,
            Updated::Refused(Some(item)) if item.failures >= MAX_DAILY_FAILURES => Counted::DayFull,
            Updated::Refused(_) => Counted::WindowFull,
        })
    }

    /// Remembers that a counted attempt failed: it is not under way any more.
    pub async fn count_failure(&self, of: &Throttled, window: Window, cause: &Cause) -> Result<(), StoreError> {
        let update = Update::of(of.key(window))
            .increase("#failures :one")
            .when("attribute_exists(failures)")
            .name("#failures", &failures_in(window))
            .value(":one", 1);
        let _: Updated<ThrottleItem> = self.table.update(update, &cause.silent()).await?;
        Ok(())
    }

    /// Takes one attempt back, which succeeded. Those of others stay.
    pub async fn take_back(&self, of: &Throttled, window: Window, cause: &Cause) -> Result<(), StoreError> {
        let update = of.update(window).when("#window > :none").value(":change", -1).value(":none", 0);
        let _: Updated<ThrottleItem> = self.table.update(update, &cause.silent()).await?;
        Ok(())
    }

    /// Failures of a day so far from all devices that an address knows.
    pub async fn device_failures(&self, account: &str, window: Window) -> Result<u32, StoreError> {
        let item: Option<ThrottleItem> = self.table.get(&key::throttle("devices", account, window.day())).await?;
        Ok(item.map_or(0, |item| item.failures))
    }

    pub async fn count_device_failure(&self, account: &str, window: Window, cause: &Cause) -> Result<(), StoreError> {
        let update = Update::of(key::throttle("devices", account, window.day()))
            .increase("failures :one")
            .set("#ttl = :end")
            .name("#ttl", "ttl")
            .value(":one", 1)
            .value(":end", window.end_of_day());
        let _: Updated<ThrottleItem> = self.table.update(update, &cause.silent()).await?;
        Ok(())
    }

    /// Failures from a network in a window so far.
    pub async fn network_failures(&self, network: &str, window: Window) -> Result<u32, StoreError> {
        let item: Option<ThrottleItem> = self.table.get(&key::throttle("network", network, window.number)).await?;
        Ok(item.map_or(0, |item| item.failures))
    }

    pub async fn count_network_failure(&self, network: &str, window: Window, cause: &Cause) -> Result<(), StoreError> {
        let update = of_network(network, window)
            .increase("failures :one")
            .when("(attribute_not_exists(failures) OR failures < :limit)")
            .value(":limit", MAX_NETWORK_FAILURES);
        let _: Updated<ThrottleItem> = self.table.update(update, &cause.silent()).await?;
        Ok(())
    }

    /// Counts an attempt to sign up; `false`, uncounted, if the network has made `limit` already or failed too often.
    pub async fn count_sign_up(
        &self,
        network: &str,
        window: Window,
        limit: u32,
        cause: &Cause,
    ) -> Result<bool, StoreError> {
        self.count_of_network("sign_ups", network, window, limit, cause).await
    }

    /// Counts a request of a reset; `false`, uncounted, if the network has made `limit` already or failed too often.
    pub async fn count_reset(
        &self,
        network: &str,
        window: Window,
        limit: u32,
        cause: &Cause,
    ) -> Result<bool, StoreError> {
        self.count_of_network("resets", network, window, limit, cause).await
    }

    async fn count_of_network(
        &self,
        what: &str,
        network: &str,
        window: Window,
        limit: u32,
        cause: &Cause,
    ) -> Result<bool, StoreError> {
        let update = of_network(network, window)
            .increase(&format!("{what} :one"))
            .when("(attribute_not_exists(failures) OR failures < :failures)")
            .when(&format!("(attribute_not_exists({what}) OR {what} < :limit)"))
            .value(":failures", MAX_NETWORK_FAILURES)
            .value(":limit", limit);
        let updated: Updated<ThrottleItem> = self.table.update(update, &cause.silent()).await?;
        Ok(matches!(updated, Updated::Done(_)))
    }

    /// Counts a mail; `false`, uncounted, if there were as many as `limit` in this hour. `of` is a pseudonym of whom they count against.
    pub async fn count_mail(&self, of: &str, limit: u32, window: Window, cause: &Cause) -> Result<bool, StoreError> {
        let update = Update::of(key::throttle("mails", of, window.hour()))
            .increase("mails :one")
            .set("#ttl = :end")
            .when("(attribute_not_exists(mails) OR mails < :limit)")
            .name("#ttl", "ttl")
            .value(":one", 1)
            .value(":end", window.end_of_hour())
            .value(":limit", limit);
        // Who asks for a stranger's mailbox must not be named beside its pseudonym.
        let updated: Updated<ThrottleItem> = self.table.update(update, &cause.silent().anonymous()).await?;
        Ok(matches!(updated, Updated::Done(_)))
    }

    /// Counts a sign-up with another address of a mailbox; `false`, uncounted, if there are too many on this day.
    pub async fn count_alias(&self, mailbox: &str, window: Window, cause: &Cause) -> Result<bool, StoreError> {
        let update = Update::of(key::throttle("mailbox", mailbox, window.day()))
            .increase("sign_ups :one")
            .set("#ttl = :end")
            .when("(attribute_not_exists(sign_ups) OR sign_ups < :limit)")
            .name("#ttl", "ttl")
            .value(":one", 1)
            .value(":end", window.end_of_day())
            .value(":limit", MAX_DAILY_ALIASES);
        let updated: Updated<ThrottleItem> = self.table.update(update, &cause.silent()).await?;
        Ok(matches!(updated, Updated::Done(_)))
    }
}

fn of_network(network: &str, window: Window) -> Update {
    Update::of(key::throttle("network", network, window.number))
        .set("#ttl = :end")
        .name("#ttl", "ttl")
        .value(":one", 1)
        .value(":end", window.end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::Timestamp;
    use serde_json::json;

    #[test]
    fn only_attempts_whose_success_would_make_room_are_worth_a_moment() {
        let window = Window::at(Timestamp::from_millis(1_767_225_600_000));
        let waits = |failures: u32, attempts: u32, failed: u32| {
            let item = json!({"failures": failures, attempts_in(window): attempts, failures_in(window): failed});
            serde_json::from_value::<ThrottleItem>(item).unwrap().waits_for_others(window)
        };
        assert!(waits(10, 10, 9) && waits(100, 5, 4), "one is under way");
        assert!(!waits(10, 10, 10) && !waits(100, 5, 5), "all failed");
        assert!(!waits(103, 5, 4) && !waits(13, 12, 10), "too many failed beside");
    }
}
