//! What bookings do to the accounts: balances, and the debits and credits of a day. Projections of the entries; refuses
//! bookings that do not sum to zero.

use super::ledger::balanced;
use super::rejection::Rejection;
use events::payments::{Entry, LedgerAccount};
use events::{Currency, Day};
use std::collections::BTreeMap;

/// The debits and the credits of an account, both in positive minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Movement {
    pub debits: i64,
    pub credits: i64,
}

/// What bookings moved, by account. Its debits equal its credits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Movements(BTreeMap<LedgerAccount, Movement>);

impl Movement {
    /// Debits minus credits.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn net(self) -> Result<i64, Rejection> {
        self.debits.checked_sub(self.credits).ok_or(Rejection::Overflow)
    }
}

impl Movements {
    /// All movements by these bookings, so that one write touches each account once.
    ///
    /// # Errors
    /// `Unbalanced` if a sender's entries do not sum to zero; `Overflow`.
    pub fn of<'a>(bookings: impl IntoIterator<Item = &'a [Entry]>) -> Result<Self, Rejection> {
        let mut moved = Self::default();
        for entries in bookings {
            for Entry { account, amount } in balanced(entries.iter().map(|entry| (entry.account, entry.amount)))? {
                let by = amount.checked_abs().ok_or(Rejection::Overflow)?;
                let (debits, credits) = if amount > 0 { (by, 0) } else { (0, by) };
                moved.add(account, Movement { debits, credits })?;
            }
        }
        Ok(moved)
    }

    /// Adds a movement.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn add(&mut self, account: LedgerAccount, by: Movement) -> Result<(), Rejection> {
        if by != Movement::default() {
            let sum = self.0.entry(account).or_default();
            add(&mut sum.debits, by.debits)?;
            add(&mut sum.credits, by.credits)?;
        }
        Ok(())
    }

    /// Adds all of another part.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn merge(&mut self, part: &Self) -> Result<(), Rejection> {
        part.iter().try_for_each(|(account, movement)| self.add(account, movement))
    }

    /// The accounts that moved.
    pub fn iter(&self) -> impl Iterator<Item = (LedgerAccount, Movement)> {
        self.0.iter().map(|(account, movement)| (*account, *movement))
    }

    /// An account's movement.
    pub fn on(&self, account: LedgerAccount) -> Movement {
        self.0.get(&account).copied().unwrap_or_default()
    }

    /// The sums of all debits and all credits, which are equal.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn sums(&self) -> Result<Movement, Rejection> {
        let mut sums = Movement::default();
        for movement in self.0.values() {
            add(&mut sums.debits, movement.debits)?;
            add(&mut sums.credits, movement.credits)?;
        }
        Ok(sums)
    }
}

/// The balances of one currency, in minor units: debits minus credits of every account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balances {
    pub currency: Currency,
    pub accounts: BTreeMap<LedgerAccount, i64>,
}

impl Balances {
    /// Of a currency without bookings.
    pub fn zero(currency: Currency) -> Self {
        Self { currency, accounts: LedgerAccount::ALL.map(|account| (account, 0)).into() }
    }

    /// Adds the balance of an account in a shard.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn add(&mut self, account: LedgerAccount, amount: i64) -> Result<(), Rejection> {
        add(self.accounts.entry(account).or_default(), amount)
    }

    /// The sum over all accounts. It is 0 unless the ledger is wrong.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn sum(&self) -> Result<i64, Rejection> {
        self.accounts.values().try_fold(0i64, |sum, amount| sum.checked_add(*amount)).ok_or(Rejection::Overflow)
    }
}

/// The debits and credits of one currency on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialBalance {
    pub currency: Currency,
    pub moved: Movements,
}

/// A part of the balances, as far as a booking must know it: the day that it sums, and that day's movements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDay {
    pub day: Day,
    /// How many writes the shard has had.
    pub seq: u64,
    pub moved: Movements,
}

/// Where bookings of a day are summed, beside the running balances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posting {
    /// In the shard itself, which sums that day, or none yet.
    Open,
    /// In the shard, whose own day is over: it moves to an item of its own.
    Next(OpenDay),
    /// In the item of that day, which the shard has left behind.
    Late,
}

impl Posting {
    /// Given the shard as somebody saw it; `None` if nobody looked.
    pub fn on(day: &Day, shard: Option<OpenDay>) -> Self {
        match shard {
            Some(open) if open.day > *day => Self::Late,
            Some(open) if open.day < *day => Self::Next(open),
            _ => Self::Open,
        }
    }
}

fn add(sum: &mut i64, amount: i64) -> Result<(), Rejection> {
    *sum = sum.checked_add(amount).ok_or(Rejection::Overflow)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(account: LedgerAccount, amount: i64) -> Entry {
        Entry { account, amount }
    }

    #[test]
    fn entries_that_do_not_sum_to_zero_move_nothing() {
        assert_eq!(Movements::of([&[entry(LedgerAccount::Cash, 1)][..]]), Err(Rejection::Unbalanced));
    }

    #[test]
    fn debits_and_credits_of_an_account_are_kept_apart() {
        let sold = [entry(LedgerAccount::Receivable, 9), entry(LedgerAccount::Revenue, -9)];
        let paid = [entry(LedgerAccount::Cash, 7), entry(LedgerAccount::Receivable, -7)];
        let moved = Movements::of([&sold[..], &paid[..]]).unwrap();
        assert_eq!(moved.on(LedgerAccount::Receivable), Movement { debits: 9, credits: 7 });
        assert_eq!(moved.on(LedgerAccount::Receivable).net(), Ok(2));
        assert_eq!(moved.sums(), Ok(Movement { debits: 16, credits: 16 }));
    }
}
