//! The last step of the checkout: what is ordered and what it costs, how it is paid, and the button that says that one pays.
//! The signed quotes come in the form, and go back in it. Refuses prices of its own.

use super::bill::Bill;
use super::methods::{Method, methods};
use super::visitor;
use super::words::Words;
use crate::domain::order::Order;
use crate::domain::place_order::{QuoteMismatch, VerifiedQuotes, preview};
use crate::http::{CreateOrder, placed};
use crate::service::Orders;
use crate::service::place_order::PlaceOrderError;
use crate::service::quotes::SignedQuotes;
use ::pages::{AddressFields, Errors, Form, Page, Phrase, html, step};
use askama::Template;
use chassis::http::{Response, redirect};
use chassis::{Call, NoBody, NoQuery, Problem};
use events::{Language, Timestamp};
use lambda_http::http::header::{RETRY_AFTER, SET_COOKIE};
use serde::Deserialize;
use std::sync::Arc;

/// What the steps before collected, and what this one adds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct CheckoutForm {
    quote: String,
    shipping_quote: String,
    cart_id: String,
    email: String,
    #[serde(flatten)]
    address: AddressFields,
    payment_method: String,
    /// The version of the terms that were accepted.
    terms: String,
}

impl CheckoutForm {
    /// What the form carries on, by the names of its fields.
    fn carried(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let own = [("quote", &*self.quote), ("shipping_quote", &self.shipping_quote), ("cart_id", &self.cart_id)];
        // A guest's.
        let email = Some(("email", &*self.email)).filter(|(_, email)| !email.is_empty());
        own.into_iter().chain(email).chain(self.address.pairs())
    }

    fn order(&self, language: Language) -> CreateOrder {
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        CreateOrder {
            quote: self.quote.clone(),
            shipping_quote: self.shipping_quote.clone(),
            payment_method: given(&self.payment_method),
            ship_to: self.address.typed(),
            billing_address: None,
            cart_id: self.cart_id.parse().ok(),
            email: given(&self.email),
            accepted_terms: given(&self.terms),
            language: Some(language),
        }
    }
}

#[derive(Template)]
#[template(path = "checkout_payment.html")]
struct ReviewPage<'a> {
    page: Page,
    t: &'static Words,
    form: &'a CheckoutForm,
    /// The order that would be placed.
    order: &'a Order,
    /// The version of the terms to accept, if the shop has published any.
    terms: Option<&'a str>,
    holds_until: Timestamp,
    methods: Vec<Method>,
    /// Where the mails go; of a customer that is in the account.
    email: Option<&'a str>,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "checkout_again.html")]
struct AgainPage<'a> {
    page: Page,
    t: &'static Words,
    why: &'a Phrase,
    /// When it may be tried again.
    wait: Option<Timestamp>,
}

impl Bill for ReviewPage<'_> {
    fn bill(&self) -> (&Page, &Order) {
        (&self.page, self.order)
    }
}

/// `GET /checkout/payment`: what it shows came in a form, and is gone.
pub(super) async fn back_to_cart(app: Arc<Orders>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    Ok(redirect(303, &Page::new(&*app, &call, "").href("/cart")))
}

/// `POST /checkout/payment`: the order before it is placed.
pub(super) async fn review(app: Arc<Orders>, call: Call<Form<CheckoutForm>>) -> Result<Response, Problem> {
    show(&app, &call, Errors::default())
}

