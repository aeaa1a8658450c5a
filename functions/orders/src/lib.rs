#![doc = include_str!("../README.md")]

pub mod config;
pub mod domain;
mod http;
pub mod inbox;
mod outbox;
mod pages;
pub mod service;
pub mod store;

pub use config::Config;
pub use service::Orders;
pub use service::guest_tokens::GuestKey;

use chassis::http::{Identity, Screens};
use chassis::{Change, Failure, Received, Route, Service, StoreError, Undecodable, Wiring};
use events::{Capability, Outgoing};
use std::time::Duration;

impl Service for Orders {
    const CAPABILITY: Capability = Capability::Orders;

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
        self.revocations.covers(identity).await
    }

    async fn receive(&self, message: &Received) -> Result<Vec<Outgoing>, Failure> {
        inbox::receive(self, message).await
    }

    fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
        outbox::relay(change)
    }

    async fn complete(&self, change: &Change, messages: Vec<Outgoing>) -> Result<Vec<Outgoing>, Failure> {
        outbox::complete(self, change, messages).await
    }

    async fn tick(&self, time_left: Duration) -> Result<(), Failure> {
        self.sweep(time_left).await
    }
}
