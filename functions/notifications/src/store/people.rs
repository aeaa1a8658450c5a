//! Items about people and mailboxes: how to reach a user, and to which mailboxes nothing is sent.

use super::Store;
use crate::domain::{Person, Suppression};
use chassis::{Cause, Key, StoreError, Written};
use events::ids::UserId;

impl Store {
    /// How to reach a user, or that they were erased. Eventually consistent: a message that comes too early comes again.
    ///
    /// # Errors
    /// The table.
    pub async fn person(&self, user: UserId) -> Result<Option<Person>, StoreError> {
        self.table.get(&contact_key(user)).await
    }

    /// The same as of now.
    ///
    /// # Errors
    /// The table.
    pub async fn person_now(&self, user: UserId) -> Result<Option<Person>, StoreError> {
        self.table.get_consistent(&contact_key(user)).await
    }

    /// Writes how to reach a user, or that they were erased, if nobody else has written since.
    ///
    /// # Errors
    /// The table.
    pub async fn write_person(
        &self,
        user: UserId,
        person: &Person,
        cause: &Cause,
    ) -> Result<Written<Person>, StoreError> {
        match person.seq() {
            1 => self.table.create(&contact_key(user), person, cause).await,
            seq => self.table.replace(&contact_key(user), person, seq - 1, cause).await,
        }
    }

    /// Forgets what was heard of a mailbox.
    ///
    /// # Errors
    /// The table.
    pub async fn forget_suppression(&self, mailbox: &str) -> Result<(), StoreError> {
        self.table.delete(&suppression_key(mailbox)).await
    }

    /// Forgets what a user, or somebody by their mailbox, refused.
    ///
    /// # Errors
    /// The table.
    pub async fn forget_refusals(&self, subject: &str) -> Result<(), StoreError> {
        self.table.delete(&refusals_key(subject)).await
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

/// Of who wants some kinds of emails no more: a user, or a mailbox's pseudonym.
fn refusals_key(subject: &str) -> Key {
    Key::new(format!("unsubscribed#{subject}"), "unsubscribed")
}

fn suppression_key(mailbox: &str) -> Key {
    Key::new(format!("suppressed#{mailbox}"), "suppressed")
}
