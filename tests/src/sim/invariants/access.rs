//! Everybody who moves money or goods hears of every session of staff that ended.

use super::super::queues::Named;
use super::super::stage::Stage;
use events::ids::UserId;
use events::users::{AccessChanged, Role, SessionEnded};
use events::{Capability, Message};
use serde::Deserialize;
use std::collections::BTreeMap;
use users::domain::session::Session;

#[derive(Deserialize)]
struct Profile {
    id: UserId,
    roles: Vec<Role>,
    session_epoch: u64,
    seq: u64,
}

/// What is wrong. Those whose stream records were lost are left out.
pub fn of_staff(stage: &Stage, (sent, acknowledged): &(Named, Named)) -> Vec<String> {
    let table = &stage.tables[&Capability::Users];
    let lost = stage.lost.lock().unwrap().clone();
    let profiles = table.read::<Profile>(|(_, sk)| sk == "profile").into_iter();
    let staff: BTreeMap<UserId, Profile> = profiles
        .filter(|user| user.roles.iter().any(|role| role.is_privileged()) && !lost.contains(&user.id.to_string()))
        .map(|user| (user.id, user))
        .collect();
    let sessions = table.read::<Session>(|(_, sk)| sk.starts_with("session#"));
    let ended = sessions.iter().filter(|session| session.revoked && staff.contains_key(&session.user_id));
    let mut named: Vec<_> = ended
        .flat_map(|session| SessionEnded::TO.iter().map(|to| (*to, format!("{}/1/{}", session.id, SessionEnded::TYPE))))
        .collect();
    // Signing out everywhere is the last that a clerk does.
    for user in staff.values().filter(|user| user.session_epoch > 0) {
        let name = format!("{}/{}/{}", user.id, user.seq, AccessChanged::TYPE);
        named.extend(AccessChanged::TO.iter().map(|to| (*to, name.clone())));
    }
    let unheard = named.into_iter().filter(|name| !sent.contains(name) || !acknowledged.contains(name));
    unheard.map(|(to, name)| format!("{to} never hears of {name}")).collect()
}
