//! `/checkout/order`: what the order costs, in a signed quote that the next forms carry on. Refuses lines that nobody can order, and
//! says which.

use super::checkout::{Checkout, CheckoutForm, Faults, to_cart};
use super::lines;
use super::words::Words;
use crate::domain::pricing::{PricingError, QuoteRequest, Totals};
use crate::service::{Catalog, Error};
use ::pages::{AddressFields, Errors, Page, TypedForm, countries};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, Problem};
use events::quotes::{QuoteClaims, QuotedLine};
use events::{Address, Currency, Email, Money, Sku, Timestamp};
use serde_json::json;
use std::sync::Arc;

/// A priced line.
struct Row {
    title: String,
    detail: String,
    quantity: u32,
    price: String,
    total: String,
}

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage {
    page: Page,
    t: &'static Words,
    rows: Vec<Row>,
    subtotal: String,
    /// Empty if there is none.
    discount: String,
    tax: String,
    total: String,
    /// The address in lines.
    destination: Vec<String>,
    /// Where the confirmation goes: a guest's address, and none of a customer's, whose account has it.
    email: Option<String>,
    expires_at: String,
    expires_text: String,
    quote: String,
    form: CheckoutForm,
    currency: &'static str,
    address: AddressFields,
}

/// `POST /checkout/order`.
pub(super) async fn price(app: Arc<Catalog>, call: Call<TypedForm<CheckoutForm>>) -> Result<Response, Problem> {
    let TypedForm { fields, card_numbers } = &call.body;
    let Some(checkout) = Checkout::of(&app, &call, fields).await? else { return Ok(to_cart(&app)) };
    let (typed, mut faults) = (typed(fields), Faults::default());
    let email = email(&call, &checkout, &mut faults.errors);
    let address = match typed.read(card_numbers, checkout.page.words) {
        Ok(address) => Some(address),
        Err(errors) => {
            faults.errors.append(errors);
            None
        }
    };
    faults.lines = lines::shown(&checkout.shop, &checkout.lines, &checkout.page, checkout.t)?.faults;
    let (Some(address), true, true) = (address, faults.errors.is_empty(), faults.lines.is_empty()) else {
        return checkout.ask(422, typed, faults);
    };
    let request = request(&checkout, &address)?;
    match app.quote(request, &call.context()).await {
        Ok((claims, totals)) => {
            let quote = app.sign(&claims).await?;
            shown(checkout, (&claims, totals, quote), &address, email)
        }
        Err(Error::Rejected(error)) => {
            let faults = refused(&error, &checkout, app.config.max_units);
            checkout.ask(422, typed, faults)
        }
        Err(error) => Err(error.into()),
    }
}

/// The address that was chosen, or else the one that was typed.
fn typed(form: &CheckoutForm) -> AddressFields {
    AddressFields::saved(&form.saved_address).unwrap_or_else(|| form.address.clone())
}

/// A guest's address, of the form. The account knows a customer's: what the form says of it is not carried on.
fn email(call: &Call<TypedForm<CheckoutForm>>, checkout: &Checkout, errors: &mut Errors) -> Option<Email> {
    if !checkout.is_guest {
        return None;
    }
    let email = checkout.form.email.parse().ok();
    if email.is_none() {
        let (t, held_card) = (&checkout.t.address, call.body.card_numbers.held_in("email"));
        errors.add("email", &t.email, if held_card { &checkout.page.words.card_number } else { &t.email_error });
    }
    email
}

fn request(checkout: &Checkout, address: &Address) -> Result<QuoteRequest, Problem> {
    let ship_to = json!({"country": address.country, "region": address.region, "postal_code": address.postal_code});
    Ok(QuoteRequest {
        currency: checkout.shop.currency,
        lines: checkout.lines.clone(),
        coupon: None,
        ship_to: serde_json::from_value(ship_to).map_err(Problem::internal)?,
    })
}

