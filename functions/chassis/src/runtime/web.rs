//! Servers of the outside world, over the connections that the SDK has: one request, and one answer of a bounded size. Refuses redirects,
//! retries and time limits: who asks bounds the call ([`within`](super::within)) and knows what to do without its answer.

use crate::telemetry::redact::with_causes;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

/// The most bytes of an answer.
pub const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// There is no answer, or one that is too long.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WebError(String);

/// What a server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAnswer {
    /// The status, of a refusal and a redirect as well.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Asks servers.
#[derive(Debug, Clone)]
pub struct Web {
    connector: SharedHttpConnector,
}

impl Web {
    /// With the connections of the process.
    pub const fn new(connector: SharedHttpConnector) -> Self {
        Self { connector }
    }

    /// Gets JSON.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn get(&self, address: &str) -> Result<WebAnswer, WebError> {
        self.ask("GET", address, &[], SdkBody::empty()).await.map_err(failed)
    }

    /// Sends a form. `authorization` is the header's value.
    ///
    /// # Errors
    /// If there is no answer. Then it may have arrived.
    pub async fn post_form(&self, address: &str, authorization: &str, form: String) -> Result<WebAnswer, WebError> {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("authorization", authorization)];
        self.ask("POST", address, &headers, SdkBody::from(form)).await.map_err(failed)
    }

    async fn ask(
        &self,
        method: &str,
        address: &str,
        headers: &[(&'static str, &str)],
        body: SdkBody,
    ) -> Result<WebAnswer, BoxError> {
        let mut request = HttpRequest::new(body);
        request.set_method(method)?;
        request.set_uri(address)?;
        for (name, value) in [("accept", "application/json")].iter().chain(headers) {
            request.headers_mut().try_insert(*name, (*value).to_owned())?;
        }
        let answer = self.connector.call(request).await?;
        let status = answer.status().as_u16();
        let (mut stream, mut body) = (ByteStream::new(answer.into_body()), Vec::new());
        while let Some(part) = stream.try_next().await? {
            if body.len() + part.len() > MAX_ANSWER_BYTES {
                return Err("the answer is too long".into());
            }
            body.extend_from_slice(&part);
        }
        Ok(WebAnswer { status, body })
    }
}

fn failed(error: BoxError) -> WebError {
    WebError(with_causes(&*error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::web::{WebRequest, web};
    use std::sync::Arc;

    #[tokio::test]
    async fn an_answer_is_given_with_its_status_and_one_that_is_too_long_is_none() {
        let server = |request: WebRequest<'_>| {
            Some(match request.address {
                "https://id.example/form" => (200, format!("{} {}", request.authorization, request.body)),
                "https://id.example/long" => (200, "x".repeat(MAX_ANSWER_BYTES + 1)),
                _ => (404, "x".repeat(MAX_ANSWER_BYTES)),
            })
        };
        let client = web(Arc::new(server));
        let sent = client.post_form("https://id.example/form", "Basic eA==", "a=b".to_owned()).await.unwrap();
        assert_eq!(sent, WebAnswer { status: 200, body: b"Basic eA== a=b".to_vec() });
        let missing = client.get("https://id.example/").await.unwrap();
        assert_eq!((missing.status, missing.body.len()), (404, MAX_ANSWER_BYTES));
        assert!(client.get("https://id.example/long").await.unwrap_err().to_string().contains("too long"));
        assert!(client.get("no address").await.is_err());
    }
}
