//! One capability on a bench: its real function and table, with every trigger.

use super::connector::{self, WireService};
use super::http::{Request, Response};
use super::signing::{STAFF, STAGE, access_token, access_verifier, permitted_token};
use super::sqs::URL_PREFIX;
use super::{EmbeddedDynamo, RecordedQueues, TestWorld};
use crate::http::{Edge, Site};
use crate::messaging::Queues;
use crate::runtime::Function;
use crate::runtime::{SecondFactor, Service, Wiring};
use crate::table::Table;
use crate::telemetry::Metrics;
use crate::tokens::SecretParameter;
use events::ids::UserId;
use events::message::Origin;
use events::users::{Permissions, Role};
use events::{Envelope, Message, Outgoing};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Parts from which a test builds a capability.
#[derive(Debug)]
pub struct Parts {
    /// The capability's table.
    pub table: Table,
    /// The chassis' parts of the capability.
    pub wiring: Wiring,
    secrets: HashMap<String, String>,
}

impl Parts {
    /// A secret parameter with this value.
    pub fn secret(&mut self, name: &str, value: String) -> SecretParameter {
        self.secrets.insert(name.to_owned(), value);
        let secrets = self.secrets.clone();
        let service = Arc::new(move |request: super::connector::WireRequest<'_>| {
            let body: Value = serde_json::from_str(request.body).unwrap();
            let name = body["Name"].as_str().unwrap();
            (200, json!({"Parameter": {"Name": name, "Value": secrets[name]}}).to_string())
        });
        self.secret_of(name, service)
    }

    /// A secret parameter of a parameter store that answers like this.
    pub fn secret_of(&self, name: &str, service: WireService) -> SecretParameter {
        SecretParameter::new(connector::ssm(service, &self.wiring.world), name.to_owned())
    }
}

/// A capability under test.
#[derive(Debug)]
pub struct Bench<S> {
    /// The function.
    pub function: Function<S>,
    /// The clock.
    pub world: TestWorld,
    /// The table.
    pub dynamo: EmbeddedDynamo,
    /// All queues, with the messages sent to them.
    pub queues: RecordedQueues,
}

impl<S: Service> Bench<S> {
    /// Builds a capability from test parts.
    pub fn new(build: impl FnOnce(&mut Parts) -> S) -> Self {
        Self::on(EmbeddedDynamo::for_capability(S::CAPABILITY), build)
    }

    /// The same on a table of one's own, such as one without a stream.
    pub fn on(dynamo: EmbeddedDynamo, build: impl FnOnce(&mut Parts) -> S) -> Self {
        let world = TestWorld::default();
        let queues = RecordedQueues::default();
        let mut parts = Parts {
            table: Table::new(connector::dynamodb(dynamo.service(), &world.world()), dynamo.table_name()),
            wiring: Wiring {
                stage: STAGE.to_owned(),
                world: world.world(),
                queues: Queues::new(connector::sqs(queues.service(), &world.world()), URL_PREFIX.to_owned()),
                edge: Edge::default(),
                site: Site { name: "souk".into(), logo: None, has_pages: true, is_demo: true },
                second_factor: SecondFactor::Optional,
                tokens: access_verifier(),
                metrics: Metrics::new("souk", STAGE, S::CAPABILITY, world.world()),
            },
            secrets: HashMap::new(),
        };
        let function = Function::new(build(&mut parts)).unwrap();
        Self { function, world, dynamo, queues }
    }

    /// A user's access token, valid now.
    pub fn token(&self, user: UserId, roles: &[Role]) -> String {
        access_token(user, roles, self.world.now())
    }

    /// An access token with exactly these permissions, valid now.
    pub fn permitted(&self, user: UserId, permissions: impl Into<Permissions>) -> String {
        permitted_token(user, permissions.into(), self.world.now())
    }

    /// The access token of a staff member with every role but the admins'.
    pub fn staff(&self) -> String {
        self.token(UserId::from_bits(99), &STAFF)
    }

    /// An admin's access token.
    pub fn admin(&self) -> String {
        self.token(UserId::from_bits(98), &[Role::Admin])
    }

    /// Sends an HTTP request.
    pub async fn http(&self, request: Request) -> Response {
        Response::from_answer(&self.invoke(&request.event()).await.unwrap())
    }

    /// Delivers messages as one SQS batch, each received for the first time. Returns the indices of those that come
    /// again.
    pub async fn deliver(&self, messages: &[Envelope<Value>]) -> Vec<usize> {
        let bodies: Vec<_> = messages.iter().map(|message| serde_json::to_string(message).unwrap()).collect();
        self.deliver_raw(&bodies).await
    }

    /// Delivers one message as its sender would send it in transition `seq` of `subject`.
    ///
    /// # Panics
    /// If it is not acknowledged.
    pub async fn receive<M: Message>(&self, subject: &str, seq: u64, message: &M) {
        let failed = self.deliver(&[self.envelope(subject, seq, message)]).await;
        assert!(failed.is_empty(), "{} was not acknowledged", M::TYPE);
    }

    /// A message as its sender would send it in transition `seq` of `subject`.
    pub fn envelope<M: Message>(&self, subject: &str, seq: u64, message: &M) -> Envelope<Value> {
        let origin = Origin { subject: subject.to_owned(), seq, at: self.world.now(), traceparent: None, actor: None };
        Outgoing::to_one(S::CAPABILITY, &origin, message).envelope
    }

    /// Delivers bodies as one SQS batch. Returns the indices of those that come again.
    pub async fn deliver_raw(&self, bodies: &[String]) -> Vec<usize> {
        let records: Vec<_> = bodies
            .iter()
            .enumerate()
            .map(|(index, body)| {
                json!({"messageId": index.to_string(), "receiptHandle": format!("receipt-{index}"), "body": body,
                    "attributes": {"ApproximateReceiveCount": "1"}, "eventSource": "aws:sqs"})
            })
            .collect();
        let answer = self.invoke(&json!({"Records": records})).await.unwrap();
        let failures = answer["batchItemFailures"].as_array().unwrap();
        failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().parse().unwrap()).collect()
    }

    /// Delivers the table's new stream records to the relay, filtered as the event source does.
    ///
    /// # Errors
    /// If the relay fails.
    pub async fn relay(&self) -> Result<(), String> {
        let mut records = self.dynamo.new_stream_records();
        records.retain(|record| record["dynamodb"]["NewImage"]["cause"]["M"]["via"]["S"] == "http");
        if records.is_empty() {
            return Ok(());
        }
        self.invoke(&json!({"Records": records})).await.map(|_| ())
    }

    /// Delivers a schedule's event.
    ///
    /// # Errors
    /// If the tick fails.
    pub async fn tick(&self) -> Result<(), String> {
        let event = json!({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}});
        self.invoke(&event).await.map(|_| ())
    }

    /// Invokes the function with this event.
    ///
    /// # Errors
    /// If the invocation fails as a whole.
    pub async fn invoke(&self, event: &Value) -> Result<Value, String> {
        let outcome = self.function.handle(&event.to_string(), Duration::from_secs(10)).await;
        outcome.map_err(|error| error.to_string())
    }
}
