//! What becomes of a mail after the mail service took it: its mailbox refuses it for good or for now, or its reader calls it spam. The
//! service tells so in the form that SES documents, late, in any order, and sometimes twice. Refuses mails that carry no order: whoever waits
//! for a token reads their mails.

use super::FEEDBACK_TOPIC;
use crate::sim::faults::Fault;
use crate::sim::invariant::Invariant;
use crate::sim::observed;
use crate::sim::outages::Outage;
use crate::sim::place::Place;
use crate::sim::stage::Stage;
use crate::sim::table::WatchedTable;
use events::Capability;
use notifications::domain::Suppression;
use notifications::domain::feedback::Fate;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Mutex;

const BOUNCE: &str = include_str!("../../../../functions/notifications/tests/fixtures/ses_bounce_permanent.json");
const BOUNCE_FOR_NOW: &str =
    include_str!("../../../../functions/notifications/tests/fixtures/ses_bounce_transient.json");
const COMPLAINT: &str = include_str!("../../../../functions/notifications/tests/fixtures/ses_complaint.json");

/// For so long an attempt may go on that asked before a mailbox was suppressed: the time of the worker, and a stale read.
const UNDER_WAY_MILLIS: u64 = 30_000;
/// When it usually tells, and when at the latest, in milliseconds.
const SOON: u64 = 20_000;
const LATE: u64 = 7_200_000;

/// What it told that keeps mails away: in the words in which `notifications` keeps it, and of whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    pub heard: String,
    pub to: String,
}

/// What it has told.
#[derive(Debug, Default)]
pub struct Feedback {
    told: Mutex<BTreeSet<Told>>,
    counted: Mutex<Counted>,
}

/// How many mails it took, and how many of them came back for good or were called spam.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    sent: u64,
    bounces: u64,
    complaints: u64,
}

impl Feedback {
    pub fn told(&self) -> BTreeSet<Told> {
        self.told.lock().unwrap().clone()
    }

    /// Whether mails to an address are kept away for longer than an attempt may be under way.
    fn is_silenced(&self, to: &str, deliveries: &WatchedTable, now: u64) -> bool {
        let told = self.told.lock().unwrap();
        let words: BTreeSet<&str> = told.iter().filter(|told| told.to == to).map(|told| told.heard.as_str()).collect();
        if words.is_empty() {
            return false;
        }
        let mailboxes = deliveries.texts("reason", is_suppression);
        mailboxes.iter().any(|(pk, _)| {
            let known: Option<Suppression> = deliveries.item(pk, "suppressed");
            let is_new = deliveries.before(pk, "suppressed", now.saturating_sub(UNDER_WAY_MILLIS)).is_some();
            let covers =
                |known: Suppression| known.is_in_force() && known.heard.iter().any(|word| words.contains(&**word));
            !is_new && known.is_some_and(covers)
        })
    }
}

/// Whether a key in the table of `notifications` is that of a suppressed mailbox.
pub fn is_suppression((pk, _): &(String, String)) -> bool {
    pk.starts_with("suppressed#")
}

impl Stage {
    /// Decides what becomes of a mail that was just taken, and tells `notifications` in time. A mail to a mailbox that gets none is noted.
    pub fn mail_was_taken(&self, body: &str) {
        let mail: Value = serde_json::from_str(body).unwrap();
        let Some(to) = mail["Destination"]["ToAddresses"][0].as_str() else { return };
        let headers = mail["Content"]["Simple"]["Headers"].as_array();
        let id = headers.into_iter().flatten().find(|header| header["Name"] == "X-Souk-Message-Id");
        let id = id.and_then(|header| header["Value"].as_str()).unwrap_or_default();
        let (deliveries, now) = (&self.tables[&Capability::Notifications], self.clock.millis());
        let silenced = self.mail.feedback.is_silenced(to, deliveries, now);
        self.expect(!silenced, Invariant::NothingGoesWhereNothingIsSent, || {
            format!("the mail about {id} went to {to}")
        });
        let place = Place::named("mail").and(id).and(to);
        let fate = self.fate_of_mail(id, to, place);
        self.count_mail(fate);
        let (event, word) = match fate {
            Fate::BouncedForGood => (BOUNCE, Some("bounced")),
            Fate::Bounced => (BOUNCE_FOR_NOW, None),
            Fate::Complained => (COMPLAINT, Some("complained")),
            Fate::Rejected | Fate::Fine => return,
        };
        let told = word.map(|word| Told { heard: format!("{word} {id}"), to: to.to_owned() });
        self.mail.feedback.told.lock().unwrap().extend(told);
        self.tell_of_mail(&filled(event, &mail, to, &self.clock.now().to_string()), place);
    }

