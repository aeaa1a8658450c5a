//! The ledger entries of each movement of money, double-entry: debits positive, credits negative, every booking sums to
//! zero. Refuses balances, which are a projection of these entries.

use super::rejection::Rejection;
use super::terms::Terms;
use events::money::divide_half_even;
use events::payments::{AmountParts, Entry, LedgerAccount};

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

/// A refund after which `before` and `amount` are refunded together: it takes back the part of the net amount, of shipping
/// and of tax that the customer gets back. What all refunds of a payment take back of a part sums to that part.
///
/// # Errors
/// `Overflow`: an amount that has no negative, or a sum.
pub fn refunded(terms: &Terms, before: i64, amount: i64) -> Result<Vec<Entry>, Rejection> {
    let after = before.checked_add(amount).ok_or(Rejection::Overflow)?;
    let (was, is) = (refunded_parts(terms, before)?, refunded_parts(terms, after)?);
    let more = |is: i64, was: i64| is.checked_sub(was).ok_or(Rejection::Overflow);
    balanced([
        (LedgerAccount::Refunds, more(is.net, was.net)?),
        (LedgerAccount::Shipping, more(is.shipping, was.shipping)?),
        (LedgerAccount::Tax, more(is.tax, was.tax)?),
        (LedgerAccount::Cash, negated(amount)?),
    ])
}

/// The parts of everything refunded so far. What is not net is rounded first and then divided, so no part ever shrinks.
fn refunded_parts(terms: &Terms, refunded: i64) -> Result<AmountParts, Rejection> {
    let AmountParts { net, shipping: _, tax } = terms.parts;
    let beside_net = terms.amount.checked_sub(net).ok_or(Rejection::Overflow)?;
    let beside = share(beside_net, refunded, terms.amount)?;
    let tax = share(tax, beside, beside_net)?;
    // Neither exceeds what it is taken from.
    Ok(AmountParts { net: refunded - beside, shipping: beside - tax, tax })
}

/// `part × of / whole`, rounded half to even. Nothing of nothing.
fn share(part: i64, of: i64, whole: i64) -> Result<i64, Rejection> {
    if whole == 0 {
        return Ok(0);
    }
    let exact = divide_half_even(i128::from(part) * i128::from(of), i128::from(whole));
    i64::try_from(exact).map_err(|_| Rejection::Overflow)
}

fn negated(amount: i64) -> Result<i64, Rejection> {
    amount.checked_neg().ok_or(Rejection::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::Currency;
    use proptest::prelude::*;

    #[test]
    fn entries_that_do_not_sum_to_zero_are_no_booking() {
        assert_eq!(balanced([(LedgerAccount::Cash, 5), (LedgerAccount::Receivable, -4)]), Err(Rejection::Unbalanced));
    }

    #[test]
    fn a_booking_that_overflows_is_refused() {
        assert_eq!(captured(i64::MIN), Err(Rejection::Overflow));
    }

    fn terms(net: i64, shipping: i64, tax: i64) -> Terms {
        Terms { currency: Currency::EUR, amount: net + shipping + tax, parts: AmountParts { net, shipping, tax } }
    }

    fn on(account: LedgerAccount, entries: &[Entry]) -> i64 {
        entries.iter().filter(|entry| entry.account == account).map(|entry| entry.amount).sum()
    }

    #[test]
    fn a_refund_takes_back_its_part_of_tax_and_shipping() {
        let entries = refunded(&terms(8000, 500, 1615), 0, 1000).unwrap();
        let of = |account| on(account, &entries);
        // Of 10,115 cents 1,000 are returned: 209.1 of 2,115 are tax and shipping, of these 159.6 tax.
        let parts = [LedgerAccount::Refunds, LedgerAccount::Shipping, LedgerAccount::Tax, LedgerAccount::Cash].map(of);
        assert_eq!(parts, [791, 49, 160, -1000]);
    }

    proptest! {
        #[test]
        fn every_booking_sums_to_zero(net in 0i64..1 << 40, shipping in 0i64..1 << 40, tax in 0i64..1 << 40) {
            let terms = terms(net, shipping, tax);
            let amount = terms.amount;
            for entries in [sale(&terms), sale_reversed(&terms), captured(amount), refunded(&terms, 0, amount)] {
                prop_assert_eq!(entries.unwrap().iter().map(|entry| entry.amount).sum::<i64>(), 0);
            }
        }

        #[test]
        fn the_refunds_of_a_payment_take_back_exactly_what_was_sold(
            (net, shipping, tax) in (0i64..1 << 40, 0i64..5_000, 0i64..1 << 38),
            cuts in proptest::collection::vec(0i64..1_000, 0..12),
        ) {
            let terms = terms(net, shipping, tax);
            let mut ends: Vec<i64> = cuts.iter().map(|cut| terms.amount / 1_000 * cut).collect();
            ends.push(terms.amount);
            ends.sort_unstable();
            let (mut before, mut all) = (0, Vec::new());
            for end in ends {
                let entries = refunded(&terms, before, end - before).unwrap();
                prop_assert!(entries.iter().all(|entry| (entry.amount > 0) == (entry.account != LedgerAccount::Cash)));
                all.extend(entries);
                before = end;
                // In proportion, to a minor unit.
                for (account, part) in [(LedgerAccount::Tax, tax), (LedgerAccount::Shipping, shipping)] {
                    let exact = i128::from(part) * i128::from(end);
                    let booked = i128::from(on(account, &all)) * i128::from(terms.amount);
                    prop_assert!((exact - booked).abs() <= i128::from(terms.amount));
                }
            }
            for (account, part) in
                [(LedgerAccount::Tax, tax), (LedgerAccount::Shipping, shipping), (LedgerAccount::Refunds, net)]
            {
                prop_assert_eq!(on(account, &all), part);
            }
        }

        #[test]
        fn parts_that_do_not_sum_to_the_amount_are_never_booked(net in 0i64..1000, off in 1i64..1000) {
            let terms = Terms { amount: net + off, ..terms(net, 0, 0) };
            prop_assert_eq!(sale(&terms), Err(Rejection::Unbalanced));
        }
    }
}
