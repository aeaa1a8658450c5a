//! An OpenID provider for tests, written from OpenID Connect Core 1.0, Discovery 1.0 and RFC 7636, and by nobody's code that souk links. It
//! misbehaves when told to. Refuses clocks and sockets: who asks says the time, and `serve` alone listens.

mod answer;
mod keys;
mod server;

pub use answer::{Answer, Incoming};
pub use server::serve;

use keys::Keys;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the provider does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// No request is answered.
    Hanging,
    /// Every answer is 500.
    Failing,
    /// Discovery names another issuer.
    OtherIssuer,
    /// The token is not signed.
    Unsigned,
    /// The token is signed with the client's secret.
    SignedWithSecret,
    /// The token is signed by a key that is not in the set.
    UnknownKey,
    /// The signature is of another text.
    Forged,
    /// The claims say something else, or leave it out where it is null.
    Claims(&'static str),
    /// One that the set does not have until it is read again.
    Rotated,
}

/// How somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    pub subject: String,
    pub amr: Vec<&'static str>,
    /// Seconds since the Unix epoch; none for the moment in which the form is sent.
    pub auth_time: Option<i64>,
}

impl SignedIn {
    /// By a password and an app.
    pub fn with_two_factors(subject: &str) -> Self {
        Self { subject: subject.to_owned(), amr: vec!["pwd", "otp", "mfa"], auth_time: None }
    }

    /// By a password alone.
    pub fn with_one_factor(subject: &str) -> Self {
        Self { amr: vec!["pwd"], ..Self::with_two_factors(subject) }
    }
}

/// A client of the provider.
#[derive(Debug, Clone)]
pub struct Client {
    pub id: String,
    pub secret: String,
    pub redirect_uri: String,
}

/// What a code stands for.
struct Grant {
    asked: BTreeMap<String, String>,
    who: SignedIn,
    at: i64,
}

struct State {
    keys: Keys,
    fault: Fault,
    grants: BTreeMap<String, Grant>,
    codes: u64,
    /// Requests so far, by method and path.
    requests: Vec<String>,
}

/// The provider.
pub struct Provider {
    issuer: String,
    client: Client,
    state: Mutex<State>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Provider({})", self.issuer)
    }
}

