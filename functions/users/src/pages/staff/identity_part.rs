//! What a user's page shows staff of the identity that the user is tied to. Refuses to change it.

use crate::service::Users;
use ::pages::Errors;

/// What the user's page shows of it.
#[derive(Debug, Default)]
pub(super) struct IdentityPart {
    /// Of the company's provider, if there is one.
    pub(super) issuer: Option<String>,
    /// As typed.
    pub(super) subject: String,
    pub(super) errors: Errors,
    pub(super) removal_errors: Errors,
}

impl IdentityPart {
    pub(super) fn of(app: &Users) -> Self {
        let issuer = app.provider.as_ref().map(|provider| provider.config.issuer.clone());
        Self { issuer, ..Self::default() }
    }
}
