//! Persons who are erased: what stands in a user's place, the rest of what was below it, and how far the others are, in a table of its own.
//! Refuses to rely on the order of writes: each of them may be made again.

use super::credential_tokens::spellings;
use super::{PROFILE, Settled, Store, UserItem, key};
use crate::domain::erasure::{ErasedUser, Erasure, KeptUser};
use crate::domain::user::User;
use chassis::table::{Committed, DueIndex, Query, Reason, Transaction};
use chassis::{Cause, Key, StoreError, World, Written};
use events::ids::UserId;
use serde::{Deserialize, Serialize};

/// Items that are deleted together.
const PAGE: u32 = 25;
/// Shards of the index `due`. Persons who are being erased are few.
const SHARDS: u32 = 1;

/// What stands in a user's place. Its attribute `due_at` is the sort key of the index `due`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ErasedItem {
    #[serde(flatten)]
    pub erased: ErasedUser,
    /// Shard of the index `due`, until nothing is left of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<String>,
}

impl ErasedItem {
    fn of(erased: &ErasedUser) -> Self {
        let due = erased.due_at.map(|_| DueIndex::shard(erased.id.bits(), SHARDS));
        Self { erased: erased.clone(), due }
    }
}

#[derive(Debug, Deserialize)]
struct Entry {
    pk: String,
    sk: String,
}

impl Store {
    /// A user, or what stands in their place.
    pub async fn kept_user(&self, id: UserId) -> Result<Option<KeptUser>, StoreError> {
        self.table.get_consistent(&key::user(id)).await
    }

    /// Puts what stands in a user's place, and frees the address: both or neither. A write that is done and whose answer was lost is as good
    /// as one of somebody else.
    pub async fn erase_user(
        &self,
        before: &User,
        erased: &ErasedUser,
        cause: Cause,
        world: &World,
    ) -> Result<Settled, StoreError> {
        let mut transaction =
            Transaction::new(cause).replace(&key::user(before.id), &ErasedItem::of(erased), before.seq)?;
        for spelling in spellings(&before.email) {
            transaction = transaction.delete(key::email(&spelling));
        }
        if let Some(tied) = &before.identity {
            transaction = transaction.delete(key::identity(&tied.identity));
        }
        let reasons = match self.table.commit_retrying(transaction, world).await? {
            Committed::Done => return Ok(Settled::Done),
            Committed::Refused(reasons) => reasons,
        };
        Ok(match reasons.first().map(Reason::item::<UserItem>).transpose()?.flatten() {
            Some(UserItem::Erased(_)) => Settled::Done,
            found => Settled::Outdated(found.and_then(UserItem::user).map(Box::new)),
        })
    }

    /// Erasures by the time of their next look.
    pub(crate) fn due_erasures(&self) -> DueIndex {
        DueIndex::new(self.table.clone(), SHARDS)
    }

    /// Keeps when somebody looks at an erasure next.
    pub(crate) async fn look_later(&self, erased: &ErasedUser, cause: &Cause) -> Result<(), StoreError> {
        let key = key::user(erased.id);
        // Nothing else changes what stands in a user's place, so whoever wrote first looked at the same.
        let _: Written<ErasedItem> = self.table.replace(&key, &ErasedItem::of(erased), erased.seq, cause).await?;
        Ok(())
    }

    /// Deletes what is below a user beside their item, and the tokens that were mailed to them: page by page, until nothing is left.
    pub async fn erase_rest(&self, user: UserId) -> Result<(), StoreError> {
        let partition = user.to_string();
        let mut after: Option<String> = None;
        loop {
            let query = Query { after: after.as_deref(), limit: PAGE, ..Query::partition(&partition) };
            let page = self.table.query_consistent::<Entry>(query).await?;
            self.delete_all(page.items.into_iter().filter(|entry| entry.sk != PROFILE)).await?;
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        let tokens = key::tokens_of(&partition);
        let mut after: Option<String> = None;
        loop {
            let query =
                Query { index: Some("index2"), after: after.as_deref(), limit: PAGE, ..Query::partition(&tokens) };
            let page = self.table.query_sorted::<Entry>(query, "index2_sort").await?;
            self.delete_all(page.items.into_iter()).await?;
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    async fn delete_all(&self, entries: impl Iterator<Item = Entry> + Send) -> Result<(), StoreError> {
        for Entry { pk, sk } in entries {
            self.table.delete(&Key { pk, sk }).await?;
        }
        Ok(())
    }

    /// How far an erasure is.
    pub async fn erasure(&self, user: UserId) -> Result<Option<Erasure>, StoreError> {
        self.erasures.get_consistent(&key::erasure(user)).await
    }

    /// Writes how far an erasure is, if nobody else has since.
    pub async fn write_erasure(&self, erasure: &Erasure, cause: &Cause) -> Result<Written<Erasure>, StoreError> {
        let key = key::erasure(erasure.user_id);
        match erasure.seq {
            1 => self.erasures.create(&key, erasure, cause).await,
            seq => self.erasures.replace(&key, erasure, seq - 1, cause).await,
        }
    }
}
