//! Responses: `http` types inside, API Gateway's form outside.

use super::site::Site;
use lambda_http::Body;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    SET_COOKIE, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use serde::Serialize;

/// The response to a request.
pub type Response = lambda_http::Response<Body>;

/// A response with a JSON body of this media type; 204 has no body.
pub(super) fn json(status: u16, media_type: &'static str, body: &impl Serialize) -> Response {
    let text = (status != 204).then(|| serde_json::to_string(body).unwrap_or_default());
    let mut response = Response::new(text.map_or(Body::Empty, Body::Text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// Sets a header. An invalid value is left out.
pub(super) fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Sets what every answer has (OWASP REST Security Cheat Sheet): nothing keeps it, shows it in a frame, runs anything in it or
/// takes it for another type, unless the handler said otherwise. A page may load what the shop itself serves. The host of an API with TLS, and what
/// is below it, is reached with TLS alone for two years (RFC 6797; OWASP ASVS 5.0, V3.4.1).
pub(super) fn secure(headers: &mut HeaderMap, api_url: &str, site: &Site) {
    if headers.get(CONTENT_TYPE).is_some_and(|media_type| media_type.as_bytes().starts_with(b"text/html")) {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert_with(|| site.policy());
    }
    let always = [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let with_tls =
        api_url.starts_with("https://").then_some((STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains"));
    for (name, value) in always.into_iter().chain(with_tls) {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// The response in API Gateway's payload format 2.0: cookies apart, bytes in base 64, and repeated headers joined by
/// commas (RFC 9110 §5.3).
pub(super) fn to_gateway(response: Response) -> ApiGatewayV2httpResponse {
    let (parts, body) = response.into_parts();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut answer = ApiGatewayV2httpResponse::default();
    answer.status_code = i64::from(parts.status.as_u16());
    answer.cookies = parts.headers.get_all(SET_COOKIE).iter().map(text).collect();
    for name in parts.headers.keys().filter(|name| *name != SET_COOKIE) {
        let values: Vec<_> = parts.headers.get_all(name).iter().map(text).collect();
        set(&mut answer.headers, name.clone(), &values.join(", "));
    }
    answer.is_base64_encoded = matches!(body, Body::Binary(_));
    answer.body = (body != Body::Empty).then_some(body);
    answer
}
