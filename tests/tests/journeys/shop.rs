//! A client of the API.

use crate::stage::stage;
use crate::waiting::until;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;
use ureq::Agent;
use ureq::http::Request;

/// A caller with the headers of its requests.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    headers: Vec<(&'static str, String)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub content_type: String,
    /// Other headers, by their names in lower case.
    pub headers: BTreeMap<String, String>,
}

fn agent() -> &'static Agent {
    static AGENT: OnceLock<Agent> = OnceLock::new();
    AGENT.get_or_init(|| {
        let patient = Agent::config_builder().timeout_global(Some(Duration::from_secs(30)));
        patient.http_status_as_error(false).build().into()
    })
}

impl Caller {
    /// A caller without credentials.
    pub fn anyone() -> Self {
        Self::default()
    }

    /// The same caller with one more header.
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.retain(|(known, _)| *known != name);
        headers.push((name, value.to_owned()));
        Self { headers }
    }

    /// The same caller with an access token.
    pub fn bearing(&self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    /// The access token, without its scheme; empty without one.
    pub fn token(&self) -> &str {
        let sent = self.headers.iter().find(|(name, _)| *name == "authorization");
        sent.and_then(|(_, value)| value.strip_prefix("Bearer ")).unwrap_or_default()
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body.to_string().as_bytes()))
    }

    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, Some(body.to_string().as_bytes()))
    }

    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send("PATCH", path, Some(body.to_string().as_bytes()))
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None)
    }

    /// Sends these bytes. Retries on 503, as every request may be repeated.
    pub fn send(&self, method: &'static str, path: &str, body: Option<&[u8]>) -> Answer {
        until(&format!("{method} {path} is not answered 503"), || {
            let answer = self.once(method, path, body);
            (answer.status != 503).then_some(answer)
        })
    }

    fn once(&self, method: &'static str, path: &str, body: Option<&[u8]>) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", stage().api_url));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if body.is_some() && !self.headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        let sent = match body {
            Some(body) => agent().run(request.body(body.to_vec()).unwrap()),
            None => agent().run(request.body(()).unwrap()),
        };
        let answer = sent.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let header = |name: &str| {
            answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let (status, content_type) = (answer.status().as_u16(), header("content-type"));
        let headers = answer.headers().keys().map(|name| (name.to_string(), header(name.as_str()))).collect();
        let text = answer.into_body().read_to_string().unwrap();
        let body =
            serde_json::from_str(&text).unwrap_or(if text.is_empty() { Value::Null } else { Value::String(text) });
        Answer { status, body, content_type, headers }
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The body; panics on another status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self}");
        self.body
    }

    /// The body of what a PUT created or replaced; panics on another status.
    #[track_caller]
    pub fn expect_put(self) -> Value {
        assert!(matches!(self.status, 200 | 201), "{self}");
        self.body
    }

    /// Asserts a problem document with a 4xx status.
    #[track_caller]
    pub fn expect_refusal(&self) {
        assert!((400..500).contains(&self.status) && self.content_type == "application/problem+json", "{self}");
    }

    /// Asserts a problem document with this status and type.
    #[track_caller]
    pub fn refused(&self, status: u16, kind: &str) {
        assert_eq!(
            (self.status, self.body["type"].as_str()),
            (status, Some(&*format!("urn:souk:problem:{kind}"))),
            "{self}"
        );
        assert_eq!(self.content_type, "application/problem+json", "{self}");
        assert_eq!(self.body["status"], status, "{self}");
        assert!(self.body["title"].is_string() && self.body["detail"].is_string(), "{self}");
        assert!(self.body["trace_id"].as_str().is_some_and(|id| id.len() == 32), "{self}");
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.body)
    }
}
