//! The shop's public HTTP API, as a customer or a member of staff calls it.
//! Owns the connection and the reading of problem documents. Refuses shortcuts: anyone with the same rights can do the
//! same with `curl`.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Request;

pub use crate::answer::text;
use crate::authenticator::Passkey;
use crate::process;
use crate::state::Credentials;

const TIMEOUT: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(500);
const ATTEMPTS: u32 = 6;
/// How often a passkey is shown before it counts as unknown.
const CHALLENGES: u32 = 2;

/// A caller of the API, signed in or not. Clones share their connections.
#[derive(Clone)]
pub struct Shop {
    agent: Agent,
    base: String,
    token: Option<String>,
    guest_token: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    /// JSON body; `null` when there is none.
    pub body: Value,
}

impl Shop {
    pub fn at(api_url: &str) -> Self {
        let agent = Agent::config_builder().timeout_global(Some(TIMEOUT)).http_status_as_error(false).build().into();
        Self { agent, base: api_url.trim_end_matches('/').to_owned(), token: None, guest_token: None }
    }

    /// The same API for a signed-in caller.
    ///
    /// # Errors
    /// If the shop does not know the credentials.
    pub fn signed_in(&self, who: &Credentials) -> Result<Self> {
        Ok(Self { token: Some(self.access_token(who)?), ..self.clone() })
    }

    /// The same API for a guest who holds the token of a cart or an order.
    #[must_use]
    pub fn holding(&self, guest_token: &str) -> Self {
        Self { guest_token: Some(guest_token.to_owned()), ..self.clone() }
    }

    /// The same API for a caller with this access token.
    #[must_use]
    pub fn bearing(&self, token: String) -> Self {
        Self { token: Some(token), ..self.clone() }
    }

    /// Signs in: with the passkey, if there is one that the shop knows, or else with the password.
    ///
    /// # Errors
    /// If the shop does not know the credentials.
    pub fn access_token(&self, who: &Credentials) -> Result<String> {
        if let Some(passkey) = &who.passkey
            && let Some(token) = self.token_by_passkey(passkey)?
        {
            return Ok(token);
        }
        let body = json!({ "email": who.email, "password": who.password });
        let session = self.post("/v1/sessions", &body).with_context(|| format!("cannot sign in as {}", who.email))?;
        text(&session, "access_token")
    }

    /// Signs in with a passkey; `None` if the shop does not know it. A challenge counts once, so a lost answer takes another.
    ///
    /// # Errors
    /// If the shop cannot be reached, or the passkey is damaged.
    pub fn token_by_passkey(&self, passkey: &Passkey) -> Result<Option<String>> {
        for _ in 0..CHALLENGES {
            let body = json!({ "second_factor": { "passkey": passkey.shown(&self.challenge()?)? } });
            let answer = self.call("POST", "/v1/sessions", Some(&body), &[])?;
            if answer.status != 401 {
                return text(&answer.success("POST", "/v1/sessions")?, "access_token").map(Some);
            }
        }
        Ok(None)
    }

    /// What a passkey signs, once.
    ///
    /// # Errors
    /// If the answer is not a success.
    pub fn challenge(&self) -> Result<Value> {
        let path = "/v1/passkeys/challenges";
        self.call("POST", path, None, &[])?.success("POST", path)
    }

    /// # Errors
    /// If the answer is not a success.
    pub fn get(&self, path: &str) -> Result<Value> {
        self.call("GET", path, None, &[])?.success("GET", path)
    }

    /// # Errors
    /// If the answer is not a success.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.call("POST", path, Some(body), &[])?.success("POST", path)
    }

    /// # Errors
    /// If the answer is not a success.
    pub fn put(&self, path: &str, body: &Value) -> Result<Value> {
        self.call("PUT", path, Some(body), &[])?.success("PUT", path)
    }

    /// Sends one request. Busy answers (429, 503) are tried again a few times.
    ///
    /// # Errors
    /// If the API cannot be reached.
    pub fn call(&self, method: &str, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> Result<Answer> {
        let mut attempt = 1;
        loop {
            process::check_interrupted()?;
            let answer = self.once(method, path, body, headers).with_context(|| format!("{method} {path}"))?;
            if !matches!(answer.status, 429 | 503) || attempt == ATTEMPTS {
                return Ok(answer);
            }
            attempt += 1;
            process::pause(PAUSE)?;
        }
    }

    /// Sends one request, without another attempt.
    ///
    /// # Errors
    /// If the API cannot be reached.
    pub fn once(&self, method: &str, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> Result<Answer> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(token) = &self.guest_token {
            request = request.header("x-guest-token", token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = match body {
            Some(body) => {
                let request = request.header("content-type", "application/json").body(body.to_string())?;
                self.agent.run(request)?
            }
            None => self.agent.run(request.body(())?)?,
        };
        let status = answer.status().as_u16();
        let text = answer.into_body().read_to_string()?;
        let body =
            serde_json::from_str(&text).unwrap_or(if text.is_empty() { Value::Null } else { Value::String(text) });
        Ok(Answer { status, body })
    }
}

impl Answer {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body of a 2xx answer.
    ///
    /// # Errors
    /// Any other answer, with the text of its problem document.
    pub fn success(self, method: &str, path: &str) -> Result<Value> {
        if self.is_success() {
            return Ok(self.body);
        }
        bail!("{method} {path}: {self}")
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.status)?;
        for field in ["title", "detail", "type", "message"] {
            if let Some(value) = self.body.get(field).and_then(Value::as_str) {
                write!(out, " · {value}")?;
            }
        }
        if let Some(faults) = self.body.get("errors") {
            write!(out, " · {faults}")?;
        }
        Ok(())
    }
}

/// The entries of a list answer, under any name.
pub fn entries(value: &Value) -> Vec<Value> {
    let nested = || value.as_object().and_then(|fields| fields.values().find_map(Value::as_array));
    value.as_array().or_else(nested).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_document_is_told_in_one_line() {
        let answer = Answer { status: 409, body: json!({"type": "about:taken", "title": "Taken", "status": 409}) };
        assert_eq!(answer.to_string(), "409 · Taken · about:taken");
        assert!(answer.success("POST", "/v1/users").is_err());
    }

    #[test]
    fn a_list_is_found_under_any_name() {
        assert_eq!(entries(&json!({"products": [1], "cursor": null})), [json!(1)]);
        assert_eq!(entries(&json!([2])), [json!(2)]);
        assert!(entries(&json!({"a": 1})).is_empty());
    }
}
