//! Mailboxes at rest: those that get no more emails are those of which the mail service told so.

use crate::sim::invariants::end::End;
use crate::sim::mail::feedback::{Told, is_suppression};
use crate::sim::mail::is_delivery;
use events::Capability;
use events::ids::{OrderId, UserId};
use notifications::domain::{EmailDelivery, KnownContact, Suppression};
use std::collections::BTreeSet;

/// Words that `notifications` keeps of a mailbox; the oldest go.
const MOST_HEARD: usize = 50;

/// Every suppression has its event, and every event its suppression.
pub fn bounces_are_heeded(end: &End<'_>) -> Vec<String> {
    let told = end.stage.mail.feedback.told();
    let known: Vec<Suppression> = end.stage.tables[&Capability::Notifications].read(is_suppression);
    let words: BTreeSet<&str> = told.iter().map(|told| told.heard.as_str()).collect();
    let heard: BTreeSet<&str> = known.iter().flat_map(|known| &known.heard).map(String::as_str).collect();
    let is_full = known.iter().any(|known| known.heard.len() >= MOST_HEARD);
    let forgotten = forgotten(end);
    let unheard =
        told.iter().filter(|told| !heard.contains(&*told.heard) && !is_full && !is_forgotten(told, &forgotten));
    let unheard = unheard.map(|told| &told.heard);
    let unheard = unheard.map(|word| format!("{word}, and its mailbox still gets emails"));
    let untold = heard.difference(&words).map(|word| format!("a mailbox gets no emails, as it {word}: nobody told so"));
    unheard.chain(untold).collect()
}

/// The addresses of mails whose record says that its person or its order was erased, and that came back.
fn forgotten(end: &End<'_>) -> BTreeSet<String> {
    let records: Vec<EmailDelivery> = end.stage.tables[&Capability::Notifications].read(is_delivery);
    let ids: BTreeSet<String> =
        records.into_iter().filter(|record| record.forgotten).map(|record| record.message_id).collect();
    let of = |told: &Told| told.heard.split_once(' ').is_some_and(|(_, id)| ids.contains(id)).then(|| told.to.clone());
    end.stage.mail.feedback.told().iter().filter_map(of).collect()
}

/// A bounce is forgotten with the mailbox of somebody who was erased; an objection is not.
fn is_forgotten(told: &Told, forgotten: &BTreeSet<String>) -> bool {
    told.heard.starts_with("bounced ") && forgotten.contains(&told.to)
}

/// Whether an email that was not sent would have gone to a mailbox of which the mail service told that it gets none.
pub fn is_to_a_silenced_mailbox(end: &End<'_>, mail: &EmailDelivery) -> bool {
    // The id of an email with a token begins with its user.
    let id = mail.id().map_or_else(|| mail.message_id.clone(), |id| id.to_string());
    let subject = id.split(['/', '~']).next().unwrap_or_default();
    let order = subject.parse::<OrderId>().ok().and_then(|id| end.orders.get(&id));
    let guest = order.and_then(|order| order.contact.as_ref()).map(|contact| contact.email.as_str().to_owned());
    let user = order.and_then(|order| order.customer).or_else(|| subject.parse::<UserId>().ok());
    let known = user.and_then(|user| {
        let key = format!("contact#{user}");
        end.stage.tables[&Capability::Notifications].item::<KnownContact>(&key, "contact")
    });
    let address = guest.or_else(|| known.map(|known| known.email.as_str().to_owned())).unwrap_or_default();
    // Nobody reads the address of an email in its record, and a customer may have moved since.
    let is_theirs = |told: &str| address == told || address.strip_prefix("moved-") == Some(told);
    end.stage.mail.feedback.told().iter().any(|told| is_theirs(&told.to))
}
