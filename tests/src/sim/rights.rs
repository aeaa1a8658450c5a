//! The IAM rights that the functions used: who, which action, on which resource. A set, so that a million calls are a
//! hundred entries.

use super::invocation::{INVOCATION, Trigger};
use super::target::Target;
use chassis::testing::network::Packet;
use chassis::testing::sqs::URL_PREFIX;
use events::Capability;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Mutex;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    Table,
    Index(String),
    Inbox(Capability),
    DeadLetters(Capability),
    /// The secret parameter that the function's environment names.
    Parameter,
    /// The identity that mail is sent as.
    MailIdentity,
    /// What IAM knows no name for.
    Nameless,
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table => f.write_str("its table"),
            Self::Index(name) => write!(f, "index {name} of its table"),
            Self::Inbox(of) => write!(f, "the inbox of {of}"),
            Self::DeadLetters(of) => write!(f, "the dead-letter queue of {of}"),
            Self::Parameter => f.write_str("its secret parameter"),
            Self::MailIdentity => f.write_str("the mail identity"),
            Self::Nameless => f.write_str("what has no name"),
        }
    }
}

/// A right that a function used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Right {
    pub of: Capability,
    pub trigger: Trigger,
    /// As a policy names it, e.g. `dynamodb:PutItem`.
    pub action: &'static str,
    pub resource: Resource,
}

/// All rights that were used.
#[derive(Debug, Default)]
pub struct Rights(Mutex<BTreeSet<Right>>);

/// The parts of a request's body that a policy distinguishes.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(rename = "IndexName", borrow)]
    index: Option<Cow<'a, str>>,
    #[serde(rename = "QueueUrl", borrow)]
    queue: Option<Cow<'a, str>>,
    #[serde(rename = "TransactItems", borrow)]
    writes: Option<Vec<BTreeMap<Cow<'a, str>, IgnoredAny>>>,
}

impl Rights {
    pub fn record(&self, of: Capability, target: &Target, packet: &Packet) {
        let trigger = INVOCATION.with(|invocation| invocation.trigger);
        let (actions, resource) = match target {
            Target::Table => of_table(packet),
            Target::Queues => of_queue(packet),
            Target::Mail => (vec!["ses:SendEmail"], Resource::MailIdentity),
            Target::Alarms => (vec!["cloudwatch:DescribeAlarms"], Resource::Nameless),
            Target::Parameters(_) => (vec!["ssm:GetParameter"], Resource::Parameter),
        };
        let mut rights = self.0.lock().unwrap();
        rights.extend(actions.into_iter().map(|action| Right { of, trigger, action, resource: resource.clone() }));
    }

    pub fn recorded(&self) -> BTreeSet<Right> {
        self.0.lock().unwrap().clone()
    }
}

fn body(packet: &Packet) -> Body<'_> {
    serde_json::from_str(&packet.body).unwrap()
}

fn of_table(packet: &Packet) -> (Vec<&'static str>, Resource) {
    let action = match packet.operation.as_str() {
        "GetItem" => "dynamodb:GetItem",
        "BatchGetItem" => "dynamodb:BatchGetItem",
        "PutItem" => "dynamodb:PutItem",
        "UpdateItem" => "dynamodb:UpdateItem",
        "DeleteItem" => "dynamodb:DeleteItem",
        "Query" => {
            let index = body(packet).index.map(Cow::into_owned);
            return (vec!["dynamodb:Query"], index.map_or(Resource::Table, Resource::Index));
        }
        "TransactWriteItems" => {
            let writes = body(packet).writes.unwrap();
            return (
                writes.iter().flat_map(BTreeMap::keys).map(|part| part_of_transaction(part)).collect(),
                Resource::Table,
            );
        }
        other => panic!("unknown IAM action for {other}"),
    };
    (vec![action], Resource::Table)
}

/// IAM has no action for a transaction: each part needs its own.
fn part_of_transaction(part: &str) -> &'static str {
    match part {
        "Put" => "dynamodb:PutItem",
        "Update" => "dynamodb:UpdateItem",
        "Delete" => "dynamodb:DeleteItem",
        "ConditionCheck" => "dynamodb:ConditionCheckItem",
        other => panic!("no transaction has a {other}"),
    }
}

/// A batch needs the action of its entries; an emulator that enforces IAM also asks for the batch's own name
/// (`infra/README.md`).
fn of_queue(packet: &Packet) -> (Vec<&'static str>, Resource) {
    let actions = match packet.operation.as_str() {
        "SendMessage" => vec!["sqs:SendMessage"],
        "SendMessageBatch" => vec!["sqs:SendMessage", "sqs:SendMessageBatch"],
        "ChangeMessageVisibilityBatch" => vec!["sqs:ChangeMessageVisibility", "sqs:ChangeMessageVisibilityBatch"],
        "GetQueueAttributes" => vec!["sqs:GetQueueAttributes"],
        other => panic!("unknown IAM action for {other}"),
    };
    let url = body(packet).queue.unwrap();
    let (owner, kind) = url.strip_prefix(URL_PREFIX).and_then(|queue| queue.rsplit_once('-')).unwrap();
    let owner = Capability::named(owner).unwrap();
    (actions, if kind == "dlq" { Resource::DeadLetters(owner) } else { Resource::Inbox(owner) })
}
