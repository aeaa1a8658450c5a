//! Who moves the money, behind one closed set of calls. An enum, not a trait: there are few providers, each is known when
//! we deploy, and a match that forgets one does not compile. One of them is whatever is brought along.

pub mod sandbox;

use crate::domain::{Method, Outcome};
use chassis::World;
use events::ids::PaymentId;
use events::payments::Operation;
use events::{Money, Timestamp};
use sandbox::Sandbox;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// What a provider is asked to do; asking again under the same key does it once.
#[derive(Debug, Clone)]
pub struct Instruction<'a> {
    /// The idempotency key.
    pub key: String,
    /// When it was written down that this will be asked.
    pub requested_at: Timestamp,
    /// Of which payment.
    pub payment: PaymentId,
    /// What.
    pub operation: Operation,
    /// Which try of it.
    pub attempt: u32,
    /// How much; `None` if there is nothing to say it in, as when a void releases no money.
    pub amount: Option<Money>,
    /// With what; none if the customer named nothing that we would store.
    pub method: Option<&'a Method>,
    /// The provider's name for the authorization that this builds on.
    pub authorization: Option<&'a str>,
    /// When that authorization lapses.
    pub capture_before: Option<Timestamp>,
}

/// A provider that did not answer; asking again is safe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("provider unavailable: {0}")]
pub struct ProviderError(pub String);

/// Not a provider that we have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no provider {0:?}; known are: sandbox")]
pub struct UnknownProvider(String);

/// A question that is on its way to a provider of somebody else's.
pub type Asking<'a, T> = Pin<Box<dyn Future<Output = Result<T, ProviderError>> + Send + 'a>>;

/// A provider that this crate does not know: whoever builds the capability brings it along.
pub trait PaymentGateway: fmt::Debug + Send + Sync {
    /// See [`Provider::remembers_keys_seconds`].
    fn remembers_keys_seconds(&self) -> i64;
    /// See [`Provider::perform`].
    fn perform<'a>(&'a self, instruction: &'a Instruction<'a>, world: &'a World) -> Asking<'a, Outcome>;
    /// See [`Provider::look_up`].
    fn look_up<'a>(&'a self, instruction: &'a Instruction<'a>) -> Asking<'a, Option<Outcome>>;
}

/// A payment provider.
#[derive(Debug, Clone)]
pub enum Provider {
    /// Built in, for everything but real money.
    Sandbox(Sandbox),
    /// Brought along.
    PaymentGateway(Arc<dyn PaymentGateway>),
}

impl Provider {
    /// The provider of that name; its pages, if any, are under `api_url`.
    ///
    /// # Errors
    /// If there is none.
    pub fn named(name: &str, api_url: &str) -> Result<Self, UnknownProvider> {
        match name {
            "sandbox" => Ok(Self::Sandbox(Sandbox::new(api_url))),
            other => Err(UnknownProvider(other.to_owned())),
        }
    }

    /// Seconds for which the provider recognises a key; later it must be asked what became of it instead.
    pub fn remembers_keys_seconds(&self) -> i64 {
        match self {
            Self::Sandbox(_) => sandbox::REMEMBERS_KEYS_SECONDS,
            Self::PaymentGateway(acquirer) => acquirer.remembers_keys_seconds(),
        }
    }

    /// Has it done, under the instruction's key.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn perform(&self, instruction: &Instruction<'_>, world: &World) -> Result<Outcome, ProviderError> {
        match self {
            Self::Sandbox(sandbox) => Ok(sandbox.perform(instruction, world).await),
            Self::PaymentGateway(acquirer) => acquirer.perform(instruction, world).await,
        }
    }

    /// What became of the instruction; `None` if the provider never heard of it.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn look_up(&self, instruction: &Instruction<'_>) -> Result<Option<Outcome>, ProviderError> {
        match self {
            Self::Sandbox(sandbox) => Ok(Some(sandbox.look_up(instruction))),
            Self::PaymentGateway(acquirer) => acquirer.look_up(instruction).await,
        }
    }
}
