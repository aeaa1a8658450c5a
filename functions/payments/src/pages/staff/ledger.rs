//! `/staff/payments/ledger`: what a day moved on each account, and what every account holds now; the day's part as CSV, too. Refuses
//! to sum over currencies.

use super::shown::{Trail, trail};
use crate::domain::Rejection;
use crate::domain::balances::{Balances, TrialBalance};
use crate::pages::words::{StaffWords, Words};
use crate::service::Payments;
use ::pages::{Page, Phrase, csv};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use events::{Currency, Day, Money, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct OfDay {
    /// The day in UTC. Today, if absent.
    #[serde(default)]
    date: Option<Day>,
}

#[derive(Template)]
#[template(path = "staff_ledger.html")]
struct LedgerPage {
    page: Page,
    t: &'static StaffWords,
    trail: Trail,
    date: String,
    day: Timestamp,
    /// Links; empty where there is no such day, or it is still to come.
    day_before: String,
    day_after: String,
    csv: String,
    moved: Vec<Moved>,
    balances: Vec<Held>,
}

/// What a day moved in one currency.
struct Moved {
    currency: Currency,
    /// Account, debits and credits. An account that had none of a side has an empty text there.
    accounts: Vec<(&'static Phrase, String, String)>,
    debits: String,
    credits: String,
    is_balanced: bool,
}

/// What the accounts hold in one currency.
struct Held {
    currency: Currency,
    accounts: Vec<(&'static Phrase, String)>,
    sum: String,
    is_zero: bool,
}

/// `GET /staff/payments/ledger?date=`
pub(super) async fn show(app: Arc<Payments>, call: Call<NoBody, OfDay>) -> Result<Response, Problem> {
    let t = &Words::of(Page::locale(&*app, &call)).staff;
    let page = Page::new(&*app, &call, t.ledger.title.to_string());
    let today = Day::of(call.now);
    let day = call.query.date.clone().unwrap_or_else(|| today.clone());
    let moved = app.trial_balance(&day).await?;
    let balances = app.balances().await?;
    let link = |day: Day| page.href(&format!("/staff/payments/ledger?date={day}"));
    let view = LedgerPage {
        t,
        trail: trail(&page, t, true),
        day_before: day.plus_days(-1).map(link).unwrap_or_default(),
        day_after: day.plus_days(1).filter(|after| *after <= today).map(link).unwrap_or_default(),
        csv: page.href(&format!("/staff/payments/ledger.csv?date={day}")),
        moved: moved.iter().map(|of| Moved::of(of, &page, t)).collect::<Result<_, Rejection>>()?,
        balances: balances.iter().map(|of| Held::of(of, &page, t)).collect::<Result<_, Rejection>>()?,
        date: day.to_string(),
        day: day.start(),
        page,
    };
    ::pages::html(200, &view)
}

/// `GET /staff/payments/ledger.csv?date=`: a line for each account and currency that moved. Names and numbers are those of the API,
/// whatever the language.
pub(super) async fn download(app: Arc<Payments>, call: Call<NoBody, OfDay>) -> Result<Response, Problem> {
    let day = call.query.date.clone().unwrap_or_else(|| Day::of(call.now));
    let mut text = csv::line(&["date", "account", "currency", "debit", "credit"]);
    for of in app.trial_balance(&day).await? {
        let decimal = |amount| Money::new(amount, of.currency).to_decimal();
        for (account, movement) in of.moved.iter() {
            let (debits, credits) = (decimal(movement.debits), decimal(movement.credits));
            text += &csv::line(&[day.as_str(), account.as_str(), of.currency.as_str(), &debits, &credits]);
        }
    }
    csv::download(&format!("ledger-{day}.csv"), text)
}

impl Moved {
    fn of(of: &TrialBalance, page: &Page, t: &'static StaffWords) -> Result<Self, Rejection> {
        let money = |amount| page.money(Money::new(amount, of.currency));
        let side = |amount| if amount == 0 { String::new() } else { money(amount) };
        let sums = of.moved.sums()?;
        let accounts = of.moved.iter();
        let accounts = accounts.map(|(account, by)| (t.accounts.of(account), side(by.debits), side(by.credits)));
        Ok(Self {
            currency: of.currency,
            accounts: accounts.collect(),
            debits: money(sums.debits),
            credits: money(sums.credits),
            is_balanced: sums.debits == sums.credits,
        })
    }
}

impl Held {
    fn of(of: &Balances, page: &Page, t: &'static StaffWords) -> Result<Self, Rejection> {
        let money = |amount| page.money(Money::new(amount, of.currency));
        let sum = of.sum()?;
        let accounts = of.accounts.iter().map(|(account, amount)| (t.accounts.of(*account), money(*amount)));
        Ok(Self { currency: of.currency, accounts: accounts.collect(), sum: money(sum), is_zero: sum == 0 })
    }
}
