#![doc = include_str!("../README.md")]

pub mod config;
pub mod domain;
mod http;
mod inbox;
mod pages;
pub mod service;
pub mod store;

pub use config::Config;
pub use service::Carts;

use chassis::http::Screens;
use chassis::{Failure, Received, Route, Service, Wiring};
use events::{Capability, Outgoing};
use std::time::Duration;

impl Service for Carts {
    const CAPABILITY: Capability = Capability::Carts;

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

    async fn tick(&self, time_left: Duration) -> Result<(), Failure> {
        self.sweep(time_left).await
    }
}
