//! The claim on an email: it is claimed, then sent, then its outcome is recorded. A claim is held for longer than any
//! attempt can take. Nobody can know whether the email of an expired claim went out, so it is sent again.

use super::feedback::{Fate, Feedback};
use super::notification_id::NotificationId;
use super::rejection::Rejection;
use events::Timestamp;
use serde::{Deserialize, Serialize};

/// Length of a claim: more than the worker's timeout (20 s), so that its owner has ended by then, and less than the
/// inbox's visibility (30 s), so that a message that comes again after a crash finds the claim free.
pub const HOLD_SECONDS: i64 = 25;
/// Time in which the owner of a claim tries to record the outcome: half of the worker's timeout. A message that runs
/// out of time is handled again and its email sent again.
pub const RECORD_SECONDS: i64 = 10;

/// The progress of an email.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "NotificationStatus")]
pub enum Status {
    /// An attempt is sending the email, or crashed while sending it.
    Claimed,
    /// The mail service has accepted the email.
    Sent,
    /// The mail service refuses the email for good.
    Failed,
    /// Nothing is sent to the mailbox: it refused an earlier email for good, or its owner complained.
    Suppressed,
    /// Its reader wants no emails of this kind.
    Unsubscribed,
    /// It came too late: the time to pay has ended, or that of its link.
    Outdated,
}

/// What the mail service heard of an email after it took it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "NotificationReturn")]
pub struct Returned {
    pub at: Timestamp,
    /// The mail service's words for it, and the mail server's status code (RFC 3463).
    pub code: String,
    /// Whether the mailbox gets no more emails because of it.
    pub for_good: bool,
}

/// The record of an email: what was sent and when, but never to which address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailDelivery {
    /// The message that the email is about.
    pub message_id: String,
    /// The order or the user that it is about, which is its partition: a message about a token does not say whose it is.
    #[serde(default, rename = "pk", skip_serializing)]
    pub subject: String,
    /// The type of that message without capability and version, e.g. `order_placed`.
    pub kind: String,
    pub status: Status,
    /// Earlier versions kept a fingerprint of message and address here, and still read it. Empty now: it was made of an address.
    #[serde(default)]
    pub to_hash: String,
    /// The time of the latest claim.
    pub claimed_at: Timestamp,
    /// Nobody else may claim the email before this time.
    pub held_until: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// The mail service's id of the email.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ses_message_id: Option<String>,
    /// The mail service's error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Whether staff had it sent again: then another email stands in its place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resent: bool,
    /// When and why it came back, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounced: Option<Returned>,
    /// When its reader called it spam.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complained: Option<Returned>,
    /// Pseudonym of the mailbox that gets no more emails because of this one: an erasure forgets that as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailbox: Option<String>,
    /// Whether the person or the order that it is about was erased.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forgotten: bool,
    /// Number of writes so far.
    pub seq: u64,
}

/// The next step of an email that was claimed before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nothing: it was sent, or never will be.
    Settled,
    /// Write this new claim, then send.
    Claim(Box<EmailDelivery>),
}

impl EmailDelivery {
    /// The first claim on an email.
    pub fn claimed(message_id: &str, kind: &str, now: Timestamp) -> Self {
        Self {
            message_id: message_id.to_owned(),
            subject: String::new(),
            kind: kind.to_owned(),
            status: Status::Claimed,
            to_hash: String::new(),
            claimed_at: now,
            held_until: now.plus_seconds(HOLD_SECONDS),
            sent_at: None,
            ses_message_id: None,
            failure: None,
            resent: false,
            bounced: None,
            complained: None,
            mailbox: None,
            forgotten: false,
            seq: 1,
        }
    }

    /// The same about this order or user.
    #[must_use]
    pub fn about(self, subject: &str) -> Self {
        Self { subject: subject.to_owned(), ..self }
    }

    /// Its id; none for a message of another form.
    pub fn id(&self) -> Option<NotificationId> {
        let with_token = || NotificationId::of_token(self.subject.parse().ok()?, &self.message_id);
        NotificationId::of_message(&self.message_id).or_else(with_token)
    }

    /// Time of sending; until then, the start of the latest attempt.
    pub fn at(&self) -> Timestamp {
        self.sent_at.unwrap_or(self.claimed_at)
    }

    /// Whether nothing happens to it unless staff do something: it is refused, or staff wanted it and its outcome is unknown. No message
    /// brings such an email again.
    pub fn waits_for_staff(&self) -> bool {
        match self.status {
            Status::Failed => !self.resent,
            Status::Claimed => self.id().is_some_and(|id| id.is_again()),
            Status::Sent | Status::Suppressed | Status::Unsubscribed | Status::Outdated => false,
        }
    }

