//! A browser at the shop's pages: it keeps cookies and sends forms.

use carts::Carts;
use chassis::testing::{Bench, Request, Response};
use serde_json::Value;
use std::collections::BTreeMap;

/// A browser with its cookies.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    pub cookies: BTreeMap<String, String>,
    pub language: Option<&'static str>,
}

/// Name of the guest's cookie where the shop has TLS.
pub const CART: &str = "__Host-souk_cart";

impl Browser {
    /// One whose owner is signed in.
    pub fn signed_in(token: &str) -> Self {
        let mut browser = Self::default();
        browser.sign_in(token);
        browser
    }

    pub fn sign_in(&mut self, token: &str) {
        self.cookies.insert("__Host-souk_access".to_owned(), token.to_owned());
    }

    pub async fn get(&mut self, bench: &Bench<Carts>, target: &str) -> Response {
        self.send(bench, Request::get(target)).await
    }

    /// Sends a form of the shop's own page.
    pub async fn post(&mut self, bench: &Bench<Carts>, target: &str, form: &str) -> Response {
        self.send(bench, form_of(target, form).header("sec-fetch-site", "same-origin")).await
    }

    pub async fn add(&mut self, bench: &Bench<Carts>, sku: &str, quantity: &str) -> Response {
        self.post(bench, "/cart/lines", &format!("sku={sku}&quantity={quantity}")).await
    }

    /// The text of the cart's page.
    pub async fn cart(&mut self, bench: &Bench<Carts>) -> String {
        let answer = self.get(bench, "/cart").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        text(&answer)
    }

    /// The event of a form, to be delivered again as it comes when a write is done and its answer is lost.
    pub fn event(&self, target: &str, form: &str) -> Value {
        self.with_cookies(form_of(target, form).header("sec-fetch-site", "same-origin")).event()
    }

    fn with_cookies(&self, request: Request) -> Request {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if cookies.is_empty() { request } else { request.header("cookie", &cookies.join("; ")) }
    }

    pub async fn send(&mut self, bench: &Bench<Carts>, request: Request) -> Response {
        let request = self.with_cookies(request);
        let request = self.language.into_iter().fold(request, |request, tag| request.header("accept-language", tag));
        let answer = bench.invoke(&request.event()).await.unwrap();
        for line in answer["cookies"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax") && line.contains("Secure"), "{line}");
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Response::from_answer(&answer)
    }
}

/// A form, from nowhere in particular.
pub fn form_of(target: &str, form: &str) -> Request {
    Request::new("POST", target).body(form).header("content-type", "application/x-www-form-urlencoded")
}

/// The text of a page.
pub fn text(answer: &Response) -> String {
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{answer:?}");
    answer.body.as_str().unwrap().to_owned()
}

/// What the page's form to the checkout sends of the lines.
pub fn ordered(page: &str) -> &str {
    let Some((_, rest)) = page.split_once(r#"name="lines" value=""#) else {
        return "";
    };
    rest.split('"').next().unwrap()
}

/// Status and place of an answer that sends the browser elsewhere.
pub fn sent_to(answer: &Response) -> (u16, Option<&str>) {
    (answer.status, answer.header("location"))
}

/// Status of an answer with where it goes, if it is the cart.
pub const TO_THE_CART: (u16, Option<&str>) = (303, Some("/cart"));
