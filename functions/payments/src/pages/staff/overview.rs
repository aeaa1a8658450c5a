//! `/staff/payments/summary`: the part of the staff's start page that is about payments. Refuses numbers of other days: the ledger's
//! page has them.

use crate::domain::Rejection;
use crate::domain::balances::TrialBalance;
use crate::domain::figures::Figures;
use crate::pages::words::{StaffWords, Words};
use crate::service::Payments;
use ::pages::{Page, Phrase};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use events::payments::LedgerAccount;
use events::{Day, Money};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "staff_overview.html")]
struct Overview {
    page: Page,
    t: &'static StaffWords,
    /// How many payments somebody must look at.
    wrong: Phrase,
    is_fine: bool,
    today: Vec<Today>,
}

/// The money of one currency that moved today.
struct Today {
    captured: String,
    refunded: String,
    net: String,
}

/// `GET /staff/payments/summary`
pub(super) async fn show(app: Arc<Payments>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let page = Page::new(&*app, &call, "");
    let t = &Words::of(page.locale).staff;
    let (count, has_more) = app.count_exceptions().await?;
    let moved = app.trial_balance(&Day::of(call.now)).await?;
    let words = &t.overview;
    let wrong = match count {
        0 => words.fine.clone(),
        1 => words.wrong_one.clone(),
        _ if has_more => words.wrong_many.with("count", count),
        _ => words.wrong.with("count", count),
    };
    let today = moved.iter().map(|of| Today::of(of, &page)).collect::<Result<_, Rejection>>()?;
    ::pages::fragment(&Overview { page, t, wrong, is_fine: count == 0, today })
}

impl Today {
    /// As the page of money by day has them. The net amount is without the fees.
    fn of(of: &TrialBalance, page: &Page) -> Result<Self, Rejection> {
        let money = |amount| page.money(Money::new(amount, of.currency));
        let (moved, cash) = (Figures::of(&of.moved)?, of.moved.on(LedgerAccount::Cash));
        Ok(Self { captured: money(moved.captured), refunded: money(moved.refunded), net: money(cash.net()?) })
    }
}