impl Provider {
    /// `issuer` is the base address without a slash at the end. The first key is of ES256; each next one is of the other algorithm.
    pub fn new(issuer: &str, client: Client) -> Self {
        let state =
            State { keys: Keys::new(), fault: Fault::None, grants: BTreeMap::new(), codes: 0, requests: Vec::new() };
        Self { issuer: issuer.to_owned(), client, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on something is wrong.
    pub fn misbehave(&self, fault: Fault) {
        self.state().fault = fault;
    }

    /// Signs with another key from now on. The one before is no more in the set.
    pub fn rotate(&self) {
        self.state().keys.rotate();
    }

    /// How often a path was asked for.
    pub fn requests(&self, method_and_path: &str) -> usize {
        self.state().requests.iter().filter(|request| *request == method_and_path).count()
    }

    /// Answers a request at a time in seconds since the Unix epoch; nothing if the provider hangs.
    pub fn answer(&self, asked: &Incoming<'_>, now: i64) -> Option<Answer> {
        let path = asked.path.split('?').next().unwrap_or_default();
        self.state().requests.push(format!("{} {path}", asked.method));
        let fault = self.state().fault;
        match fault {
            Fault::Hanging => return None,
            Fault::Failing => return Some(Answer::text(500, "The provider has a fault.")),
            _ => {}
        }
        Some(match (asked.method, path) {
            ("GET", "/.well-known/openid-configuration") => Answer::json(200, &self.configuration(fault)),
            ("GET", "/jwks") => Answer::json(200, &self.state().keys.published()),
            // A browser asks for it by itself.
            ("GET", "/favicon.ico") => Answer::text(204, ""),
            ("GET", "/authorize") => self.form(&asked.query()),
            ("POST", "/authorize") => self.sent(asked, now),
            ("POST", "/token") => self.token(asked, now),
            _ => Answer::text(404, "There is no such page."),
        })
    }

    fn configuration(&self, fault: Fault) -> Value {
        let issuer = &self.issuer;
        let said = if fault == Fault::OtherIssuer { "https://other.example" } else { issuer };
        json!({
            "issuer": said,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        })
    }

    /// Why a request for a code is none.
    fn wrong_with(&self, asked: &BTreeMap<String, String>) -> Option<&'static str> {
        let said = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
        [
            (said("client_id") == self.client.id, "unknown client"),
            (said("redirect_uri") == self.client.redirect_uri, "not an address of the client"),
            (said("response_type") == "code", "codes only"),
            (said("scope").split(' ').any(|scope| scope == "openid"), "not a request of OpenID Connect"),
            (said("code_challenge_method") == "S256" && said("code_challenge").len() == 43, "without PKCE"),
            (said("state").len() >= 20 && said("nonce").len() >= 20, "state or nonce may be guessed"),
        ]
        .into_iter()
        .find_map(|(is_right, why)| (!is_right).then_some(why))
    }

    fn form(&self, asked: &BTreeMap<String, String>) -> Answer {
        if let Some(why) = self.wrong_with(asked) {
            return Answer::text(400, why);
        }
        let kept = asked.iter().map(|(name, value)| {
            let value = value.replace('&', "&amp;").replace('"', "&quot;");
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
        });
        Answer::html(&format!(
            "<!doctype html><html lang=\"en\"><title>The company</title><main>\
             <h1>The company</h1><form method=\"post\" action=\"/authorize\">{}\
             <p><label for=\"subject\">Who</label> <input id=\"subject\" name=\"subject\"></p>\
             <p><label for=\"otp\">Code</label> <input id=\"otp\" name=\"otp\"></p><button>Sign in</button></form></main>",
            kept.collect::<String>()
        ))
    }

    /// The form of the provider's page. With a code of an app it is a sign-in with two factors.
    fn sent(&self, asked: &Incoming<'_>, now: i64) -> Answer {
        let mut fields = asked.form();
        let (subject, otp) = (fields.remove("subject").unwrap_or_default(), fields.remove("otp").unwrap_or_default());
        if let Some(why) = self.wrong_with(&fields) {
            return Answer::text(400, why);
        }
        let who =
            if otp.is_empty() { SignedIn::with_one_factor(&subject) } else { SignedIn::with_two_factors(&subject) };
        Answer::redirect(&self.signed_in(&fields, who, now))
    }

    /// Where a browser goes after somebody signed in, who came with these parameters.
    pub fn signed_in(&self, asked: &BTreeMap<String, String>, who: SignedIn, now: i64) -> String {
        let mut state = self.state();
        state.codes += 1;
        let code = format!("code-{}", state.codes);
        state.grants.insert(code.clone(), Grant { asked: asked.clone(), who, at: now });
        let said = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
        let fields = [("code", code.as_str()), ("state", said("state")), ("iss", self.issuer.as_str())];
        format!("{}?{}", said("redirect_uri"), serde_urlencoded::to_string(fields).unwrap_or_default())
    }

    fn token(&self, asked: &Incoming<'_>, now: i64) -> Answer {
        let refuse = |status: u16, error: &str| Answer::json(status, &json!({ "error": error }));
        if asked.basic() != Some((self.client.id.clone(), self.client.secret.clone())) {
            return refuse(401, "invalid_client");
        }
        let form = asked.form();
        let said = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if said("grant_type") != "authorization_code" {
            return refuse(400, "unsupported_grant_type");
        }
        let mut state = self.state();
        // A code counts once.
        let Some(grant) = state.grants.remove(said("code")) else { return refuse(400, "invalid_grant") };
        let wanted = |name: &str| grant.asked.get(name).map(String::as_str).unwrap_or_default();
        let is_verified = keys::challenge(said("code_verifier")) == wanted("code_challenge");
        if !is_verified || said("redirect_uri") != wanted("redirect_uri") || now - grant.at > 60 {
            return refuse(400, "invalid_grant");
        }
        let mut claims = json!({
            "iss": self.issuer, "aud": self.client.id, "sub": grant.who.subject, "nonce": wanted("nonce"),
            "iat": now, "exp": now + 300, "auth_time": grant.who.auth_time.unwrap_or(grant.at), "amr": grant.who.amr,
        });
        if let Fault::Claims(other) = state.fault {
            let other: Value = serde_json::from_str(other).unwrap_or_default();
            for (name, value) in other.as_object().into_iter().flatten() {
                claims[name] = value.clone();
            }
        }
        if let Some(claims) = claims.as_object_mut() {
            claims.retain(|_, value| !value.is_null());
        }
        let token = state.signed(&claims, &self.client.secret);
        Answer::json(
            200,
            &json!({"access_token": "of no use", "token_type": "Bearer", "expires_in": 60, "id_token": token}),
        )
    }
}

impl State {
    fn signed(&mut self, claims: &Value, secret: &str) -> String {
        match self.fault {
            Fault::Unsigned => keys::unsigned(claims),
            Fault::SignedWithSecret => keys::with_secret(claims, secret),
            Fault::UnknownKey => Keys::new().signed(claims, "nobody-1"),
            Fault::Forged => self.keys.forged(claims),
            Fault::Rotated => {
                self.keys.rotate();
                self.fault = Fault::None;
                self.keys.sign(claims)
            }
            _ => self.keys.sign(claims),
        }
    }
}
