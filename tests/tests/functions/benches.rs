//! The eight functions, built as their `main`s build them, over embedded tables.

use chassis::testing::connector::{WireRequest, json_service, sdk_config};
use chassis::testing::signing::{API_URL, STAGE, access_verifier, jwks, stored_key, verifier};
use chassis::testing::{Bench, Parts};
use chassis::{ConfigError, Env};
use orders::domain::shopper::{Limit, Limits};
use serde_json::json;
use std::sync::Arc;

pub(super) fn configured<T>(read: impl Fn(&Env<'_>) -> Result<T, ConfigError>) -> T {
    let env = Env::from_fn(|name| {
        Some(match name {
            "STAGE" => STAGE.to_owned(),
            "USERS_JWKS" => jwks("users"),
            "CATALOG_JWKS" => jwks("catalog"),
            "SHIPPING_JWKS" => jwks("shipping"),
            "ENVIRONMENT" | "PLATFORM_ENVIRONMENT" => "development".to_owned(),
            "PAYMENT_PROVIDER" => "sandbox".to_owned(),
            "API_URL" => API_URL.to_owned(),
            "MAX_SIGN_UPS" => "20".to_owned(),
            "MAIL_FROM" | "MAIL_REPLY_TO" => "shop@example.com".to_owned(),
            "MAIL_COLOR" => "#1f6f54".to_owned(),
            "MAIL_LANGUAGE" => "en".to_owned(),
            // Every kind is sent, as where nothing is said.
            "MAIL_KINDS_OFF" | "RELYING_PARTY_ID" => return None,
            "MAIL_HELP_URL" | "MAIL_CONTACT_URL" | "MAIL_IMPRINT_URL" => format!("{API_URL}/help"),
            other => other.to_lowercase(),
        })
    });
    read(&env).unwrap_or_else(|error| panic!("{error}"))
}

pub fn users() -> Bench<users::Users> {
    Bench::new(|parts| {
        let config = configured(users::Config::from_env);
        let keys = users::Keys {
            signing: parts.secret("key", stored_key("users")),
            limits: parts.secret("limits key", "A".repeat(43)),
            guests: parts.secret("guests key", "I".repeat(43)),
        };
        // Argon2 at the lowest cost that it allows.
        let hasher = users::domain::hashing::Hasher::with_cost(8, 1, 1).unwrap();
        let no_alarm = Arc::new(|_: WireRequest<'_>| (200, json!({"MetricAlarms": []}).to_string()));
        let alarms = users::Alarms::new(json_service(no_alarm, &parts.wiring.world, users::CLOUDWATCH), "souk", STAGE);
        users::Users::new(parts.table.clone(), parts.wiring.clone(), config, keys, hasher, alarms)
    })
}

pub fn catalog() -> Bench<catalog::Catalog> {
    Bench::new(|parts| {
        let key = parts.secret("key", stored_key("catalog"));
        let config = catalog::Config {
            users: access_verifier(),
            signing_key_parameter: "signing_key_parameter".to_owned(),
            max_units: 100,
        };
        catalog::Catalog::new(parts.table.clone(), parts.wiring.clone(), config, key)
    })
}

pub fn inventory() -> Bench<inventory::Inventory> {
    Bench::new(|parts| inventory::Inventory::new(parts.table.clone(), parts.wiring.clone()))
}

pub fn carts() -> Bench<carts::Carts> {
    Bench::new(|parts| {
        let config = carts::Config { users: access_verifier(), max_units: 100, reminder_hours: 4 };
        carts::Carts::new(parts.table.clone(), parts.wiring.clone(), config)
    })
}

pub fn orders() -> Bench<orders::Orders> {
    Bench::new(|parts| {
        let config = orders::Config {
            users: access_verifier(),
            catalog: verifier("catalog"),
            shipping: verifier("shipping"),
            guest_keys: Vec::new(),
            guest_token_days: 90,
            limits_key_parameter: String::new(),
            guests_key_parameter: String::new(),
            seconds_to_pay: 1_800,
            complete_after_days: 14,
            limits: Limits { customer: Limit { orders: 5, declines: 10 }, network: Limit { orders: 20, declines: 60 } },
        };
        let guest_key = orders::GuestKey { number: 1, secret: parts.secret("key", "A".repeat(43)) };
        let limits_key = parts.secret("limits key", "A".repeat(43));
        let guests_key = parts.secret("guests key", "I".repeat(43));
        orders::Orders::new(parts.table.clone(), parts.wiring.clone(), config, vec![guest_key], limits_key, guests_key)
    })
}

pub fn payments() -> Bench<payments::Payments> {
    let build = |parts: &mut Parts| {
        payments::Payments::new(parts.table.clone(), parts.wiring.clone(), configured(payments::Config::from_env))
    };
    Bench::new(build)
}

pub fn shipping() -> Bench<shipping::Shipping> {
    Bench::new(|parts| {
        let key = parts.secret("key", stored_key("shipping"));
        let config = shipping::Config {
            users: access_verifier(),
            catalog: verifier("catalog"),
            signing_key_parameter: "signing_key_parameter".to_owned(),
        };
        shipping::Shipping::new(parts.table.clone(), parts.wiring.clone(), config, key)
    })
}

pub fn notifications() -> Bench<notifications::Notifications> {
    Bench::new(|parts| {
        let taken = |_: WireRequest<'_>| (200, json!({"MessageId": "1"}).to_string());
        let client = aws_sdk_sesv2::Client::new(&sdk_config(Arc::new(taken), &parts.wiring.world));
        let config = configured(notifications::Config::from_env);
        let limits_key = parts.secret("limits key", "A".repeat(43));
        notifications::Notifications::new(parts.table.clone(), parts.wiring.clone(), config, client, limits_key)
    })
}

/// Calls a generic async function with every capability's bench, one after the other. Its answers are the list's.
macro_rules! with_every_bench {
    ($function:ident) => {
        [
            $function($crate::functions::benches::users()).await,
            $function($crate::functions::benches::catalog()).await,
            $function($crate::functions::benches::inventory()).await,
            $function($crate::functions::benches::carts()).await,
            $function($crate::functions::benches::orders()).await,
            $function($crate::functions::benches::payments()).await,
            $function($crate::functions::benches::shipping()).await,
            $function($crate::functions::benches::notifications()).await,
        ]
    };
}
pub(crate) use with_every_bench;
