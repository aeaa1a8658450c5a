//! The error of every use case, and its meaning for HTTP and the inbox.

use crate::http::{Problem, Unmet};
use crate::messaging::Failure;
use crate::table::StoreError;
use crate::tokens::KeyError;
use std::fmt::Display;

/// The reason for which a use case failed. `R` is the domain's rejection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error<R> {
    /// The domain refuses.
    #[error("{0}")]
    Rejected(R),
    /// There is no such resource, or the caller may not know of it.
    #[error("not found")]
    NotFound,
    /// A read or write of the table failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Others kept writing the same item.
    #[error("others keep changing it")]
    Contended,
    /// The caller edits a version that is not the latest, or says not which.
    #[error(transparent)]
    Unmet(#[from] Unmet),
    /// A private key is not available or does not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl<R: Into<Problem>> From<Error<R>> for Problem {
    fn from(error: Error<R>) -> Self {
        match error {
            Error::Rejected(rejection) => rejection.into(),
            Error::NotFound => Self::not_found(),
            Error::Store(error) => error.into(),
            Error::Contended => Self::unavailable().because("others keep changing the item"),
            Error::Unmet(unmet) => unmet.into(),
            Error::Key(error) => error.into(),
        }
    }
}

impl<R: Display> From<Error<R>> for Failure {
    fn from(error: Error<R>) -> Self {
        match error {
            Error::Store(error) => error.into(),
            Error::Key(error) => error.into(),
            Error::Contended => Self::Transient(error.to_string()),
            Error::Rejected(_) | Error::NotFound | Error::Unmet(_) => Self::Permanent(error.to_string()),
        }
    }
}
