//! The counts of sample emails, one item for each of the staff who sends some. Refuses what the samples said and where they went.

use super::Store;
use crate::domain::test_emails::TestEmails;
use chassis::{Cause, Key, StoreError, Written};
use events::Actor;

impl Store {
    /// How many somebody has sent.
    ///
    /// # Errors
    /// The table.
    pub async fn test_emails(&self, by: &Actor) -> Result<Option<TestEmails>, StoreError> {
        self.table.get_consistent(&key(by)).await
    }

    /// Writes a count if the stored one still has the previous `seq`.
    ///
    /// # Errors
    /// The table.
    pub async fn count_test_email(
        &self,
        by: &Actor,
        counted: &TestEmails,
        cause: &Cause,
    ) -> Result<Written<TestEmails>, StoreError> {
        match counted.seq {
            1 => self.table.create(&key(by), counted, cause).await,
            seq => self.table.replace(&key(by), counted, seq - 1, cause).await,
        }
    }
}

fn key(by: &Actor) -> Key {
    Key::new(format!("tests#{by}"), "tests")
}
