//! `/staff/orders/sales`: what was sold by day, drawn and as a table, and by product; both as CSV, too. The address keeps the days and
//! the currency. Refuses to sum over currencies.

use super::words::{SalesWords, StaffWords};
use crate::domain::sales::{Figures, MAX_DAYS, MAX_PRODUCTS, Overflow, Period, PeriodError, Sold, Totals};
use crate::pages::words::Words;
use crate::service::{Orders, SalesReport};
use ::pages::plot::{Series, bars};
use ::pages::{Errors, Page, csv, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use events::{Currency, Day, Money, Sku, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Most products on the page.
const PRODUCTS: usize = 50;

/// The query of the page's address, as it was typed.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(in crate::pages) struct Look {
    /// The first day.
    from: String,
    /// The last day.
    to: String,
    currency: String,
}

/// What a spreadsheet gets.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(in crate::pages) struct Download {
    from: Option<Day>,
    to: Option<Day>,
    by: By,
}

/// What a line of it is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum By {
    #[default]
    Day,
    Product,
}

#[derive(Template)]
#[template(path = "staff_sales.html")]
struct SalesPage {
    page: Page,
    t: &'static SalesWords,
    from: String,
    to: String,
    errors: Errors,
    /// Empty if there is nothing to choose.
    currencies: Vec<(Currency, Currency)>,
    currency: String,
    is_complete: bool,
    /// Links to the lines by day and by product.
    csv: Option<(String, String)>,
    sold: Option<Shown>,
}

/// What was sold in one currency.
struct Shown {
    plot: String,
    days: Vec<Line>,
    sum: Line,
    products: Vec<(Sku, u64, String)>,
    other: Option<(u64, String)>,
}

/// The sums of a day, or of all days.
struct Line {
    day: String,
    is_complete: bool,
    orders: u64,
    units: u64,
    net: String,
    shipping: String,
    tax: String,
    gross: String,
}

/// `GET /staff/orders/sales?from=&to=&currency=`
pub(in crate::pages) async fn show(app: Arc<Orders>, call: Call<NoBody, Look>) -> Result<Response, Problem> {
    let words = &Words::of(Page::locale(&*app, &call)).staff;
    let look = &call.query;
    let wanted: Option<Currency> = look.currency.parse().ok();
    let mut view = SalesPage {
        page: Page::new(&*app, &call, words.sales.title.to_string()),
        t: &words.sales,
        from: look.from.clone(),
        to: look.to.clone(),
        errors: Errors::default(),
        // What was chosen stays chosen where nothing is shown.
        currencies: wanted.map(|currency| (currency, currency)).into_iter().collect(),
        currency: wanted.map(|currency| currency.to_string()).unwrap_or_default(),
        is_complete: true,
        csv: None,
        sold: None,
    };
    match look.period(words, call.now) {
        Err(errors) => view.errors = errors,
        Ok(period) => {
            let report = app.sales(&period, call.now).await?;
            view.fill(&period, &report, wanted)?;
        }
    }
    html(if view.errors.is_empty() { 200 } else { 422 }, &view)
}

/// `GET /staff/orders/sales.csv?from=&to=&by=`: a line for each day, or product, and currency. Names and numbers are those of the API,
/// whatever the language.
pub(in crate::pages) async fn download(app: Arc<Orders>, call: Call<NoBody, Download>) -> Result<Response, Problem> {
    let Download { from, to, by } = call.query.clone();
    let period =
        Period::of(from, to, &Day::of(call.now)).map_err(|error| Problem::parameter("from", &error.to_string()))?;
    let report = app.sales(&period, call.now).await?;
    let (name, text) = match by {
        By::Day => ("sales", days_as_csv(&report)?),
        By::Product => ("products", products_as_csv(&report.sum)?),
    };
    csv::download(&format!("{name}-{}-{}.csv", period.from, period.to), text)
}

fn days_as_csv(report: &SalesReport) -> Result<String, Overflow> {
    let mut text = csv::line(&["date", "currency", "orders", "units", "net", "shipping", "tax", "gross", "complete"]);
    for day in &report.days {
        for (currency, totals) in day.figures.iter() {
            let decimal = |amount| Money::new(amount, currency).to_decimal();
            text += &csv::line(&[
                day.day.as_str(),
                currency.as_str(),
                &totals.orders.to_string(),
                &totals.sold.units.to_string(),
                &decimal(totals.sold.net),
                &decimal(totals.shipping),
                &decimal(totals.tax),
                &decimal(totals.gross()?),
                if day.is_complete { "true" } else { "false" },
            ]);
        }
    }
    Ok(text)
}

