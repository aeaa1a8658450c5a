//! Everything ends in time: the functions' time-outs, their queues' visibility, the gateway's patience and the limits in the
//! code fit each other.

use chassis::Service;
use chassis::time_limit::{ANSWER, AWS_ATTEMPT, BATCH, MAIL_CALL, PROVIDER_CALL, SETTLING, TimeLimit};
use events::Capability;
use notifications::domain::email_delivery::{HOLD_SECONDS, RECORD_SECONDS};
use serde_json::Value;
use std::time::Duration;
use system_tests::sim::invocation::Trigger;
use system_tests::sim::queues::FULL_BATCH;
use system_tests::sim::queues::VISIBILITY_MILLIS;
use system_tests::sim::shop::{max_concurrency, timeout};
use system_tests::template::Template;

/// A function that starts keeps its first caller waiting: Lambda fetches it, and it opens its connections.
const COLD_START: Duration = Duration::from_secs(2);
/// Time to `confirmed` of an order whose worker was killed.
const DELAY_BY_A_KILL: Duration = Duration::from_secs(40);

fn title(capability: Capability) -> String {
    let name = capability.name();
    name[..1].to_uppercase() + &name[1..]
}

/// `Timeout` of a capability's function; `None` without one of this kind.
fn timeout_of(template: &Template, capability: Capability, kind: &str) -> Option<Duration> {
    let function = template.resources().get(&format!("{}{kind}", title(capability)))?;
    Some(Duration::from_secs(function["Properties"]["Timeout"].as_u64().unwrap()))
}

fn worker(template: &Template, capability: Capability) -> Duration {
    timeout_of(template, capability, "Worker").unwrap()
}

fn visibility(capability: Capability) -> Duration {
    let inbox = Template::platform().properties(&format!("{}Inbox", title(capability)))["VisibilityTimeout"].clone();
    Duration::from_secs(inbox.as_u64().unwrap())
}

/// How many messages of an inbox its worker is given at once, and in how many invocations.
fn taken(template: &Template, capability: Capability) -> (u64, u64) {
    let mapping = template.properties(&format!("{}Inbox", title(capability)));
    let number = |value: &Value| value.as_u64().unwrap();
    (number(&mapping["BatchSize"]), number(&mapping["ScalingConfig"]["MaximumConcurrency"]))
}

fn batch(capability: Capability) -> TimeLimit {
    match capability {
        Capability::Users => users::Users::BATCH,
        Capability::Catalog => catalog::Catalog::BATCH,
        Capability::Inventory => inventory::Inventory::BATCH,
        Capability::Carts => carts::Carts::BATCH,
        Capability::Orders => orders::Orders::BATCH,
        Capability::Payments => payments::Payments::BATCH,
        Capability::Shipping => shipping::Shipping::BATCH,
        Capability::Notifications => notifications::Notifications::BATCH,
    }
}

/// The longest that a batch of messages keeps its worker.
fn longest_batch(capability: Capability) -> Duration {
    batch(capability).at_most + SETTLING.at_most + ANSWER.at_most
}

#[test]
fn a_request_is_answered_by_us_before_the_gateway_answers_for_us_even_after_a_cold_start() {
    for (capability, template) in Template::of_capabilities() {
        let (_, integration) = template.of_type("AWS::ApiGatewayV2::Integration")[0];
        let patience = Duration::from_millis(integration["Properties"]["TimeoutInMillis"].as_u64().unwrap());
        let api = timeout_of(&template, capability, "Api").unwrap();
        assert!(COLD_START + api <= patience, "{capability}");
        assert!(AWS_ATTEMPT.at_most * 3 + ANSWER.at_most < api, "{capability}: a silent table has its attempts");
    }
}

#[test]
fn a_batch_of_messages_ends_before_its_worker_is_ended() {
    for (capability, template) in Template::of_capabilities() {
        assert!(longest_batch(capability) <= worker(&template, capability), "{capability}");
    }
}

#[test]
fn only_those_who_wait_for_somebody_outside_have_batches_that_take_longer() {
    for capability in Capability::ALL {
        let outside = match capability {
            Capability::Payments => Some(PROVIDER_CALL),
            Capability::Notifications => Some(MAIL_CALL),
            _ => None,
        };
        match outside {
            Some(call) => assert!(call.at_most < batch(capability).at_most, "{capability}"),
            None => assert_eq!(batch(capability), BATCH, "{capability}"),
        }
    }
}

#[test]
fn a_message_stays_invisible_while_it_is_handled_and_not_much_longer() {
    for (capability, template) in Template::of_capabilities() {
        let visible_after = visibility(capability);
        // SQS' own rule for a mapping, and room for a batch that Lambda could not start at once.
        let needed = match batch(capability) {
            BATCH => 6 * longest_batch(capability),
            _ => longest_batch(capability) * 3 / 2,
        };
        assert!(visible_after >= worker(&template, capability).max(needed), "{capability}: needs {needed:?}");
        assert!(visible_after + 2 * longest_batch(Capability::Orders) <= DELAY_BY_A_KILL, "{capability}");
        let name = format!("{}Inbox", title(capability));
        assert!(template.properties(&name)["MaximumBatchingWindowInSeconds"].is_null(), "{capability}: add it");
    }
}

#[test]
fn more_in_flight_than_a_worker_can_handle_is_less_than_one_that_hangs_holds() {
    let platform = Template::platform();
    for (capability, template) in Template::of_capabilities() {
        let (messages, invocations) = taken(&template, capability);
        let handled = messages * invocations;
        // A batch whose invocation ran out of time stays in flight while the next ones do.
        let held = handled * visibility(capability).as_secs() / worker(&template, capability).as_secs();
        let threshold = &platform.properties(&format!("{}InFlightAlarm", title(capability)))["Threshold"];
        let threshold = threshold.as_u64().unwrap();
        assert!(handled < threshold && threshold < held, "{capability}: {handled} < {threshold} < {held}");
    }
}

#[test]
fn a_silent_connection_does_not_hold_up_the_shard_of_a_relay() {
    for (capability, template) in Template::of_capabilities() {
        if let Some(relay) = timeout_of(&template, capability, "Relay") {
            assert!(relay <= Duration::from_secs(5), "{capability}");
            assert!(BATCH.at_most + ANSWER.at_most < relay, "{capability}: a call has all its attempts");
        }
    }
}

#[test]
fn the_claim_on_an_email_outlasts_its_worker_and_is_free_when_its_message_comes_again() {
    let worker = worker(&Template::named("notifications"), Capability::Notifications);
    let seconds = |seconds: i64| Duration::from_secs(u64::try_from(seconds).unwrap());
    assert!(worker < seconds(HOLD_SECONDS) && seconds(HOLD_SECONDS) < visibility(Capability::Notifications));
    assert!(seconds(RECORD_SECONDS) * 2 <= worker, "OUTCOME_RECORD says half of the worker's time");
}

#[test]
fn the_simulator_has_the_time_outs_and_bounds_of_the_templates() {
    for (capability, template) in Template::of_capabilities() {
        for (trigger, kind) in [(Trigger::Http, "Api"), (Trigger::Queue, "Worker"), (Trigger::Stream, "Relay")] {
            let declared = timeout_of(&template, capability, kind);
            assert!(declared.is_none_or(|declared| declared == timeout(trigger, capability)), "{capability} {kind}");
        }
        assert_eq!(Duration::from_millis(VISIBILITY_MILLIS), visibility(capability), "{capability}");
        let most = (FULL_BATCH as u64, u64::from(max_concurrency(capability)));
        assert_eq!(most, taken(&template, capability), "{capability}");
    }
}
