//! How often an invocation waits for AWS: one function on a network without faults where only one service takes time. So the
//! virtual time that passes is the number of sequential round trips to that service.

use super::functions::{Process, Surroundings, started};
use super::target::Target;
use chassis::runtime::Clock;
use chassis::testing::connector::WireRequest;
use chassis::testing::network::{self, Network, Packet};
use chassis::testing::{EmbeddedDynamo, RecordedQueues, TestWorld};
use events::{Capability, Timestamp};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use payments::providers::Provider;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// Shorter than any attempt at a call may take.
const TRIP: Duration = Duration::from_millis(100);
/// Longer than any invocation takes.
const TIME_LEFT: Duration = Duration::from_secs(3_600);

/// A service that an invocation waits for. A process asks the parameter store only once, so that does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    Table,
    Queues,
    Mail,
}

impl Service {
    pub const ALL: [Self; 3] = [Self::Table, Self::Queues, Self::Mail];

    /// The name in the budgets.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Queues => "queues",
            Self::Mail => "mail",
        }
    }
}

/// A function whose waits are counted.
pub struct Waiting {
    process: Arc<dyn Process>,
    /// The function's table.
    pub table: EmbeddedDynamo,
    slow: Slow,
}

/// The service that takes time.
type Slow = Arc<Mutex<Option<Service>>>;

impl Waiting {
    /// A capability's function over an empty table at this time.
    pub fn new(of: Capability, now: Timestamp) -> Self {
        let (dynamo, queues, slow) = (EmbeddedDynamo::without_stream(of), RecordedQueues::default(), Slow::default());
        let line = |target| -> Arc<dyn Network> {
            Arc::new(Line { target, dynamo: dynamo.clone(), queues: queues.clone(), slow: Arc::clone(&slow) })
        };
        let world = network::world(Arc::new(Still(now)), Arc::new(TestWorld::default()));
        let provider = Provider::named("sandbox", "https://shop.example").unwrap();
        let (table, kept) = (dynamo.table_name(), dynamo.clone());
        let process = started(Surroundings { of, world: &world, table, line: &line, provider });
        Self { process, table: kept, slow }
    }

    /// Invokes while no service takes time.
    pub async fn invoke(&self, event: &Value) -> Value {
        self.process.handle(&event.to_string(), TIME_LEFT).await.unwrap()
    }

    /// Invokes, and counts the round trips to one service. Needs virtual time.
    pub async fn trips(&self, to: Service, event: &Value) -> (u64, Value) {
        *self.slow.lock().unwrap() = Some(to);
        let began = Instant::now();
        let answer = self.invoke(event).await;
        let passed = began.elapsed();
        *self.slow.lock().unwrap() = None;
        assert_eq!(passed.as_millis() % TRIP.as_millis(), 0, "it waits for another service: {passed:?}");
        (u64::try_from(passed.as_millis() / TRIP.as_millis()).unwrap(), answer)
    }
}

struct Still(Timestamp);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.0
    }
}

struct Line {
    target: Target,
    dynamo: EmbeddedDynamo,
    queues: RecordedQueues,
    slow: Slow,
}

impl Line {
    fn service(&self) -> Option<Service> {
        match self.target {
            Target::Table => Some(Service::Table),
            Target::Queues => Some(Service::Queues),
            Target::Mail => Some(Service::Mail),
            Target::Alarms | Target::Parameters(_) => None,
        }
    }

    fn answer(&self, packet: &Packet) -> (u16, String) {
        let request = WireRequest { method: "POST", uri: "/", operation: &packet.operation, body: &packet.body };
        match &self.target {
            Target::Table => self.dynamo.service()(request),
            Target::Queues => self.queues.service()(request),
            Target::Mail => (200, json!({"MessageId": "1"}).to_string()),
            Target::Alarms => (200, json!({"MetricAlarms": []}).to_string()),
            Target::Parameters(values) => (200, json!({"Parameter": {"Value": values["key"]}}).to_string()),
        }
    }
}

impl Network for Line {
    fn carry(&self, packet: Packet) -> BoxFuture<'static, Option<(u16, String)>> {
        let answer = self.answer(&packet);
        let waits = self.service().is_some_and(|service| *self.slow.lock().unwrap() == Some(service));
        async move {
            if waits {
                tokio::time::sleep(TRIP).await;
            }
            Some(answer)
        }
        .boxed()
    }
}
