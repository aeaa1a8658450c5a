//! The mail service: accepts every mail that reaches it, and reports one that is sent again although its delivery was recorded. What becomes
//! of a mail afterwards is `feedback`.

pub mod feedback;

use super::table::{ItemKey, WatchedTable};
use events::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// The topic on which it tells what became of mails.
pub const FEEDBACK_TOPIC: &str = "arn:aws:sns:eu-central-1:123456789012:souk-sim-mail-feedback";

/// What an inbox hears of a complaint about a mail of somebody else's to this address: the event of SES as SNS puts it into a queue.
pub fn complaint_of(address: &str, at: Timestamp) -> String {
    let mail = json!({"timestamp": at, "messageId": "mail-of-another", "tags": {}});
    let complaint = json!({"complainedRecipients": [{"emailAddress": address}], "timestamp": at});
    let event = json!({"eventType": "Complaint", "mail": mail, "complaint": complaint});
    json!({"Type": "Notification", "MessageId": "complaint", "TopicArn": FEEDBACK_TOPIC, "Message": event.to_string(),
        "Timestamp": at})
    .to_string()
}

/// The kinds of tokens that mails carry, as their links name them.
const KINDS: [&str; 4] = ["email-verifications", "password-resets", "email-changes", "stock-alerts"];

/// A token in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailedToken {
    pub to: String,
    /// The last part but one of the link.
    pub kind: &'static str,
    pub token: String,
}

/// Mails by the id of the message that caused them.
#[derive(Debug, Default)]
pub struct MailService {
    taken: Mutex<BTreeMap<String, u32>>,
    /// Tokens in links, oldest first.
    tokens: Mutex<Vec<MailedToken>>,
    /// Message and address of each mail.
    addressed: Mutex<BTreeSet<(String, String)>>,
    /// What it told of mails.
    pub feedback: feedback::Feedback,
}

impl MailService {
    /// Accepts a mail; `deliveries` is the table in which `notifications` records them. Answers the response, and what is wrong.
    pub fn send(&self, deliveries: &WatchedTable, body: &str) -> (String, Option<String>) {
        let text = body;
        let body: Value = serde_json::from_str(body).unwrap();
        let headers = body["Content"]["Simple"]["Headers"].as_array().cloned().unwrap_or_default();
        let id = headers.iter().find(|header| header["Name"] == "X-Souk-Message-Id");
        let id = id.and_then(|header| header["Value"].as_str()).unwrap_or_default().to_owned();
        let to = body["Destination"]["ToAddresses"][0].as_str().unwrap_or_default().to_owned();
        self.tokens.lock().unwrap().extend(KINDS.into_iter().filter_map(|kind| {
            let token = token_in(text, kind)?;
            Some(MailedToken { to: to.clone(), kind, token })
        }));
        self.addressed.lock().unwrap().insert((id.clone(), to));
        // A second mail is allowed only while nobody can know that the first was sent.
        let known = |item: &Known| item.message_id == id && item.status == "sent";
        let times = *self.taken.lock().unwrap().entry(id.clone()).and_modify(|times| *times += 1).or_insert(1);
        let needless = times > 1 && deliveries.read::<Known>(is_delivery).iter().any(known);
        let violation = needless.then(|| format!("a mail was sent again although its delivery was recorded: {id}"));
        (json!({"MessageId": format!("mail-{times}")}).to_string(), violation)
    }

    /// The id of each mail's message, and where it went.
    pub fn addressed(&self) -> BTreeSet<(String, String)> {
        self.addressed.lock().unwrap().clone()
    }

    /// Whether an address was sent a token.
    pub fn gets_tokens(&self, address: &str) -> bool {
        self.tokens.lock().unwrap().iter().any(|mailed| mailed.to == address)
    }

    /// The tokens of a kind that an address was sent, oldest first, each once.
    pub fn tokens_to(&self, address: &str, kind: &str) -> Vec<String> {
        let mut tokens = Vec::new();
        for mailed in self.tokens.lock().unwrap().iter().filter(|mailed| mailed.to == address && mailed.kind == kind) {
            if !tokens.contains(&mailed.token) {
                tokens.push(mailed.token.clone());
            }
        }
        tokens
    }

    /// How often each mail was sent.
    pub fn taken(&self) -> BTreeMap<String, u32> {
        self.taken.lock().unwrap().clone()
    }
}

fn token_in(mail: &str, kind: &str) -> Option<String> {
    let (_, rest) =
        mail.split_once(&format!("/account/{kind}/")).or_else(|| mail.split_once(&format!("example/{kind}/")))?;
    let token: String =
        rest.chars().take_while(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_')).collect();
    (!token.is_empty()).then_some(token)
}

/// Whether a key in the table of `notifications` is that of a mail's record.
pub fn is_delivery((pk, sk): &ItemKey) -> bool {
    !pk.contains('#') && sk.contains('/')
}

#[derive(serde::Deserialize)]
struct Known {
    message_id: String,
    status: String,
}
