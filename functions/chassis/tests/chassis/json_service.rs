//! A service that is called without an SDK: what goes over the wire, and what comes of its answers.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use chassis::runtime::{JsonService, ServiceNames};
use chassis::testing::TestWorld;
use chassis::testing::connector::{WireRequest, sdk_config};
use serde_json::json;
use std::sync::{Arc, Mutex};

const NAMES: ServiceNames = ServiceNames { endpoint: "monitoring", target: "Granite" };

/// Answers every request alike, and keeps the last one.
#[derive(Debug, Clone)]
struct Recorder {
    status: u16,
    answer: &'static str,
    last: Arc<Mutex<Option<HttpRequest>>>,
}

impl HttpConnector for Recorder {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        *self.last.lock().unwrap() = Some(request);
        let status = StatusCode::try_from(self.status).unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(self.answer))))
    }
}

fn recorder(status: u16, answer: &'static str) -> Recorder {
    Recorder { status, answer, last: Arc::default() }
}

fn service(recorder: &Recorder) -> JsonService {
    service_of(recorder, |sdk| sdk)
}

fn service_of(recorder: &Recorder, with: impl FnOnce(SdkConfig) -> SdkConfig) -> JsonService {
    let world = TestWorld::default().world();
    let unused = Arc::new(|_: WireRequest<'_>| (500, String::new()));
    let sdk = with(sdk_config(unused, &world));
    JsonService::new(SharedHttpConnector::new(recorder.clone()), sdk, world, NAMES)
}

#[tokio::test]
async fn a_call_is_signed_for_its_service_region_and_time_and_names_its_operation() {
    let recorder = recorder(200, r#"{"b": 2}"#);
    let answer = service(&recorder).call("Look", &json!({"a": 1})).await.unwrap();
    assert_eq!(answer, json!({"b": 2}));
    let request = recorder.last.lock().unwrap().take().unwrap();
    assert_eq!((request.method(), request.uri()), ("POST", "https://monitoring.eu-central-1.amazonaws.com/"));
    assert_eq!(request.body().bytes(), Some(br#"{"a":1}"#.as_slice()));
    let header = |name: &str| request.headers().get(name).unwrap_or_default();
    assert_eq!(header("content-type"), "application/x-amz-json-1.0");
    assert_eq!((header("x-amz-target"), header("x-amz-date")), ("Granite.Look", "20260101T000000Z"));
    let signature = header("authorization");
    let scope = "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/monitoring/aws4_request, ";
    assert!(signature.starts_with(scope), "{signature}");
    for signed in ["content-type", "host", "x-amz-date", "x-amz-target"] {
        assert!(signature.contains(signed), "{signature}");
    }
}

#[tokio::test]
async fn a_function_signs_with_its_session_token_for_the_address_that_its_environment_names() {
    let recorder = recorder(200, "{}");
    let in_a_function = |sdk: SdkConfig| {
        let credentials = Credentials::new("test", "test", Some("a-session".to_owned()), None, "test");
        let sdk = sdk.into_builder().credentials_provider(SharedCredentialsProvider::new(credentials));
        sdk.endpoint_url("http://localhost:4566/").build()
    };
    service_of(&recorder, in_a_function).call("Look", &json!({})).await.unwrap();
    let request = recorder.last.lock().unwrap().take().unwrap();
    assert_eq!(request.uri(), "http://localhost:4566/");
    assert_eq!(request.headers().get("x-amz-security-token"), Some("a-session"));
    let signature = request.headers().get("authorization").unwrap();
    assert!(signature.contains("x-amz-security-token"), "{signature}");
}

#[tokio::test]
async fn a_refusal_is_an_error_that_names_its_kind_and_quotes_nothing() {
    let refused = recorder(400, r#"{"__type": "AccessDenied", "message": "ada@example.com may not"}"#);
    let error = service(&refused).call("Look", &json!({})).await.unwrap_err().to_string();
    assert_eq!(error, "Look: status 400 AccessDenied");
    let broken = recorder(502, "<html>");
    assert_eq!(service(&broken).call("Look", &json!({})).await.unwrap_err().to_string(), "Look: status 502 ");
    let unreadable = recorder(200, "<html>");
    assert!(service(&unreadable).call("Look", &json!({})).await.is_err());
}
