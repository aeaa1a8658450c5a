//! The balances of the ledger, and their sums, which must be zero.

use crate::domain::Rejection;
use crate::domain::ledger::Balances;
use crate::service::Payments;
use chassis::{Call, Problem};
use events::Money;
use events::payments::LedgerAccount;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The balance of every account in every currency that has bookings.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct LedgerBalances {
    /// One entry for each account and currency.
    pub balances: Vec<AccountBalance>,
    /// The sum of all balances of a currency, one entry for each currency. Every sum is zero.
    pub sums: Vec<Money>,
}

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(super) struct AccountBalance {
    pub account: LedgerAccount,
    /// Debits minus credits.
    pub balance: Money,
}

/// `GET /v1/ledger/balances`
pub(super) async fn balances(app: Arc<Payments>, _: Call) -> Result<LedgerBalances, Problem> {
    let currencies = app.balances().await?;
    let sum = |balances: &Balances| Ok(Money::new(balances.sum()?, balances.currency));
    let sums = currencies.iter().map(sum).collect::<Result<_, Rejection>>()?;
    let of_currency = |balances: &Balances| {
        let currency = balances.currency;
        balances.accounts.map(|(account, amount)| AccountBalance { account, balance: Money::new(amount, currency) })
    };
    Ok(LedgerBalances { balances: currencies.iter().flat_map(of_currency).collect(), sums })
}
