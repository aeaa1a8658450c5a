//! When a mail may be sent: claimed first, then sent, then marked. A claim is held for longer than any attempt can take;
//! who finds an old one cannot know whether the mail went out, and sends it again.

use events::Timestamp;
use serde::{Deserialize, Serialize};

/// Seconds for which a claim keeps others away: more than the worker's timeout (20 s), so that its owner is gone by then.
pub const HOLD_SECONDS: i64 = 30;
/// Seconds after a claim in which its owner tries again to note what became of the mail: half the worker's timeout, as a
/// message that runs out of time is handled again, and its mail sent again.
pub const NOTE_SECONDS: i64 = 10;

/// How far a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "NotificationStatus")]
pub enum Status {
    /// Somebody is sending it, or was and did not come back.
    Claimed,
    /// The mail service has it.
    Sent,
    /// The mail service refuses it for good.
    Failed,
}

/// A mail as it is remembered: what and when, and whether to a given address, but never the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The message that called for it.
    pub message_id: String,
    /// What kind of news, e.g. `order_placed`.
    pub kind: String,
    /// How far it is.
    pub status: Status,
    /// Fingerprint of message and address together, which matches no other mail's.
    pub to_hash: String,
    /// When it was claimed last.
    pub claimed_at: Timestamp,
    /// Until when nobody else may send it.
    pub held_until: Timestamp,
    /// When the mail service took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// The mail service's id of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ses_message_id: Option<String>,
    /// The mail service's name for why it refuses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Number of writes so far.
    pub seq: u64,
}

/// What to do about a mail that somebody has claimed before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Earlier {
    /// Nothing: it was sent, or never will be.
    Settled,
    /// Wait: somebody may be sending it right now.
    Held,
    /// Claim it anew; whoever had it is gone.
    Abandoned(Delivery),
}

impl Delivery {
    /// A claim on a mail that nobody has claimed before.
    pub fn claimed(message_id: &str, kind: &str, to_hash: String, now: Timestamp) -> Self {
        Self {
            message_id: message_id.to_owned(),
            kind: kind.to_owned(),
            status: Status::Claimed,
            to_hash,
            claimed_at: now,
            held_until: now.plus_seconds(HOLD_SECONDS),
            sent_at: None,
            ses_message_id: None,
            failure: None,
            seq: 1,
        }
    }

    /// What to do about this earlier claim.
    pub fn found(self, now: Timestamp) -> Earlier {
        match self.status {
            Status::Sent | Status::Failed => Earlier::Settled,
            Status::Claimed if now < self.held_until => Earlier::Held,
            Status::Claimed => {
                let held_until = now.plus_seconds(HOLD_SECONDS);
                Earlier::Abandoned(Self { claimed_at: now, held_until, seq: self.seq + 1, ..self })
            }
        }
    }

    /// Whether the owner of this claim has time to try again to note what became of the mail.
    pub fn may_still_be_noted(&self, now: Timestamp) -> bool {
        now < self.claimed_at.plus_seconds(NOTE_SECONDS)
    }

    /// After the mail service took it.
    #[must_use]
    pub fn sent(self, ses_message_id: String, now: Timestamp) -> Self {
        let (sent_at, ses_message_id) = (Some(now), Some(ses_message_id));
        Self { status: Status::Sent, sent_at, ses_message_id, seq: self.seq + 1, ..self }
    }

    /// After the mail service refused it for good.
    #[must_use]
    pub fn failed(self, why: String) -> Self {
        Self { status: Status::Failed, failure: Some(why), seq: self.seq + 1, ..self }
    }

    /// After an attempt that did not succeed, for the next one to start at once.
    #[must_use]
    pub fn released(self, now: Timestamp) -> Self {
        Self { held_until: now, seq: self.seq + 1, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim() -> Delivery {
        Delivery::claimed("order_7/1/orders.order_placed.v1", "order_placed", "hash".into(), Timestamp::default())
    }

    fn after(seconds: i64) -> Timestamp {
        Timestamp::default().plus_seconds(seconds)
    }

    #[test]
    fn a_claim_keeps_others_away_for_its_time_and_no_longer() {
        assert_eq!(claim().found(after(0)), Earlier::Held);
        assert_eq!(claim().found(after(HOLD_SECONDS - 1)), Earlier::Held);
        let Earlier::Abandoned(anew) = claim().found(after(HOLD_SECONDS)) else { panic!("still held") };
        assert_eq!((anew.seq, anew.claimed_at), (2, after(HOLD_SECONDS)));
        assert_eq!(anew.found(after(2 * HOLD_SECONDS - 1)), Earlier::Held);
    }

    #[test]
    fn what_became_of_a_mail_is_noted_in_its_time_or_not_at_all() {
        assert!(claim().may_still_be_noted(after(NOTE_SECONDS - 1)));
        assert!(!claim().may_still_be_noted(after(NOTE_SECONDS)));
    }

    #[test]
    fn a_settled_mail_is_never_sent_again() {
        for settled in [claim().sent("ses".into(), after(1)), claim().failed("MessageRejected".into())] {
            assert_eq!(settled.found(after(1_000_000)), Earlier::Settled);
        }
    }

    #[test]
    fn a_released_claim_is_free_at_once() {
        assert!(matches!(claim().released(after(1)).found(after(1)), Earlier::Abandoned(_)));
    }
}
