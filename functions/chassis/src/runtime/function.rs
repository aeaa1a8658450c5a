//! A whole capability behind one entry point: takes any event and returns its answer.

use super::event::Event;
use super::service::Service;
use crate::http::Router;
use crate::messaging::{receive_batch, relay_batch};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// A running capability.
#[derive(Debug)]
pub struct Function<S> {
    service: Arc<S>,
    router: Router<S>,
}

/// The invocation failed as a whole. Lambda repeats it if the trigger is repeatable.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct InvocationError(pub String);

impl<S: Service> Function<S> {
    /// Builds the router of the capability's routes.
    ///
    /// # Errors
    /// If two routes contradict each other.
    pub fn new(service: S) -> Result<Self, matchit::InsertError> {
        Ok(Self { service: Arc::new(service), router: Router::new(S::routes())? })
    }

    /// The capability itself.
    pub fn service(&self) -> &Arc<S> {
        &self.service
    }

    /// Handles one event within the time that is left.
    ///
    /// # Errors
    /// If the whole event must come again: an unknown shape, a relay that could not send, a tick that failed.
    pub async fn handle(&self, event: &str, time_left: Duration) -> Result<Value, InvocationError> {
        // The runtime logs it.
        let failed = |error: &dyn std::fmt::Display| InvocationError(error.to_string());
        let answer = match Event::parse(event).map_err(|error| failed(&error))? {
            Event::Http(request) => {
                let wiring = self.service.wiring();
                let response = self.router.answer(&self.service, wiring, *request).await;
                serde_json::to_value(response)
            }
            Event::Queue(records) => serde_json::to_value(receive_batch(&*self.service, records, time_left).await),
            Event::Stream(records) => {
                let outcome = relay_batch(&*self.service, records).await;
                return outcome.map(|()| Value::Null).map_err(|error| failed(&error));
            }
            Event::Schedule => {
                let outcome = self.service.tick(time_left).await;
                return outcome.map(|()| Value::Null).map_err(|error| failed(&error));
            }
        };
        answer.map_err(|error| failed(&error))
    }
}
