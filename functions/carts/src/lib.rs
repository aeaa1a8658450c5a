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

use chassis::http::{Response, Visit};
use chassis::{Failure, Problem, Received, Route, Service, Wiring};
use events::{Capability, Outgoing};

impl Service for Carts {
    const CAPABILITY: Capability = Capability::Carts;

    fn wiring(&self) -> &Wiring {
        &self.wiring
    }

    fn routes() -> Vec<Route<Self>> {
        http::routes()
    }

    fn pages() -> Vec<Route<Self>> {
        pages::routes()
    }

    fn problem_page(&self, problem: &Problem, visit: &Visit) -> Option<Response> {
        ::pages::problem(self, problem, visit)
    }

    async fn receive(&self, message: &Received) -> Result<Vec<Outgoing>, Failure> {
        inbox::receive(self, message).await
    }
}
