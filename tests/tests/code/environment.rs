//! A function's environment has what its code reads, and nothing else.

use chassis::config::Common;
use chassis::testing::signing::jwks;
use chassis::{ConfigError, Env};
use events::Capability;
use std::cell::RefCell;
use std::collections::BTreeSet;
use system_tests::template::Template;

/// The variables that a reader asks for.
fn asked<T>(read: impl Fn(&Env<'_>) -> Result<T, ConfigError>) -> BTreeSet<String> {
    let names = RefCell::new(BTreeSet::new());
    let env = Env::from_fn(|name| {
        names.borrow_mut().insert(name.to_owned());
        Some(match name {
            "USERS_JWKS" | "CATALOG_JWKS" | "SHIPPING_JWKS" => jwks("any"),
            "PAYMENT_PROVIDER" => "sandbox".to_owned(),
            "API_URL" => "https://shop.example".to_owned(),
            "MAIL_FROM" => "shop@example.com".to_owned(),
            _ => "value".to_owned(),
        })
    });
    if let Err(error) = read(&env) {
        panic!("{error}");
    }
    drop(env);
    names.into_inner()
}

fn asked_by(capability: Capability) -> BTreeSet<String> {
    let own = match capability {
        Capability::Users => asked(users::config::Config::from_env),
        Capability::Catalog => asked(catalog::config::Config::from_env),
        Capability::Inventory => asked(inventory::config::Config::from_env),
        Capability::Carts => asked(carts::config::Config::from_env),
        Capability::Orders => asked(orders::config::Config::from_env),
        Capability::Payments => asked(payments::config::Config::from_env),
        Capability::Shipping => asked(shipping::config::Config::from_env),
        Capability::Notifications => asked(notifications::config::Config::from_env),
    };
    own.into_iter().chain(asked(Common::from_env)).collect()
}

#[test]
fn templates_set_exactly_the_variables_that_the_configuration_reads() {
    for (capability, template) in Template::of_capabilities() {
        let given = template.root["Globals"]["Function"]["Environment"]["Variables"].as_object().unwrap();
        let given: BTreeSet<_> = given.keys().cloned().collect();
        assert_eq!(given, asked_by(capability), "{capability}");
        for (name, function) in template.of_type("AWS::Serverless::Function") {
            assert!(function["Properties"]["Environment"].is_null(), "{name} has variables of its own");
        }
    }
}

#[test]
fn an_empty_variable_is_a_missing_one() {
    let env = Env::from_fn(|_| Some(String::new()));
    assert_eq!(Common::from_env(&env).unwrap_err(), ConfigError::Missing("STAGE"));
}
