//! The users table: its items, reads and writes. Refuses to decide: a condition repeats what the domain decided on.
//!
//! Reads are consistent where the reader may have written a moment ago.

mod addresses;
mod api_keys;
mod credential_tokens;
mod erasures;
mod identities;
mod key;
mod passkeys;
mod sessions;
mod throttle;

pub use credential_tokens::Settled;
pub use identities::Tied;
pub use throttle::{Counted, Throttled};

use crate::domain::erasure::ErasedUser;
use crate::domain::hashing::HashedPassword;
use crate::domain::person_name::NameStart;
use crate::domain::user::User;
use chassis::table::{AuditLog, Part, Shards, Update, Updated};
use chassis::{Cause, Page, StoreError, Table, Written};
pub(crate) use erasures::ErasedItem;
use events::Email;
use events::ids::UserId;
use serde::{Deserialize, Serialize};

/// Sort key of a user.
pub const PROFILE: &str = "profile";

/// Sort key of a token in a mail.
pub const CREDENTIAL_TOKEN: &str = "credential-token";

/// Start of the sort key of a session.
pub const SESSION: &str = "session#";

/// Start of the sort key of a machine's key.
pub const API_KEY: &str = "api-key#";

/// Shards of the staff's list, so that no single partition of the index takes all sign-ups.
const DIRECTORY: [&str; 4] = ["users-0", "users-1", "users-2", "users-3"];

/// The list of users by name, and its shards.
const NAMES: &str = "names";
const NAME_SHARDS: u32 = 4;

/// A user's item, or what stands in the place of somebody who was erased.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum UserItem {
    Erased(ErasedUser),
    Present(Box<PresentItem>),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct PresentItem {
    #[serde(flatten)]
    user: User,
    directory: String,
    /// Partition of the list by name; none in an item of an earlier version.
    #[serde(default)]
    index1: String,
    /// Name and id.
    #[serde(default)]
    index1_sort: String,
    /// Of the write; the table writes it.
    #[serde(default, skip_serializing)]
    cause: Option<Cause>,
}

impl UserItem {
    fn new(user: &User) -> Self {
        let shard = usize::try_from(user.id.bits() % 4).unwrap_or(0);
        Self::Present(Box::new(PresentItem {
            user: user.clone(),
            directory: DIRECTORY[shard].to_owned(),
            index1: Shards::partition(NAMES, user.id.bits(), NAME_SHARDS),
            index1_sort: format!("{}/{}", user.name.sorted(), user.id),
            cause: None,
        }))
    }

    /// The user, if they were not erased.
    fn user(self) -> Option<User> {
        match self {
            Self::Erased(_) => None,
            Self::Present(item) => Some(item.user),
        }
    }

    /// Whether the write with this cause put this user.
    fn is_of(&self, user: &User, cause: &Cause) -> bool {
        let is_own = |item: &PresentItem| item.cause.as_ref().is_some_and(|own| own.id == cause.id);
        matches!(self, Self::Present(item) if item.user == *user && is_own(item))
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct EmailItem {
    user_id: UserId,
}

/// The users table.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
    /// How far erasures are: another table, so that a restore of this one takes none of them back.
    erasures: Table,
}

impl Store {
    pub fn new(table: Table) -> Self {
        Self { erasures: table.beside("erasures"), table }
    }

    pub fn audit_log(&self) -> AuditLog {
        AuditLog::new(self.table.clone())
    }

    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let item: Option<UserItem> = self.table.get_consistent(&key::user(id)).await?;
        Ok(item.and_then(UserItem::user))
    }

    /// A user, possibly a moment old.
    pub async fn user_lately(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let item: Option<UserItem> = self.table.get(&key::user(id)).await?;
        Ok(item.and_then(UserItem::user))
    }

    /// The id of the user with this address.
    pub async fn owner_of(&self, email: &Email) -> Result<Option<UserId>, StoreError> {
        let owner: Option<EmailItem> = self.table.get_consistent(&key::email(email.as_str())).await?;
        let owner = match email.in_unicode().filter(|_| owner.is_none()) {
            // Where a version that kept domains as they are read put it.
            Some(earlier) => self.table.get_consistent(&key::email(&earlier)).await?,
            None => owner,
        };
        Ok(owner.map(|owner| owner.user_id))
    }

    /// Replaces a user if its `seq` is still `expected_seq`. Two requests at once may want the very same user, such as two that use up one
    /// code: only the request's id tells its own write, whose answer was lost, from the other's.
    pub async fn replace_user(
        &self,
        user: &User,
        expected_seq: u64,
        cause: &Cause,
    ) -> Result<Written<User>, StoreError> {
        let written = self.table.replace(&key::user(user.id), &UserItem::new(user), expected_seq, cause).await?;
        Ok(match written {
            Written::Done => Written::Done,
            // Our write succeeded, its answer was lost, and the SDK wrote again.
            Written::Refused(Some(item)) if item.is_of(user, cause) => Written::Done,
            Written::Refused(current) => Written::Refused(current.and_then(|item| item.user()).map(Box::new)),
        })
    }

    /// Replaces the hash of the password that a user has, unless it was changed.
    pub async fn renew_hash(&self, user: &User, renewed: &HashedPassword, cause: &Cause) -> Result<(), StoreError> {
        let update = Update::of(key::user(user.id))
            .set("password_hash = :renewed")
            .when("password_hash = :known")
            .value(":renewed", renewed)
            .value(":known", &user.password_hash);
        let _: Updated<UserItem> = self.table.update(update, &cause.silent()).await?;
        Ok(())
    }

    /// A page of all users, newest first, that begins after the place `after`.
    pub async fn directory(&self, after: Option<&str>, limit: u32) -> Result<Page<User>, StoreError> {
        let list = Shards { index: "directory", sort: "pk", partitions: DIRECTORY.map(str::to_owned).into() };
        self.present(&list, Part { after, descending: true, limit, ..Part::FIRST }).await
    }

    /// A page of the users whose names begin so, in the order of their names.
    pub async fn named(&self, start: &NameStart, after: Option<&str>, limit: u32) -> Result<Page<User>, StoreError> {
        let list = Shards::of("index1", "index1_sort", NAMES, NAME_SHARDS);
        let (from, to) = (Some(start.as_str()), start.end());
        self.present(&list, Part { after, from, to: Some(&to), limit, ..Part::FIRST }).await
    }

    /// A page of a list, without those whom the list has and who were erased a moment ago.
    async fn present(&self, list: &Shards<'_>, part: Part<'_>) -> Result<Page<User>, StoreError> {
        let page: Page<UserItem> = self.table.list_items(list, part).await?;
        Ok(Page { items: page.items.into_iter().filter_map(UserItem::user).collect(), next: page.next })
    }

    /// Up to 100 users by their ids, without those that are not there.
    pub async fn users(&self, ids: impl IntoIterator<Item = UserId>) -> Result<Vec<User>, StoreError> {
        let keys: Vec<_> = ids.into_iter().map(key::user).collect();
        let items: Vec<Option<UserItem>> = self.table.get_many(&keys).await?;
        Ok(items.into_iter().flatten().filter_map(UserItem::user).collect())
    }
}