/// What is not counted by its SKU, or is beyond what a sheet should have, has none.
fn products_as_csv(sum: &Figures) -> Result<String, Overflow> {
    let mut text = csv::line(&["sku", "currency", "units", "net"]);
    for (currency, totals) in sum.iter() {
        let line = |sku: &str, Sold { units, net }: Sold| {
            csv::line(&[sku, currency.as_str(), &units.to_string(), &Money::new(net, currency).to_decimal()])
        };
        let (products, other) = totals.first_by_amount(MAX_PRODUCTS)?;
        text.extend(products.into_iter().map(|(sku, sold)| line(sku.as_str(), sold)));
        if other != Sold::default() {
            text += &line("", other);
        }
    }
    Ok(text)
}

impl Look {
    /// The days.
    ///
    /// # Errors
    /// Each field that is wrong.
    fn period(&self, t: &StaffWords, now: Timestamp) -> Result<Period, Errors> {
        let mut errors = Errors::default();
        let mut read = |typed: &str, field: &'static str, label: &::pages::Phrase| {
            let day = Day::parse(typed);
            if day.is_none() && !typed.is_empty() {
                errors.add(field, label, &t.unreadable);
            }
            day
        };
        let from = read(&self.from, "from", &t.sales.from);
        let to = read(&self.to, "to", &t.sales.to);
        if !errors.is_empty() {
            return Err(errors);
        }
        Period::of(from, to, &Day::of(now)).map_err(|error| {
            match error {
                PeriodError::Backwards => errors.add("from", &t.sales.from, &t.sales.backwards),
                PeriodError::TooLong => errors.add("from", &t.sales.from, t.sales.too_long.with("most", MAX_DAYS)),
            }
            errors
        })
    }
}

impl SalesPage {
    fn fill(&mut self, period: &Period, report: &SalesReport, wanted: Option<Currency>) -> Result<(), Overflow> {
        (self.from, self.to) = (period.from.to_string(), period.to.to_string());
        self.is_complete = report.is_complete();
        let sold: Vec<(Currency, &Totals)> = report.sum.iter().collect();
        // Without a choice, what most orders were in.
        let most = sold.iter().max_by_key(|(_, totals)| totals.orders).map(|(currency, _)| *currency);
        let Some(currency) = wanted.filter(|currency| report.sum.of(*currency).is_some()).or(most) else {
            return Ok(());
        };
        let csv = |by: &str| {
            self.page.href(&format!("/staff/orders/sales.csv?from={}&to={}&by={by}", period.from, period.to))
        };
        self.csv = Some((csv("day"), csv("product")));
        let several = sold.iter().filter(|_| sold.len() > 1);
        self.currencies = several.map(|(currency, _)| (*currency, *currency)).collect();
        self.currency = currency.to_string();
        self.sold = Some(Shown::of(report, currency, &self.page, self.t)?);
        Ok(())
    }
}

impl Shown {
    fn of(report: &SalesReport, currency: Currency, page: &Page, t: &SalesWords) -> Result<Self, Overflow> {
        let money = |amount| page.money(Money::new(amount, currency));
        let nothing = Totals::default();
        let of = |figures: &Figures| figures.of(currency).unwrap_or(&nothing).clone();
        let mut labels: Vec<String> = Vec::new();
        let (mut days, mut values) = (Vec::new(), Vec::new());
        for day in &report.days {
            let totals = of(&day.figures);
            labels.push(day.day.as_str().chars().skip(5).collect());
            values.push(totals.sold.net);
            days.push(Line::of(page.day(day.day.start()), day.is_complete, &totals, &money)?);
        }
        let sum = of(&report.sum);
        let (products, other) = sum.first_by_amount(PRODUCTS)?;
        let series = Series { name: currency.to_string(), values };
        Ok(Self {
            plot: bars(t.plot.with("currency", currency).as_str(), &labels, &[series], &money),
            days,
            products: products.into_iter().map(|(sku, sold)| (sku.clone(), sold.units, money(sold.net))).collect(),
            other: (other != Sold::default()).then(|| (other.units, money(other.net))),
            sum: Line::of(t.sum.to_string(), true, &sum, &money)?,
        })
    }
}

impl Line {
    fn of(day: String, is_complete: bool, totals: &Totals, money: &dyn Fn(i64) -> String) -> Result<Self, Overflow> {
        Ok(Self {
            day,
            is_complete,
            orders: totals.orders,
            units: totals.sold.units,
            net: money(totals.sold.net),
            shipping: money(totals.shipping),
            tax: money(totals.tax),
            gross: money(totals.gross()?),
        })
    }
}
