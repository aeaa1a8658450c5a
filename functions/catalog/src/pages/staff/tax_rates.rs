//! The tax rates, and the form that adds one. A new rate is named by its country and class, of which there is one. Refuses to replace a
//! rate that is there: that is its own page's form.

use super::faults::Faults;
use super::form::{Draft, Sent, creating, number_or_text};
use super::words::StaffWords;
use super::{Done, Link, PRODUCTS, TAX_RATES, done, path_of, places, price, trail};
use crate::domain::{TaxRate, TaxRateId};
use crate::http::UpdateTaxRate;
use crate::pages::words::Words;
use crate::service::Catalog;
use ::pages::{Locale, Page, Phrase, countries, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// A rate as it is typed, by the names that the API has.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct TaxRateDraft {
    pub(super) country: String,
    pub(super) tax_class: String,
    /// In percent.
    #[serde(rename = "rate_basis_points", serialize_with = "as_basis_points")]
    pub(super) rate: String,
}

fn as_basis_points<S: Serializer>(percent: &str, serializer: S) -> Result<S::Ok, S::Error> {
    number_or_text(price::hundredths(percent), percent, serializer)
}

impl Draft for TaxRateDraft {
    fn of(fields: &[(String, String)]) -> Self {
        let text = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
        let names = ["country", "tax_class", "rate_basis_points"];
        let [country, tax_class, rate] = names.map(|name| text(name).unwrap_or_default());
        Self { country, tax_class, rate }
    }
}

impl TaxRateDraft {
    pub(super) fn showing(rate: &TaxRate, locale: Locale) -> Self {
        Self {
            country: rate.country.to_string(),
            tax_class: rate.tax_class.as_str().to_owned(),
            rate: price::percent(rate.rate_basis_points, locale),
        }
    }

    /// The name of a new rate.
    fn id(&self) -> String {
        format!("{}-{}", self.country.to_ascii_lowercase(), self.tax_class)
    }
}

pub(super) type Form = Call<Sent<TaxRateDraft, UpdateTaxRate>>;

/// A rate in the list.
struct Listed {
    href: String,
    country: String,
    tax_class: &'static Phrase,
    percent: String,
}

#[derive(Template)]
#[template(path = "staff_tax_rates.html")]
struct TaxRatesPage {
    page: Page,
    t: &'static StaffWords,
    trail: Vec<Link>,
    rates: Vec<Listed>,
    countries: Vec<Link>,
    tax_classes: Vec<(&'static str, String)>,
    draft: TaxRateDraft,
    faults: Faults,
    notice: Option<&'static Phrase>,
}

/// `GET /staff/catalog/tax-rates`.
pub(super) async fn list(app: Arc<Catalog>, call: Call<NoBody, Done>) -> Result<Response, Problem> {
    let mut page = TaxRatesPage::of(&app, &call).await?;
    page.notice = (call.query.done == "created").then_some(&page.t.created);
    html(200, &page)
}

/// `POST /staff/catalog/tax-rates`.
pub(super) async fn create(app: Arc<Catalog>, mut call: Form) -> Result<Response, Problem> {
    creating(&mut call);
    let draft = call.body.draft.clone();
    let Err(problem) = make(&app, &call, &draft.id()).await else {
        return Ok(done(&Page::new(&*app, &call, ""), TAX_RATES, "created"));
    };
    let shown = TaxRatesPage::of(&app, &call).await?;
    let (status, t) = (problem.status, shown.t);
    let faults = match status {
        412 => Faults::exists(t, shown.page.href(&path_of(TAX_RATES, draft.id()))),
        _ => Faults::of_problem(problem, &shown.page, t, |pointer| places::of_setting(pointer, t))?,
    };
    html(status, &TaxRatesPage { draft, faults, ..shown })
}

async fn make(app: &Catalog, call: &Form, id: &str) -> Result<(), Problem> {
    // A request that cannot be read gives no name either, and says more.
    call.body.request()?;
    let id = id.parse::<TaxRateId>().map_err(|error| error.of_field("country"))?;
    put(app, call, id).await
}

/// Carries out what `PUT /v1/tax-rates/{id}` carries out.
pub(super) async fn put(app: &Catalog, call: &Form, id: TaxRateId) -> Result<(), Problem> {
    let wanted = call.body.request()?.tax_rate(id)?;
    app.put_tax_rate(wanted, &call.precondition()?, &call.context()).await?;
    Ok(())
}

impl TaxRatesPage {
    async fn of<B, Q>(app: &Catalog, call: &Call<B, Q>) -> Result<Self, Problem> {
        let t = &Words::of(Page::locale(app, call)).staff;
        let page = Page::new(app, call, t.tax_rates.title.to_string());
        let (catalogue, _) = app.shown(call.now).await?;
        let listed = catalogue.tax_rates.values().map(|rate| Listed {
            href: page.href(&path_of(TAX_RATES, &rate.id)),
            country: page.country(rate.country.as_str()),
            tax_class: t.tax_classes.of(rate.tax_class),
            percent: price::percent(rate.rate_basis_points, page.locale),
        });
        let mut rates: Vec<_> = listed.collect();
        rates.sort_by_cached_key(|rate| events::text::fold(&rate.country));
        Ok(Self {
            t,
            trail: trail(&page, t, &[(PRODUCTS, &t.title)]),
            rates,
            countries: named_countries(&page),
            tax_classes: t.tax_classes.choices(&t.choose),
            draft: TaxRateDraft::default(),
            faults: Faults::default(),
            notice: None,
            page,
        })
    }
}

/// Code and name of each country after an empty choice.
pub(super) fn named_countries(page: &Page) -> Vec<Link> {
    let named = countries(page.locale).map(|(code, name)| (code.to_owned(), name.to_owned()));
    [(String::new(), page.words.address.choose_country.to_string())].into_iter().chain(named).collect()
}
