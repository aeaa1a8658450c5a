//! The addresses of customers who did not sign up in the simulation. Refuses to write over what `notifications` heard of those who did.

use super::stage::Stage;
use chassis::http::Identity;
use chassis::testing::signing::access_verifier;
use chassis::tokens::access_identity;
use events::Capability;
use events::ids::UserId;
use serde_json::{Value, json};

/// The address of a customer who did not sign up in the simulation.
pub(super) fn address_of(user: UserId) -> String {
    format!("{user}@example.com")
}

/// Whoever orders has an account. Of those who did not sign up in the simulation `notifications` knows what it would have heard then.
pub(super) fn introduce(stage: &Stage, event: &Value) {
    let bearer = event["headers"]["authorization"].as_str().and_then(|value| value.strip_prefix("Bearer "));
    let identity = bearer.map(|token| access_identity(&access_verifier(), token, stage.clock.now()));
    let Some(Ok(Identity { user, .. })) = identity else { return };
    let (contacts, key) =
        (&stage.tables[&Capability::Notifications], (format!("contact#{user}"), "contact".to_owned()));
    let has_account = stage.tables[&Capability::Users].item::<Value>(&user.to_string(), "profile").is_some();
    if has_account || contacts.item::<Value>(&key.0, &key.1).is_some() {
        return;
    }
    contacts.dynamo().put(&json!({
        "pk": {"S": key.0}, "sk": {"S": key.1}, "email": {"S": address_of(user)}, "name": {"S": "Ada"},
        "user_version": {"N": "1"}, "seq": {"N": "1"},
    }));
    contacts.written(vec![key], stage.clock.millis());
}
