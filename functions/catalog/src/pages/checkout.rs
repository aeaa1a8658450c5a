//! `/checkout`: the address form, the first step from the cart to an order. Refuses to keep anything: the form carries all of it on.

use super::address::AddressFields;
use super::lines::{self, Lines};
use super::shop::Shop;
use super::words::Words;
use crate::domain::pricing::QuoteLineRequest;
use crate::service::Catalog;
use ::pages::{Form, Page, countries};
use askama::Template;
use chassis::http::{Response, base_path, redirect};
use chassis::{Call, NoBody, NoQuery, Problem, Service};
use serde::Deserialize;
use std::sync::Arc;

/// What the forms of the checkout send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct CheckoutForm {
    pub(super) cart_id: String,
    pub(super) lines: String,
    pub(super) currency: String,
    pub(super) saved_address: String,
    pub(super) email: String,
    name: String,
    company: String,
    line1: String,
    line2: String,
    postal_code: String,
    city: String,
    region: String,
    country: String,
    phone: String,
}

impl CheckoutForm {
    pub(super) fn address(&self) -> AddressFields {
        AddressFields {
            name: self.name.clone(),
            company: self.company.clone(),
            line1: self.line1.clone(),
            line2: self.line2.clone(),
            postal_code: self.postal_code.clone(),
            city: self.city.clone(),
            region: self.region.clone(),
            country: self.country.clone(),
            phone: self.phone.clone(),
        }
    }
}

/// The form, with what is wrong with what was sent.
#[derive(Template)]
#[template(path = "checkout.html")]
pub(super) struct AddressPage {
    page: Page,
    t: &'static Words,
    form: CheckoutForm,
    address: AddressFields,
    is_guest: bool,
    errors: Vec<(String, String)>,
    /// Why the lines cannot be ordered.
    faults: Vec<String>,
    shown: Lines,
    countries: Vec<(String, String)>,
    currencies: Vec<(&'static str, &'static str)>,
    currency: &'static str,
}

/// What is wrong with what was sent.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// By field.
    pub(super) errors: Vec<(String, String)>,
    /// Of lines.
    pub(super) lines: Vec<String>,
}

impl AddressPage {
    fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|(name, _)| name == field).map_or("", |(_, text)| text)
    }
}

/// A request of the checkout with what every answer needs.
pub(super) struct Checkout {
    pub(super) shop: Shop,
    pub(super) page: Page,
    pub(super) t: &'static Words,
    pub(super) form: CheckoutForm,
    pub(super) lines: Vec<QuoteLineRequest>,
    pub(super) is_guest: bool,
}

impl Checkout {
    /// `None` without lines: then there is nothing to order.
    pub(super) async fn of(app: &Catalog, call: &Call<Form<CheckoutForm>>) -> Result<Option<Self>, Problem> {
        let form = call.body.0.clone();
        let Some(lines) = lines::parsed(&form.lines).filter(|lines| !lines.is_empty()) else {
            return Ok(None);
        };
        let mut page = Page::new(app, call, "");
        let t = Words::of(page.locale);
        page.title = t.checkout.title.to_string();
        let shop = Shop::load(app, call.now, Some(&*form.currency)).await?;
        Ok(Some(Self { shop, page, t, form, lines, is_guest: call.caller.identity.is_none() }))
    }

    /// The address form with these fields filled in.
    pub(super) fn ask(self, status: u16, address: AddressFields, faults: Faults) -> Result<Response, Problem> {
        let Self { shop, page, t, form, lines, is_guest } = self;
        let shown = lines::shown(&shop, &lines, &page, t)?;
        let codes = shop.catalogue.currencies.iter().map(|currency| (currency.as_str(), currency.as_str()));
        let page = AddressPage {
            countries: destinations(&shop, &page, &address.country, t),
            currencies: codes.collect(),
            currency: shop.currency.as_str(),
            errors: faults.errors,
            faults: if faults.lines.is_empty() { shown.faults.clone() } else { faults.lines },
            t,
            form,
            address,
            is_guest,
            shown,
            page,
        };
        ::pages::step(status, &page)
    }
}

/// The countries that the shop sells to, and the one that was typed.
fn destinations(shop: &Shop, page: &Page, typed: &str, t: &Words) -> Vec<(String, String)> {
    let sold_to = |code: &str| shop.catalogue.tax_rates.values().any(|rate| rate.country.as_str() == code);
    let all = countries(page.locale).filter(|(code, _)| sold_to(code) || code.eq_ignore_ascii_case(typed));
    let named = all.map(|(code, name)| (code.to_owned(), name.to_owned()));
    [(String::new(), t.address.choose_country.to_string())].into_iter().chain(named).collect()
}

/// `GET /checkout` and `GET /checkout/order`: a step that is opened again begins at the cart.
pub(super) async fn back_to_cart(app: Arc<Catalog>, _: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    Ok(to_cart(&app))
}

pub(super) fn to_cart(app: &Catalog) -> Response {
    redirect(303, &format!("{}/cart", base_path(app.wiring().tokens.issuer())))
}

/// `POST /checkout`.
pub(super) async fn ask_for_address(app: Arc<Catalog>, call: Call<Form<CheckoutForm>>) -> Result<Response, Problem> {
    match Checkout::of(&app, &call).await? {
        Some(checkout) => {
            let address = checkout.form.address();
            checkout.ask(200, address, Faults::default())
        }
        None => Ok(to_cart(&app)),
    }
}
