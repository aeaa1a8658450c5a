//! Users at rest: whoever signed up is stored and welcomed.

use crate::sim::invariants::end::End;
use events::Capability;
use events::ids::UserId;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use users::domain::credential_token::CredentialToken;

#[derive(Deserialize)]
struct Profile {
    id: UserId,
}

fn users(end: &End<'_>) -> BTreeSet<UserId> {
    let profiles = end.stage.tables[&Capability::Users].read::<Profile>(|(_, sk)| sk == "profile");
    profiles.into_iter().map(|user| user.id).collect()
}

/// Where the mail with each token went, by the token's id.
pub fn mailboxes_of_tokens(end: &End<'_>) -> BTreeMap<String, String> {
    let tokens = end.stage.tables[&Capability::Users].read::<CredentialToken>(|(_, sk)| sk == "credential-token");
    let mailbox = |token: CredentialToken| Some((token.id.to_string(), token.contact?.email.as_str().to_owned()));
    tokens.into_iter().filter_map(mailbox).collect()
}

pub fn who_signed_up_is_stored(end: &End<'_>) -> Vec<String> {
    let (users, known) = (users(end), end.stage.signed_up.lock().unwrap().clone());
    let missing = known.into_iter().filter(|user| !users.contains(user));
    missing.map(|user| format!("{user} signed up and is not stored")).collect()
}

pub fn users_are_welcomed(end: &End<'_>) -> Vec<String> {
    let known = users(end).into_iter().filter(|user| !end.lost.contains(&user.to_string()));
    let welcome = |user: &UserId| format!("{user}/1/users.user_registered.v1");
    let unheard = known.filter(|user| !end.has_arrived(Capability::Notifications, &welcome(user)));
    unheard.map(|user| format!("{user} is never welcomed")).collect()
}
