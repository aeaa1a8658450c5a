//! The outside world of a deployed function: the only place, besides tests, that reads a clock, draws randomness and
//! makes SDK clients. Each `main` passes these on.

#![expect(clippy::disallowed_methods, reason = "the clock, randomness and sleep of the machine come in here")]

use super::config::{Common, ConfigError, Env};
use super::function::Function;
use super::json_service::{JsonService, ServiceNames};
use super::sdk;
use super::service::Service;
use super::time_limit::PRIMING;
use super::web::Web;
use super::wiring::Wiring;
use super::world::{Clock, Random, World};
use crate::messaging::Queues;
use crate::table::Table;
use crate::telemetry::{Daemon, Invocation, Metrics, log};
use crate::tokens::{AccessVerifier, SecretParameter};
use aws_smithy_async::future::timeout::Timeout;
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep};
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use aws_types::SdkConfig;
use events::{Capability, Timestamp};
use futures_util::future::join_all;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::value::RawValue;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tracing::Instrument;

/// The templates' shortest timeout.
const UNKNOWN_TIME_LEFT: Duration = Duration::from_secs(5);

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        if aws_lc_rs::rand::fill(bytes).is_err() {
            // Without randomness no id and no secret is safe to make; the runtime starts a new process.
            std::process::abort();
        }
    }
}

#[derive(Debug)]
struct TokioSleep;

impl AsyncSleep for TokioSleep {
    fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(tokio::time::sleep(duration))
    }
}

/// Parts from which `main` builds its capability.
#[derive(Debug)]
pub struct Host {
    table: Table,
    xray: Option<Daemon>,
    connector: SharedHttpConnector,
    /// Variables of every function.
    pub common: Common,
    /// Clock, randomness and sleep.
    pub world: World,
    /// Configuration of SDK clients.
    pub sdk: SdkConfig,
}

impl Host {
    fn start() -> Result<Self, ConfigError> {
        let env = Env::process();
        let common = Common::from_env(&env)?;
        log::start(&common.log_level);
        let sleep = SharedAsyncSleep::new(TokioSleep);
        let world = World::new(Arc::new(SystemClock), Arc::new(SystemRandom), sleep.clone());
        let connector = sdk::connector(sleep.clone());
        let sdk = sdk::config(&env, sleep, connector.clone())?;
        let table = Table::new(
            aws_sdk_dynamodb::Client::from_conf(sdk::dynamodb(&sdk, &world).build()),
            common.table_name.clone(),
        );
        // Lambda names the daemon. Without it, or a socket, nothing is traced.
        let xray = env.optional("AWS_XRAY_DAEMON_ADDRESS").and_then(|address| Daemon::at(&address).ok());
        Ok(Self { table, xray, connector, common, world, sdk })
    }

    /// Opens the connections to the table that a first answer needs at once; the template gives their number where a
    /// customer waits. Before it asks for work a function has a whole processor, and afterwards a share of one.
    async fn prime(&self) -> Result<(), ConfigError> {
        let env = Env::process();
        if env.optional("PRIME_TABLE").is_some() {
            let reads = join_all((0..env.number("PRIME_TABLE")?).map(|_| self.table.prime()));
            let _ = Timeout::new(reads, self.world.sleeper().sleep(PRIMING.at_most)).await;
        }
        Ok(())
    }

    /// The capability's table.
    pub fn table(&self) -> Table {
        self.table.clone()
    }

    /// A secret parameter, by its name.
    pub fn secret(&self, name: String) -> SecretParameter {
        SecretParameter::new(aws_sdk_ssm::Client::from_conf(sdk::ssm(&self.sdk, &self.world).build()), name)
    }

    /// A service that is called without an SDK.
    pub fn json_service(&self, names: ServiceNames) -> JsonService {
        JsonService::new(self.connector.clone(), self.sdk.clone(), self.world.clone(), names)
    }

    /// What asks servers of the outside world.
    pub fn web(&self) -> Web {
        Web::new(self.connector.clone())
    }

    /// The chassis' parts of the capability. `tokens` verifies callers' access tokens.
    pub fn wiring(&self, capability: Capability, tokens: AccessVerifier) -> Wiring {
        let sqs = aws_sdk_sqs::Client::from_conf(sdk::sqs(&self.sdk, &self.world).build());
        Wiring {
            stage: self.common.stage.clone(),
            world: self.world.clone(),
            queues: Queues::new(sqs, self.common.queue_url_prefix.clone()),
            edge: self.common.edge.clone(),
            site: self.common.site.clone(),
            second_factor: self.common.second_factor,
            tokens,
            metrics: Metrics::new(&self.common.app, &self.common.stage, capability, self.world.clone())
                .traced_by(self.xray.clone()),
        }
    }
}

/// Runs a capability on Lambda until the process ends. `build` makes it from the host and the environment.
///
/// # Errors
/// If the environment is incomplete or the runtime cannot be reached.
pub fn run<S: Service>(build: impl FnOnce(&Host, &Env<'_>) -> Result<S, Error>) -> Result<(), Error> {
    // One thread: a function handles one event at a time, and the smaller runtime starts sooner.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let host = Host::start()?;
        host.prime().await?;
        let function = Arc::new(Function::new(build(&host, &Env::process())?)?);
        tracing::info!(release = host.common.release, "started");
        let is_first = AtomicBool::new(true);
        let handler = service_fn(|event: LambdaEvent<Box<RawValue>>| {
            let function = Arc::clone(&function);
            let now = host.world.now().millis();
            let cold_start = is_first.swap(false, Ordering::Relaxed);
            async move {
                let LambdaEvent { payload, context } = event;
                let left = time_left(context.deadline, now);
                // Of the level of errors, or it would be missing where only they are logged.
                let span = tracing::error_span!(
                    "invocation",
                    function_request_id = context.request_id,
                    xray_trace_id = context.xray_trace_id,
                    cold_start
                );
                let invocation =
                    Invocation { request_id: context.request_id, xray_trace_id: context.xray_trace_id, cold_start };
                function.service().wiring().metrics.begin(invocation);
                function.handle(payload.get(), left).instrument(span).await.map_err(Error::from)
            }
        });
        lambda_runtime::run(handler).await
    })
}

/// Time left of an invocation. Both instants are milliseconds since the Unix epoch.
fn time_left(deadline: u64, now: i64) -> Duration {
    let deadline = i64::try_from(deadline).unwrap_or(i64::MAX);
    match u64::try_from(deadline.saturating_sub(now)) {
        Ok(left) => Duration::from_millis(left),
        // Lambda sends no event after its deadline, but `cargo lambda watch` sends a duration instead of an instant.
        Err(_) => UNKNOWN_TIME_LEFT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_ends_at_the_deadline_and_a_deadline_long_past_is_none() {
        let now = 1_750_000_000_000;
        assert_eq!(time_left(1_750_000_003_000, now), Duration::from_secs(3));
        assert_eq!(time_left(1_750_000_000_000, now), Duration::ZERO);
        assert_eq!(time_left(600_000, now), UNKNOWN_TIME_LEFT);
    }
}