    /// Whether staff are told of it: it waits for them, or its mailbox gets no more emails because of it.
    pub fn is_of_interest(&self) -> bool {
        let for_good = |returned: &Option<Returned>| returned.as_ref().is_some_and(|returned| returned.for_good);
        self.waits_for_staff() || for_good(&self.bounced) || for_good(&self.complained)
    }

    /// The record after the mail service told what became of the email; `None` if it says nothing new. What is heard of an email whose
    /// claim is over proves that it was sent.
    ///
    /// # Errors
    /// `Claimed` while the claim is held: its owner has yet to record the outcome.
    pub fn after(
        self,
        feedback: &Feedback,
        mailbox: Option<String>,
        now: Timestamp,
    ) -> Result<Option<Self>, Rejection> {
        let (code, for_good) = (feedback.code.clone(), feedback.fate.suppresses().is_some());
        let returned = Some(Returned { at: feedback.at, code, for_good });
        let (bounced, complained) = match feedback.fate {
            Fate::Fine => return Ok(None),
            Fate::Complained if self.complained.is_some() => return Ok(None),
            Fate::Complained => (self.bounced.clone(), returned),
            // What is for good stays so, whatever comes late.
            _ if self.bounced.as_ref().is_some_and(|known| known.for_good || !for_good) => return Ok(None),
            Fate::Bounced | Fate::BouncedForGood | Fate::Rejected => (returned, self.complained.clone()),
        };
        let heard = match self.status {
            Status::Claimed if now < self.held_until => return Err(Rejection::Claimed),
            Status::Claimed => {
                let (sent_at, ses_message_id) = (Some(self.claimed_at), Some(feedback.ses_message_id.clone()));
                Self { status: Status::Sent, sent_at, ses_message_id, ..self }
            }
            Status::Sent | Status::Failed | Status::Suppressed | Status::Unsubscribed | Status::Outdated => self,
        };
        let mailbox = mailbox.or_else(|| heard.mailbox.clone());
        Ok(Some(Self { bounced, complained, mailbox, seq: heard.seq + 1, ..heard }))
    }

    /// The record without what led to the address, and with the mark that it was erased; `None` if it was before.
    pub fn without_address(self) -> Option<Self> {
        let is_done = self.forgotten && self.to_hash.is_empty() && self.mailbox.is_none();
        (!is_done).then(|| Self { to_hash: String::new(), mailbox: None, forgotten: true, seq: self.seq + 1, ..self })
    }

    /// Whether text and address may be kept beside it: the mail service refused it, or an email in whose place it stands.
    pub fn may_be_kept(&self) -> bool {
        self.status == Status::Failed || self.id().is_some_and(|id| id.is_again())
    }

    /// The same claim on an email that is not sent, and why: its mailbox gets none, its reader wants none, or it is too late.
    #[must_use]
    pub fn left_out(self, why: Status) -> Self {
        Self { status: why, ..self }
    }

    /// The record of a refused email whose place another takes.
    #[must_use]
    pub fn replaced(self) -> Self {
        Self { resent: true, seq: self.seq + 1, ..self }
    }

    /// Decides on an email that was claimed before.
    ///
    /// # Errors
    /// `Claimed` while the claim is held.
    pub fn claim_again(self, now: Timestamp) -> Result<Decision, Rejection> {
        match self.status {
            Status::Sent | Status::Failed | Status::Suppressed | Status::Unsubscribed | Status::Outdated => {
                Ok(Decision::Settled)
            }
            Status::Claimed if now < self.held_until => Err(Rejection::Claimed),
            Status::Claimed => {
                let held_until = now.plus_seconds(HOLD_SECONDS);
                Ok(Decision::Claim(Box::new(Self { claimed_at: now, held_until, seq: self.seq + 1, ..self })))
            }
        }
    }

    /// Whether the owner of this claim has time for another attempt to record the outcome.
    pub fn may_still_be_recorded(&self, now: Timestamp) -> bool {
        now < self.claimed_at.plus_seconds(RECORD_SECONDS)
    }

    /// The record after the mail service accepted the email.
    #[must_use]
    pub fn sent(self, ses_message_id: String, now: Timestamp) -> Self {
        let (sent_at, ses_message_id) = (Some(now), Some(ses_message_id));
        Self { status: Status::Sent, sent_at, ses_message_id, seq: self.seq + 1, ..self }
    }

    /// The record after the mail service refused the email for good.
    #[must_use]
    pub fn failed(self, why: String) -> Self {
        Self { status: Status::Failed, failure: Some(why), seq: self.seq + 1, ..self }
    }

