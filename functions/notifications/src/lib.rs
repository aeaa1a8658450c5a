#![doc = include_str!("../README.md")]

pub mod config;
pub mod domain;
mod http;
mod inbox;
mod mailer;
mod pages;
pub mod service;
mod store;

pub use config::Config;
pub use service::Notifications;

use chassis::http::{Identity, Screens};
use chassis::time_limit::{OUTSIDE_BATCH, TimeLimit};
use chassis::{Failure, Received, Route, Service, StoreError, Wiring};
use events::{Capability, Envelope, Outgoing};
use serde_json::Value;

impl Service for Notifications {
    const CAPABILITY: Capability = Capability::Notifications;
    const BATCH: TimeLimit = OUTSIDE_BATCH;

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

    fn translate(&self, body: &str) -> Option<Envelope<Value>> {
        inbox::mail_events::translated(body, &self.feedback_topic)
    }

    async fn receive(&self, message: &Received) -> Result<Vec<Outgoing>, Failure> {
        inbox::receive(self, message).await
    }
}
