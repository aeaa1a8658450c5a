//! The payment providers that move the money, behind one closed set of calls. An enum, not a trait: the providers are
//! few and known when we deploy, and a match that forgets one does not compile. One variant takes a gateway from
//! outside this crate.

pub mod sandbox;

use crate::domain::{Outcome, Payment, PaymentMethod, PaymentOperation};
use chassis::World;
use chassis::runtime::within;
use chassis::time_limit::PROVIDER_CALL;
use events::ids::PaymentId;
use events::payments::Operation;
use events::{Money, Timestamp};
use sandbox::Sandbox;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A request to a provider. Under the same key a provider does it once.
#[derive(Debug, Clone)]
pub struct Instruction<'a> {
    /// The idempotency key.
    pub key: String,
    /// Time at which the request was recorded, before the provider was asked.
    pub requested_at: Timestamp,
    pub payment: PaymentId,
    pub operation: Operation,
    /// From 1.
    pub attempt: u32,
    /// `None` without a currency, as when a void releases no money.
    pub amount: Option<Money>,
    /// `None` if the customer's text was no provider's token.
    pub method: Option<&'a PaymentMethod>,
    /// The provider's id of the authorization to capture, void or refund. One that waits for the customer is voided, too: then
    /// the provider takes no confirmation any more, and releases what it may hold already.
    pub authorization: Option<&'a str>,
    /// The authorization lapses at this time.
    pub capture_before: Option<Timestamp>,
}

impl<'a> Instruction<'a> {
    /// The request for an operation; `None` if nobody requested it.
    pub fn of(payment: &'a Payment, operation: PaymentOperation) -> Option<Self> {
        let requested = payment.last_of(operation)?;
        let held = payment.success(Operation::Authorize);
        let whole = || held.or_else(|| payment.waiting()).and_then(|made| made.reference.as_deref());
        let ends = operation.kind == Operation::Void && operation.authorization.is_none();
        // What a void releases may have become known since it was requested.
        let amount = if ends { held.map_or(0, |held| held.amount) } else { requested.amount };
        Some(Self {
            key: operation.provider_key(payment.id),
            requested_at: requested.at,
            payment: payment.id,
            operation: operation.kind,
            attempt: operation.attempt,
            amount: payment.terms.map(|terms| Money::new(amount, terms.currency)),
            method: payment.method.as_ref(),
            authorization: if operation.authorization.is_some() { requested.reference.as_deref() } else { whole() },
            capture_before: held.and_then(|held| held.capture_before),
        })
    }
}

/// A provider that did not answer, or not in time: the outcome is unknown, and asking again is safe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("provider unavailable: {0}")]
pub struct ProviderError(pub String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown provider {0:?}; known is: sandbox")]
pub struct UnknownProvider(String);

/// A gateway's answer, awaited.
pub type GatewayFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, ProviderError>> + Send + 'a>>;

/// A provider from outside this crate.
pub trait PaymentGateway: fmt::Debug + Send + Sync {
    /// Whether its money is play money, so that the sandbox's page may answer a challenge.
    fn is_sandbox(&self) -> bool {
        false
    }
    /// See [`Provider::remembers_keys_seconds`].
    fn remembers_keys_seconds(&self) -> i64;
    /// See [`Provider::perform`].
    fn perform<'a>(&'a self, instruction: &'a Instruction<'a>, world: &'a World) -> GatewayFuture<'a, Outcome>;
    /// See [`Provider::look_up`].
    fn look_up<'a>(&'a self, instruction: &'a Instruction<'a>) -> GatewayFuture<'a, Option<Outcome>>;
}

/// A payment provider.
#[derive(Debug, Clone)]
pub enum Provider {
    /// Built in, for everything but real money.
    Sandbox(Sandbox),
    /// A gateway from `main`.
    Gateway(Arc<dyn PaymentGateway>),
}

impl Provider {
    /// The provider of that name. Its pages, if it has any, are under `api_url`.
    ///
    /// # Errors
    /// If there is none.
    pub fn named(name: &str, api_url: &str) -> Result<Self, UnknownProvider> {
        match name {
            "sandbox" => Ok(Self::Sandbox(Sandbox::new(api_url))),
            other => Err(UnknownProvider(other.to_owned())),
        }
    }

    /// The same for a shop with or without pages. A gateway has pages of its own.
    #[must_use]
    pub fn with_pages(self, has_pages: bool) -> Self {
        match self {
            Self::Sandbox(sandbox) => Self::Sandbox(sandbox.with_pages(has_pages)),
            Self::Gateway(gateway) => Self::Gateway(gateway),
        }
    }

    /// Whether its money is play money.
    pub fn is_sandbox(&self) -> bool {
        match self {
            Self::Sandbox(_) => true,
            Self::Gateway(gateway) => gateway.is_sandbox(),
        }
    }

    /// Seconds for which the provider recognizes a key. Later it is asked for the outcome instead.
    pub fn remembers_keys_seconds(&self) -> i64 {
        match self {
            Self::Sandbox(_) => sandbox::REMEMBERS_KEYS_SECONDS,
            Self::Gateway(gateway) => gateway.remembers_keys_seconds(),
        }
    }

    /// Performs the instruction under its key.
    ///
    /// # Errors
    /// If the provider does not answer in time (limit `PROVIDER_CALL`).
    pub async fn perform(&self, instruction: &Instruction<'_>, world: &World) -> Result<Outcome, ProviderError> {
        answered(world, async {
            match self {
                Self::Sandbox(sandbox) => Ok(sandbox.perform(instruction, world).await),
                Self::Gateway(gateway) => gateway.perform(instruction, world).await,
            }
        })
        .await
    }

    /// The outcome of an instruction; `None` if the provider never heard of it.
    ///
    /// # Errors
    /// If the provider does not answer in time (limit `PROVIDER_CALL`).
    pub async fn look_up(
        &self,
        instruction: &Instruction<'_>,
        world: &World,
    ) -> Result<Option<Outcome>, ProviderError> {
        answered(world, async {
            match self {
                Self::Sandbox(sandbox) => Ok(Some(sandbox.look_up(instruction))),
                Self::Gateway(gateway) => gateway.look_up(instruction).await,
            }
        })
        .await
    }
}

/// A provider's answer; no answer in time says nothing about the money.
async fn answered<T>(
    world: &World,
    call: impl Future<Output = Result<T, ProviderError>> + Send,
) -> Result<T, ProviderError> {
    within(PROVIDER_CALL, world, Box::pin(call)).await.unwrap_or_else(|error| Err(ProviderError(error.to_string())))
}
