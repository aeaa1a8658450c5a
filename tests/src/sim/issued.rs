//! Access tokens as `users` gives them out, in a body or in a cookie: what allows more than a customer's is for whom the table knows a
//! second factor. Refuses the word of the functions: it looks into the table itself.

use super::invariant::Invariant;
use super::stage::Stage;
use chassis::http::Identity;
use chassis::testing::Response;
use chassis::testing::signing::access_verifier;
use chassis::tokens::access_identity;
use events::Capability;
use serde::Deserialize;
use users::domain::factors::Factors;

const COOKIE: &str = "__Host-souk_access=";
/// By how many seconds the clock of a function may be ahead, with some to spare.
const CLOCKS_DIFFER: i64 = 15;

#[derive(Deserialize)]
struct Protected {
    #[serde(default)]
    factors: Factors,
}

/// Looks at every access token in an answer.
pub(super) fn check(stage: &Stage, answer: &Response) {
    let kept = answer.cookies.iter().filter_map(|line| line.strip_prefix(COOKIE)?.split(';').next());
    for token in answer.body["access_token"].as_str().into_iter().chain(kept) {
        let now = stage.clock.now().plus_seconds(CLOCKS_DIFFER);
        // A cookie that is forgotten is no token.
        let Ok(identity) = access_identity(&access_verifier(), token, now) else { continue };
        let unprotected = || format!("{} may do more than a customer and has no second factor", identity.user);
        stage.expect(is_protected(stage, &identity), Invariant::StaffHaveASecondFactor, unprotected);
    }
}

fn is_protected(stage: &Stage, identity: &Identity) -> bool {
    // Whoever made a machine's key has shown it for the key.
    let person = identity.machine.map_or(identity.user, |machine| machine.maker);
    let user = || stage.tables[&Capability::Users].item::<Protected>(&person.to_string(), "profile");
    let is_shown = identity.machine.is_some() || identity.second_factor_at.is_some();
    let has_shown = || is_shown && user().is_some_and(|user| user.factors.protects());
    identity.permissions.is_empty() || has_shown()
}
