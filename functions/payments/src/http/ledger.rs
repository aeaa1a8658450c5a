//! The ledger's balances, and the sum that must be nothing.

use super::corrupt;
use crate::domain::Rejection;
use crate::service::{Balances, Payments};
use chassis::{Call, Problem};
use events::Money;
use events::payments::LedgerAccount;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The balances of every account in every currency that money moved in.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LedgerView {
    /// One for each account and currency.
    pub balances: Vec<AccountBalance>,
    /// All balances of one currency together, one for each currency; always nothing.
    pub sums: Vec<Money>,
}

/// An account's balance.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct AccountBalance {
    /// Which account.
    pub account: LedgerAccount,
    /// Debits less credits.
    pub balance: Money,
}

/// `GET /v1/ledger/balances`
pub(super) async fn balances(app: Arc<Payments>, _: Call) -> Result<LedgerView, Problem> {
    let currencies = app.balances().await?;
    let sums: Result<_, _> = currencies.iter().map(sum).collect();
    let of_currency = |balances: &Balances| {
        let currency = balances.currency;
        balances.accounts.map(|(account, amount)| AccountBalance { account, balance: Money::new(amount, currency) })
    };
    Ok(LedgerView {
        balances: currencies.iter().flat_map(of_currency).collect(),
        sums: sums.map_err(|_| corrupt(&Rejection::Overflow))?,
    })
}

fn sum(balances: &Balances) -> Result<Money, events::money::MoneyError> {
    let amounts = balances.accounts.iter().map(|(_, amount)| Money::new(*amount, balances.currency));
    Money::sum(balances.currency, amounts)
}
