#![doc = include_str!("../README.md")]
//! Owns mails: what they say, to whom they went, and that a repeated message sends none twice. Refuses to decide anything
//! about what it writes about.

pub mod config;
pub mod domain;
pub mod http;
pub mod inbox;
pub mod mailer;
pub mod service;
pub mod store;

pub use config::Config;
pub use mailer::Mailer;
pub use service::Notifications;

use chassis::{Failure, Received, Route, Service, Wiring};
use events::{Capability, Outgoing};

impl Service for Notifications {
    const CAPABILITY: Capability = Capability::Notifications;

    fn wiring(&self) -> &Wiring {
        &self.wiring
    }

    fn routes() -> Vec<Route<Self>> {
        http::routes()
    }

    async fn receive(&self, message: &Received) -> Result<Vec<Outgoing>, Failure> {
        inbox::receive(self, message).await.map(|()| Vec::new())
    }
}
