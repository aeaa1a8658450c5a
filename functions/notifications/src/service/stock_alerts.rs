//! Use cases: wait for a SKU, as a user or as a guest whose mailbox confirms it; wait no more; tell those who wait. Refuses to tell anybody
//! twice of one request, and anybody at all who did not ask. A guest who asks waits for the answer, so no queue remembers that mail: who gets
//! none asks again.

use super::{Error, Notifications};
use crate::domain::stock_alert::{
    CONFIRMATION_SECONDS, Decision, MAX_HOURLY_MAILS, MAX_NETWORK_REQUESTS, Person, StockAlert, StockAlerts,
    Unconfirmed, Waiting,
};
use crate::domain::unsubscription::Subject;
use crate::domain::{Event, Kind, Rejection};
use crate::mailer::SendOutcome;
use crate::store::stock_alerts::{Limit, NewAlert, window_end};
use chassis::http::Identity;
use chassis::{Context, decide_and_write, digest};
use events::ids::{StockAlertId, UserId};
use events::message::Origin;
use events::notifications::{StockAlertDue, StockAlertsDue};
use events::{Contact, Email, Language, Message, Outgoing, Sku};
use std::ops::ControlFlow::{Break, Continue};

/// Those who are told by one message.
const PER_MESSAGE: u32 = 50;
/// Characters of a token: 32 bytes in base64url.
const TOKEN_LENGTH: usize = 43;
const QUARTER: i64 = 15 * 60;
const HOUR: i64 = 60 * 60;

/// What a guest requests.
#[derive(Debug, Clone)]
pub struct PendingAlert {
    pub sku: Sku,
    pub email: Email,
    pub language: Option<Language>,
}

impl Notifications {
    /// Whether somebody can wait for a SKU at all.
    pub(crate) fn has_stock_alerts(&self) -> bool {
        !self.branding.off.contains(Kind::BackInStock)
    }

    /// Has a user told when a SKU is back, once. A repeat finds the alert.
    ///
    /// # Errors
    /// `SwitchedOff`, `Unverified`, `TooManyAlerts`; `AddressUnknown` if no address of the user has been told of yet.
    pub async fn wait_for(&self, sku: &Sku, me: &Identity, context: &Context) -> Result<StockAlert, Error> {
        if !self.has_stock_alerts() {
            return Err(Error::Rejected(Rejection::SwitchedOff));
        }
        if !me.email_verified {
            return Err(Error::Rejected(Rejection::Unverified));
        }
        let event = Event::BackInStock { user: Some(me.user), contact: None, sku: sku.clone(), language: None };
        // Nobody waits whom no email would reach.
        if self.recipient(&event).await?.is_none() {
            return Err(Error::NotFound);
        }
        self.keep_alert(&Person::User(me.user), None, sku, None, context).await
    }

    /// Who asks for such an email wants them again.
    async fn want_alerts(&self, person: &Person, context: &Context) -> Result<(), Error> {
        let subject = match person {
            Person::User(user) => Subject::user(*user),
            Person::Guest { mailbox, .. } => Subject::mailbox(mailbox.clone()),
        };
        let token = self.unsubscribe_token(subject, Kind::BackInStock).await?;
        self.subscribe(&token, true, context).await
    }

    /// The kinds of emails that a user asked for once and refused since.
    ///
    /// # Errors
    /// The table.
    pub async fn refused_kinds(&self, user: UserId) -> Result<Vec<Kind>, Error> {
        let known = self.store.unsubscribed(&Subject::user(user)).await?.unwrap_or_default();
        Ok([Kind::BackInStock, Kind::CartAbandoned].into_iter().filter(|kind| known.covers(*kind)).collect())
    }

    /// Has emails of a kind sent to a user again who refused them.
    ///
    /// # Errors
    /// The table, or the key of the pseudonyms.
    pub async fn want_again(&self, user: UserId, kind: Kind, context: &Context) -> Result<(), Error> {
        let token = self.unsubscribe_token(Subject::user(user), kind).await?;
        self.subscribe(&token, true, context).await
    }

