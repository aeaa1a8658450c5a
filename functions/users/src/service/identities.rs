//! Tying users to identities of the company's provider, by somebody who gives roles. Refuses to create anybody, and to look at email
//! addresses.

use super::{Error, Users};
use crate::domain::Rejection;
use crate::domain::identity::ProviderIdentity;
use crate::domain::user::User;
use crate::store::Tied;
use chassis::http::Precondition;
use chassis::{Context, decide_and_write};
use events::Actor;
use events::ids::UserId;
use std::ops::ControlFlow;

impl Users {
    /// Ties a user to an identity, in place of the one before. Each identity is one user's.
    ///
    /// # Errors
    /// `NotFound`, `IdentityTaken`, or the caller knows another version.
    pub async fn tie_identity(
        &self,
        id: UserId,
        identity: ProviderIdentity,
        actor: UserId,
        known: &Precondition,
        context: &Context,
    ) -> Result<User, Error> {
        let owner = self.store.owner_of_identity(&identity).await?;
        let former = match owner.filter(|owner| *owner != id) {
            Some(owner) => {
                let is_theirs = self.store.user(owner).await?.is_some_and(|user| user.is_known_as(&identity));
                if is_theirs {
                    return Err(Error::Rejected(Rejection::IdentityTaken));
                }
                Some(owner)
            }
            None => None,
        };
        let decide = |user: &User| {
            let Some(next) = user.tied_to(identity.clone(), Actor::from(actor), context.now) else { return Ok(None) };
            known.check(Some(user.seq), false)?;
            Ok(Some(next))
        };
        self.tie(id, former, context, decide).await
    }

    /// Ties a user to no identity any more. All sessions end, unless there was none.
    ///
    /// # Errors
    /// `NotFound`, or the caller knows another version.
    pub async fn untie_identity(&self, id: UserId, known: &Precondition, context: &Context) -> Result<User, Error> {
        let decide = |user: &User| {
            let Some(next) = user.untied(context.now) else { return Ok(None) };
            known.check(Some(user.seq), false)?;
            Ok(Some(next))
        };
        self.tie(id, None, context, decide).await
    }

    async fn tie(
        &self,
        id: UserId,
        former: Option<UserId>,
        context: &Context,
        decide: impl Fn(&User) -> Result<Option<User>, Error>,
    ) -> Result<User, Error> {
        let user = self.user(id).await?;
        let decide = &decide;
        let changed = decide_and_write(user, move |user| async move {
            let Some(changed) = decide(&user)? else { return Ok(ControlFlow::Break(user)) };
            let traceparent = context.traceparent.clone().unwrap_or_default();
            let changed = User { traceparent, changed_at: Some(context.now), ..changed };
            let cause = context.audited(changed.seq, changed.id, changed.audit_words(&user));
            match self.store.tie((&changed, &user), former, cause, &self.wiring.world).await? {
                Tied::Done => Ok(ControlFlow::Break(changed)),
                Tied::Outdated(current) => current.map(|user| ControlFlow::Continue(*user)).ok_or(Error::NotFound),
                Tied::Taken => Err(Error::Rejected(Rejection::IdentityTaken)),
            }
        });
        changed.await
    }
}
