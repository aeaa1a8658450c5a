//! `/checkout`: the address form, the first step from the cart to an order. Refuses to keep anything: the form carries all of it on.

use super::lines::{self, Lines};
use super::shop::Shop;
use super::words::Words;
use crate::domain::pricing::QuoteLineRequest;
use crate::service::Catalog;
use ::pages::{AddressFields, Errors, Form, Page, Typed, countries};
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
    #[serde(flatten)]
    pub(super) address: AddressFields,
}

impl Typed for CheckoutForm {
    fn is_typed(field: &str) -> bool {
        field == "email" || AddressFields::is_typed(field)
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
    errors: Errors,
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
    pub(super) errors: Errors,
    /// Of lines.
    pub(super) lines: Vec<String>,
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
    pub(super) async fn of<B>(app: &Catalog, call: &Call<B>, form: &CheckoutForm) -> Result<Option<Self>, Problem> {
        let form = form.clone();
        let Some(lines) = lines::parsed(&form.lines).filter(|lines| !lines.is_empty()) else {
            return Ok(None);
        };
        let mut page = Page::new(app, call, "");
        let t = Words::of(page.locale);
        page.title = t.checkout.title.to_string();
        let shop = Shop::load(app, call.now, Some(&*form.currency)).await?;
        page.currency = shop.chosen();
        Ok(Some(Self { shop, page, t, form, lines, is_guest: call.caller.identity.is_none() }))
    }

    /// The address form with these fields filled in.
    pub(super) fn ask(self, status: u16, address: AddressFields, faults: Faults) -> Result<Response, Problem> {
        let Self { shop, page, t, form, lines, is_guest } = self;
        let shown = lines::shown(&shop, &lines, &page, t)?;
        let codes = shop.catalogue.currencies.iter().map(|currency| (currency.as_str(), currency.as_str()));
        let page = AddressPage {
            countries: destinations(&shop, &page, &address.country),
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
fn destinations(shop: &Shop, page: &Page, typed: &str) -> Vec<(String, String)> {
    let sold_to = |code: &str| shop.catalogue.tax_rates.values().any(|rate| rate.country.as_str() == code);
    let all = countries(page.locale).filter(|(code, _)| sold_to(code) || code.eq_ignore_ascii_case(typed));
    let named = all.map(|(code, name)| (code.to_owned(), name.to_owned()));
    [(String::new(), page.words.address.choose_country.to_string())].into_iter().chain(named).collect()
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
    match Checkout::of(&app, &call, &call.body.0).await? {
        Some(checkout) => {
            let address = checkout.form.address.clone();
            checkout.ask(200, address, Faults::default())
        }
        None => Ok(to_cart(&app)),
    }
}
