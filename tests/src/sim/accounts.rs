//! The accounts of simulated people: their password, and an operator's word for their role.

use super::shop::Shop;
use chassis::digest;
use events::message::Origin;
use events::users::{GrantRole, Role};
use events::{Actor, Capability, Outgoing};
use serde_json::json;

/// Everybody's password.
pub(super) const PASSWORD: &str = "a long green kettle";

/// An operator's message.
pub(super) fn grant_role(shop: &Shop, email: &str, role: Role) {
    let (subject, at, actor) =
        (format!("grant-{}", digest::of_bytes(email.as_bytes())), shop.stage.clock.now(), Some(Actor::operator()));
    let origin = Origin { subject, seq: 1, at, traceparent: None, actor };
    let command = GrantRole { email: email.to_owned(), role };
    let envelope = Outgoing::to_one(Capability::Users, &origin, &command).envelope;
    shop.stage.queues.enqueue(Capability::Users, &json!(envelope).to_string(), 0, &shop.stage.faults);
}
