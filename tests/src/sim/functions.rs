//! The eight functions, built as their `main`s build them, but over the simulated network.

use super::bank::Bank;
use super::stage::Stage;
use super::wire::{Line, Target};
use chassis::function::{Function, InvocationError};
use chassis::keys::SecretParameter;
use chassis::testing::network;
use chassis::testing::signing::{STAGE, stored_key, verifier};
use chassis::testing::sqs::URL_PREFIX;
use chassis::{Queues, Service, Table, Wiring, World};
use events::Capability;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// A process that runs a function.
pub trait Process: Send + Sync {
    /// Handles one event.
    fn handle<'a>(&'a self, event: &'a str, time_left: Duration) -> BoxFuture<'a, Result<Value, InvocationError>>;
}

impl<S: Service> Process for Function<S> {
    fn handle<'a>(&'a self, event: &'a str, time_left: Duration) -> BoxFuture<'a, Result<Value, InvocationError>> {
        Self::handle(self, event, time_left).boxed()
    }
}

/// What a capability is built from.
struct Parts {
    stage: Arc<Stage>,
    of: Capability,
    world: World,
}

impl Parts {
    fn sdk(&self, target: Target) -> aws_config::SdkConfig {
        network::sdk_config(Arc::new(Line { stage: Arc::clone(&self.stage), from: self.of, target }), &self.world)
    }

    fn table(&self) -> Table {
        Table::new(network::dynamodb(&self.sdk(Target::Table)), self.stage.tables[&self.of].dynamo().table_name())
    }

    fn secret(&self, value: String) -> SecretParameter {
        let values = HashMap::from([("key".to_owned(), value)]);
        SecretParameter::new(network::ssm(&self.sdk(Target::Parameters(values))), "key".to_owned())
    }

    fn wiring(&self) -> Wiring {
        Wiring {
            stage: STAGE.to_owned(),
            world: self.world.clone(),
            queues: Queues::new(network::sqs(&self.sdk(Target::Queues)), URL_PREFIX.to_owned()),
            tokens: verifier("users"),
            metrics: network::logged_metrics(self.of, self.world.clone()),
        }
    }
}

/// A process of a capability, just started.
pub fn process(stage: &Arc<Stage>, world: &World, of: Capability) -> Arc<dyn Process> {
    let parts = Parts { stage: Arc::clone(stage), of, world: world.clone() };
    match of {
        Capability::Users => running(users(&parts)),
        Capability::Catalog => {
            let key = parts.secret(stored_key("catalog"));
            running(catalog::Catalog::new(parts.table(), parts.wiring(), key, 100))
        }
        Capability::Inventory => running(inventory::Inventory::new(parts.table(), parts.wiring())),
        Capability::Carts => running(carts::Carts::new(parts.table(), parts.wiring())),
        Capability::Orders => running(orders(&parts)),
        Capability::Payments => running(payments(&parts, &stage.bank)),
        Capability::Shipping => {
            let key = parts.secret(stored_key("shipping"));
            running(shipping::Shipping::new(parts.wiring(), parts.table(), verifier("catalog"), key))
        }
        Capability::Notifications => {
            let config = aws_sdk_sesv2::config::Builder::from(&parts.sdk(Target::Mail));
            let client = aws_sdk_sesv2::Client::from_conf(config.retry_partition(network::own_retries()).build());
            let mailer = notifications::mailer::Mailer::new(client, "shop@example.com".to_owned());
            running(notifications::Notifications::new(parts.wiring(), parts.table(), mailer))
        }
    }
}

fn running<S: Service>(service: S) -> Arc<dyn Process> {
    Arc::new(Function::new(service).unwrap())
}

fn users(parts: &Parts) -> users::Users {
    let env = chassis::Env::from_fn(|name| {
        Some(match name {
            "USERS_JWKS" => chassis::testing::signing::jwks("users"),
            "API_URL" => "https://shop.example".to_owned(),
            "SIGN_UP_LIMIT" => "20".to_owned(),
            other => other.to_lowercase(),
        })
    });
    let config = users::Config::from_env(&env).unwrap();
    // Argon2 as it is, at the least cost that it allows.
    let hasher = users::domain::hashing::Hasher::with_cost(8, 1, 1).unwrap();
    users::Users::new(parts.table(), parts.wiring(), parts.secret(stored_key("users")), hasher, config)
}

fn orders(parts: &Parts) -> orders::service::Orders {
    orders::service::Orders {
        wiring: parts.wiring(),
        store: orders::store::Store::new(parts.table()),
        quotes: orders::service::quotes::Quotes {
            catalog: verifier("catalog"),
            shipping: verifier("shipping"),
            stage: STAGE.to_owned(),
        },
        seconds_to_pay: 1_800,
        limits: orders::domain::shopper::Limits { customer: 5, network: 20 },
        guests: orders::service::guests::GuestTokens::new(parts.secret("A".repeat(43))),
    }
}

fn payments(parts: &Parts, bank: &Arc<Bank>) -> payments::Payments {
    let bank: Arc<dyn payments::providers::Acquirer> = Arc::<Bank>::clone(bank);
    let config =
        payments::Config { tokens: verifier("users"), provider: payments::providers::Provider::Acquirer(bank) };
    payments::Payments::new(config, parts.table(), parts.wiring())
}
