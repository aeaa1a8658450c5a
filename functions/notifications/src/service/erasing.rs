//! A person, or an order, is forgotten: what is kept of emails goes, and so does what was heard of the mailbox. Each of these may be done
//! any number of times, and begins anew after a crash. Refuses to leave nothing of a person: what comes late must find that they are gone.

use super::{Error, Notifications};
use crate::domain::{EmailDelivery, Person};
use chassis::{Context, decide_and_write};
use events::ids::{OrderId, UserId};
use std::ops::ControlFlow;

/// Emails that are looked at together.
const PAGE: u32 = 50;

impl Notifications {
    /// Forgets how to reach a user, what was heard of the mailbox, and what is kept of the emails about the account.
    ///
    /// # Errors
    /// The table, or the key of pseudonyms.
    pub async fn erase_user(&self, user: UserId, context: &Context) -> Result<(), Error> {
        let known = self.store.person_now(user).await?;
        decide_and_write(known, move |known: Option<Person>| async move {
            let Some(erased) = Person::erased(known.as_ref(), context.now) else { return Ok(ControlFlow::Break(())) };
            // First, while the address is known that leads to it.
            if let Some(known) = known.as_ref().and_then(Person::contact) {
                self.forget_mailbox(&self.mailbox(&known.email).await?, context).await?;
            }
            Ok(self.store.write_person(user, &erased, &context.cause(erased.seq())).await?.or_again(()))
        })
        .await?;
        self.store.forget_refusals(&user.to_string()).await?;
        self.forget_stock_alerts(&user.to_string(), context).await?;
        self.erase_emails(&user.to_string(), context).await
    }

    /// Forgets a mailbox: what somebody waits for there as a guest, and then what was heard of it and refused by it, so that nothing is sent
    /// that only these kept back. That its owner called an email spam stays until its end: else anybody who orders with the address, and
    /// is erased, would have the owner written to again.
    pub(super) async fn forget_mailbox(&self, mailbox: &str, context: &Context) -> Result<(), Error> {
        self.forget_stock_alerts(mailbox, context).await?;
        if !self.store.suppression(mailbox).await?.is_some_and(|known| known.has_a_complaint()) {
            self.store.forget_suppression(mailbox).await?;
        }
        Ok(self.store.forget_refusals(mailbox).await?)
    }

    /// Forgets what is kept of the emails about an order.
    ///
    /// # Errors
    /// The table.
    pub async fn erase_order(&self, order: OrderId, context: &Context) -> Result<(), Error> {
        self.erase_emails(&order.to_string(), context).await
    }

    async fn erase_emails(&self, subject: &str, context: &Context) -> Result<(), Error> {
        let mut after = None;
        loop {
            let page = self.store.page_now(subject, after.as_deref(), PAGE).await?;
            for delivery in page.items {
                self.erase_email(subject, delivery, context).await?;
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    async fn erase_email(&self, subject: &str, delivery: EmailDelivery, context: &Context) -> Result<(), Error> {
        if let Some(id) = delivery.id().filter(|_| delivery.may_be_kept()) {
            self.store.forget_kept(&id).await?;
        }
        // First, while the record names it. The address may be a former one, or a guest's, which nothing else leads to.
        if let Some(mailbox) = &delivery.mailbox {
            self.forget_mailbox(mailbox, context).await?;
        }
        decide_and_write(Some(delivery), move |delivery: Option<EmailDelivery>| async move {
            let Some(next) = delivery.and_then(EmailDelivery::without_address) else {
                return Ok(ControlFlow::Break(()));
            };
            Ok(self.store.write(subject, &next, None, &context.cause(next.seq)).await?.or_again(()))
        })
        .await
    }
}
