//! Staff at rest: everybody who moves money or goods heard of every session of theirs that ended, and whatever they changed is in
//! the audit log.

use super::actors::STAFF;
use crate::sim::invariants::end::End;
use crate::sim::mail::is_delivery;
use events::ids::UserId;
use events::users::{AccessChanged, Role, SessionEnded};
use events::{Capability, Message};
use inventory::domain::Movement;
use notifications::domain::{EmailDelivery, NotificationId};
use serde::Deserialize;
use std::collections::BTreeMap;
use users::domain::api_key::ApiKey;
use users::domain::session::Session;

#[derive(Deserialize)]
struct Profile {
    id: UserId,
    /// None of somebody who was erased.
    #[serde(default)]
    roles: Vec<Role>,
    #[serde(default)]
    session_epoch: u64,
    seq: u64,
}

/// Those whose stream records were lost are left out.
pub fn revocations_are_heard(end: &End<'_>) -> Vec<String> {
    let table = &end.stage.tables[&Capability::Users];
    let profiles = table.read::<Profile>(|(_, sk)| sk == "profile").into_iter();
    let staff: BTreeMap<UserId, Profile> = profiles
        .filter(|user| user.roles.iter().any(|role| role.is_privileged()) && !end.lost.contains(&user.id.to_string()))
        .map(|user| (user.id, user))
        .collect();
    let sessions = table.read::<Session>(|(_, sk)| sk.starts_with("session#"));
    let ended = sessions.iter().filter(|session| session.revoked && staff.contains_key(&session.user_id));
    let mut named: Vec<_> = ended
        .flat_map(|session| SessionEnded::TO.iter().map(|to| (*to, format!("{}/1/{}", session.id, SessionEnded::TYPE))))
        .collect();
    // A key has the partition of all keys.
    let keys = table.read::<ApiKey>(|(_, sk)| sk.starts_with("api-key#")).into_iter();
    let over = keys.filter(|key| key.ended_at.is_some() && !end.lost.contains("api-keys"));
    for key in over {
        named.extend(SessionEnded::TO.iter().map(|to| (*to, format!("{}/1/{}", key.id, SessionEnded::TYPE))));
    }
    // Signing out everywhere is the last that a clerk does.
    for user in staff.values().filter(|user| user.session_epoch > 0) {
        let name = format!("{}/{}/{}", user.id, user.seq, AccessChanged::TYPE);
        named.extend(AccessChanged::TO.iter().map(|to| (*to, name.clone())));
    }
    let unheard = named.into_iter().filter(|(to, name)| !end.has_arrived(*to, name));
    unheard.map(|(to, name)| format!("{to} never hears of {name}")).collect()
}

#[derive(Deserialize)]
struct Entry {
    resource: String,
}

/// Each has an entry at least: one that was written ahead may tell of a change that was refused.
pub fn changes_are_audited(end: &End<'_>) -> Vec<String> {
    let mut changes: BTreeMap<(Capability, String), usize> = BTreeMap::new();
    let mut count = |of, resource: String, times| *changes.entry((of, resource)).or_default() += times;
    let movements = end.stage.tables[&Capability::Inventory].read::<Movement>(|(_, sk)| sk.starts_with("mov#"));
    for movement in movements.into_iter().filter(|movement| movement.by.is_some()) {
        count(Capability::Inventory, movement.sku.to_string(), 1);
    }
    for payment in end.payments.values() {
        let granted = payment.log.iter().filter(|made| {
            let refund = made.refund.as_ref().filter(|refund| refund.cause.starts_with("staff/"));
            refund.is_some() && made.phase == payments::domain::Phase::Requested
        });
        count(Capability::Payments, payment.id.to_string(), granted.count());
    }
    let played = end.stage.played.lock().unwrap();
    for shipment in end.shipments.values() {
        // What visitors play is no operation of staff.
        let is_played = played.contains(&shipment.id);
        let by_staff = shipment
            .log
            .iter()
            .filter(|made| !made.input.ends_with(".v1") && (!is_played || made.actor == Some(STAFF.into())));
        count(Capability::Shipping, shipment.id.to_string(), by_staff.count());
    }
    let emails = end.stage.tables[&Capability::Notifications].read::<EmailDelivery>(is_delivery);
    for id in emails.iter().filter_map(EmailDelivery::id).filter(NotificationId::is_again) {
        count(Capability::Notifications, id.to_string(), 1);
    }
    for of in [Capability::Inventory, Capability::Notifications, Capability::Payments, Capability::Shipping] {
        for entry in end.stage.tables[&of].read::<Entry>(|(pk, _)| pk.starts_with("audit#")) {
            if let Some(times) = changes.get_mut(&(of, entry.resource)) {
                *times = times.saturating_sub(1);
            }
        }
    }
    let untold = changes.into_iter().filter(|(_, times)| *times > 0);
    untold.map(|((of, resource), times)| format!("{of} tells nobody of {times} changes of {resource}")).collect()
}
