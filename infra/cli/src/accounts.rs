//! A user's account as an operator sees it before granting a role: id, age, whether the address is verified, roles.
//! Owns where the table of `users` keeps them. Refuses to change anything.

use anyhow::{Context, Result, bail};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::ids::UserId;
use events::{Capability, Email, Timestamp};

use crate::cloud::{Cloud, Texts};
use crate::names::Names;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What is known of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: UserId,
    pub name: String,
    pub created_at: Timestamp,
    /// When the user showed to read the mail of the address.
    pub verified_at: Option<Timestamp>,
    pub roles: Vec<String>,
}

/// The account with this address.
///
/// # Errors
/// If nobody has the address, or the caller may not read the table.
pub fn find(cloud: &Cloud, names: &Names, email: &Email) -> Result<Account> {
    let table = names.stack(Capability::Users.name());
    let mut owner = cloud.item(&table, &key_of(email.as_str()), "email")?;
    if let (None, Some(earlier)) = (&owner, email.in_unicode()) {
        // Where a version that kept domains as they are read put it.
        owner = cloud.item(&table, &key_of(&earlier), "email")?;
    }
    let Some(owner) = owner else {
        bail!("nobody has signed up with {} on {}", email.as_str(), names.prefix());
    };
    let id = one(&owner, "user_id")?;
    let profile = cloud.item(&table, &id, "profile")?.with_context(|| format!("{id} is not there"))?;
    Account::read(&id, &profile)
}

/// The partition of an address, as the README of `users` says.
fn key_of(email: &str) -> String {
    format!("email#{}", URL_SAFE_NO_PAD.encode(digest(&SHA256, email.as_bytes())))
}

fn one(item: &Texts, name: &str) -> Result<String> {
    let found = item.get(name).and_then(|texts| texts.first());
    found.cloned().with_context(|| format!("the table of users has no {name} where it should be"))
}

impl Account {
    fn read(id: &str, profile: &Texts) -> Result<Self> {
        let id = id.parse().ok().with_context(|| format!("{id} is no user's id"))?;
        let time = |text: String| Timestamp::parse(&text).with_context(|| format!("{text} is no time"));
        Ok(Self {
            id,
            name: one(profile, "name")?,
            created_at: time(one(profile, "created_at")?)?,
            verified_at: one(profile, "email_verified_at").ok().map(time).transpose()?,
            roles: profile.get("roles").cloned().unwrap_or_default(),
        })
    }

    /// What an operator reads before saying yes.
    pub fn told(&self, email: &Email, now: Timestamp) -> String {
        let verified = match self.verified_at {
            Some(at) => format!("since {at}"),
            None => "no".to_owned(),
        };
        let facts = [
            ("id", self.id.to_string()),
            ("name", self.name.clone()),
            ("address", email.as_str().to_owned()),
            ("verified", verified),
            ("signed up", format!("{} ago, {}", age(now.seconds_since(self.created_at)), self.created_at)),
            ("roles", self.roles.join(", ")),
        ];
        facts.map(|(term, fact)| format!("  {term:<10} {fact}")).join("\n")
    }
}

/// A span in its largest unit.
fn age(seconds: i64) -> String {
    let (number, unit) = match seconds {
        ..MINUTE => (seconds.max(0), "second"),
        MINUTE..HOUR => (seconds / MINUTE, "minute"),
        HOUR..DAY => (seconds / HOUR, "hour"),
        _ => (seconds / DAY, "day"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(more: &[(&str, &[&str])]) -> Texts {
        let known: [(&str, &[&str]); 3] =
            [("name", &["Ada"]), ("created_at", &["2026-01-01T00:00:00.000Z"]), ("roles", &["customer", "staff"])];
        let pair = |(name, texts): &(&str, &[&str])| {
            ((*name).to_owned(), texts.iter().map(|text| (*text).to_owned()).collect())
        };
        known.iter().chain(more).map(pair).collect()
    }

    #[test]
    fn an_address_is_looked_for_where_users_keeps_it() {
        // The same address and key as in a test of `users`.
        assert_eq!(key_of("ada@example.com"), "email#tfyF5VdV-eDQMKEKtEKbaylEhV-aDWAHf-gyvsvEHXI");
    }

    #[test]
    fn an_operator_reads_id_age_roles_and_whether_the_address_is_verified() {
        let (id, email) = (UserId::from_bits(7), "ada@example.com".parse().unwrap());
        let account = Account::read(&id.to_string(), &profile(&[])).unwrap();
        let now = account.created_at.plus_seconds(3 * DAY + HOUR);
        let told = account.told(&email, now);
        for part in [&*id.to_string(), "verified   no", "3 days ago", "customer, staff", "ada@example.com"] {
            assert!(told.contains(part), "{part} in {told}");
        }
        let at = "2026-01-02T00:00:00.000Z";
        let verified = Account::read(&id.to_string(), &profile(&[("email_verified_at", &[at])])).unwrap();
        assert!(verified.told(&email, now).contains(&format!("since {at}")));
        assert!(Account::read("user_x", &profile(&[])).is_err());
    }

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        let ages = [-5, 1, 59, 60, 3_600, 7_200, 86_400, 200_000].map(age);
        let told = ["0 seconds", "1 second", "59 seconds", "1 minute", "1 hour", "2 hours", "1 day", "2 days"];
        assert_eq!(ages, told);
    }
}
