//! Reading and changing users.

use super::{Error, Users};
use crate::domain::Rejection;
use crate::domain::person_name::PersonName;
use crate::domain::user::{Roles, User};
use chassis::{Context, Page, Written, decide_and_write};
use events::Email;
use events::ids::UserId;
use events::users::Role;
use std::ops::ControlFlow;

impl Users {
    /// # Errors
    /// `NotFound`.
    pub async fn user(&self, id: UserId) -> Result<User, Error> {
        self.store.user(id).await?.ok_or(Error::NotFound)
    }

    /// A page of all users, newest first.
    pub async fn users(&self, after: Option<&str>, limit: u32) -> Result<Page<User>, Error> {
        Ok(self.store.directory(after, limit).await?)
    }

    /// # Errors
    /// `NotFound`.
    pub async fn rename(&self, id: UserId, name: PersonName, context: &Context) -> Result<User, Error> {
        self.change(id, context, |user| Ok(user.renamed(name.clone()))).await
    }

    /// Replaces a user's roles for an admin. Access tokens signed earlier keep the old roles
    /// until they expire, but one that lost a privileged role is revoked within seconds where something is changed.
    ///
    /// # Errors
    /// `NotFound`, `OwnAdminRole`.
    pub async fn give_roles(&self, id: UserId, roles: Roles, admin: UserId, context: &Context) -> Result<User, Error> {
        let input = context.input_id();
        self.change(id, context, |user| user.given_roles(roles.clone(), admin, input, context.now)).await
    }

    /// Gives the user with this address one more role, for an operator. `input` names the operator's message.
    ///
    /// # Errors
    /// `NotFound` if nobody has that address.
    pub async fn grant_role(&self, email: &Email, role: Role, input: &str, context: &Context) -> Result<(), Error> {
        let id = self.store.owner_of(email).await?.ok_or(Error::NotFound)?;
        self.change(id, context, |user| Ok(user.granted(role, input, context.now))).await.map(|_| ())
    }

    /// Loads, decides and writes; decides again if somebody else wrote first.
    pub(super) async fn change(
        &self,
        id: UserId,
        context: &Context,
        decide: impl Fn(&User) -> Result<Option<User>, Rejection>,
    ) -> Result<User, Error> {
        let user = self.user(id).await?;
        let decide = &decide;
        let changed = decide_and_write(user, move |user| async move {
            let Some(changed) = decide(&user).map_err(Error::Rejected)? else {
                return Ok(ControlFlow::Break(user));
            };
            let changed = User { traceparent: context.traceparent.clone().unwrap_or_default(), ..changed };
            let cause = context.audited(changed.seq, changed.id, changed.audit_words());
            match self.store.replace_user(&changed, user.seq, &cause).await? {
                Written::Done => Ok(ControlFlow::Break(changed)),
                Written::Refused(current) => current.map(|user| ControlFlow::Continue(*user)).ok_or(Error::NotFound),
            }
        });
        changed.await
    }
}
