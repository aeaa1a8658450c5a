//! A whole capability behind one entry point: takes any event and returns its answer.

use super::deadline::Deadline;
use super::event::Event;
use super::service::Service;
use super::time_limit::ANSWER;
use super::wiring::Wiring;
use crate::http::Router;
use crate::messaging::{DeadLetter, Failure, ORIGINAL_MESSAGE_ID, receive_batch, relay_batch};
use futures_util::FutureExt;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// A running capability.
#[derive(Debug)]
pub struct Function<S> {
    service: Arc<S>,
    router: Router<S>,
}

/// What of a schedule's event names it.
#[derive(Debug, Default, serde::Deserialize)]
struct Scheduled {
    #[serde(default)]
    id: String,
}

/// The invocation failed as a whole. Lambda repeats it if the trigger is repeatable.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct InvocationError(pub String);

impl<S: Service> Function<S> {
    /// Builds the router of the capability's routes and, in a shop with pages, of what people see of it.
    ///
    /// # Errors
    /// If two routes contradict each other.
    pub fn new(service: S) -> Result<Self, matchit::InsertError> {
        let screens = S::screens().filter(|_| service.wiring().site.has_pages);
        let router = Router::new(S::routes(), screens)?;
        Ok(Self { service: Arc::new(service), router })
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
        let wiring = self.service.wiring();
        let deadline = Deadline::after(&wiring.world, time_left.saturating_sub(ANSWER.at_most));
        let answer = match Event::parse(event).map_err(|error| failed(&error))? {
            Event::Http(request) => {
                let response = self.router.answer(&self.service, wiring, request, &deadline).await;
                serde_json::to_value(response)
            }
            Event::Queue(records) => serde_json::to_value(receive_batch(&*self.service, records, time_left).await),
            Event::Stream(records) => {
                let relayed = deadline
                    .bound(relay_batch(&*self.service, records).boxed())
                    .await
                    .map_err(|error| failed(&error))?;
                return relayed.map(|()| Value::Null).map_err(|error| failed(&error));
            }
            Event::Schedule => {
                let ticked =
                    deadline.bound(self.tick(event, time_left).boxed()).await.map_err(|error| failed(&error))?;
                return ticked.map(|()| Value::Null).map_err(|error| failed(&error));
            }
        };
        answer.map_err(|error| failed(&error))
    }

    /// Handles a schedule. Lambda repeats a failed one. One that fails for good goes to the dead-letter queue instead.
    async fn tick(&self, event: &str, time_left: Duration) -> Result<(), Failure> {
        let why = match self.service.tick(time_left).await {
            Err(Failure::Permanent(why)) => why,
            outcome => return outcome,
        };
        tracing::error!(why, "schedule goes to the dead-letter queue");
        let Wiring { queues, metrics, .. } = self.service.wiring();
        let Scheduled { id } = serde_json::from_str(event).unwrap_or_default();
        metrics.message("permanent", "dead_lettered", &id, "", &[]);
        let letter = DeadLetter::new(event, &why).with(ORIGINAL_MESSAGE_ID, &id);
        Ok(queues.dead_letter(S::CAPABILITY, letter).await?)
    }
}
