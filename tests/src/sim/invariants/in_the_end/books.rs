//! What the ledger must say at the end of a run: the balances and every day are the sums of the entries in the payments'
//! logs, and refunds took back what was sold.

use crate::sim::invariants::end::End;
use events::payments::{LedgerAccount, Operation};
use events::{Capability, Day};
use payments::domain::{Payment, Phase};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Currency and account.
type Account = (String, String);
/// Debits and credits by day and account.
type Days = BTreeMap<(String, Account), (i64, i64)>;

/// A part of the balances, or a day of it: balances by account, and debits and credits of the day.
#[derive(Deserialize)]
struct Part {
    currency: String,
    #[serde(default)]
    day: Option<String>,
    pk: String,
    #[serde(flatten)]
    columns: BTreeMap<String, Value>,
}

impl Part {
    fn key(&self, account: LedgerAccount) -> Account {
        (self.currency.clone(), account.as_str().to_owned())
    }

    fn amount(&self, account: LedgerAccount, side: &str) -> i64 {
        self.columns.get(&format!("{}{side}", account.as_str())).and_then(Value::as_i64).unwrap_or(0)
    }
}

/// The running balances.
pub fn balances_are_the_bookings(end: &End<'_>) -> Vec<String> {
    let mut balances = BTreeMap::new();
    for (part, account) in columns(&parts(end)) {
        *balances.entry(part.key(account)).or_insert(0) += part.amount(account, "");
    }
    differences("the balance", &balances, &booked(end.payments.values()).0)
}

/// Before there were shards, a currency had one item and no days: what an earlier version booked there has none.
pub fn days_are_the_bookings(end: &End<'_>) -> Vec<String> {
    let (parts, mut days) = (parts(end), Days::new());
    let mut undated: BTreeMap<Account, i64> = BTreeMap::new();
    for (part, account) in columns(&parts) {
        if part.pk == "balances" {
            *undated.entry(part.key(account)).or_default() += part.amount(account, "");
        }
        if let Some(day) = part.day.as_deref().or_else(|| part.pk.strip_prefix("day#")) {
            let moved = days.entry((day.to_owned(), part.key(account))).or_default();
            moved.0 += part.amount(account, "_debits");
            moved.1 += part.amount(account, "_credits");
        }
    }
    let dated = undated.values().all(|amount| *amount == 0);
    if dated { differences("the day", &days, &booked(end.payments.values()).1) } else { Vec::new() }
}

/// A payment that was refunded in full owes no tax and earned nothing.
pub fn refunds_take_back_what_was_sold(end: &End<'_>) -> Vec<String> {
    end.payments.values().filter_map(left_of_the_sale).collect()
}

fn parts(end: &End<'_>) -> Vec<Part> {
    end.stage.tables[&Capability::Payments].read(|(pk, _)| pk.starts_with("balances") || pk.starts_with("day#"))
}

fn columns(parts: &[Part]) -> impl Iterator<Item = (&Part, LedgerAccount)> {
    parts.iter().flat_map(|part| LedgerAccount::ALL.map(|account| (part, account)))
}

/// The entries in the logs, by account, and debits and credits by the day of their operation's outcome.
fn booked<'a>(payments: impl Iterator<Item = &'a Payment>) -> (BTreeMap<Account, i64>, Days) {
    let (mut balances, mut days) = (BTreeMap::new(), Days::new());
    for payment in payments {
        let Some(terms) = payment.terms else { continue };
        for (made, entry) in payment.log.iter().flat_map(|made| made.entries.iter().map(move |entry| (made, entry))) {
            let key = (terms.currency.as_str().to_owned(), entry.account.as_str().to_owned());
            let outcome = payment.last_of(made.payment_operation()).map_or(made.at, |last| last.at);
            *balances.entry(key.clone()).or_insert(0) += entry.amount;
            let day = days.entry((Day::of(outcome).to_string(), key)).or_default();
            day.0 += entry.amount.max(0);
            day.1 -= entry.amount.min(0);
        }
    }
    (balances, days)
}

fn differences<K: Ord + std::fmt::Debug, V: PartialEq + Default + std::fmt::Debug>(
    what: &str,
    shown: &BTreeMap<K, V>,
    booked: &BTreeMap<K, V>,
) -> Vec<String> {
    let none = V::default();
    let keys: BTreeSet<_> = shown.keys().chain(booked.keys()).collect();
    let differs = keys.into_iter().filter_map(|key| {
        let (shown, booked) = (shown.get(key).unwrap_or(&none), booked.get(key).unwrap_or(&none));
        (shown != booked).then(|| format!("{what} of {key:?} is {shown:?}, the payments booked {booked:?}"))
    });
    differs.collect()
}

fn left_of_the_sale(payment: &Payment) -> Option<String> {
    let sums = payment.amounts().unwrap_or_default();
    let whole = sums.captured > 0 && sums.refunded == sums.captured;
    let on = |accounts: &[LedgerAccount]| -> i64 {
        let entries = payment.log.iter().flat_map(|made| &made.entries);
        entries.filter(|entry| accounts.contains(&entry.account)).map(|entry| entry.amount).sum()
    };
    let refunds =
        payment.log.iter().filter(|made| made.operation == Operation::Refund && made.phase == Phase::Succeeded);
    // An earlier version took tax and shipping back as refunds of goods.
    let mut amounts = refunds.filter(|made| made.amount > 0);
    let by_this_version = amounts.all(|made| {
        let goods =
            made.entries.iter().filter(|entry| entry.account == LedgerAccount::Refunds).map(|entry| entry.amount);
        goods.sum::<i64>() < made.amount
    });
    let left = [
        on(&[LedgerAccount::Tax]),
        on(&[LedgerAccount::Shipping]),
        on(&[LedgerAccount::Revenue, LedgerAccount::Refunds]),
    ];
    (whole && by_this_version && left != [0; 3]).then(|| format!("{}: refunds left {left:?} of the sale", payment.id))
}
