//! The form of one tax rate. Refuses to lose what a colleague saved meanwhile.

use super::comparison::Difference;
use super::faults::Faults;
use super::form::edited_from;
use super::tax_rates::{Form, TaxRateDraft, named_countries, put};
use super::words::StaffWords;
use super::{Done, Link, PRODUCTS, TAX_RATES, done, path_of, places, trail};
use crate::domain::{TaxRate, TaxRateId};
use crate::pages::words::Words;
use crate::service::Catalog;
use ::pages::{Page, Phrase, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "staff_tax_rate.html")]
struct TaxRatePage {
    page: Page,
    t: &'static StaffWords,
    trail: Vec<Link>,
    rate: TaxRate,
    version: String,
    countries: Vec<Link>,
    tax_classes: Vec<(&'static str, String)>,
    draft: TaxRateDraft,
    faults: Faults,
    differences: Option<Vec<Difference>>,
    notice: Option<&'static Phrase>,
}

/// `GET /staff/catalog/tax-rates/{id}`.
pub(super) async fn page(app: Arc<Catalog>, call: Call<NoBody, Done>) -> Result<Response, Problem> {
    let mut page = TaxRatePage::of(&app, &call, &call.param("id")?).await?;
    page.notice = (call.query.done == "saved").then_some(&page.t.saved);
    html(200, &page)
}

/// `POST /staff/catalog/tax-rates/{id}`.
pub(super) async fn replace(app: Arc<Catalog>, mut call: Form) -> Result<Response, Problem> {
    let id: TaxRateId = call.param("id")?;
    let version = call.body.version.clone();
    edited_from(&mut call, &version)?;
    let Err(problem) = put(&app, &call, id.clone()).await else {
        return Ok(done(&Page::new(&*app, &call, ""), &path_of(TAX_RATES, id), "saved"));
    };
    let mut shown = TaxRatePage::of(&app, &call, &id).await?;
    shown.draft = call.body.draft.clone();
    let (status, t) = (problem.status, shown.t);
    if status == 412 {
        shown.differences = Some(shown.compared());
    } else {
        shown.version = version;
        shown.faults = Faults::of_problem(problem, &shown.page, t, |pointer| places::of_setting(pointer, t))?;
    }
    html(status, &shown)
}

impl TaxRatePage {
    async fn of<B, Q>(app: &Catalog, call: &Call<B, Q>, id: &TaxRateId) -> Result<Self, Problem> {
        let t = &Words::of(Page::locale(app, call)).staff;
        let rate = app.tax_rate(id).await?;
        let mut page = Page::new(app, call, "");
        let named = t.tax_rates.one.with("country", page.country(rate.country.as_str()));
        page.title = named.with("class", t.tax_classes.of(rate.tax_class)).to_string();
        Ok(Self {
            t,
            trail: trail(&page, t, &[(PRODUCTS, &t.title), (TAX_RATES, &t.tax_rates.title)]),
            version: rate.seq.to_string(),
            countries: named_countries(&page),
            tax_classes: t.tax_classes.choices(&t.choose),
            draft: TaxRateDraft::showing(&rate, page.locale),
            faults: Faults::default(),
            differences: None,
            notice: None,
            rate,
            page,
        })
    }

    /// What was typed beside what is there.
    fn compared(&self) -> Vec<Difference> {
        let (yours, now) = (&self.draft, TaxRateDraft::showing(&self.rate, self.page.locale));
        let class = |value: &str| {
            let named = self.tax_classes.iter().find(|(class, _)| *class == value);
            named.map_or_else(String::new, |(_, name)| name.clone())
        };
        let fields = [
            Difference::of(&self.t.fields.country, self.page.country(&yours.country), self.page.country(&now.country)),
            Difference::of(&self.t.fields.tax_class, class(&yours.tax_class), class(&now.tax_class)),
            Difference::of(&self.t.fields.rate, &yours.rate, &now.rate),
        ];
        fields.into_iter().flatten().collect()
    }
}
