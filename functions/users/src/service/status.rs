//! Users disabled and enabled by staff. Refuses to decide who may: the domain does.

use super::{Error, Users};
use crate::domain::user::User;
use crate::domain::user_status::{Reason, StatusEditor};
use chassis::Context;
use chassis::http::Precondition;
use events::ids::UserId;

/// Whether a user may sign in, as somebody wants it.
#[derive(Debug, Clone)]
pub struct WantedStatus {
    pub is_disabled: bool,
    pub reason: Reason,
}

impl Users {
    /// Disables a user, which ends all sessions, or enables one. Those who hold access tokens with more than a customer's rights are told
    /// by the relay.
    ///
    /// # Errors
    /// `NotFound`, `OwnStatus`, `AdminStatus`, or the caller knows another version.
    pub async fn set_status(
        &self,
        id: UserId,
        wanted: WantedStatus,
        editor: StatusEditor,
        known: &Precondition,
        context: &Context,
    ) -> Result<User, Error> {
        let decide = |user: &User| {
            let next = user.with_status(wanted.is_disabled, editor, wanted.reason.clone(), context.now);
            let Some(next) = next.map_err(Error::Rejected)? else { return Ok(None) };
            known.check(Some(user.version()), false)?;
            Ok(Some(next))
        };
        self.change(id, context, decide).await
    }
}
