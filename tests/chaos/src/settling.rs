//! When all is as if nothing had happened: every order confirmed with its goods at the warehouse, every inbox empty.
//! Owns the waiting for it. Refuses to wait for ever, and to call anything an order's end that its customer did not pay for.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use events::Capability;
use serde_json::Value;

use crate::crowd::Crowd;
use souk::cloud::Cloud;
use souk::names::Names;
use souk::process;
use souk::progress::Task;

/// A message that was with a killed process comes again after its queue's half minute, and others have their back-off.
const PATIENCE: Duration = Duration::from_secs(300);
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// The queues of the shop.
#[derive(Clone, Copy)]
pub struct Queues<'a> {
    pub cloud: &'a Cloud,
    pub names: &'a Names,
}

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Somebody in the shop still has to act.
    Underway,
    /// Confirmed, and the warehouse knows; or further.
    Through,
    /// An end that these customers did not ask for: their cards are good and there is stock enough.
    Otherwise,
}

/// How it went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// From the return until the last order was through.
    pub orders: Option<Duration>,
    /// From the return until no inbox held a message and the capability answered.
    pub inboxes: Option<Duration>,
    /// Orders that are not through in the end, or that nobody ever answered for.
    pub lost: Vec<String>,
}

/// What an order's customer sees of its fate.
pub fn fate(order: &Value) -> Fate {
    let field = |name: &str| order.get(name).and_then(Value::as_str).unwrap_or_default();
    match (field("status"), field("fulfillment_state")) {
        ("completed", _) | ("confirmed", "created" | "dispatched" | "delivered") => Fate::Through,
        ("rejected" | "canceled" | "expired", _) => Fate::Otherwise,
        _ => Fate::Underway,
    }
}

/// Waits until everything that the crowd began has ended.
///
/// # Errors
/// When the queues cannot be looked at.
pub fn settle(
    task: &Task,
    crowd: &Crowd<'_>,
    queues: Queues<'_>,
    (returning, returned): (Capability, Instant),
) -> Result<Settled> {
    let mut settled = Settled::default();
    // Orders are looked at one after the other, each until it has ended: all must, so the first that has not says enough.
    let mut ended = 0;
    while returned.elapsed() < PATIENCE && settled.inboxes.is_none() {
        // Before the orders: a customer who has gone home by now has left theirs.
        let inside = crowd.inside();
        while let Some(order) = crowd.orders().get(ended) {
            match fate_of(crowd, order) {
                Fate::Underway => break,
                Fate::Through => {}
                Fate::Otherwise => settled.lost.push(order.clone()),
            }
            ended += 1;
        }
        let open = crowd.orders().len() - ended + inside;
        if open == 0 {
            settled.orders.get_or_insert_with(|| returned.elapsed());
        }
        let messages = messages(queues)?;
        if settled.orders.is_some() && messages == 0 && crowd.is_served(returning) {
            settled.inboxes = Some(returned.elapsed());
        }
        task.note(format!("{open} orders to look at, {messages} messages"));
        process::pause(LOOK_AGAIN)?;
    }
    let open = crowd.orders().into_iter().skip(ended);
    settled.lost.extend(open.filter(|order| fate_of(crowd, order) != Fate::Through));
    settled.lost.extend((0..crowd.inside()).map(|_| "an order that was never answered".to_owned()));
    Ok(settled)
}

fn fate_of(crowd: &Crowd<'_>, order: &str) -> Fate {
    let path = format!("/v1/orders/{order}");
    let read = crowd.tally.ask(&crowd.staff, Capability::Orders, ("GET", &path), None);
    read.map_or(Fate::Underway, |answer| fate(&answer.body))
}

/// Messages that wait or are being handled. Those sent for later (an order's deadline) do not count.
fn messages(queues: Queues<'_>) -> Result<u64> {
    let inbox = |capability: Capability| queues.cloud.depth(&queues.names.inbox(capability));
    let depths: Vec<_> = Capability::ALL.into_iter().map(inbox).collect::<Result<_>>()?;
    Ok(depths.iter().map(|depth| depth.waiting + depth.in_flight).sum())
}

/// Messages that were given up, in all dead-letter queues together.
///
/// # Errors
/// When they cannot be looked at.
pub fn dead_letters(queues: Queues<'_>) -> Result<u64> {
    let queue = |capability: Capability| queues.cloud.depth(&queues.names.dead_letters(capability));
    let depths: Result<Vec<_>> = Capability::ALL.into_iter().map(queue).collect();
    Ok(depths.context("the dead letters")?.iter().map(|depth| depth.waiting + depth.in_flight).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(status: &str, fulfillment: &str) -> Fate {
        fate(&json!({ "status": status, "fulfillment_state": fulfillment }))
    }

    #[test]
    fn an_order_is_through_once_it_is_paid_and_the_warehouse_has_it() {
        assert_eq!(of("pending", "none"), Fate::Underway);
        assert_eq!(of("awaiting_payment", "none"), Fate::Underway);
        assert_eq!(of("confirmed", "none"), Fate::Underway);
        assert_eq!(of("confirmed", "created"), Fate::Through);
        assert_eq!(of("completed", "delivered"), Fate::Through);
    }

    #[test]
    fn an_end_that_the_customer_did_not_want_is_a_loss() {
        for status in ["rejected", "canceled", "expired"] {
            assert_eq!(of(status, "none"), Fate::Otherwise, "{status}");
        }
    }

    #[test]
    fn an_answer_without_states_is_no_end() {
        assert_eq!(fate(&Value::Null), Fate::Underway);
    }
}
