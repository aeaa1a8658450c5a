//! Items about people and mailboxes: how to reach a user, and to which mailboxes nothing is sent.

use super::Store;
use crate::domain::{KnownContact, Suppression};
use chassis::{Cause, Key, StoreError, Written};
use events::ids::UserId;

impl Store {
    /// How to reach a user. Eventually consistent: a message that comes too early comes again.
    ///
    /// # Errors
    /// The table.
    pub async fn contact(&self, user: UserId) -> Result<Option<KnownContact>, StoreError> {
        self.table.get(&contact_key(user)).await
    }

    /// Writes how to reach a user, if nobody else has since.
    ///
    /// # Errors
    /// The table.
    pub async fn write_contact(
        &self,
        user: UserId,
        contact: &KnownContact,
        cause: &Cause,
    ) -> Result<Written<KnownContact>, StoreError> {
        match contact.seq {
            1 => self.table.create(&contact_key(user), contact, cause).await,
            seq => self.table.replace(&contact_key(user), contact, seq - 1, cause).await,
        }
    }

    /// What was heard of a mailbox, by its pseudonym.
    ///
    /// # Errors
    /// The table.
    pub async fn suppression(&self, mailbox: &str) -> Result<Option<Suppression>, StoreError> {
        self.table.get(&suppression_key(mailbox)).await
    }

    /// Writes what was heard of a mailbox, or that staff lifted it, if nobody else has since.
    ///
    /// # Errors
    /// The table.
    pub async fn write_suppression(
        &self,
        mailbox: &str,
        suppression: &Suppression,
        cause: &Cause,
    ) -> Result<Written<Suppression>, StoreError> {
        match suppression.seq {
            1 => self.table.create(&suppression_key(mailbox), suppression, cause).await,
            seq => self.table.replace(&suppression_key(mailbox), suppression, seq - 1, cause).await,
        }
    }
}

fn contact_key(user: UserId) -> Key {
    Key::new(format!("contact#{user}"), "contact")
}

fn suppression_key(mailbox: &str) -> Key {
    Key::new(format!("suppressed#{mailbox}"), "suppressed")
}
