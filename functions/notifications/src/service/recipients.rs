//! Use cases: remember how to reach a user; find whom an email goes to, and whether its mailbox gets any; have staff lift what keeps it from
//! them. Refuses to ask other capabilities: a user's address comes in messages.

use super::{Error, Notifications};
use crate::domain::{Event, Kind, KnownContact, Person, Rejection, Suppression};
use chassis::tokens::KeyError;
use chassis::{Context, StoreError, Written, decide_and_write};
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
        match (event.contact(), person, user) {
            (_, Some(Person::Erased(_)), _) => Ok(None),
            (Some(contact), _, _) => Ok(Some((contact.clone(), None))),
            (None, Some(Person::Known(known)), _) => Ok(Some((known.contact(), known.language))),
            (None, None, Some(user)) => Err(Error::Rejected(Rejection::AddressUnknown(user))),
            (None, None, None) => Ok(None),
        }
    }

    /// Stands for a mailbox in the table: for exactly this address. What follows a plus sign is another mailbox at some providers, and one
    /// that anybody can make up.
    pub(super) async fn mailbox(&self, address: &Email) -> Result<String, KeyError> {
        self.pseudonyms.of("mailbox", address.as_str()).await
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

    /// Where a user gets emails, if that is known.
    ///
    /// # Errors
    /// The table.
    pub async fn address_of(&self, user: UserId) -> Result<Option<Email>, StoreError> {
        Ok(self.store.person(user).await?.and_then(|person| person.contact().map(|known| known.email.clone())))
    }

    /// What was heard of a user's mailbox, if anything was.
    ///
    /// # Errors
    /// The table.
    pub async fn suppression_of(&self, user: UserId) -> Result<Option<Suppression>, Error> {
        let Some(address) = self.address_of(user).await? else { return Ok(None) };
        Ok(self.store.suppression(&self.mailbox(&address).await?).await?)
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
