//! Who moves the money, behind one closed set of calls. An enum, not a trait: there are few providers, each is known when
//! we deploy, and a match that forgets one does not compile.

pub mod sandbox;

use crate::domain::{Method, Outcome};
use chassis::World;
use events::Money;
use events::ids::PaymentId;
use events::payments::Operation;
use sandbox::Sandbox;

/// What a provider is asked to do; asking again under the same key does it once.
#[derive(Debug, Clone)]
pub struct Instruction<'a> {
    /// The idempotency key.
    pub key: String,
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
}

/// A provider that did not answer; asking again is safe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("provider unavailable: {0}")]
pub struct ProviderError(pub String);

/// Not a provider that we have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no provider {0:?}; known are: sandbox")]
pub struct UnknownProvider(String);

/// A payment provider.
#[derive(Debug, Clone)]
pub enum Provider {
    /// Built in, for everything but real money.
    Sandbox(Sandbox),
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
    pub const fn remembers_keys_seconds(&self) -> i64 {
        match self {
            Self::Sandbox(_) => sandbox::REMEMBERS_KEYS_SECONDS,
        }
    }

    /// Has it done, under the instruction's key.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn perform(&self, instruction: &Instruction<'_>, world: &World) -> Result<Outcome, ProviderError> {
        match self {
            Self::Sandbox(sandbox) => Ok(sandbox.perform(instruction, world).await),
        }
    }

    /// What became of the instruction; `None` if the provider never heard of it.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn look_up(&self, instruction: &Instruction<'_>) -> Result<Option<Outcome>, ProviderError> {
        match self {
            Self::Sandbox(sandbox) => Ok(Some(sandbox.look_up(instruction))),
        }
    }
}
