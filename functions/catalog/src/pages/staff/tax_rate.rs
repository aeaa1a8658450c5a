//! The form of one tax rate. Refuses percentages that say less than a basis point.

use super::setting::{Around, Form, Input, Setting, Stored};
use super::tax_rates::{TaxRateDraft, named_countries, put};
use super::{PRODUCTS, TAX_RATES};
use crate::domain::TaxRateId;
use crate::http::UpdateTaxRate;
use crate::service::Catalog;
use chassis::Problem;

impl Setting for TaxRateDraft {
    type Id = TaxRateId;
    type Request = UpdateTaxRate;

    const LIST: &'static str = TAX_RATES;

    fn stored(id: &TaxRateId, around: &Around) -> Option<Stored<Self>> {
        let (rate, t) = (around.catalogue.tax_rates.get(id)?, around.t);
        let named = t.tax_rates.one.with("country", around.page.country(rate.country.as_str()));
        Some(Stored {
            version: Some(rate.seq),
            title: named.with("class", t.tax_classes.of(rate.tax_class)).to_string(),
            lists: [(PRODUCTS, &t.title), (TAX_RATES, &t.tax_rates.title)],
            draft: Self::showing(rate, around.page.locale),
            preview: String::new(),
            advice: vec![&t.tax_rates.explained],
        })
    }

    fn inputs(&self, _: &TaxRateId, around: &Around) -> Vec<Input> {
        let (t, fields) = (around.t, &around.t.fields);
        let classes = t.tax_classes.choices(&t.choose).into_iter();
        let classes = classes.map(|(class, name)| (class.to_owned(), name)).collect();
        vec![
            Input::choice("country", &fields.country, &self.country, named_countries(&around.page)),
            Input::choice("tax_class", &fields.tax_class, &self.tax_class, classes),
            Input::line("rate_basis_points", &fields.rate, &self.rate, "6").decimal(),
        ]
    }

    async fn put(app: &Catalog, form: &Form<Self>, id: TaxRateId) -> Result<(), Problem> {
        put(app, form, id).await
    }
}
