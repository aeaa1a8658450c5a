//! Who waits for a SKU: the alerts of a person, how many there may be and how long they last; a guest's request until its mailbox says that it is
//! meant. Refuses stock: whether a SKU is out is inventory's business.

use super::Rejection;
use events::ids::{StockAlertId, UserId};
use events::{Email, Language, Sku, Timestamp};
use serde::{Deserialize, Serialize};

/// Alerts of one person at a time.
pub const MAX_ALERTS: usize = 20;
/// Days after which nobody waits any more.
pub const ALERT_DAYS: i64 = 180;
/// Seconds in which a guest's mailbox has to say that the request is meant.
pub const CONFIRMATION_SECONDS: i64 = 24 * 60 * 60;
/// Mails that ask a mailbox in an hour, whoever wanted them.
pub const MAX_HOURLY_MAILS: u32 = 5;
/// Requests of guests from one network in a quarter of an hour.
pub const MAX_NETWORK_REQUESTS: u32 = 20;

/// The request to be told once when a SKU is back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockAlert {
    pub id: StockAlertId,
    pub sku: Sku,
    pub created_at: Timestamp,
    pub ends_at: Timestamp,
    /// Number among all that the person ever had: it names the mail about it, so that there is one.
    pub number: u64,
}

/// The alerts of a person: a user, or the mailbox of a guest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockAlerts {
    #[serde(default)]
    pub alerts: Vec<StockAlert>,
    /// Number of writes so far.
    pub seq: u64,
}

/// Who waits, as an alert's own item says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    #[serde(flatten)]
    pub alert: StockAlert,
    pub person: Person,
    /// The language of the pages on which a guest asked. A user's is the account's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

/// Whose alert it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Person {
    User(UserId),
    /// A guest's address, and what stands for its mailbox.
    Guest {
        email: Email,
        mailbox: String,
    },
}

/// A guest's request that waits for the mailbox. Whoever has its token has read the mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unconfirmed {
    pub sku: Sku,
    pub email: Email,
    pub mailbox: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    pub expires_at: Timestamp,
    /// The alert that came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<StockAlertId>,
    pub seq: u64,
}

/// What a request leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The person waits for it already.
    Known(StockAlert),
    Wait(StockAlert, StockAlerts),
}

impl Person {
    /// What the person's alerts are kept by.
    pub fn subject(&self) -> String {
        match self {
            Self::User(user) => user.to_string(),
            Self::Guest { mailbox, .. } => mailbox.clone(),
        }
    }

    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(*user),
            Self::Guest { .. } => None,
        }
    }
}

impl StockAlert {
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.ends_at <= now
    }
}

impl StockAlerts {
    /// Those that have not ended by themselves.
    pub fn live(&self, now: Timestamp) -> impl Iterator<Item = &StockAlert> {
        self.alerts.iter().filter(move |alert| !alert.is_over(now))
    }

    /// Decides on the request to be told of a SKU. Who waits for it already, waits on.
    ///
    /// # Errors
    /// `TooManyAlerts`.
    pub fn wait_for(self, sku: &Sku, id: StockAlertId, now: Timestamp) -> Result<Decision, Rejection> {
        if let Some(known) = self.live(now).find(|alert| alert.sku == *sku) {
            return Ok(Decision::Known(known.clone()));
        }
        let seq = self.seq + 1;
        let ends_at = now.plus_seconds(ALERT_DAYS * 24 * 60 * 60);
        let alert = StockAlert { id, sku: sku.clone(), created_at: now, ends_at, number: seq };
        let mut alerts: Vec<_> = self.alerts.into_iter().filter(|alert| !alert.is_over(now)).collect();
        if alerts.len() >= MAX_ALERTS {
            return Err(Rejection::TooManyAlerts);
        }
        alerts.push(alert.clone());
        Ok(Decision::Wait(alert, Self { alerts, seq }))
    }

    /// The same without an alert, and that; `None` if it is not among them.
    pub fn without(mut self, id: StockAlertId) -> Option<(StockAlert, Self)> {
        let place = self.alerts.iter().position(|alert| alert.id == id)?;
        let alert = self.alerts.remove(place);
        Some((alert, Self { seq: self.seq + 1, ..self }))
    }
}

impl Unconfirmed {
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    pub fn person(&self) -> Person {
        Person::Guest { email: self.email.clone(), mailbox: self.mailbox.clone() }
    }

    /// The same once the mailbox has said that it is meant.
    #[must_use]
    pub fn confirmed(self, alert: StockAlertId) -> Self {
        Self { confirmed: Some(alert), seq: self.seq + 1, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days: i64) -> Timestamp {
        Timestamp::default().plus_seconds(days * 24 * 60 * 60)
    }

    fn waiting(alerts: StockAlerts, sku: &str, number: u128, days: i64) -> Result<StockAlerts, Rejection> {
        match alerts.wait_for(&sku.parse().unwrap(), StockAlertId::from_bits(number), at(days))? {
            Decision::Wait(_, alerts) => Ok(alerts),
            Decision::Known(known) => panic!("{known:?} is known"),
        }
    }

    #[test]
    fn a_person_waits_once_for_a_sku_and_again_once_that_is_over() {
        let alerts = waiting(StockAlerts::default(), "TEA", 1, 0).unwrap();
        let again = alerts.clone().wait_for(&"TEA".parse().unwrap(), StockAlertId::from_bits(2), at(179)).unwrap();
        assert!(matches!(again, Decision::Known(alert) if alert.id == StockAlertId::from_bits(1)));
        let later = waiting(alerts, "TEA", 3, 180).unwrap();
        assert_eq!(later.alerts.iter().map(|alert| alert.number).collect::<Vec<_>>(), [2]);
        let (ended, none) = later.without(StockAlertId::from_bits(3)).unwrap();
        assert_eq!((ended.sku.as_str(), none.alerts.len(), none.seq), ("TEA", 0, 3));
        assert_eq!(none.without(StockAlertId::from_bits(3)), None);
    }

    #[test]
    fn nobody_waits_for_more_than_twenty_skus_at_a_time() {
        let mut alerts = StockAlerts::default();
        for number in 0..20 {
            alerts = waiting(alerts, &format!("TEA-{number}"), number, 0).unwrap();
        }
        assert_eq!(waiting(alerts.clone(), "POT", 21, 1), Err(Rejection::TooManyAlerts));
        assert_eq!(waiting(alerts, "POT", 21, 200).unwrap().alerts.len(), 1);
    }
}
