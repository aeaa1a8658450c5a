//! New customers, and the demo's staff.

use crate::cloud::tokens_to;
use crate::shop::Caller;
use crate::stage::stage;
use crate::waiting::until;
use events::Timestamp;
use serde_json::{Value, json};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use system_tests::authenticator::{self, App};

/// On no list of common passwords.
pub const PASSWORD: &str = "seven camels drink at noon";

/// A unique word of lower-case letters and digits.
pub fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    format!("{:x}{:x}x{:x}", nanos, std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst))
}

/// A signed-in customer.
#[derive(Debug, Clone)]
pub struct Customer {
    pub id: String,
    pub email: String,
    pub caller: Caller,
}

impl Customer {
    /// Signs up and in.
    pub fn new() -> Self {
        let email = format!("{}@example.com", unique());
        let account = json!({"email": email, "password": PASSWORD, "name": "Ada Lovelace"});
        let id = Caller::anyone().post("/v1/users", &account).expect(201)["id"].as_str().unwrap().to_owned();
        Self { id, caller: signed_in(&email, PASSWORD), email }
    }
}

impl Customer {
    /// Opens the link of the mail that verifies the address. False where nobody but its owner sees the mail.
    pub fn verify(&self) -> bool {
        let Some(token) = token_for(&self.email, "email-verifications") else { return false };
        let answer = Caller::anyone().send("PUT", &format!("/v1/email-verifications/{token}"), None);
        assert!(answer.status < 300, "{answer}");
        true
    }
}

/// The token of the latest mail of a kind to an address, once it is there; `None` where only its owner sees the mail.
pub fn token_for(email: &str, kind: &str) -> Option<String> {
    tokens_to(email, kind)?;
    Some(until(&format!("a mail to {email} with a link to /account/{kind}"), || {
        tokens_to(email, kind).unwrap_or_default().into_iter().next()
    }))
}

/// The demo's admin.
pub fn admin() -> Caller {
    demo("admin")
}

/// A demo user who is signed in: with a passkey, which may sign in many times at once, while the code of an app counts once for everybody
/// who uses the account.
fn demo(who: &str) -> Caller {
    let Some(passkey) = stage().passkey(who) else {
        let (email, password) = stage().demo(who);
        return signed_in(&email, &password);
    };
    // If an answer is lost, its challenge is spent all the same.
    let session = until(&format!("the demo's {who} signs in"), || {
        let challenge = Caller::anyone().send("POST", "/v1/passkeys/challenges", None).expect(201);
        let shown = json!({"second_factor": {"passkey": authenticator::shown(passkey, &challenge)}});
        let answer = Caller::anyone().post("/v1/sessions", &shown);
        (answer.status != 401).then(|| answer.expect(201))
    });
    bearing(&session)
}

/// The present time.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap())
}

/// Adds an authenticator app to the account of somebody who is signed in and has no second factor.
pub fn add_app(caller: &Caller, password: &str) -> App {
    let begun = caller.post("/v1/totp", &json!({"password": password})).expect(201);
    let app = App::with(begun["secret"].as_str().unwrap());
    caller.put("/v1/totp", &json!({"code": app.code(now())})).expect(200);
    app
}

fn bearing(session: &Value) -> Caller {
    Caller::anyone().bearing(session["access_token"].as_str().unwrap())
}

/// Signs in.
pub fn signed_in(email: &str, password: &str) -> Caller {
    let session = Caller::anyone().post("/v1/sessions", &json!({"email": email, "password": password})).expect(201);
    bearing(&session)
}

/// The demo's staff user.
pub fn staff() -> &'static Caller {
    static STAFF: OnceLock<Caller> = OnceLock::new();
    STAFF.get_or_init(|| demo("staff"))
}