    fn fate_of_mail(&self, id: &str, to: &str, place: Place) -> Fate {
        let strikes = |fault, outage| self.outages.has(outage) || self.faults.strikes_at(fault, place);
        if !id.starts_with("order_") || self.mail.gets_tokens(to) {
            Fate::Fine
        } else if strikes(Fault::MailBounces, Outage::MailBounces) {
            Fate::BouncedForGood
        } else if self.faults.strikes_at(Fault::MailBouncesForNow, place) {
            Fate::Bounced
        } else if strikes(Fault::MailComplaint, Outage::MailIsSpam) {
            Fate::Complained
        } else {
            Fate::Fine
        }
    }

    /// As CloudWatch sees it, of the whole stage.
    fn count_mail(&self, fate: Fate) {
        let mut counted = self.mail.feedback.counted.lock().unwrap();
        counted.sent += 1;
        counted.bounces += u64::from(fate == Fate::BouncedForGood);
        counted.complaints += u64::from(fate == Fate::Complained);
        let (Counted { sent, bounces, complaints }, now) = (*counted, self.clock.millis());
        self.observed.note(|cloud| cloud.reputation(&observed::stack(), now, sent, bounces, complaints));
    }

    /// Soon or late, once or twice: SES may tell the same under another name, too. What SNS delivers twice has one name, and is the
    /// queue's fault.
    fn tell_of_mail(&self, event: &Value, place: Place) {
        let dice = self.draws.at(place.and("feedback"));
        let times = if dice.chance(2_000) { 2 } else { 1 };
        for _ in 0..times {
            let wait = if dice.chance(2_000) { dice.below(LATE) } else { dice.between(500, SOON) };
            let body = json!({"Type": "Notification", "MessageId": format!("sns-{:016x}", dice.any()), "TopicArn": FEEDBACK_TOPIC,
                "Subject": "Amazon SES Email Event Notification", "Message": event.to_string(), "Timestamp": self.clock.now(),
                "SignatureVersion": "1", "Signature": "EXAMPLE", "SigningCertURL": "https://sns.example.com/cert.pem",
                "UnsubscribeURL": "https://sns.example.com/unsubscribe"});
            self.queues.enqueue(Capability::Notifications, &body.to_string(), wait, &self.faults);
        }
    }
}

/// The documented event about this mail.
fn filled(event: &str, mail: &Value, to: &str, at: &str) -> Value {
    let mut event: Value = serde_json::from_str(event).unwrap();
    let tag = |tag: &Value| Some((tag["Name"].as_str()?.to_owned(), json!([tag["Value"]])));
    let tags: Map<String, Value> = mail["EmailTags"].as_array().into_iter().flatten().filter_map(tag).collect();
    let of_mail = &mut event["mail"];
    of_mail["tags"] = Value::Object(tags);
    of_mail["destination"] = json!([to]);
    of_mail["timestamp"] = json!(at);
    for (kind, recipients) in [("bounce", "bouncedRecipients"), ("complaint", "complainedRecipients")] {
        if let Some(particulars) = event.get_mut(kind) {
            particulars[recipients][0]["emailAddress"] = json!(to);
            particulars["timestamp"] = json!(at);
        }
    }
    event
}

#[cfg(test)]
mod tests {
    use super::*;
    use notifications::domain::Feedback as Heard;

    #[test]
    fn what_is_told_is_read_as_it_is_meant_and_names_the_mail_and_its_reader() {
        let tag = "order_00000000000000000000000001-7-orders--order_placed--v1";
        let mail = json!({"EmailTags": [{"Name": "message", "Value": tag}]});
        for (event, fate) in
            [(BOUNCE, Fate::BouncedForGood), (BOUNCE_FOR_NOW, Fate::Bounced), (COMPLAINT, Fate::Complained)]
        {
            let heard = Heard::of(&filled(event, &mail, "bob@example.com", "2026-01-02T00:00:00.000Z")).unwrap();
            assert_eq!((heard.fate, heard.at.to_string().as_str()), (fate, "2026-01-02T00:00:00.000Z"));
            assert_eq!(heard.email(), "order_00000000000000000000000001/7/orders.order_placed.v1");
            assert_eq!(heard.addresses, ["bob@example.com".parse().unwrap()]);
        }
    }
}
