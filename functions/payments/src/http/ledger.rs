//! The balances of the ledger, the debits and credits of a day, whose sums must agree, and the money of several days.

use crate::domain::Rejection;
use crate::domain::balances::{Balances, Movement, TrialBalance};
use crate::service::Payments;
use chassis::{Call, NoBody, Problem};
use events::payments::LedgerAccount;
use events::{Currency, Day, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
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
    Ok(LedgerBalances { balances: currencies.iter().flat_map(accounts).collect(), sums })
}

fn accounts(balances: &Balances) -> impl Iterator<Item = AccountBalance> {
    let money = |amount: &i64| Money::new(*amount, balances.currency);
    balances.accounts.iter().map(move |(account, amount)| AccountBalance { account: *account, balance: money(amount) })
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TrialBalanceQuery {
    /// The day in UTC.
    pub date: Day,
}

/// What was booked on one day in UTC. A booking belongs to the day on which the provider's answer was recorded.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "TrialBalance")]
pub(super) struct TrialBalanceOfDay {
    pub date: Day,
    /// One entry for each account and currency that moved.
    pub accounts: Vec<AccountMovement>,
    /// One entry for each currency that moved. Debits and credits are equal.
    pub sums: Vec<MovementSum>,
}

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(super) struct AccountMovement {
    pub account: LedgerAccount,
    pub debits: Money,
    pub credits: Money,
}

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(super) struct MovementSum {
    pub debits: Money,
    pub credits: Money,
}

/// `GET /v1/ledger/trial-balance?date=`
pub(super) async fn trial_balance(
    app: Arc<Payments>,
    call: Call<NoBody, TrialBalanceQuery>,
) -> Result<TrialBalanceOfDay, Problem> {
    let date = call.query.date;
    let currencies = app.trial_balance(&date).await?;
    let both = |Movement { debits, credits }: Movement, currency: Currency| {
        (Money::new(debits, currency), Money::new(credits, currency))
    };
    let sum = |of: &TrialBalance| {
        let (debits, credits) = both(of.moved.sums()?, of.currency);
        Ok(MovementSum { debits, credits })
    };
    let sums = currencies.iter().map(sum).collect::<Result<_, Rejection>>()?;
    let of_currency = |of: &TrialBalance| {
        let account = |(account, movement)| {
            let (debits, credits) = both(movement, of.currency);
            AccountMovement { account, debits, credits }
        };
        of.moved.iter().map(account).collect::<Vec<_>>()
    };
    Ok(TrialBalanceOfDay { accounts: currencies.iter().flat_map(of_currency).collect(), sums, date })
}