    /// The record after an attempt that did not succeed: the next one may start at once.
    #[must_use]
    pub fn released(self, now: Timestamp) -> Self {
        Self { held_until: now, seq: self.seq + 1, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim() -> EmailDelivery {
        EmailDelivery::claimed("order_7/1/orders.order_placed.v1", "order_placed", Timestamp::default())
    }

    fn after(seconds: i64) -> Timestamp {
        Timestamp::default().plus_seconds(seconds)
    }

    #[test]
    fn a_claim_keeps_others_away_for_its_time_and_no_longer() {
        assert_eq!(claim().claim_again(after(0)), Err(Rejection::Claimed));
        assert_eq!(claim().claim_again(after(HOLD_SECONDS - 1)), Err(Rejection::Claimed));
        let Ok(Decision::Claim(anew)) = claim().claim_again(after(HOLD_SECONDS)) else { panic!("still held") };
        assert_eq!((anew.seq, anew.claimed_at), (2, after(HOLD_SECONDS)));
        assert_eq!(anew.claim_again(after(2 * HOLD_SECONDS - 1)), Err(Rejection::Claimed));
    }

    #[test]
    fn an_outcome_is_recorded_in_its_time_or_not_at_all() {
        assert!(claim().may_still_be_recorded(after(RECORD_SECONDS - 1)));
        assert!(!claim().may_still_be_recorded(after(RECORD_SECONDS)));
    }

    #[test]
    fn a_settled_email_is_never_sent_again() {
        for settled in [claim().sent("ses".into(), after(1)), claim().failed("MessageRejected".into())] {
            assert_eq!(settled.claim_again(after(1_000_000)), Ok(Decision::Settled));
        }
    }

    #[test]
    fn staff_look_after_what_no_message_brings_again() {
        let order = events::ids::OrderId::from_bits(7);
        let first = EmailDelivery { message_id: format!("{order}/1/orders.order_placed.v1"), ..claim() };
        let again = EmailDelivery { message_id: format!("{}/2", first.message_id), ..claim() };
        let failed = |email: &EmailDelivery| email.clone().failed("MessageRejected".into());
        let sent = again.clone().sent("ses".into(), after(1));
        let waits = [&first, &failed(&first), &failed(&first).replaced(), &again, &failed(&again), &sent];
        assert_eq!(waits.map(EmailDelivery::waits_for_staff), [false, true, false, true, true, false]);
    }

    #[test]
    fn a_released_claim_is_free_at_once() {
        assert!(matches!(claim().released(after(1)).claim_again(after(1)), Ok(Decision::Claim(_))));
    }

    fn heard(fate: Fate) -> Feedback {
        let (ses_message_id, code) = ("ses".to_owned(), "Permanent General 5.1.1".to_owned());
        Feedback { fate, at: after(60), id: None, ses_message_id, addresses: Vec::new(), code }
    }

    #[test]
    fn what_is_heard_of_an_email_is_recorded_once_and_what_is_for_good_stays() {
        let sent = claim().sent("ses".into(), after(1));
        let bounced = sent.clone().after(&heard(Fate::Bounced), None, after(61)).unwrap().unwrap();
        assert!(!bounced.is_of_interest());
        assert_eq!(bounced.clone().after(&heard(Fate::Bounced), None, after(62)), Ok(None));
        let for_good = bounced.after(&heard(Fate::BouncedForGood), None, after(63)).unwrap().unwrap();
        assert!(for_good.is_of_interest() && !for_good.waits_for_staff());
        assert_eq!(for_good.clone().after(&heard(Fate::Bounced), None, after(64)), Ok(None));
        let both = for_good.after(&heard(Fate::Complained), None, after(65)).unwrap().unwrap();
        assert!(both.bounced.is_some() && both.complained.is_some());
        assert_eq!(both.after(&heard(Fate::Complained), None, after(66)), Ok(None));
        assert_eq!(sent.after(&heard(Fate::Fine), None, after(61)), Ok(None));
    }

    #[test]
    fn what_is_heard_before_the_outcome_is_recorded_waits_for_it_and_proves_it_afterwards() {
        assert_eq!(claim().after(&heard(Fate::Bounced), None, after(HOLD_SECONDS - 1)), Err(Rejection::Claimed));
        let sent = claim().after(&heard(Fate::Bounced), None, after(HOLD_SECONDS)).unwrap().unwrap();
        assert_eq!((sent.status, sent.claim_again(after(1_000))), (Status::Sent, Ok(Decision::Settled)));
    }
}
