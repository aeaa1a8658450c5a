//! Mailboxes at rest: those that get no more emails are those of which the mail service told so.

use crate::sim::invariants::end::End;
use crate::sim::mail::feedback::is_suppression;
use events::Capability;
use notifications::domain::{EmailDelivery, Suppression};
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
    let unheard = words.difference(&heard).filter(|_| !is_full);
    let unheard = unheard.map(|word| format!("{word}, and its mailbox still gets emails"));
    let untold = heard.difference(&words).map(|word| format!("a mailbox gets no emails, as it {word}: nobody told so"));
    unheard.chain(untold).collect()
}

/// Whether an email that was not sent would have gone to a mailbox of which the mail service told that it gets none.
pub fn is_to_a_silenced_mailbox(end: &End<'_>, mail: &EmailDelivery) -> bool {
    let is_to =
        |address: &str| chassis::digest::of_bytes(format!("{}\n{address}", mail.message_id).as_bytes()) == mail.to_hash;
    end.stage.mail.feedback.told().iter().any(|told| is_to(&told.to))
}
