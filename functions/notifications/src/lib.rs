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

use chassis::http::Screens;
use chassis::time_limit::{OUTSIDE_BATCH, TimeLimit};
use chassis::{Failure, Received, Route, Service, Wiring};
use events::{Capability, Outgoing};

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

    async fn receive(&self, message: &Received) -> Result<Vec<Outgoing>, Failure> {
        inbox::receive(self, message).await
    }
}
