//! `/staff/payments/figures`: money by day and the refund rate of a period, as a table, a plot and CSV. Refuses to add currencies up.

use super::shown::{Trail, trail};
use crate::domain::Rejection;
use crate::domain::figures::{CurrencyFigures, Figures, MAX_DAYS, NoPeriod, Period};
use crate::http::figures::ListDays;
use crate::pages::words::{StaffWords, Words};
use crate::service::Payments;
use ::pages::plot::{self, Series};
use ::pages::{Errors, Locale, Page, csv};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use events::{Currency, Day, Money, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// The form, as typed.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct PeriodQuery {
    /// The first day in UTC; empty for the usual period.
    from: String,
    /// The last day in UTC; empty for today.
    to: String,
    /// A currency's code; empty for all.
    currency: String,
}

#[derive(Template)]
#[template(path = "staff_figures.html")]
struct FiguresPage {
    page: Page,
    t: &'static StaffWords,
    trail: Trail,
    from: String,
    to: String,
    currency: String,
    errors: Errors,
    /// The period's first and last day. None if there is no period.
    period: Option<(Timestamp, Timestamp)>,
    /// A link; empty if there is no period.
    csv: String,
    shown: Vec<Shown>,
}

/// The figures of a currency.
struct Shown {
    currency: Currency,
    /// Of the period.
    total: Row,
    /// Newest first.
    days: Vec<(Timestamp, Row)>,
    has_fees: bool,
    /// Markup.
    plot: String,
}

/// Figures as the reader writes them.
struct Row {
    captured: String,
    refunded: String,
    fees: String,
    /// In percent; a dash where nothing was captured.
    rate: String,
}

/// `GET /staff/payments/figures?from=&to=&currency=`
pub(super) async fn show(app: Arc<Payments>, call: Call<NoBody, PeriodQuery>) -> Result<Response, Problem> {
    let t = &Words::of(Page::locale(&*app, &call)).staff;
    let page = Page::new(&*app, &call, t.figures.title.to_string());
    let PeriodQuery { from, to, currency } = call.query.clone();
    let trail = trail(&page, t, true);
    let (csv, shown, errors) = (String::new(), Vec::new(), Errors::default());
    let mut view = FiguresPage { page, t, trail, from, to, currency, errors, period: None, csv, shown };
    let Some((period, currency)) = view.asked(call.now) else {
        return ::pages::html(422, &view);
    };
    let figures = app.figures(&period, currency).await?;
    view.shown = figures.iter().map(|of| Shown::of(of, &view.page, t)).collect::<Result<_, Rejection>>()?;
    (view.from, view.to) = (period.from.to_string(), period.to.to_string());
    view.currency = currency.map(|currency| currency.to_string()).unwrap_or_default();
    let query = format!("from={}&to={}&currency={}", view.from, view.to, view.currency);
    view.csv = view.page.href(&format!("/staff/payments/figures.csv?{query}"));
    view.period = Some((period.from.start(), period.to.start()));
    ::pages::html(200, &view)
}

/// `GET /staff/payments/figures.csv?from=&to=&currency=`: a line for each day and currency. Names and numbers are those of the API,
/// whatever the language.
pub(super) async fn download(app: Arc<Payments>, call: Call<NoBody, ListDays>) -> Result<Response, Problem> {
    let period = call.query.period(call.now)?;
    let mut text = csv::line(&["date", "currency", "captured", "refunded", "fees", "refund_rate_basis_points"]);
    for of in app.figures(&period, call.query.currency).await? {
        let decimal = |amount| Money::new(amount, of.currency).to_decimal();
        for (day, figures) in &of.days {
            let (captured, refunded) = (decimal(figures.captured), decimal(figures.refunded));
            let rate = figures.refund_rate()?.map(|rate| rate.to_string()).unwrap_or_default();
            let cells = [day.as_str(), of.currency.as_str(), &captured, &refunded, &decimal(figures.fees), &rate];
            text += &csv::line(&cells);
        }
    }
    csv::download(&format!("figures-{}-{}.csv", period.from, period.to), text)
}

