//! Staff who sign in by the company's OpenID provider, which listens where `cargo souk test` told the shop that it does.

use crate::browser::Browser;
use crate::cloud::with_cloud;
use crate::people::{Customer, admin, unique};
use crate::stage::stage;
use oidc::{Client, Provider};
use serde_json::json;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

const LINK: &str = "Sign in with the company's account";

/// Stores a secret parameter of the stage.
fn store_secret(path: &str, value: &str) {
    with_cloud(async |config| {
        let store = aws_sdk_ssm::Client::new(&config).put_parameter().name(stage().parameter(path)).value(value);
        store.r#type(aws_sdk_ssm::types::ParameterType::SecureString).overwrite(true).send().await.unwrap();
    });
}

/// The company's provider, as its tokens name it; `None` for a shop that was opened otherwise.
fn company() -> Option<String> {
    let port = u16::try_from(stage().state["provider_port"].as_u64()?).unwrap();
    let issuer = format!("http://127.0.0.1:{port}");
    let shop = stage().state["public_url"].as_str().unwrap();
    let (id, secret) = ("souk-tests".to_owned(), "of the journeys alone".to_owned());
    // The function reads it when it exchanges its first code, and keeps it.
    store_secret("keys/users-provider", &secret);
    let redirect_uri = format!("{shop}/account/sign-in/provider/callback");
    let provider = Provider::new(&issuer, Client { id, secret, redirect_uri });
    let seconds = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap();
    oidc::serve(Arc::new(provider), TcpListener::bind(("127.0.0.1", port)).unwrap(), seconds);
    Some(issuer)
}

fn signs_in_at_the_company(browser: &Browser, subject: &str) {
    browser.open("/account/sign-in");
    browser.follow(LINK);
    browser.sees("The company");
    browser.fill("Who", subject);
    browser.fill("Code", "123456");
    browser.press("Sign in");
}

#[test]
fn staff_whom_an_admin_tied_sign_in_at_the_company_and_a_stranger_there_is_told_what_to_tell_an_admin() {
    let Some(issuer) = company() else { return };
    let (user, subject) = (Customer::new(), unique());
    let browser = Browser::at_the_shop();
    signs_in_at_the_company(&browser, &subject);
    browser.sees(&subject);
    browser.sees(&issuer);
    browser.expect_fault("403");
    let identity = json!({"issuer": issuer, "subject": subject});
    admin().put(&format!("/v1/users/{}/identity", user.id), &identity).expect(200);
    signs_in_at_the_company(&browser, &subject);
    browser.sees("Your account");
    browser.sees(&user.email);
    assert!(browser.cookie("souk_departure").is_none());
}
