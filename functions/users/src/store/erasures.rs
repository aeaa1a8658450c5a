//! Persons who are erased: what stands in a user's place, the rest of what was below it, and how far the others are, in a table of its own.
//! Refuses to rely on the order of writes: each of them may be made again.

use super::credential_tokens::spellings;
use super::{PROFILE, Settled, Store, UserItem, key};
use crate::domain::erasure::{ErasedUser, Erasure, KeptUser};
use crate::domain::user::User;
use chassis::table::{Committed, Query, Reason, Transaction};
use chassis::{Cause, Key, StoreError, World, Written};
use events::ids::UserId;
use serde::Deserialize;

/// Items that are deleted together.
const PAGE: u32 = 25;

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
        let mut transaction = Transaction::new(cause).replace(&key::user(before.id), erased, before.seq)?;
        for spelling in spellings(&before.email) {
            transaction = transaction.delete(key::email(&spelling));
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
