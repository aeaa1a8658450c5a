//! Quotes: most are signed here as the shop would sign them, some are requested from the shop.

use super::{Driver, SKUS};
use crate::sim::dice::Dice;
use crate::sim::expectation::Promise;
use crate::sim::invariant::Invariant;
use crate::sim::journey::Journey;
use crate::sim::place::{Place, who};
use chassis::testing::Request;
use chassis::testing::signing::{STAGE, verifier};
use chassis::tokens::Expected;
use events::ids::{QuoteId, ShippingQuoteId, UserId};
use events::quotes::{
    Destination, QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims, QuotedLine, SHIPPING_QUOTE_TYP, ShippingQuoteClaims,
};
use events::{Capability, Currency};
use serde_json::json;

pub(super) type Quoted = (Promise, String, String);

impl Driver {
    /// Publishes a version of the terms, which quotes name from then on.
    pub async fn publish_terms(&self, version: u32) {
        let terms = json!({"version": version.to_string(), "texts": {"en": "Nothing is sold here."}});
        let request = Request::put("/v1/legal-pages/terms", terms).bearer(&self.staff());
        // The first replaces nothing.
        let request = if version > 1 { request.header("if-match", "*") } else { request };
        let answer = self.insist(Capability::Catalog, &request, 3).await;
        // Without an answer it may have been handled.
        if answer.is_none_or(|answer| answer.status < 300) {
            self.shop.stage.terms.lock().unwrap().insert(version.to_string());
        }
    }
}

pub(super) async fn quoted(driver: &Driver, dice: &Dice, user: Option<UserId>) -> Option<Quoted> {
    if driver.journey.is_none() && dice.chance(1_000) {
        return quoted_by_the_shop(driver, dice).await;
    }
    let stage = &driver.shop.stage;
    // Some want a sample that costs nothing, by letter.
    let free = driver.journey.is_none() && stage.draws.at(Place::named("free").and(&who())).chance(400);
    let now = stage.clock.now();
    let bytes = || {
        let mut bytes = [0; 10];
        chassis::runtime::Random::fill(dice, &mut bytes);
        bytes
    };
    let quote = QuoteClaims {
        iss: "catalog".to_owned(),
        aud: QUOTE_AUDIENCE.to_owned(),
        stage: STAGE.to_owned(),
        jti: QuoteId::new(now, bytes()),
        sub: user,
        currency: if dice.chance(2_000) { Currency::USD } else { Currency::EUR },
        ship_to: Destination { country: "DE".parse().unwrap(), region: None, postal_code: None },
        lines: if free { samples(dice) } else { lines(driver, dice) },
        terms: None,
        iat: now.seconds(),
        exp: now.seconds() + 900,
    };
    let shipping_quote = ShippingQuoteClaims {
        iss: "shipping".to_owned(),
        aud: QUOTE_AUDIENCE.to_owned(),
        stage: STAGE.to_owned(),
        jti: ShippingQuoteId::new(now, bytes()),
        quote: quote.jti,
        service: "standard".to_owned(),
        currency: quote.currency,
        amount: if free { 0 } else { 490 },
        tax: if free { 0 } else { 93 },
        iat: quote.iat,
        exp: quote.exp,
    };
    let promise = promised(&quote, shipping_quote.amount + shipping_quote.tax);
    let signed = driver.catalog.sign(QUOTE_TYP, &quote).unwrap();
    Some((promise, signed, driver.shipping.sign(SHIPPING_QUOTE_TYP, &shipping_quote).unwrap()))
}

fn lines(driver: &Driver, dice: &Dice) -> Vec<QuotedLine> {
    let mut skus: Vec<&str> = (0..dice.between(1, 4)).map(|_| wanted(dice)).collect();
    skus.sort_unstable();
    // Quotes may name a SKU on two lines.
    if dice.chance(9_000) {
        skus.dedup();
    }
    let out = driver.journey == Some(Journey::OutOfStock);
    let line = |sku: &str| {
        let (quantity, unit_price) = (if out { 900 } else { dice.between(1, 3) }, dice.between(100, 9_999));
        QuotedLine {
            sku: sku.parse().unwrap(),
            title: sku.to_owned(),
            quantity: u32::try_from(quantity).unwrap(),
            unit_price: i64::try_from(unit_price).unwrap(),
            discount: i64::try_from(dice.below(unit_price / 2)).unwrap(),
            tax: i64::try_from(unit_price * quantity * 7 / 100).unwrap(),
            weight_grams: 130,
        }
    };
    if driver.journey.is_some() && !out {
        return ["SKU-7", "SKU-6", "SKU-5"].map(line).into();
    }
    skus.into_iter().map(line).collect()
}

fn samples(dice: &Dice) -> Vec<QuotedLine> {
    vec![QuotedLine {
        sku: wanted(dice).parse().unwrap(),
        title: "Sample".to_owned(),
        quantity: 1,
        unit_price: 0,
        discount: 0,
        tax: 0,
        weight_grams: 5,
    }]
}

pub(super) fn wanted(dice: &Dice) -> &'static str {
    if dice.chance(2_500) { SKUS[0] } else { dice.pick::<&str>(&SKUS) }
}

async fn quoted_by_the_shop(driver: &Driver, dice: &Dice) -> Option<Quoted> {
    let lines = [json!({"sku": wanted(dice), "quantity": dice.between(1, 3)})];
    let currency = if dice.chance(2_000) { "USD" } else { "EUR" };
    let body = json!({"currency": currency, "lines": lines, "ship_to": {"country": "DE"}});
    let quote = driver.insist(Capability::Catalog, &Request::post("/v1/quotes", body), 4).await?;
    let quote = quote.body["quote"].as_str()?.to_owned();
    let request = Request::post("/v1/shipping-quotes", json!({"quote": quote}));
    let shipping_quote = driver.insist(Capability::Shipping, &request, 4).await?;
    let option = &shipping_quote.body["items"][0];
    let signed = option["shipping_quote"].as_str()?.to_owned();
    Some((promised_by_the_shop(driver, &quote, &signed), quote, signed))
}

/// What two quotes of the shop promise. They name terms: some were published before anybody came, and whatever fails, a quote is
/// of a catalogue that holds every write answered before it. Only what is merely shown may be older.
pub(super) fn promised_by_the_shop(driver: &Driver, quote: &str, shipping_quote: &str) -> Promise {
    let expected = Expected { typ: QUOTE_TYP, issuer: "catalog", audience: QUOTE_AUDIENCE };
    let quote: QuoteClaims = driver.quotes.verify(quote, expected).unwrap();
    let nameless = || format!("the quote of {} names no terms", quote.jti.order());
    driver.shop.stage.expect(quote.terms.is_some(), Invariant::OrdersNameTheirTerms, nameless);
    let expected = Expected { typ: SHIPPING_QUOTE_TYP, issuer: "shipping", audience: QUOTE_AUDIENCE };
    let shipping: ShippingQuoteClaims = verifier("shipping").verify(shipping_quote, expected).unwrap();
    promised(&quote, shipping.amount + shipping.tax)
}

fn promised(quote: &QuoteClaims, shipping: i64) -> Promise {
    let subtotal: i64 = quote.lines.iter().map(|l| l.unit_price * i64::from(l.quantity) - l.discount + l.tax).sum();
    let lines = quote.lines.iter().map(|line| (line.sku.to_string(), line.quantity)).collect();
    Promise { order: quote.jti.order(), total: subtotal + shipping, lines, terms: quote.terms.clone() }
}