impl FiguresPage {
    /// What was asked for; none if a field says what is wrong.
    fn asked(&mut self, now: Timestamp) -> Option<(Period, Option<Currency>)> {
        let words = &self.t.figures;
        let mut read = |field: &'static str, label, text: &str| {
            let day = Day::parse(text);
            if day.is_none() && !text.is_empty() {
                self.errors.add(field, label, &words.no_day);
            }
            day
        };
        let (from, to) = (read("from", &words.from, &self.from), read("to", &words.to, &self.to));
        let currency: Option<Currency> = self.currency.parse().ok();
        if currency.is_none() && !self.currency.is_empty() {
            self.errors.add("currency", &words.currency, &words.no_currency);
        }
        match Period::new(from, to, Day::of(now)) {
            Ok(period) if self.errors.is_empty() => return Some((period, currency)),
            Ok(_) => {}
            Err(NoPeriod::Reversed) => self.errors.add("to", &words.to, &words.reversed),
            Err(NoPeriod::TooLong) => self.errors.add("to", &words.to, words.too_long.with("most", MAX_DAYS)),
        }
        None
    }
}

impl Shown {
    fn of(of: &CurrencyFigures, page: &Page, t: &'static StaffWords) -> Result<Self, Rejection> {
        let row = |figures| Row::of(figures, of.currency, page);
        let day = |(day, figures): &(Day, Figures)| Ok((day.start(), row(*figures)?));
        Ok(Self {
            currency: of.currency,
            total: row(of.total)?,
            days: of.days.iter().rev().map(day).collect::<Result<_, Rejection>>()?,
            has_fees: of.days.iter().any(|(_, figures)| figures.fees != 0),
            plot: drawn(of, page, t),
        })
    }
}

impl Row {
    fn of(figures: Figures, currency: Currency, page: &Page) -> Result<Self, Rejection> {
        let money = |amount| page.money(Money::new(amount, currency));
        let rate = figures.refund_rate()?;
        Ok(Self {
            captured: money(figures.captured),
            refunded: money(figures.refunded),
            fees: money(figures.fees),
            rate: rate.map_or_else(|| "–".to_owned(), |rate| percent(rate, page.locale)),
        })
    }
}

fn drawn(of: &CurrencyFigures, page: &Page, t: &StaffWords) -> String {
    let days: Vec<_> = of.days.iter().map(|(day, _)| day.to_string()).collect();
    let series = |name: &::pages::Phrase, value: fn(&Figures) -> i64| Series {
        name: name.to_string(),
        values: of.days.iter().map(|(_, figures)| value(figures)).collect(),
    };
    let series = [
        series(&t.figures.captured, |figures| figures.captured),
        series(&t.figures.refunded, |figures| figures.refunded),
    ];
    let title = t.figures.plot.with("currency", of.currency).to_string();
    plot::bars(&title, &days, &series, &|amount| page.money(Money::new(amount, of.currency)))
}

/// Basis points as a percentage: 725 are 7.25 %.
fn percent(basis_points: i64, locale: Locale) -> String {
    let text = format!("{}.{:02}", basis_points / 100, (basis_points % 100).abs());
    match locale {
        Locale::En => format!("{text}%"),
        Locale::De => format!("{}\u{a0}%", text.replace('.', ",")),
    }
}

#[cfg(test)]
mod tests {
    use super::percent;
    use ::pages::Locale;

    #[test]
    fn a_rate_is_a_percentage_with_two_digits_after_the_point() {
        let in_both = |rate| Locale::ALL.map(|locale| percent(rate, locale));
        assert_eq!(in_both(988), ["9.88%", "9,88\u{a0}%"]);
        assert_eq!(in_both(5), ["0.05%", "0,05\u{a0}%"]);
        assert_eq!(in_both(25_000), ["250.00%", "250,00\u{a0}%"]);
    }
}
