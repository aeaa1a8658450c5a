//! A function's environment has exactly the variables that its code reads.

use chassis::runtime::Common;
use chassis::testing::signing::jwks;
use chassis::{ConfigError, Env};
use events::Capability;
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeSet;
use system_tests::template::Template;

/// A valid value of a variable.
fn usable(name: &str) -> String {
    match name {
        "USERS_JWKS" | "CATALOG_JWKS" | "SHIPPING_JWKS" => jwks("any"),
        "PAYMENT_PROVIDER" => "sandbox".to_owned(),
        "MAX_SIGN_UPS"
        | "PAY_WITHIN_MINUTES"
        | "COMPLETE_AFTER_DAYS"
        | "OPEN_ORDERS_PER_CUSTOMER"
        | "OPEN_ORDERS_PER_NETWORK"
        | "DECLINES_PER_CUSTOMER"
        | "DECLINES_PER_NETWORK"
        | "GUEST_KEYS"
        | "GUEST_TOKEN_DAYS"
        | "UNITS_PER_ORDER"
        | "REMINDER_HOURS" => "20".to_owned(),
        "ENVIRONMENT" | "PLATFORM_ENVIRONMENT" => "development".to_owned(),
        "API_URL" => "https://shop.example".to_owned(),
        "EDGE_SECRET_DIGESTS" => ",".to_owned(),
        "MAIL_FROM" | "MAIL_REPLY_TO" => "shop@example.com".to_owned(),
        "MAIL_COLOR" => "#1f6f54".to_owned(),
        "MAIL_LANGUAGE" => "de".to_owned(),
        "MAIL_KINDS_OFF" => "order_delivered".to_owned(),
        "MAIL_HELP_URL" | "MAIL_CONTACT_URL" | "MAIL_IMPRINT_URL" => "https://shop.example/help".to_owned(),
        "PAGES" => "true".to_owned(),
        "OIDC_ISSUER" => "https://id.example".to_owned(),
        "RELYING_PARTY_ID" => "shop.example".to_owned(),
        "SECOND_FACTOR" => "required".to_owned(),
        "SHOP_LOGO" => "/logo.svg".to_owned(),
        _ => "value".to_owned(),
    }
}

/// Reads all that a capability reads.
fn read(capability: Capability, env: &Env<'_>) -> Result<(), ConfigError> {
    Common::from_env(env)?;
    match capability {
        Capability::Users => {
            users::config::Config::from_env(env)?;
            users::ProviderConfig::from_env(env).map(drop)
        }
        Capability::Catalog => catalog::config::Config::from_env(env).map(drop),
        Capability::Inventory => inventory::config::Config::from_env(env).map(drop),
        Capability::Carts => carts::config::Config::from_env(env).map(drop),
        Capability::Orders => orders::Config::from_env(env).map(drop),
        Capability::Payments => payments::config::Config::from_env(env).map(drop),
        Capability::Shipping => shipping::config::Config::from_env(env).map(drop),
        Capability::Notifications => notifications::config::Config::from_env(env).map(drop),
    }
}

/// The variables that a capability reads.
fn asked_by(capability: Capability) -> BTreeSet<String> {
    let names = RefCell::new(BTreeSet::new());
    let env = Env::from_fn(|name| {
        names.borrow_mut().insert(name.to_owned());
        Some(usable(name))
    });
    assert_eq!(read(capability, &env), Ok(()), "{capability}");
    drop(env);
    names.into_inner()
}

/// The error when one variable is missing or wrong.
fn without(capability: Capability, wrong: &str, instead: Option<&str>) -> String {
    let value = |name: &str| if name == wrong { instead.map(str::to_owned) } else { Some(usable(name)) };
    read(capability, &Env::from_fn(value)).unwrap_err().to_string()
}

#[test]
fn templates_set_exactly_the_variables_that_the_configuration_reads() {
    for (capability, template) in Template::of_capabilities() {
        let given = template.root["Globals"]["Function"]["Environment"]["Variables"].as_object().unwrap();
        let given: BTreeSet<_> = given.keys().cloned().collect();
        assert_eq!(given, asked_by(capability), "{capability}");
        for (name, function) in template.of_type("AWS::Serverless::Function") {
            let own = &function["Properties"]["Environment"];
            let primed = ["1", "5"].map(|reads| json!({"Variables": {"PRIME_TABLE": reads}}));
            let is_primed = name.ends_with("Api") && primed.contains(own);
            assert!(own.is_null() || is_primed, "{name} has variables of its own");
        }
    }
}

#[test]
fn a_missing_variable_an_unusable_key_set_or_number_stops_every_function_by_its_name() {
    for capability in Capability::ALL {
        // Without versions there is no release, without a logo there is the name, passkeys are for the host, and not every company has a
        // provider. What only changes how mails look has defaults.
        let may_be_empty = |name: &String| {
            let changes_looks = name.starts_with("MAIL_") && name != "MAIL_FROM";
            changes_looks
                || ["RELEASE", "SHOP_LOGO", "RELYING_PARTY_ID", "OIDC_ISSUER", "OIDC_ACR", "OIDC_NAME"]
                    .contains(&name.as_str())
        };
        for name in asked_by(capability).into_iter().filter(|name| !may_be_empty(name)) {
            let missing = format!("environment variable {name} is not set");
            assert_eq!(without(capability, &name, None), missing, "{capability}");
            assert_eq!(without(capability, &name, Some("")), missing, "{capability}");
            let is_parsed = name.ends_with("_JWKS")
                || name.ends_with("_LIMIT")
                || name.starts_with("OPEN_ORDERS_")
                || name.starts_with("DECLINES_")
                || name == "EDGE_SECRET_DIGESTS"
                || name == "PAY_WITHIN_MINUTES"
                || name == "COMPLETE_AFTER_DAYS"
                || name == "UNITS_PER_ORDER";
            for broken in ["{", "{}", "value"].into_iter().filter(|_| is_parsed) {
                let error = without(capability, &name, Some(broken));
                assert!(error.contains(&format!("{name} is unusable")), "{capability}: {error}");
            }
        }
    }
}