/// Why there is no quote, in the reader's words.
fn refused(error: &PricingError, checkout: &Checkout, max_units: u32) -> Faults {
    let t = checkout.t;
    let title = |sku: &Sku| {
        let product = checkout.shop.catalogue.variant(sku).map(|(product, _)| product.title.clone());
        product.unwrap_or_else(|| sku.to_string())
    };
    let lines = match error {
        PricingError::UnknownSkus(skus) => {
            skus.iter().map(|sku| t.lines.gone_line.with("title", title(sku)).to_string()).collect()
        }
        PricingError::CurrencyUnavailable(skus) => {
            let currency = checkout.shop.currency;
            let said =
                |sku| t.lines.other_currency_line.with("title", title(sku)).with("currency", currency).to_string();
            skus.iter().map(said).collect()
        }
        PricingError::DestinationUnsupported(country) => {
            let name = countries(checkout.page.locale).find(|(code, _)| *code == country.as_str());
            let name = name.map_or(country.as_str(), |(_, name)| name);
            let mut errors = Errors::default();
            errors.add("country", &checkout.page.words.address.country, t.address.unsupported.with("country", name));
            return Faults { errors, ..Faults::default() };
        }
        PricingError::Invalid(_) => vec![t.checkout.too_many.with("max", max_units).to_string()],
        PricingError::UnknownCoupon | PricingError::TooLarge => vec![t.checkout.too_large.to_string()],
    };
    Faults { lines, ..Faults::default() }
}

fn row(line: &QuotedLine, currency: Currency, page: &Page, t: &Words) -> Result<Row, Problem> {
    let money = |amount| page.money(Money::new(amount, currency));
    let net = line.net().ok_or_else(|| Problem::internal("a line's total does not fit"))?;
    let discount = (line.discount != 0).then(|| t.order.line_discount.with("amount", money(line.discount)).to_string());
    let tax = t.order.line_tax.with("amount", money(line.tax)).to_string();
    Ok(Row {
        title: line.title.clone(),
        detail: discount.into_iter().chain([tax]).collect::<Vec<_>>().join(" · "),
        quantity: line.quantity,
        price: money(line.unit_price),
        total: money(net),
    })
}

fn shown(
    checkout: Checkout,
    (claims, totals, quote): (&QuoteClaims, Totals, String),
    address: &Address,
    email: Option<Email>,
) -> Result<Response, Problem> {
    let Checkout { mut page, t, form, shop, .. } = checkout;
    page.title = t.order.title.to_string();
    let rows = claims.lines.iter().map(|line| row(line, claims.currency, &page, t));
    let expires_at = Timestamp::from_millis(claims.exp.saturating_mul(1000));
    let discount = (totals.discount.amount != 0).then(|| page.money(totals.discount));
    ::pages::step(
        200,
        &OrderPage {
            rows: rows.collect::<Result<_, _>>()?,
            subtotal: page.money(totals.subtotal),
            discount: discount.unwrap_or_default(),
            tax: page.money(totals.tax),
            total: page.money(totals.total),
            destination: destination(address, &page),
            email: email.map(|email| email.as_str().to_owned()),
            expires_at: expires_at.to_string(),
            expires_text: page.instant(expires_at),
            quote,
            currency: shop.currency.as_str(),
            address: AddressFields::of(address),
            form,
            t,
            page,
        },
    )
}

/// The address as it is written on a parcel.
fn destination(address: &Address, page: &Page) -> Vec<String> {
    let country = countries(page.locale).find(|(code, _)| *code == address.country.as_str());
    let place = [address.postal_code.as_deref(), Some(&*address.city), address.region.as_deref()];
    let place: Vec<_> = place.into_iter().flatten().collect();
    let parts = [
        Some(address.name.clone()),
        address.company.clone(),
        Some(address.line1.clone()),
        address.line2.clone(),
        Some(place.join(" ")),
        Some(country.map_or_else(|| address.country.to_string(), |(_, name)| name.to_owned())),
        address.phone.clone(),
    ];
    parts.into_iter().flatten().collect()
}
