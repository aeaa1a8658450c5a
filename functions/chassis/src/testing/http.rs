//! HTTP API events in the gateway's form, and answers as clients see them.

use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

/// A request under construction.
#[derive(Debug, Clone)]
pub struct Request {
    method: &'static str,
    path: String,
    query: String,
    headers: Map<String, Value>,
    body: Option<String>,
    source_ip: String,
}

impl Request {
    /// `target` is a path, with or without a query.
    pub fn new(method: &'static str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = Map::from_iter([("content-type".to_owned(), json!("application/json"))]);
        Self {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            body: None,
            source_ip: "192.0.2.1".to_owned(),
        }
    }

    /// A GET request.
    pub fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// A POST request with a JSON body.
    pub fn post(target: &str, body: impl Serialize) -> Self {
        Self::new("POST", target).body(serde_json::to_string(&body).unwrap())
    }

    /// A PUT request with a JSON body.
    pub fn put(target: &str, body: impl Serialize) -> Self {
        Self::new("PUT", target).body(serde_json::to_string(&body).unwrap())
    }

    /// Sets a body, unchanged.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// A form that a page of the shop sends.
    pub fn form(target: &str, fields: &[(&str, &str)]) -> Self {
        Self::new("POST", target)
            .body(serde_urlencoded::to_string(fields).unwrap())
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
    }

    /// Sets the caller's IP address.
    #[must_use]
    pub fn from_address(mut self, source_ip: impl Into<String>) -> Self {
        self.source_ip = source_ip.into();
        self
    }

    /// Adds a header, its name in lower case.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), json!(value));
        self
    }

    /// Leaves out a header.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// Adds an access token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// The event, payload format 2.0. As at the gateway, no two have one id.
    pub fn event(&self) -> Value {
        static EVENTS: AtomicU64 = AtomicU64::new(1);
        json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": self.path,
            "rawQueryString": self.query,
            "headers": self.headers,
            "requestContext": {
                "requestId": format!("test-request-{}", EVENTS.fetch_add(1, Ordering::Relaxed)),
                "stage": "$default",
                "http": {"method": self.method, "path": self.path, "sourceIp": self.source_ip},
            },
            "body": self.body,
            "isBase64Encoded": false,
        })
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// JSON body, the text of another body, or null.
    pub body: Value,
    /// The headers.
    pub headers: Map<String, Value>,
    /// Every `Set-Cookie`.
    pub cookies: Vec<String>,
}

impl Response {
    /// Reads a function's answer.
    ///
    /// # Panics
    /// If it is not an HTTP answer.
    pub fn from_answer(answer: &Value) -> Self {
        let status = answer["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap();
        let headers = answer["headers"].as_object().unwrap().clone();
        let is_json = headers.get("content-type").and_then(Value::as_str).is_some_and(|kind| kind.contains("json"));
        let read = |text: &str| if is_json { serde_json::from_str(text).unwrap() } else { text.into() };
        let body = answer["body"].as_str().map_or(Value::Null, read);
        let cookies = answer["cookies"].as_array().into_iter().flatten().filter_map(Value::as_str);
        Self { status, body, headers, cookies: cookies.map(str::to_owned).collect() }
    }

    /// A header's value, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(Value::as_str)
    }

    /// The problem's stable name; empty if there is none.
    pub fn problem(&self) -> &str {
        self.body["type"].as_str().and_then(|kind| kind.strip_prefix("urn:souk:problem:")).unwrap_or_default()
    }
}
