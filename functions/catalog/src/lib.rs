#![doc = include_str!("../README.md")]

pub mod config;
pub mod domain;
mod http;
mod inbox;
mod pages;
pub mod service;
pub mod store;

pub use config::Config;
pub use service::Catalog;

use chassis::http::{Identity, Screens};
use chassis::{Failure, Received, Route, Service, StoreError, Wiring};
use events::{Capability, Outgoing};

impl Service for Catalog {
    const CAPABILITY: Capability = Capability::Catalog;

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
}
