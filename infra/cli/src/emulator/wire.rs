//! Plain HTTP to an emulator, for calls that AWS does not have or that are not worth an SDK crate.
//! Refuses AWS itself: emulators take the account from the authorization written here and do not check it.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;

use crate::endpoint::Endpoint;

pub fn get(endpoint: &Endpoint, path: &str) -> Result<Value> {
    let answer = agent().get(format!("{}{path}", endpoint.url())).call()?;
    if !answer.status().is_success() {
        bail!("{path} answered {}", answer.status());
    }
    let text = answer.into_body().read_to_string()?;
    serde_json::from_str(&text).with_context(|| format!("{path} is not JSON"))
}

/// Sends a request to a service; returns the body, or `null` if it is empty or not JSON.
pub fn send(endpoint: &Endpoint, method: &str, path: &str, service: &str, body: Option<&Value>) -> Result<Value> {
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/20200101/{}/{service}/aws4_request, SignedHeaders=host, Signature=0",
        endpoint.access_key(),
        endpoint.region()
    );
    let body = body.map(Value::to_string).unwrap_or_default();
    let request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", endpoint.url()))
        .header("authorization", authorization)
        .header("content-type", "application/json")
        .body(body)?;
    let answer = agent().run(request).with_context(|| format!("{method} {path}"))?;
    let status = answer.status();
    let text = answer.into_body().read_to_string()?;
    if !status.is_success() {
        bail!("{method} {path} answered {status}: {text}");
    }
    Ok(serde_json::from_str(&text).unwrap_or(Value::Null))
}

fn agent() -> Agent {
    Agent::config_builder().timeout_global(Some(Duration::from_secs(10))).http_status_as_error(false).build().into()
}
