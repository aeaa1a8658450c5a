//! Reading and changing accounts.

use super::{Asked, ServiceError, TRIES, Users};
use crate::domain::Rejection;
use crate::domain::account::{Roles, User};
use crate::domain::email::{Email, PersonName};
use chassis::{Page, Written};
use events::ids::UserId;
use events::users::Role;

impl Users {
    /// An account.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn account(&self, id: UserId) -> Result<User, ServiceError> {
        self.store.user(id).await?.ok_or(ServiceError::NotFound)
    }

    /// A page of all accounts, newest first.
    ///
    /// # Errors
    /// Only of the table.
    pub async fn accounts(&self, after: Option<&str>, limit: u32) -> Result<Page<User>, ServiceError> {
        Ok(self.store.directory(after, limit).await?)
    }

    /// Gives an account another name.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn rename(&self, id: UserId, name: PersonName, asked: &Asked) -> Result<User, ServiceError> {
        self.change(id, asked, |user| Ok(user.renamed(name.clone()))).await
    }

    /// Gives an account exactly these roles, as an admin wants. Access tokens signed before say the old ones until they
    /// expire.
    ///
    /// # Errors
    /// `NotFound`, `OwnAdminRole`.
    pub async fn give_roles(
        &self,
        id: UserId,
        roles: Roles,
        admin: UserId,
        asked: &Asked,
    ) -> Result<User, ServiceError> {
        let input = &asked.cause.id;
        self.change(id, asked, |user| user.given_roles(roles.clone(), admin, input, asked.now)).await
    }

    /// Gives the account of an address one more role, as an operator's message of that name wants.
    ///
    /// # Errors
    /// `NotFound` if nobody has that address.
    pub async fn grant_role(&self, email: &Email, role: Role, input: &str, asked: &Asked) -> Result<(), ServiceError> {
        let id = self.store.owner_of(email).await?.ok_or(ServiceError::NotFound)?;
        self.change(id, asked, |user| Ok(user.granted(role, input, asked.now))).await.map(|_| ())
    }

    /// Loads, decides and writes; decides again if somebody else wrote first.
    pub(super) async fn change(
        &self,
        id: UserId,
        asked: &Asked,
        decide: impl Fn(&User) -> Result<Option<User>, Rejection>,
    ) -> Result<User, ServiceError> {
        let mut user = self.account(id).await?;
        for _ in 0..TRIES {
            let Some(changed) = decide(&user)? else { return Ok(user) };
            match self.store.replace_user(&changed, user.seq, &asked.transition(changed.seq)).await? {
                Written::Done => return Ok(changed),
                Written::Refused(Some(current)) => user = *current,
                Written::Refused(None) => return Err(ServiceError::NotFound),
            }
        }
        Err(ServiceError::Contended)
    }
}
