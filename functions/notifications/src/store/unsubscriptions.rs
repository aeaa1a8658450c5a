//! Items of those who want some kinds of emails no more, one for each. Refuses addresses: a mailbox is known by its pseudonym.

use super::Store;
use crate::domain::Kind;
use crate::domain::unsubscription::{Subject, Unsubscribed};
use chassis::{Cause, Key, StoreError, Written};

impl Store {
    /// Whether somebody wants no emails of this kind. Ask it of no kind that is transactional.
    ///
    /// # Errors
    /// The table.
    pub async fn is_unsubscribed(&self, subject: &Subject, kind: Kind) -> Result<bool, StoreError> {
        Ok(self.unsubscribed(subject).await?.is_some_and(|known| known.covers(kind)))
    }

    /// What somebody wants no more. Consistent: who has just said so gets none.
    ///
    /// # Errors
    /// The table.
    pub async fn unsubscribed(&self, subject: &Subject) -> Result<Option<Unsubscribed>, StoreError> {
        self.table.get_consistent(&key(subject)).await
    }

    /// Writes what somebody wants no more, if nobody else has since.
    ///
    /// # Errors
    /// The table.
    pub async fn write_unsubscribed(
        &self,
        subject: &Subject,
        unsubscribed: &Unsubscribed,
        cause: &Cause,
    ) -> Result<Written<Unsubscribed>, StoreError> {
        match unsubscribed.seq {
            1 => self.table.create(&key(subject), unsubscribed, cause).await,
            seq => self.table.replace(&key(subject), unsubscribed, seq - 1, cause).await,
        }
    }
}

fn key(subject: &Subject) -> Key {
    Key::new(format!("unsubscribed#{}", subject.as_str()), "unsubscribed")
}