    /// Asks a guest's mailbox whether the request is meant. The answer is the same whatever is known of the address, and if no mail is sent as
    /// the mailbox gets none or was asked too often.
    ///
    /// # Errors
    /// `SwitchedOff`, `TooManyRequests` of a network; `Deferred`, `Forbidden`.
    pub async fn ask_guest(&self, pending: PendingAlert, network: &str, context: &Context) -> Result<(), Error> {
        if !self.has_stock_alerts() {
            return Err(Error::Rejected(Rejection::SwitchedOff));
        }
        let (now, cause) = (context.now, context.cause(0));
        let (network, end) = (self.pseudonyms.of("network", network).await?, window_end(now, QUARTER));
        let of_network = format!("network#{network}#{end}");
        if !self.store.count(Limit { of: &of_network, most: MAX_NETWORK_REQUESTS, end }, &cause).await? {
            let seconds = u32::try_from(end - now.seconds()).unwrap_or(1);
            return Err(Error::Rejected(Rejection::TooManyRequests(seconds)));
        }
        let (mailbox, end) = (self.mailbox(&pending.email).await?, window_end(now, HOUR));
        // Other addresses of a mailbox are counted with it.
        let counted = self.pseudonyms.of("mailbox", &pending.email.mailbox()).await?;
        let of_mailbox = format!("mailbox#{counted}#{end}");
        let may_ask = self.store.count(Limit { of: &of_mailbox, most: MAX_HOURLY_MAILS, end }, &cause).await?;
        if !may_ask || self.is_suppressed(&pending.email).await? {
            self.wiring.metrics.count("stock_alert_mails_left_out", 1);
            return Ok(());
        }
        let token = digest::base64url(&self.wiring.world.random::<32>());
        let PendingAlert { sku, email, language } = pending;
        let expires_at = now.plus_seconds(CONFIRMATION_SECONDS);
        let kept = Unconfirmed { sku, email, mailbox, language, expires_at, confirmed: None, seq: 1 };
        self.store.put_pending(&digest::of_bytes(token.as_bytes()), &kept, &cause.anonymous()).await?;
        self.mail_token(&kept, token).await
    }

    async fn mail_token(&self, pending: &Unconfirmed, token: String) -> Result<(), Error> {
        let contact = Contact { email: pending.email.clone(), name: None };
        let (sku, language, expires_at) = (pending.sku.clone(), pending.language, pending.expires_at);
        let refusal = self.unsubscribe_token(Subject::mailbox(pending.mailbox.clone()), Kind::BackInStock).await?;
        let event = Event::StockAlertRequested { contact: contact.clone(), sku, token, refusal, language, expires_at };
        let (email, kind) = (self.rendered(&event, &contact, None, None), Kind::StockAlertRequested);
        match self.mailer.send(pending.email.as_str(), &email, &format!("request/{kind}"), kind.as_str()).await {
            SendOutcome::Sent(_) => self.wiring.metrics.count("emails_sent", 1),
            // Whoever asks learns nothing about the mailbox.
            SendOutcome::Refused(code) => {
                self.wiring.metrics.count("emails_failed", 1);
                tracing::warn!(code, "the mail service refuses the email that asks a guest");
            }
            SendOutcome::Deferred(code) => return Err(Error::Rejected(Rejection::Deferred(code))),
            SendOutcome::Forbidden(code) => return Err(Error::Rejected(Rejection::Forbidden(code))),
        }
        Ok(())
    }

    /// A guest's request that can be confirmed, or was.
    ///
    /// # Errors
    /// `UnknownLink`.
    pub async fn pending(&self, token: &str, context: &Context) -> Result<Unconfirmed, Error> {
        let invalid = Error::Rejected(Rejection::UnknownLink);
        if token.len() != TOKEN_LENGTH {
            return Err(invalid);
        }
        let found = self.store.pending(&digest::of_bytes(token.as_bytes())).await?;
        found.filter(|pending| !pending.is_over(context.now)).ok_or(invalid)
    }

    /// Has a guest told, whose mailbox has this token. A repeat changes nothing.
    ///
    /// # Errors
    /// `UnknownLink`, `SwitchedOff`, `TooManyAlerts`.
    pub async fn confirm_alert(&self, token: &str, context: &Context) -> Result<Unconfirmed, Error> {
        let pending = self.pending(token, context).await?;
        if !self.has_stock_alerts() {
            return Err(Error::Rejected(Rejection::SwitchedOff));
        }
        if pending.confirmed.is_none() {
            let (hash, person) = (digest::of_bytes(token.as_bytes()), pending.person());
            self.keep_alert(&person, pending.language, &pending.sku, Some((&hash, &pending)), context).await?;
        }
        Ok(pending)
    }

    /// Writes an alert, unless the person waits for the SKU already. Who asks for it wants such mails again.
    async fn keep_alert(
        &self,
        person: &Person,
        language: Option<Language>,
        sku: &Sku,
        pending: Option<(&str, &Unconfirmed)>,
        context: &Context,
    ) -> Result<StockAlert, Error> {
        self.want_alerts(person, context).await?;
        let (subject, id) = (&person.subject(), self.wiring.world.fresh(StockAlertId::new));
        let known = self.store.stock_alerts(subject).await?;
        decide_and_write(known, move |known: Option<StockAlerts>| async move {
            let decided = known.unwrap_or_default().wait_for(sku, id, context.now).map_err(Error::Rejected)?;
            let (alert, alerts) = match decided {
                Decision::Known(alert) => return Ok(Break(alert)),
                Decision::Wait(alert, alerts) => (alert, alerts),
            };
            let confirmed = pending.map(|(hash, pending)| (hash, pending.clone().confirmed(id)));
            let confirmed = confirmed.as_ref().map(|(hash, pending)| (*hash, pending));
            let waiting = &Waiting { alert: alert.clone(), person: person.clone(), language };
            let new = NewAlert { waiting, alerts: &alerts, confirmed };
            if self.store.write_stock_alert(new, &context.cause(alerts.seq)).await? {
                return Ok(Break(alert));
            }
            Ok(Continue(self.store.stock_alerts(subject).await?))
        })
        .await
    }

