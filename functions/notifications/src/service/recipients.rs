//! Use cases: remember how to reach a user; find whom an email goes to, and whether its mailbox gets any; have staff lift what keeps it from
//! them. Refuses to ask other capabilities: a user's address comes in messages.

use super::{Error, Notifications};
use crate::domain::{Event, Kind, KnownContact, Person, Rejection, Suppression};
use chassis::tokens::KeyError;
use chassis::{Context, Written, decide_and_write};
use events::ids::UserId;
use events::{Contact, Email, Language};
use std::ops::ControlFlow;

impl Notifications {
    /// Remembers how to reach a user, unless something newer is known, or they were erased.
    ///
    /// # Errors
    /// The table.
    pub async fn keep_contact(&self, user: UserId, told: KnownContact, context: &Context) -> Result<(), Error> {
        let told = &told;
        decide_and_write(None, move |known: Option<Person>| async move {
            let Some(next) = told.clone().over(known.as_ref()) else { return Ok(ControlFlow::Break(())) };
            let cause = context.cause(next.seq);
            let written = self.store.write_person(user, &Person::Known(next), &cause).await?;
            Ok(written.or_again(()))
        })
        .await
    }

    /// Whom to notify, and in which language the person's account is: the contact that the message names, or else what is known of the
    /// user. `None` if there is neither, or the user was erased: then only the last words go out.
    ///
    /// # Errors
    /// `AddressUnknown`.
    pub(super) async fn recipient(&self, event: &Event) -> Result<Option<(Contact, Option<Language>)>, Error> {
        let user = event.user().filter(|_| event.kind() != Kind::AccountErased);
        let person = match user {
            Some(user) => self.store.person(user).await?,
            None => None,
        };
        match (event.contact(), person) {
            (_, Some(Person::Erased(_))) => Ok(None),
            (Some(contact), _) => Ok(Some((contact.clone(), None))),
            (None, Some(Person::Known(known))) => Ok(Some((known.contact(), known.language))),
            (None, None) if user.is_some() => Err(Error::Rejected(Rejection::AddressUnknown)),
            (None, None) => Ok(None),
        }
    }

    /// Stands for a mailbox in the table.
    pub(super) async fn mailbox(&self, address: &Email) -> Result<String, KeyError> {
        self.pseudonyms.of("mailbox", &address.mailbox()).await
    }

    /// Whether nothing is sent to an address.
    pub(super) async fn is_suppressed(&self, address: &Email) -> Result<bool, Error> {
        let known = self.store.suppression(&self.mailbox(address).await?).await?;
        Ok(known.is_some_and(|known| known.is_in_force()))
    }

    /// What was heard of an address's mailbox.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn suppression(&self, address: &Email) -> Result<Suppression, Error> {
        self.store.suppression(&self.mailbox(address).await?).await?.ok_or(Error::NotFound)
    }

    /// Has emails sent to an address's mailbox again.
    ///
    /// # Errors
    /// `NotFound`, `NotSuppressed`.
    pub async fn lift(&self, address: &Email, context: &Context) -> Result<Suppression, Error> {
        let mailbox = &self.mailbox(address).await?;
        let known = self.store.suppression(mailbox).await?;
        decide_and_write(known, move |known: Option<Suppression>| async move {
            let lifted = known.ok_or(Error::NotFound)?.lifted(context.now).map_err(Error::Rejected)?;
            let cause = context.audited(lifted.seq, mailbox, "emails are sent to this mailbox again");
            let written: Written<Suppression> = self.store.write_suppression(mailbox, &lifted, &cause).await?;
            Ok(written.or_again(lifted))
        })
        .await
    }
}
