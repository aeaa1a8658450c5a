//! A capability as the chassis sees it: its routes, inbox, outbox and tick.

use crate::http::{Identity, Route, Screens};
use crate::messaging::{Change, Failure, Received, Undecodable};
use crate::runtime::time_limit::{BATCH, TimeLimit};
use crate::runtime::wiring::Wiring;
use crate::table::StoreError;
use events::{Capability, Envelope, Outgoing};
use serde_json::Value;
use std::future::Future;
use std::time::Duration;

/// A capability.
pub trait Service: Send + Sync + Sized + 'static {
    /// Which capability this is.
    const CAPABILITY: Capability;

    /// How long the work of a batch of messages may take.
    const BATCH: TimeLimit = BATCH;

    /// The parts that the chassis uses.
    fn wiring(&self) -> &Wiring;

    /// HTTP routes.
    fn routes() -> Vec<Route<Self>>;

    /// What people see of it. `None` of a capability that is an API alone.
    fn screens() -> Option<Screens<Self>> {
        None
    }

    /// Whether a privileged caller's access token is revoked. Asked for routes that are `rechecked`.
    ///
    /// # Errors
    /// If nobody knows: the table fails, or this capability keeps no revocations.
    fn is_revoked(&self, identity: &Identity) -> impl Future<Output = Result<bool, StoreError>> + Send {
        let _ = identity;
        async { Err(StoreError::Corrupt(format!("{} keeps no revocations", Self::CAPABILITY))) }
    }

    /// Handles one message from the inbox with one conditional write. The returned messages are sent before it is
    /// acknowledged.
    fn receive(&self, message: &Received) -> impl Future<Output = Result<Vec<Outgoing>, Failure>> + Send;

    /// The message that a body stands for which is no envelope, such as the word of a service of AWS that writes into the inbox by itself.
    /// `None` for one that nobody may send here: it goes to the dead-letter queue as every other unreadable one.
    fn translate(&self, body: &str) -> Option<Envelope<Value>> {
        let _ = body;
        None
    }

    /// What makes it cheaper to handle messages of one batch together, such as the same goods. `None` for a message
    /// that is handled alone.
    fn group_key(message: &Received) -> Option<String> {
        let _ = message;
        None
    }

    /// Handles messages with the same group key, each as [`Self::receive`] would: all of them, or it fails. A failed
    /// group is handled one by one.
    fn receive_group(&self, messages: &[&Received]) -> impl Future<Output = Result<Vec<Outgoing>, Failure>> + Send {
        async move {
            let mut follow = Vec::new();
            for message in messages {
                follow.extend(self.receive(message).await?);
            }
            Ok(follow)
        }
    }

    /// The messages that follow from an HTTP request's change: a pure function of the two images.
    ///
    /// # Errors
    /// If an image cannot be read.
    fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
        let _ = change;
        Ok(Vec::new())
    }

    /// The messages of [`Self::relay`] with what only a secret can add, such as a token. They stay the same messages: what is added
    /// depends on the images and the secret alone.
    ///
    /// # Errors
    /// `Transient`, and the batch comes again; `Permanent`, and the record is dead-lettered.
    fn complete(
        &self,
        change: &Change,
        messages: Vec<Outgoing>,
    ) -> impl Future<Output = Result<Vec<Outgoing>, Failure>> + Send {
        let _ = change;
        async { Ok(messages) }
    }

    /// Handles a schedule within the time that is left.
    fn tick(&self, time_left: Duration) -> impl Future<Output = Result<(), Failure>> + Send {
        let _ = time_left;
        async { Ok(()) }
    }
}
