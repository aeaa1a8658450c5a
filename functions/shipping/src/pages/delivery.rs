//! `/checkout/delivery`: the ways to deliver, each with its signed price. Refuses a price quote that does not count any more, and hands on
//! what the steps before have asked without a look at it: orders checks it all.

use super::envelope;
use super::words::Words;
use crate::domain::QuoteRejection;
use crate::domain::pricing::Offer;
use crate::service::quotes::SignedOffer;
use crate::service::{Error, Shipping};
use ::pages::{AddressFields, Form, Locale, Page, Phrase};
use askama::Template;
use chassis::http::{Response, base_path, redirect};
use chassis::{Call, Problem};
use events::quotes::QuoteClaims;
use events::{Money, Quantities};
use serde::Deserialize;
use std::sync::Arc;

/// What the steps of the checkout hand on.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Checkout {
    quote: String,
    cart_id: String,
    email: String,
    #[serde(flatten)]
    address: AddressFields,
}

impl Checkout {
    /// Who gets the goods where, as the first step asks it. A customer is asked for no e-mail.
    fn recipient(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let email = Some(("email", &*self.email)).filter(|(_, email)| !email.is_empty());
        email.into_iter().chain(self.address.pairs())
    }

    /// The address as it stands on a parcel, line by line.
    fn label(&self, page: &Page) -> Vec<String> {
        envelope::lines(&self.address, page)
    }
}

/// A way to deliver, as a radio button.
struct Choice {
    shipping_quote: String,
    name: String,
    price: String,
    duration: String,
}

#[derive(Template)]
#[template(path = "delivery.html")]
struct DeliveryPage<'a> {
    page: Page,
    t: &'static Words,
    checkout: &'a Checkout,
    choices: Vec<Choice>,
    goods: Option<Money>,
}

#[derive(Template)]
#[template(path = "no_delivery.html")]
struct NoDeliveryPage<'a> {
    page: Page,
    t: &'static Words,
    checkout: &'a Checkout,
    headline: &'a Phrase,
    reason: Phrase,
    /// The lines to quote anew for another address: `SKU*2 SKU2*1`. Empty if another address would not help.
    lines: String,
}

/// `GET /checkout/delivery`: a step that was reloaded or kept as a bookmark has no quote.
pub(super) async fn start_again(app: Arc<Shipping>, _: Call) -> Result<Response, Problem> {
    Ok(redirect(303, &format!("{}/cart", base_path(app.wiring.tokens.issuer()))))
}

/// `POST /checkout/delivery`.
pub(super) async fn choose(app: Arc<Shipping>, call: Call<Form<Checkout>>) -> Result<Response, Problem> {
    let checkout = &call.body.0;
    let t = Words::of(Page::locale(&*app, &call));
    let claims = match app.verified(&checkout.quote, call.now) {
        Ok(claims) => claims,
        Err(rejection) => return refused(&app, &call, rejection, None),
    };
    let offers = match app.offers(&claims).await {
        Ok(offers) => offers,
        Err(Error::Rejected(rejection)) => return refused(&app, &call, rejection, Some(&claims)),
        Err(error) => return Err(error.into()),
    };
    let page = Page::new(&*app, &call, t.title.to_string());
    let signed = app.sign(&claims, offers, &call.context()).await?;
    let choice = |signed: SignedOffer| Choice {
        name: signed.offer.name.clone(),
        price: price(&page, t, &signed.offer),
        duration: duration(t, &signed.offer),
        shipping_quote: signed.shipping_quote,
    };
    let choices = signed.into_iter().map(choice).collect();
    let goods = claims.amounts().and_then(|(net, tax)| net.plus(tax).ok());
    ::pages::step(200, &DeliveryPage { page, t, checkout, choices, goods })
}

/// The page that says why nothing can be chosen, and what to do.
fn refused(
    app: &Shipping,
    call: &Call<Form<Checkout>>,
    rejection: QuoteRejection,
    claims: Option<&QuoteClaims>,
) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let is_about_address =
        matches!(rejection, QuoteRejection::DestinationUnsupported(_) | QuoteRejection::CurrencyUnavailable(_));
    let (headline, reason) = match rejection {
        QuoteRejection::Expired => (&t.expired_title, t.expired.clone()),
        QuoteRejection::Invalid => (&t.unreadable_title, t.unreadable.clone()),
        QuoteRejection::DestinationUnsupported(code) => {
            let name = country(Page::locale(app, call), code.as_str());
            (&t.nowhere_title, t.nowhere.with("country", name))
        }
        QuoteRejection::CurrencyUnavailable(currency) => (&t.nowhere_title, t.no_price.with("currency", currency)),
        QuoteRejection::TooHeavy => (&t.nowhere_title, t.too_heavy.clone()),
    };
    let ordered = |claims: &QuoteClaims| {
        let lines: Quantities = claims.lines.iter().map(|line| (line.sku.clone(), line.quantity)).collect();
        lines.to_string()
    };
    let lines = claims.filter(|_| is_about_address).map(ordered).unwrap_or_default();
    let page = Page::new(app, call, headline.to_string());
    ::pages::step(422, &NoDeliveryPage { page, t, checkout: &call.body.0, headline, reason, lines })
}

/// A country's name; its code, if it has none in any form.
fn country(locale: Locale, code: &str) -> String {
    let named = ::pages::countries(locale).find(|(known, _)| *known == code);
    named.map_or(code, |(_, name)| name).to_owned()
}

fn price(page: &Page, t: &Words, offer: &Offer) -> String {
    if offer.total.amount == 0 {
        return t.free.to_string();
    }
    t.with_tax.with("total", page.money(offer.total)).with("tax", page.money(offer.tax)).to_string()
}

fn duration(t: &Words, offer: &Offer) -> String {
    let text = match (offer.min_days, offer.max_days) {
        (_, 0) => t.same_day.clone(),
        (1, 1) => t.one_day.clone(),
        (min, max) if min == max => t.days.with("days", max),
        (min, max) => t.days_between.with("min", min).with("max", max),
    };
    text.to_string()
}