/// `POST /orders`: places the order, or finds the one that the same quote became before.
pub(super) async fn place(app: Arc<Orders>, call: Call<Form<CheckoutForm>>) -> Result<Response, Problem> {
    let words = Words::of(Page::locale(&*app, &call));
    let form = &call.body.0;
    let (quotes, _) = match app.quotes.verify(signed(form), call.now) {
        Ok(verified) => verified,
        Err(invalid) => return again(&app, &call, &PlaceOrderError::from(invalid).into()),
    };
    let page = Page::new(&*app, &call, "");
    let errors = missing(form, &quotes, (page.words, words));
    if !errors.is_empty() {
        return show(&app, &call, errors);
    }
    let body = form.order(page.locale.into());
    match placed(&app, &call.caller, &call.source_ip, body, &call.context()).await {
        Ok((order, token)) => {
            let mut response = redirect(303, &page.href(&format!("/orders/{}", order.id)));
            if let Some(token) = token {
                let kept = visitor::kept(&app, &call, order.id, &token.text);
                response.headers_mut().append(SET_COOKIE, kept);
            }
            Ok(response)
        }
        // The buyer went back and chose something else: there is one order of a quote, and this is it.
        Err(problem) if problem.kind == "order_exists" => {
            let id = problem.members.get("order_id").and_then(|id| id.as_str()).unwrap_or_default();
            Ok(redirect(303, &page.href(&format!("/orders/{id}"))))
        }
        Err(problem) if problem.kind == "invalid_field" && names(&problem, "payment_method") => {
            let mut errors = Errors::default();
            errors.add("payment_method", &page.words.steps.payment, &words.checkout.choose_method);
            show(&app, &call, errors)
        }
        Err(problem) => again(&app, &call, &problem),
    }
}

fn names(problem: &Problem, field: &str) -> bool {
    problem.members.get("field").and_then(|named| named.as_str()).is_some_and(|named| named.ends_with(field))
}

fn signed(form: &CheckoutForm) -> SignedQuotes<'_> {
    SignedQuotes { price: &form.quote, shipping: &form.shipping_quote }
}

/// What the buyer has yet to choose.
fn missing(form: &CheckoutForm, quotes: &VerifiedQuotes, (shared, words): (&::pages::Words, &Words)) -> Errors {
    let mut errors = Errors::default();
    if form.payment_method.is_empty() && quotes.total() != Some(0) {
        errors.add("payment_method", &shared.steps.payment, &words.checkout.choose_method);
    }
    if quotes.price.terms.as_ref().is_some_and(|terms| *terms != form.terms) {
        errors.add("terms", &shared.terms, &words.checkout.accept_terms);
    }
    errors
}

/// The last step, with what is missing.
fn show(app: &Orders, call: &Call<Form<CheckoutForm>>, errors: Errors) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let form = &call.body.0;
    let (quotes, is_expired) = match app.quotes.verify(signed(form), call.now) {
        Ok(verified) => verified,
        Err(invalid) => return again(app, call, &PlaceOrderError::from(invalid).into()),
    };
    if is_expired {
        return again(app, call, &PlaceOrderError::QuoteExpired.into());
    }
    let terms = quotes.price.terms.clone();
    let ends = quotes.price.exp.min(quotes.shipping.exp);
    let address = form.address.typed().parsed();
    let shown = address.map_err(Problem::from).and_then(|address| {
        preview(quotes, call.caller.user(), address, call.now)
            .map_err(|mismatch: QuoteMismatch| Problem::from(PlaceOrderError::from(mismatch)))
    });
    let order = match shown {
        Ok(order) => order,
        Err(problem) => return again(app, call, &problem),
    };
    let page = Page::new(app, call, t.checkout.title.to_string());
    let methods = methods(page.is_demo, &t.methods);
    let status = if errors.is_empty() { 200 } else { 422 };
    let holds_until = Timestamp::from_millis(ends.saturating_mul(1_000));
    let terms = terms.as_deref();
    let email = Some(&*form.email).filter(|email| !email.is_empty() && call.caller.identity.is_none());
    step(status, &ReviewPage { page, t, form, order: &order, terms, holds_until, methods, email, errors })
}

/// No order can be placed by this form any more: why, and the way to the cart.
fn again(app: &Orders, call: &Call<Form<CheckoutForm>>, problem: &Problem) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let Some(why) = t.refusals.of(problem.kind).filter(|_| problem.status < 500) else {
        return Err(problem.clone());
    };
    let page = Page::new(app, call, t.checkout.again_title.to_string());
    let wait = problem.retry_after.map(|seconds| call.now.plus_seconds(seconds.into()));
    let mut response = html(problem.status, &AgainPage { page, t, why, wait })?;
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    Ok(response)
}
