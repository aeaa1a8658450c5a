//! Who signs in by which identity of a provider: one item an identity, so that it is one user's. Refuses to read one out: keys are hashes.

use super::{Store, UserItem, key};
use crate::domain::identity::ProviderIdentity;
use crate::domain::user::User;
use chassis::table::{Committed, Reason, Transaction, Update};
use chassis::{Cause, StoreError, World};
use events::ids::UserId;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct IdentityItem {
    user_id: UserId,
}

/// The outcome of tying.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Tied {
    Done,
    /// Somebody else changed the user first. Holds the user as they are now.
    Outdated(Option<Box<User>>),
    /// The identity is somebody else's, or was a moment ago.
    Taken,
}

impl Store {
    /// The id of the user who is tied to this identity, or was.
    pub async fn owner_of_identity(&self, identity: &ProviderIdentity) -> Result<Option<UserId>, StoreError> {
        let owner: Option<IdentityItem> = self.table.get_consistent(&key::identity(identity)).await?;
        Ok(owner.map(|owner| owner.user_id))
    }

    /// Replaces a user and moves the identity, all or nothing. `former` is who was tied to it and is no more.
    pub async fn tie(
        &self,
        (changed, before): (&User, &User),
        former: Option<UserId>,
        cause: Cause,
        world: &World,
    ) -> Result<Tied, StoreError> {
        let silent = cause.silent();
        let mut transaction = Transaction::new(cause)
            .replace(&key::user(changed.id), &UserItem::new(changed), before.seq)?
            .because(silent);
        if let Some(tied) = &changed.identity {
            let update = Update::of(key::identity(&tied.identity))
                .set("user_id = :user")
                .when("(attribute_not_exists(pk) OR user_id = :former)")
                .value(":user", changed.id)
                .value(":former", former.unwrap_or(changed.id));
            transaction = transaction.update(update);
        }
        if let Some(tied) = &before.identity {
            transaction = transaction.delete(key::identity(&tied.identity));
        }
        let reasons = match self.table.commit_retrying(transaction, world).await? {
            Committed::Done => return Ok(Tied::Done),
            Committed::Refused(reasons) => reasons,
        };
        if let Some(reason @ Reason::Condition(_)) = reasons.first() {
            let found = reason.item::<UserItem>()?.and_then(UserItem::user);
            return Ok(match found {
                // Our write succeeded, and its answer was lost.
                Some(user) if user == *changed => Tied::Done,
                other => Tied::Outdated(other.map(Box::new)),
            });
        }
        Ok(Tied::Taken)
    }
}
