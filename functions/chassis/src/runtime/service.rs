//! What a capability is to the chassis: its routes, its inbox, its outbox, its tick.

use crate::http::Route;
use crate::messaging::{Change, Failure, Received, Undecodable};
use crate::runtime::wiring::Wiring;
use events::{Capability, Outgoing};
use std::future::Future;

/// A capability.
pub trait Service: Send + Sync + Sized + 'static {
    /// Which one.
    const CAPABILITY: Capability;

    /// Its parts that the chassis uses.
    fn wiring(&self) -> &Wiring;

    /// Its HTTP routes.
    fn routes() -> Vec<Route<Self>>;

    /// Handles one message from the inbox: decide, one conditional write. What follows is sent, and then the message is
    /// acknowledged.
    fn receive(&self, message: &Received) -> impl Future<Output = Result<Vec<Outgoing>, Failure>> + Send;

    /// What messages of one batch have in common that makes it cheaper to handle them together, such as the goods that all
    /// of them want. Nothing for a message that is handled alone.
    fn group_key(message: &Received) -> Option<String> {
        let _ = message;
        None
    }

    /// Handles messages that have something in common, as [`Self::receive`] does each: all of them, or it fails. What fails
    /// together is handled alone.
    fn receive_group(&self, messages: &[&Received]) -> impl Future<Output = Result<Vec<Outgoing>, Failure>> + Send {
        async move {
            let mut follow = Vec::new();
            for message in messages {
                follow.extend(self.receive(message).await?);
            }
            Ok(follow)
        }
    }

    /// The messages that follow from a change that an HTTP request made: a pure function of the two images.
    ///
    /// # Errors
    /// If an image cannot be read.
    fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
        let _ = change;
        Ok(Vec::new())
    }

    /// Runs on a schedule.
    fn tick(&self) -> impl Future<Output = Result<(), Failure>> + Send {
        async { Ok(()) }
    }
}
