//! What is kept of a person, for them to take along. Refuses what is kept by order: no person is beside it.

use super::{Error, Notifications};
use crate::domain::stock_alert::StockAlert;
use crate::domain::{EmailDelivery, Kind, KnownContact, Person, Suppression};
use chassis::Context;
use events::ids::UserId;

/// Emails that are read together.
const PAGE: u32 = 100;

/// What is kept of a user.
#[derive(Debug)]
pub struct PersonalData {
    /// How to reach them.
    pub contact: Option<KnownContact>,
    /// What was heard of the mailbox.
    pub suppression: Option<Suppression>,
    /// Emails about the account, oldest first.
    pub emails: Vec<EmailDelivery>,
    /// SKUs that they wait for.
    pub alerts: Vec<StockAlert>,
    /// Emails that they want no more.
    pub refused: Vec<Kind>,
}

impl Notifications {
    /// All that is kept of a user.
    ///
    /// # Errors
    /// The table, or the key of pseudonyms.
    pub async fn personal_data(&self, user: UserId, context: &Context) -> Result<PersonalData, Error> {
        let contact = match self.store.person_now(user).await? {
            Some(Person::Known(known)) => Some(known),
            Some(Person::Erased(_)) | None => None,
        };
        let suppression = match &contact {
            Some(known) => self.store.suppression(&self.mailbox(&known.email).await?).await?,
            None => None,
        };
        let (subject, mut emails, mut after) = (user.to_string(), Vec::new(), None::<String>);
        loop {
            let page = self.store.page_now(&subject, after.as_deref(), PAGE).await?;
            emails.extend(page.items);
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        let (alerts, refused) = (self.alerts_of(user, context).await?, self.refused_kinds(user).await?);
        Ok(PersonalData { contact, suppression, emails, alerts, refused })
    }
}
