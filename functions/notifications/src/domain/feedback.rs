//! What became of an email after the mail service took it, as SES tells it (SES developer guide, "Contents of event data that Amazon SES
//! publishes to Amazon SNS"). Refuses the words of mail servers, which quote addresses: of those only the status code is read (RFC 3463).

use super::notification_id::NotificationId;
use super::suppression::Reason;
use events::{Email, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;

/// The tag by which an email's id comes back.
pub const MESSAGE_TAG: &str = "message";

/// What the mail service tells of an email.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    pub fate: Fate,
    pub at: Timestamp,
    /// None of an email that carries no tag of ours.
    pub id: Option<NotificationId>,
    pub ses_message_id: String,
    /// The recipients whom it concerns.
    pub addresses: Vec<Email>,
    /// The mail service's words for it, and the mail server's status code.
    pub code: String,
}

/// What became of an email.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The mailbox refuses emails for good.
    BouncedForGood,
    /// It came back, as from a mailbox that is full. The next may arrive.
    Bounced,
    Complained,
    /// The mail service found something in it after it took it, and sent nothing.
    Rejected,
    /// It arrived, or something else happened that nobody need know.
    Fine,
}

impl Fate {
    /// Why its mailbox gets no more, if it does not.
    pub const fn suppresses(self) -> Option<Reason> {
        match self {
            Self::BouncedForGood => Some(Reason::Bounced),
            Self::Complained => Some(Reason::Complained),
            Self::Bounced | Self::Rejected | Self::Fine => None,
        }
    }
}

/// The value of the tag of an email: a tag has letters, digits, `_` and `-` only.
pub fn tag_of(id: &NotificationId) -> String {
    id.to_string().replace('.', "--").replace('~', "-")
}

fn id_in(tag: &str) -> Option<NotificationId> {
    tag.replace("--", ".").replace('-', "~").parse().ok()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SesEvent {
    event_type: String,
    mail: Mail,
    #[serde(default)]
    bounce: Option<Bounce>,
    #[serde(default)]
    complaint: Option<Complaint>,
    #[serde(default)]
    reject: Option<Reject>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    timestamp: String,
    message_id: String,
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    #[serde(default)]
    bounce_sub_type: String,
    #[serde(default)]
    bounced_recipients: Vec<Recipient>,
    timestamp: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    #[serde(default)]
    complained_recipients: Vec<Recipient>,
    timestamp: String,
    #[serde(default)]
    complaint_feedback_type: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Reject {
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recipient {
    email_address: String,
    #[serde(default)]
    status: Option<String>,
}

impl Feedback {
    /// Reads an event; the error says what is wrong, without values.
    ///
    /// # Errors
    /// If it is none of SES.
    pub fn of(event: &Value) -> Result<Self, &'static str> {
        let SesEvent { event_type, mail, bounce, complaint, reject } =
            SesEvent::deserialize(event).map_err(|_| "not an event of SES")?;
        let id = mail.tags.get(MESSAGE_TAG).and_then(|values| id_in(values.first()?));
        let (fate, at, recipients, words) = match (event_type.as_str(), bounce, complaint, reject) {
            ("Bounce", Some(bounce), ..) => {
                let fate = if bounce.bounce_type == "Permanent" { Fate::BouncedForGood } else { Fate::Bounced };
                let words = vec![bounce.bounce_type, bounce.bounce_sub_type];
                (fate, bounce.timestamp, bounce.bounced_recipients, words)
            }
            ("Complaint", _, Some(complaint), _) => {
                let words = complaint.complaint_feedback_type.into_iter().collect();
                (Fate::Complained, complaint.timestamp, complaint.complained_recipients, words)
            }
            ("Reject", _, _, Some(reject)) => (Fate::Rejected, mail.timestamp, Vec::new(), vec![reject.reason]),
            ("Bounce" | "Complaint" | "Reject", ..) => return Err("an event of SES without its particulars"),
            _ => (Fate::Fine, mail.timestamp, Vec::new(), Vec::new()),
        };
        let status = recipients.iter().find_map(|recipient| recipient.status.clone().filter(|text| is_status(text)));
        let words: Vec<String> = words.into_iter().filter(|word| is_word(word)).chain(status).collect();
        Ok(Self {
            fate,
            at: Timestamp::parse(&at).map_err(|_| "an event of SES without its time")?,
            id,
            ses_message_id: mail.message_id,
            addresses: recipients.iter().map(|recipient| address_in(&recipient.email_address)).collect(),
            code: words.join(" "),
        })
    }

    /// The email that it is about, as far as it is known.
    pub fn email(&self) -> String {
        self.id.as_ref().map_or_else(|| format!("ses {}", self.ses_message_id), NotificationId::message_id)
    }
}

/// An address as a header may have it: with a name, or alone in angle brackets.
fn address_in(text: &str) -> Email {
    let inner = text.rsplit_once('<').map_or(text, |(_, rest)| rest.split('>').next().unwrap_or(rest));
    Email::kept(inner)
}

/// Words of the mail service itself are names, which quote nothing.
fn is_word(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -_".contains(&byte))
}

/// RFC 3463: `5.1.1`.
fn is_status(text: &str) -> bool {
    (5..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::ids::OrderId;

    fn id() -> NotificationId {
        NotificationId::of_message(&format!("{}/7/orders.order_placed.v1", OrderId::from_bits(1))).unwrap()
    }

    #[test]
    fn an_emails_id_comes_back_from_a_tag_that_the_mail_service_takes() {
        let user = events::ids::UserId::from_bits(1);
        let message = format!("{}/1/users.email_change_requested.v1", events::ids::CredentialTokenId::from_bits(2));
        let with_token = NotificationId::of_token(user, &message).unwrap();
        for id in [id(), id().next(), with_token] {
            let tag = tag_of(&id);
            assert!(tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)), "{tag}");
            assert_eq!(id_in(&tag), Some(id));
        }
        assert_eq!((id_in(""), id_in("order_placed")), (None, None));
    }

    #[test]
    fn what_a_mail_server_says_is_not_kept_and_its_status_code_is() {
        let event = serde_json::json!({"eventType": "Bounce",
            "mail": {"timestamp": "2026-01-01T00:00:00.000Z", "messageId": "1", "tags": {"message": [tag_of(&id())]}},
            "bounce": {"bounceType": "Permanent", "bounceSubType": "ada@example.com", "timestamp": "2026-01-01T00:00:01.000Z",
                "bouncedRecipients": [{"emailAddress": "Ada <Ada@Example.com>", "status": "5.1.1", "diagnosticCode": "550 <ada@example.com>"}]}});
        let feedback = Feedback::of(&event).unwrap();
        assert_eq!((feedback.code.as_str(), feedback.fate), ("Permanent 5.1.1", Fate::BouncedForGood));
        assert_eq!((feedback.addresses, feedback.id), (vec!["ada@example.com".parse().unwrap()], Some(id())));
    }
}
