//! The pattern of every use case that changes an item: load, decide, write on a condition, and decide again if another
//! writer came first. The condition is the idempotency; there are no locks.

use super::error::Error;
use super::retry::CONTENTION;
use crate::table::Written;
use std::ops::ControlFlow;

/// Decides on `loaded` and writes, and decides again on what another writer left (policy [`CONTENTION`]).
///
/// `attempt` decides on the item it is given and writes on a condition. It breaks with the answer if that is written or
/// nothing is to be written. It continues with the item that another writer left. [`Written::or_again`] makes this of a
/// write.
///
/// # Errors
/// The error of `attempt`, or [`Error::Contended`] if others keep writing.
pub async fn decide_and_write<T, A, R, F>(loaded: T, mut attempt: impl FnMut(T) -> F) -> Result<A, Error<R>>
where
    F: Future<Output = Result<ControlFlow<A, T>, Error<R>>>,
{
    let mut current = loaded;
    for _ in 0..CONTENTION.attempts {
        match attempt(current).await? {
            ControlFlow::Break(answer) => return Ok(answer),
            ControlFlow::Continue(changed) => current = changed,
        }
    }
    Err(Error::Contended)
}

impl<T> Written<T> {
    /// Breaks with `answer` if the write is done; otherwise continues with the item that another writer left.
    pub fn or_again<A>(self, answer: A) -> ControlFlow<A, Option<T>> {
        match self {
            Self::Done => ControlFlow::Break(answer),
            Self::Refused(current) => ControlFlow::Continue(current.map(|item| *item)),
        }
    }
}
