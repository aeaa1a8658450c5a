//! The time by which work has ended, whatever hangs. Every call of AWS within the work ends by then too, since the SDK's
//! own time-outs are made of what is left. Refuses to measure time itself: clock and sleep are the `World`'s.

use super::retry::AWS_CALL;
use super::time_limit::{START, TimeLimit};
use super::world::World;
use aws_smithy_async::rt::sleep::AsyncSleep;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextRef;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use events::Timestamp;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either, Shared, select};
use std::fmt;
use std::pin::pin;
use std::time::Duration;

tokio::task_local! {
    /// The end of the work that this task does now. Work within work has its own.
    static END: Timestamp;
}

/// The work did not end in time. It may have been done, in part or in whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("out of time")]
pub struct OutOfTime;

/// The time by which work has ended.
#[derive(Clone)]
pub struct Deadline {
    end: Timestamp,
    over: Shared<BoxFuture<'static, ()>>,
}

impl fmt::Debug for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Deadline({})", self.end)
    }
}

impl Deadline {
    /// From now on, this long.
    pub fn after(world: &World, time: Duration) -> Self {
        let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        let end = Timestamp::from_millis(world.now().millis().saturating_add(millis));
        // The sleep begins here, not when it is first polled.
        Self { end, over: world.sleeper().sleep(time).boxed().shared() }
    }

    /// Does the work unless time is over first. Then the work is dropped wherever it waits.
    ///
    /// # Errors
    /// `OutOfTime`.
    pub async fn bound<T>(&self, work: BoxFuture<'_, T>) -> Result<T, OutOfTime> {
        // Work that nobody would wait for must not even send its first request.
        if self.over.clone().now_or_never().is_some() {
            return Err(OutOfTime);
        }
        let end = END.try_with(|outer| self.end.min(*outer)).unwrap_or(self.end);
        match select(pin!(END.scope(end, work)), self.over.clone()).await {
            Either::Left((done, _)) => Ok(done),
            Either::Right(_) => Err(OutOfTime),
        }
    }
}

/// Does the work within a limit, and within what is left of the work around it.
///
/// # Errors
/// `OutOfTime`.
pub async fn within<T>(limit: TimeLimit, world: &World, work: BoxFuture<'_, T>) -> Result<T, OutOfTime> {
    Deadline::after(world, limit.at_most).bound(work).await
}

/// Ends every attempt at a call of AWS after its limit, and the call with all its attempts when the time of the work
/// around it is over. For the configuration of a client, or of one call.
#[derive(Debug)]
pub struct EndsInTime {
    world: World,
    attempt: Duration,
    call: Duration,
}

impl EndsInTime {
    /// Each attempt ends after its limit, and the call is tried again.
    pub fn attempts(world: &World, limit: TimeLimit) -> Self {
        Self { world: world.clone(), attempt: limit.at_most, call: Duration::MAX }
    }

    /// The call as a whole ends after its limit: what is slow is not tried again.
    pub fn call(world: &World, limit: TimeLimit) -> Self {
        Self { world: world.clone(), attempt: limit.at_most, call: limit.at_most }
    }

    fn left(&self) -> Duration {
        let left = |end: &Timestamp| {
            let millis = end.millis().saturating_sub(self.world.now().millis());
            Duration::from_millis(u64::try_from(millis).unwrap_or(0))
        };
        END.try_with(left).unwrap_or(START.at_most)
    }
}

impl Intercept for EndsInTime {
    fn name(&self) -> &'static str {
        "EndsInTime"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let call = self.left().min(self.call);
        let limits = TimeoutConfig::builder().operation_attempt_timeout(self.attempt.min(call)).operation_timeout(call);
        cfg.interceptor_state().store_put(limits.build());
        Ok(())
    }
}

/// The SDK's retries as the policy `AWS_CALL` says.
pub fn aws_retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(AWS_CALL.attempts)
        .with_initial_backoff(AWS_CALL.first_wait)
        .with_max_backoff(AWS_CALL.max_wait)
}
