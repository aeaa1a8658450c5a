//! Reading and changing users.

use super::{Error, Users};
use crate::domain::person_name::PersonName;
use crate::domain::roles::Roles;
use crate::domain::search::Search;
use crate::domain::user::User;
use chassis::http::Precondition;
use chassis::{Context, Page, Written, decide_and_write};
use events::ids::UserId;
use events::message::Origin;
use events::users::{ContactChanged, Role};
use events::{Email, Language, Outgoing};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// The change, if its caller made it from the user's present version.
fn admitted(user: &User, next: User, known: &Precondition, replaces_list: bool) -> Result<User, Error> {
    known.check(Some(user.version()), replaces_list)?;
    Ok(next)
}

/// How to reach a user as of the present version: the same message when the version is made and whenever somebody asks, so nothing in it
/// is of who asks.
pub(crate) fn contact_changed(user: &User) -> Vec<Outgoing> {
    let origin = Origin {
        subject: user.id.to_string(),
        seq: user.seq,
        at: user.changed_at.unwrap_or(user.created_at),
        traceparent: Some(&*user.traceparent),
        actor: Some(user.changed_by()),
    };
    let (user_id, user_version, contact, language) = (user.id, user.seq, user.contact(), user.language);
    Outgoing::to_all(&origin, &ContactChanged { user_id, user_version, contact, language })
}

impl Users {
    /// # Errors
    /// `NotFound`.
    pub async fn user(&self, id: UserId) -> Result<User, Error> {
        self.store.user(id).await?.ok_or(Error::NotFound)
    }

    /// The user, possibly a moment old: enough for a name on a page. `None` if there is none any more.
    pub async fn user_lately(&self, id: UserId) -> Result<Option<User>, Error> {
        Ok(self.store.user_lately(id).await?)
    }

    /// The user with this address. An unknown address takes the same reads as a known one, but for one whose domain has letters beyond
    /// ASCII: it is looked for under the key of an earlier version, too.
    pub(super) async fn user_of(&self, email: &Email) -> Result<Option<User>, Error> {
        let owner = self.store.owner_of(email).await?;
        let user = self.store.user(owner.unwrap_or(UserId::from_bits(0))).await?;
        Ok(user.filter(|user| owner == Some(user.id)))
    }

    /// A page of the users that staff look for, from the place `after` of that list.
    pub async fn find(&self, search: &Search, after: Option<&str>, limit: u32) -> Result<Page<User>, Error> {
        Ok(match search {
            Search::All => self.store.directory(after, limit).await?,
            Search::Name(start) => self.store.named(start, after, limit).await?,
            Search::Email(email) => Page { items: self.user_of(email).await?.into_iter().collect(), next: None },
        })
    }

    /// Those of up to 100 users who are there, by their ids.
    pub async fn users(&self, ids: BTreeSet<UserId>) -> Result<BTreeMap<UserId, User>, Error> {
        let found = self.store.users(ids).await?;
        Ok(found.into_iter().map(|user| (user.id, user)).collect())
    }

    /// # Errors
    /// `NotFound`, or the caller knows another version.
    pub async fn rename(
        &self,
        id: UserId,
        name: PersonName,
        known: &Precondition,
        context: &Context,
    ) -> Result<User, Error> {
        self.edit(id, Some(name), None, known, context).await
    }

    /// Changes what is given.
    ///
    /// # Errors
    /// `NotFound`, or the caller knows another version.
    pub async fn edit(
        &self,
        id: UserId,
        name: Option<PersonName>,
        language: Option<Language>,
        known: &Precondition,
        context: &Context,
    ) -> Result<User, Error> {
        let decide = |user: &User| {
            let next = user.edited(name.clone(), language);
            next.map(|next| admitted(user, next, known, false)).transpose()
        };
        self.change(id, context, decide).await
    }

    /// Replaces a user's roles for an admin. Access tokens signed earlier keep the old roles
    /// until they expire, but one that lost a privileged role is revoked within seconds where something is changed.
    ///
    /// # Errors
    /// `NotFound`, `OwnAdminRole`, `EmailNotVerified`, or the caller knows another version, or says not which.
    pub async fn give_roles(
        &self,
        id: UserId,
        roles: Roles,
        admin: UserId,
        known: &Precondition,
        context: &Context,
    ) -> Result<User, Error> {
        let input = context.input_id();
        let decide = |user: &User| {
            let next = user.given_roles(roles.clone(), admin, input, context.now).map_err(Error::Rejected)?;
            next.map(|next| admitted(user, next, known, true)).transpose()
        };
        self.change(id, context, decide).await
    }

    /// Gives a user one more role, for an operator. `input` names the operator's message.
    ///
    /// # Errors
    /// `NotFound`, `EmailNotVerified`.
    pub async fn grant_role(&self, id: UserId, role: Role, input: &str, context: &Context) -> Result<(), Error> {
        let granted = |user: &User| user.granted(role, input, context.now).map_err(Error::Rejected);
        self.change(id, context, granted).await.map(|_| ())
    }

    /// Loads, decides and writes; decides again if somebody else wrote first.
    pub(super) async fn change(
        &self,
        id: UserId,
        context: &Context,
        decide: impl Fn(&User) -> Result<Option<User>, Error>,
    ) -> Result<User, Error> {
        self.change_heard(id, true, context, decide).await
    }

    /// The same of a change that no other capability hears of: no relay is woken.
    pub(super) async fn change_silently(
        &self,
        id: UserId,
        context: &Context,
        decide: impl Fn(&User) -> Result<Option<User>, Error>,
    ) -> Result<User, Error> {
        self.change_heard(id, false, context, decide).await
    }

    async fn change_heard(
        &self,
        id: UserId,
        is_heard: bool,
        context: &Context,
        decide: impl Fn(&User) -> Result<Option<User>, Error>,
    ) -> Result<User, Error> {
        let user = self.user(id).await?;
        let decide = &decide;
        let changed = decide_and_write(user, move |user| async move {
            let Some(changed) = decide(&user)? else {
                return Ok(ControlFlow::Break(user));
            };
            let traceparent = context.traceparent.clone().unwrap_or_default();
            let changed_at = if is_heard { Some(context.now) } else { changed.changed_at };
            let changed = User { traceparent, changed_at, ..changed };
            let cause = context.audited(changed.seq, changed.id, changed.audit_words(&user));
            let cause = if is_heard { cause } else { cause.silent() };
            match self.store.replace_user(&changed, user.seq, &cause).await? {
                Written::Done => Ok(ControlFlow::Break(changed)),
                Written::Refused(current) => current.map(|user| ControlFlow::Continue(*user)).ok_or(Error::NotFound),
            }
        });
        changed.await
    }
}
