//! The pattern of every use case that changes an item: load, decide, write on a condition, decide again if somebody else wrote.
//! The write's condition is the idempotency; there are no locks.

use super::error::Error;
use super::retry::CONTENTION;
use crate::table::Written;
use std::ops::ControlFlow;

/// Decides on `loaded` and writes, and decides anew on what somebody else wrote meanwhile (policy [`CONTENTION`]).
///
/// `attempt` decides on the item as it is given and writes on a condition. It breaks with the answer when that is written or
/// nothing is to be written; it continues with the item as somebody else left it. [`Written::or_again`] says it of a write.
///
/// # Errors
/// What `attempt` fails with, or [`Error::Contended`] when others keep writing.
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
    /// Ends with an answer if the write is done; else the item as somebody else left it, to decide anew.
    pub fn or_again<A>(self, answer: A) -> ControlFlow<A, Option<T>> {
        match self {
            Self::Done => ControlFlow::Break(answer),
            Self::Refused(current) => ControlFlow::Continue(current.map(|item| *item)),
        }
    }
}
