#![doc = include_str!("../README.md")]

pub mod config;
pub mod domain;
pub mod http;
mod inbox;
mod outbox;
mod pages;
pub mod provider;
pub mod service;
pub mod store;

pub use config::Config;
pub use provider::{Provider, ProviderConfig};
pub use service::{Alarms, CLOUDWATCH, Keys, Users};

use chassis::http::{Identity, Screens};
use chassis::{Change, Failure, Received, Route, Service, StoreError, Undecodable, Wiring};
use events::{Capability, Outgoing};
use std::time::Duration;

impl Service for Users {
    const CAPABILITY: Capability = Capability::Users;

    fn wiring(&self) -> &Wiring {
        &self.wiring
    }

    fn routes() -> Vec<Route<Self>> {
        http::routes()
    }

    fn screens() -> Option<Screens<Self>> {
        Some(::pages::screens(pages::routes()))
    }

    async fn is_revoked(&self, identity: &Identity) -> Result<bool, StoreError> {
        self.is_outdated(identity).await
    }

    async fn receive(&self, message: &Received) -> Result<Vec<Outgoing>, Failure> {
        inbox::receive(self, message).await
    }

    async fn tick(&self, time_left: Duration) -> Result<(), Failure> {
        self.sweep(time_left).await
    }

    fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
        outbox::relay(change)
    }

    async fn complete(&self, change: &Change, messages: Vec<Outgoing>) -> Result<Vec<Outgoing>, Failure> {
        outbox::complete(self, change, messages).await
    }
}
