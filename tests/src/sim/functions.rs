//! The eight functions, built as their `main`s build them, but over the simulated network.

use super::mail::FEEDBACK_TOPIC;
use super::stage::Stage;
use super::target::Target;
use super::teller::Teller;
use super::wire::Line;
use chassis::runtime::{Function, InvocationError};
use chassis::testing::network::{self, Network};
use chassis::testing::signing::{API_URL, STAGE, access_verifier, stored_key, verifier};
use chassis::testing::sqs::URL_PREFIX;
use chassis::tokens::SecretParameter;
use chassis::{Queues, Service, Table, Wiring, World};
use events::Capability;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use orders::domain::shopper::{Limit, Limits};
use payments::providers::{PaymentGateway, Provider};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// A process that runs a function.
pub trait Process: Send + Sync {
    fn handle<'a>(&'a self, event: &'a str, time_left: Duration) -> BoxFuture<'a, Result<Value, InvocationError>>;
}

impl<S: Service> Process for Function<S> {
    fn handle<'a>(&'a self, event: &'a str, time_left: Duration) -> BoxFuture<'a, Result<Value, InvocationError>> {
        Self::handle(self, event, time_left).boxed()
    }
}

/// What a process is built of.
pub struct Surroundings<'a> {
    pub of: Capability,
    pub world: &'a World,
    pub table: String,
    /// The network to each service that it calls.
    pub line: &'a dyn Fn(Target) -> Arc<dyn Network>,
    pub provider: Provider,
}

impl Surroundings<'_> {
    fn sdk(&self, target: Target) -> aws_config::SdkConfig {
        network::sdk_config((self.line)(target), self.world)
    }

    fn table(&self) -> Table {
        Table::new(network::dynamodb(&self.sdk(Target::Table), self.world), self.table.clone())
    }

    fn secret(&self, value: String) -> SecretParameter {
        let values = HashMap::from([("key".to_owned(), value)]);
        SecretParameter::new(network::ssm(&self.sdk(Target::Parameters(values)), self.world), "key".to_owned())
    }

    fn wiring(&self) -> Wiring {
        Wiring {
            stage: STAGE.to_owned(),
            world: self.world.clone(),
            queues: Queues::new(network::sqs(&self.sdk(Target::Queues), self.world), URL_PREFIX.to_owned()),
            edge: chassis::http::Edge::default(),
            site: chassis::http::Site { name: "souk".into(), logo: None, has_pages: true, is_demo: true },
            second_factor: chassis::SecondFactor::Required,
            tokens: access_verifier(),
            metrics: network::logged_metrics(self.of, self.world.clone()),
        }
    }
}

/// A new process of a capability, connected to the stage.
pub fn process(stage: &Arc<Stage>, world: &World, of: Capability) -> Arc<dyn Process> {
    let line = |target| -> Arc<dyn Network> { Arc::new(Line { stage: Arc::clone(stage), from: of, target }) };
    let table = stage.tables[&of].dynamo().table_name();
    let teller: Arc<dyn PaymentGateway> = Arc::new(Teller::new(Arc::clone(stage)));
    started(Surroundings { of, world, table, line: &line, provider: Provider::Gateway(teller) })
}

/// A new process.
pub fn started(parts: Surroundings<'_>) -> Arc<dyn Process> {
    match parts.of {
        Capability::Users => running(users(&parts)),
        Capability::Catalog => {
            let key = parts.secret(stored_key("catalog"));
            let config = catalog::Config {
                users: access_verifier(),
                signing_key_parameter: "signing_key_parameter".to_owned(),
                max_units: 100,
            };
            running(catalog::Catalog::new(parts.table(), parts.wiring(), config, key))
        }
        Capability::Inventory => running(inventory::Inventory::new(parts.table(), parts.wiring())),
        Capability::Carts => {
            let config = carts::Config { users: access_verifier(), max_units: 100, reminder_hours: 4 };
            running(carts::Carts::new(parts.table(), parts.wiring(), config))
        }
        Capability::Orders => running(orders(&parts)),
        Capability::Payments => {
            let (table, wiring) = (parts.table(), parts.wiring());
            let config = payments::Config { users: access_verifier(), provider: parts.provider };
            running(payments::Payments::new(table, wiring, config))
        }
        Capability::Shipping => {
            let key = parts.secret(stored_key("shipping"));
            let config = shipping::Config {
                users: access_verifier(),
                catalog: verifier("catalog"),
                signing_key_parameter: "signing_key_parameter".to_owned(),
            };
            running(shipping::Shipping::new(parts.table(), parts.wiring(), config, key))
        }
        Capability::Notifications => {
            let config = aws_sdk_sesv2::config::Builder::from(&parts.sdk(Target::Mail));
            let client = aws_sdk_sesv2::Client::from_conf(config.retry_partition(network::own_retries()).build());
            let branding = notifications::domain::Branding {
                name: "souk".to_owned(),
                public_url: API_URL.to_owned(),
                ..Default::default()
            };
            let config = notifications::Config {
                users: access_verifier(),
                mail_from: "shop@example.com".to_owned(),
                reply_to: None,
                branding,
                configuration_set: "souk-sim".to_owned(),
                feedback_topic: FEEDBACK_TOPIC.to_owned(),
                limits_key_parameter: String::new(),
            };
            let (table, wiring, key) = (parts.table(), parts.wiring(), limits_key(&parts));
            running(notifications::Notifications::new(table, wiring, config, client, key))
        }
    }
}

fn running<S: Service>(service: S) -> Arc<dyn Process> {
    Arc::new(Function::new(service).unwrap())
}

fn users(parts: &Surroundings<'_>) -> users::Users {
    let env = chassis::Env::from_fn(|name| {
        Some(match name {
            "STAGE" => STAGE.to_owned(),
            "USERS_JWKS" => chassis::testing::signing::jwks("users"),
            "API_URL" => API_URL.to_owned(),
            "MAX_SIGN_UPS" => "20".to_owned(),
            "RELYING_PARTY_ID" => "shop.example".to_owned(),
            other => other.to_lowercase(),
        })
    });
    let config = users::Config::from_env(&env).unwrap();
    let keys = users::Keys {
        signing: parts.secret(stored_key("users")),
        limits: limits_key(parts),
        guests: guests_key(parts),
    };
    // Argon2 at the lowest cost that it allows.
    let hasher = users::domain::hashing::Hasher::with_cost(8, 1, 1).unwrap();
    let cloudwatch = network::json_service((parts.line)(Target::Alarms), parts.world, users::CLOUDWATCH);
    users::Users::new(
        parts.table(),
        parts.wiring(),
        config,
        keys,
        hasher,
        users::Alarms::new(cloudwatch, "souk", STAGE),
    )
}

fn orders(parts: &Surroundings<'_>) -> orders::Orders {
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
    let guest_key = orders::GuestKey { number: 1, secret: parts.secret("A".repeat(43)) };
    orders::Orders::new(parts.table(), parts.wiring(), config, vec![guest_key], limits_key(parts), guests_key(parts))
}

/// One for users and orders.
fn guests_key(parts: &Surroundings<'_>) -> SecretParameter {
    parts.secret("I".repeat(43))
}

fn limits_key(parts: &Surroundings<'_>) -> SecretParameter {
    // Of the last character four bits count, and the others must be zero.
    parts.secret("E".repeat(43))
}
