//! The ledger entries of each movement of money, double-entry: debits positive, credits negative, every booking sums to
//! zero. Refuses balances, which are a projection of these entries.

use super::rejection::Rejection;
use super::terms::Terms;
use events::Currency;
use events::payments::{Entry, LedgerAccount};
use std::collections::BTreeMap;

/// The balances of one currency, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balances {
    pub currency: Currency,
    pub accounts: [(LedgerAccount, i64); 6],
}

impl Balances {
    /// The sum over all accounts. It is 0 unless the ledger is wrong.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn sum(&self) -> Result<i64, Rejection> {
        let mut amounts = self.accounts.iter().map(|(_, amount)| *amount);
        amounts.try_fold(0i64, i64::checked_add).ok_or(Rejection::Overflow)
    }
}

/// The entries without zero amounts, if they sum to zero.
///
/// # Errors
/// `Unbalanced`, `Overflow`.
pub fn balanced(entries: impl IntoIterator<Item = (LedgerAccount, i64)>) -> Result<Vec<Entry>, Rejection> {
    let entries: Vec<_> = entries
        .into_iter()
        .filter(|(_, amount)| *amount != 0)
        .map(|(account, amount)| Entry { account, amount })
        .collect();
    let sum = entries.iter().try_fold(0i64, |sum, entry| sum.checked_add(entry.amount)).ok_or(Rejection::Overflow)?;
    if sum == 0 { Ok(entries) } else { Err(Rejection::Unbalanced) }
}

/// The sale when the goods have left: it is earned and the customer owes it, even if the capture fails.
///
/// # Errors
/// `Unbalanced` if the parts do not sum to the amount; `Overflow`.
pub fn sale(terms: &Terms) -> Result<Vec<Entry>, Rejection> {
    let parts = &terms.parts;
    balanced([
        (LedgerAccount::Receivable, terms.amount),
        (LedgerAccount::Revenue, negated(parts.net)?),
        (LedgerAccount::Shipping, negated(parts.shipping)?),
        (LedgerAccount::Tax, negated(parts.tax)?),
    ])
}

/// The reversal of a sale whose money was never captured: the payment was voided.
///
/// # Errors
/// As [`sale`].
pub fn sale_reversed(terms: &Terms) -> Result<Vec<Entry>, Rejection> {
    let entries = sale(terms)?;
    let reversed: Result<Vec<_>, Rejection> =
        entries.into_iter().map(|entry| Ok((entry.account, negated(entry.amount)?))).collect();
    balanced(reversed?)
}

/// # Errors
/// `Overflow`: an amount that has no negative.
pub fn captured(amount: i64) -> Result<Vec<Entry>, Rejection> {
    balanced([(LedgerAccount::Cash, amount), (LedgerAccount::Receivable, negated(amount)?)])
}

/// # Errors
/// `Overflow`: an amount that has no negative.
pub fn refunded(amount: i64) -> Result<Vec<Entry>, Rejection> {
    balanced([(LedgerAccount::Refunds, amount), (LedgerAccount::Cash, negated(amount)?)])
}

/// The change of each account by all these bookings, so that one write touches each account once.
///
/// # Errors
/// `Unbalanced` if a sender's entries do not sum to zero; `Overflow`.
pub fn movements<'a>(
    bookings: impl IntoIterator<Item = &'a [Entry]>,
) -> Result<BTreeMap<LedgerAccount, i64>, Rejection> {
    let mut moved: BTreeMap<LedgerAccount, i64> = BTreeMap::new();
    for entries in bookings {
        balanced(entries.iter().map(|entry| (entry.account, entry.amount)))?;
        for entry in entries {
            let by = moved.entry(entry.account).or_default();
            *by = by.checked_add(entry.amount).ok_or(Rejection::Overflow)?;
        }
    }
    moved.retain(|_, by| *by != 0);
    Ok(moved)
}

fn negated(amount: i64) -> Result<i64, Rejection> {
    amount.checked_neg().ok_or(Rejection::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::payments::AmountParts;
    use proptest::prelude::*;

    #[test]
    fn entries_that_do_not_sum_to_zero_are_no_booking() {
        assert_eq!(balanced([(LedgerAccount::Cash, 5), (LedgerAccount::Receivable, -4)]), Err(Rejection::Unbalanced));
        assert_eq!(movements([&[Entry { account: LedgerAccount::Cash, amount: 1 }][..]]), Err(Rejection::Unbalanced));
    }

    #[test]
    fn a_booking_that_overflows_is_refused() {
        assert_eq!(captured(i64::MIN), Err(Rejection::Overflow));
    }

    proptest! {
        #[test]
        fn every_booking_sums_to_zero(net in 0i64..1 << 40, shipping in 0i64..1 << 40, tax in 0i64..1 << 40) {
            let amount = net + shipping + tax;
            let terms = Terms { currency: Currency::EUR, amount, parts: AmountParts { net, shipping, tax } };
            for entries in [sale(&terms), sale_reversed(&terms), captured(amount), refunded(amount)] {
                prop_assert_eq!(entries.unwrap().iter().map(|entry| entry.amount).sum::<i64>(), 0);
            }
        }

        #[test]
        fn parts_that_do_not_sum_to_the_amount_are_never_booked(net in 0i64..1000, off in 1i64..1000) {
            let parts = AmountParts { net, shipping: 0, tax: 0 };
            let terms = Terms { currency: Currency::EUR, amount: net + off, parts };
            prop_assert_eq!(sale(&terms), Err(Rejection::Unbalanced));
        }
    }
}
