#![doc = include_str!("../README.md")]
//! Owns stock and its reservations. Refuses prices, orders and payments.

pub mod config;
pub mod domain;
mod http;
mod inbox;
mod outbox;
mod pages;
pub mod service;
mod store;

pub use config::Config;
pub use service::Inventory;

use chassis::http::{Identity, Screens};
use chassis::{Change, Failure, Received, Route, Service, StoreError, Undecodable, Wiring};
use events::{Capability, Outgoing};

impl Service for Inventory {
    const CAPABILITY: Capability = Capability::Inventory;

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

    fn group_key(message: &Received) -> Option<String> {
        inbox::group_key(message)
    }

    async fn receive_group(&self, messages: &[&Received]) -> Result<Vec<Outgoing>, Failure> {
        inbox::receive_group(self, messages).await
    }

    fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
        outbox::relay(change)
    }
}
