//! The path that a request is for. The gateway has matched it already and says which route that was, whatever stands before the
//! path: a stage, or the base path of a domain name. Refuses to know routes.

use super::input::{Params, decoded};
use super::problem::Problem;
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};
use std::borrow::Cow;

/// What the gateway says of the path.
#[derive(Debug, PartialEq)]
pub(super) enum Target<'a> {
    /// The template of the matched route, with its variables.
    Route(&'a str, Params),
    /// The rest of a greedy route's path, or the path as sent.
    Path(Cow<'a, str>),
}

/// The target of a request. `base` is the path of the API's public address.
pub(super) fn target<'a>(request: &'a Request, base: &str) -> Result<Target<'a>, Problem> {
    let Some(RequestContext::ApiGatewayV2(context)) = request.request_context_ref() else {
        return Ok(Target::Path(request.raw_http_path().into()));
    };
    let template = context.route_key.as_deref().and_then(|key| key.split_once(' ')).map(|(_, template)| template);
    let variable = |name: &str| request.path_parameters_ref().and_then(|sent| sent.first(name));
    let names = |template: &'a str| template.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    if let Some(template) = template {
        if let Some((before, greedy)) = template.strip_suffix("+}").and_then(|rest| rest.rsplit_once('{')) {
            if let Some(rest) = variable(greedy) {
                return Ok(Target::Path(format!("{before}{rest}").into()));
            }
        } else if names(template).all(|name| variable(name).is_some()) {
            let decode = |name: &str| Ok((name.to_owned(), decoded(variable(name).unwrap_or_default())?));
            return Ok(Target::Route(template, names(template).map(decode).collect::<Result<_, Problem>>()?));
        }
    }
    let stage = context.stage.as_deref().unwrap_or_default();
    Ok(Target::Path(without(without(request.raw_http_path(), &format!("/{stage}")), base).into()))
}

/// Path and query as sent, below the public address.
pub(super) fn below(request: &Request, base: &str) -> String {
    let stage = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.stage.clone().unwrap_or_default(),
        _ => String::new(),
    };
    let path = without(without(request.raw_http_path(), &format!("/{stage}")), base);
    match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    }
}

/// The path without the segments of `before`.
fn without<'a>(path: &'a str, before: &str) -> &'a str {
    path.strip_prefix(before).filter(|rest| rest.starts_with('/')).unwrap_or(path)
}

/// The path of a public address: `https://example.com/shop` has `/shop`.
pub fn base_path(address: &str) -> &str {
    let after_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    after_scheme.find('/').map_or("", |start| after_scheme.get(start..).unwrap_or_default().trim_end_matches('/'))
}
