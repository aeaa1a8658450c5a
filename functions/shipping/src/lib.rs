#![doc = include_str!("../README.md")]
//! Owns zones, rates, shipping quotes and shipments. Refuses prices of goods, money and mail.

pub mod config;
pub mod domain;
mod http;
mod inbox;
mod outbox;
mod pages;
pub mod service;
mod store;

pub use config::Config;
pub use service::Shipping;

use chassis::http::{Identity, Screens};
use chassis::{Change, Failure, Received, Route, Service, StoreError, Undecodable, Wiring};
use events::{Capability, Outgoing};

impl Service for Shipping {
    const CAPABILITY: Capability = Capability::Shipping;

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
}
