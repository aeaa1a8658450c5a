//! Money by day and the refund rate of a period, as the ledger has them. Refuses a mean of rates: that of a period is of its sums.

use crate::domain::Rejection;
use crate::domain::figures::{CurrencyFigures, Figures, Period};
use crate::service::Payments;
use chassis::{Call, NoBody, Problem};
use events::{Currency, Day, Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListDays {
    /// The first day in UTC. 29 days before `to`, if absent.
    #[serde(default)]
    from: Option<Day>,
    /// The last day in UTC, 91 days after `from` at most. Today, if absent.
    #[serde(default)]
    to: Option<Day>,
    /// Only this currency.
    #[serde(default)]
    pub currency: Option<Currency>,
}

/// The money of a period. A booking belongs to the day on which the provider's answer was recorded.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "LedgerDays")]
pub(super) struct DaysOfPeriod {
    pub from: Day,
    pub to: Day,
    /// One entry for each currency that moved.
    pub currencies: Vec<DaysOfCurrency>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "LedgerDaysOfCurrency")]
pub(super) struct DaysOfCurrency {
    pub currency: Currency,
    /// Of all days together.
    pub total: MoneyMoved,
    /// Every day of the period, oldest first.
    pub days: Vec<DayMoved>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "LedgerDay")]
pub(super) struct DayMoved {
    pub date: Day,
    #[serde(flatten)]
    pub moved: MoneyMoved,
}

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(rename = "LedgerFigures")]
pub(super) struct MoneyMoved {
    pub captured: Money,
    pub refunded: Money,
    /// What the provider kept.
    pub fees: Money,
    /// Refunds per captured money in basis points (1/10,000). Absent where nothing was captured. A day may have more than 10,000, by
    /// refunds of earlier sales.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_rate_basis_points: Option<i64>,
}

impl ListDays {
    pub(crate) fn period(&self, now: Timestamp) -> Result<Period, Problem> {
        let period = Period::new(self.from.clone(), self.to.clone(), Day::of(now));
        period.map_err(|error| Problem::parameter("to", &error.to_string()))
    }
}

/// `GET /v1/ledger/days?from=&to=&currency=`
pub(super) async fn days(app: Arc<Payments>, call: Call<NoBody, ListDays>) -> Result<DaysOfPeriod, Problem> {
    let period = call.query.period(call.now)?;
    let currencies = app.figures(&period, call.query.currency).await?;
    let currencies = currencies.iter().map(DaysOfCurrency::of).collect::<Result<_, Rejection>>()?;
    Ok(DaysOfPeriod { from: period.from, to: period.to, currencies })
}

impl DaysOfCurrency {
    fn of(figures: &CurrencyFigures) -> Result<Self, Rejection> {
        let moved = |of| MoneyMoved::of(of, figures.currency);
        let day = |(date, of): &(Day, Figures)| Ok(DayMoved { date: date.clone(), moved: moved(*of)? });
        Ok(Self {
            currency: figures.currency,
            total: moved(figures.total)?,
            days: figures.days.iter().map(day).collect::<Result<_, Rejection>>()?,
        })
    }
}

impl MoneyMoved {
    fn of(figures: Figures, currency: Currency) -> Result<Self, Rejection> {
        let money = |amount| Money::new(amount, currency);
        Ok(Self {
            captured: money(figures.captured),
            refunded: money(figures.refunded),
            fees: money(figures.fees),
            refund_rate_basis_points: figures.refund_rate()?,
        })
    }
}