    /// The alerts of a user, oldest first.
    ///
    /// # Errors
    /// The table.
    pub async fn alerts_of(&self, user: UserId, context: &Context) -> Result<Vec<StockAlert>, Error> {
        let known = self.store.stock_alerts(&user.to_string()).await?.unwrap_or_default();
        Ok(known.live(context.now).cloned().collect())
    }

    /// Ends an alert of a user. One that is not among theirs needs no end.
    ///
    /// # Errors
    /// The table.
    pub async fn wait_no_more(&self, user: UserId, id: StockAlertId, context: &Context) -> Result<(), Error> {
        self.end_alert(&user.to_string(), id, context).await
    }

    async fn end_alert(&self, subject: &str, id: StockAlertId, context: &Context) -> Result<(), Error> {
        let known = self.store.stock_alerts(subject).await?;
        decide_and_write(known, move |known: Option<StockAlerts>| async move {
            let Some((alert, others)) = known.and_then(|known| known.without(id)) else { return Ok(Break(())) };
            if self.store.end_stock_alert(subject, &alert, &others, &context.cause(others.seq)).await? {
                return Ok(Break(()));
            }
            Ok(Continue(self.store.stock_alerts(subject).await?))
        })
        .await
    }

    /// Ends all alerts of a guest, so that no address stays of a mailbox that is told no more. An alert that comes meanwhile is wanted.
    ///
    /// # Errors
    /// The table.
    pub(super) async fn end_alerts(&self, mailbox: &str, context: &Context) -> Result<(), Error> {
        for alert in self.store.stock_alerts(mailbox).await?.unwrap_or_default().alerts {
            self.end_alert(mailbox, alert.id, context).await?;
        }
        Ok(())
    }

    /// Ends all alerts of a user, or of a guest's mailbox by its pseudonym, who is erased, and forgets that there were any.
    ///
    /// # Errors
    /// The table.
    pub async fn forget_stock_alerts(&self, subject: &str, context: &Context) -> Result<(), Error> {
        if let Some(alerts) = self.store.stock_alerts(subject).await? {
            self.store.forget_stock_alerts(subject, &alerts, &context.cause(alerts.seq)).await?;
        }
        Ok(())
    }

    /// The messages to some of those who wait for a SKU that is back, and to the message that tells those after them.
    ///
    /// # Errors
    /// The table.
    pub async fn tell_waiting(
        &self,
        sku: &Sku,
        seq: u64,
        after: Option<StockAlertId>,
        context: &Context,
    ) -> Result<Vec<Outgoing>, Error> {
        let page = self.store.waiting_for(sku, after, PER_MESSAGE).await?;
        let origin = |subject: String, seq| {
            let (traceparent, actor) = (context.traceparent.as_deref(), context.actor.clone());
            Origin { subject, seq, at: context.now, traceparent, actor }
        };
        let live = page.items.iter().filter(|waiting| !waiting.alert.is_over(context.now));
        let told = live.flat_map(|Waiting { alert, person, .. }| {
            let user_id = person.user();
            // A user's emails are in the user's partition, and the number is the alert's own.
            let subject = user_id.map_or_else(|| alert.id.to_string(), |user| user.to_string());
            let message = StockAlertDue { alert_id: alert.id, sku: alert.sku.clone(), user_id };
            Outgoing::to_all(&origin(subject, alert.number), &message)
        });
        let mut outgoing: Vec<_> = told.collect();
        if let Some(last) = page.items.last().filter(|_| page.next.is_some()) {
            let more = StockAlertsDue { sku: sku.clone(), seq, after: last.alert.id };
            outgoing.extend(Outgoing::to_all(&origin(last.alert.id.to_string(), seq), &more));
        }
        Ok(outgoing)
    }

    /// Tells one who waits, and ends the alert. Nobody is told whose alert has ended. If the SKU was sold out again meanwhile, they are told
    /// all the same: the mail says that others may be faster.
    ///
    /// # Errors
    /// Those of sending an email.
    pub async fn tell_one(&self, message: &StockAlertDue, context: &Context) -> Result<(), Error> {
        let StockAlertDue { alert_id, sku, .. } = message;
        let Some(Waiting { alert, person, language }) = self.store.waiting(sku, *alert_id).await? else {
            return Ok(());
        };
        let (user, contact) = match &person {
            Person::User(user) => (Some(*user), None),
            Person::Guest { email, .. } => (None, Some(Contact { email: email.clone(), name: None })),
        };
        let about = user.map_or_else(|| alert.id.to_string(), |user| user.to_string());
        let event = Event::BackInStock { user, contact, sku: sku.clone(), language };
        self.notify(&about, StockAlertDue::TYPE, &event, context).await?;
        self.end_alert(&person.subject(), alert.id, context).await
    }
}
