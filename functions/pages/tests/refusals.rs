//! Refusals as people read them: whatever a page may meet, in words of the reader's language and never in the API's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chassis::http::{Response, Screens};
use chassis::testing::{Bench, Request};
use chassis::{Access, Call, Failure, NoQuery, Problem, Received, Route, Service, Wiring};
use events::{Capability, Outgoing};
use pages::{Form, Locale, Words};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// A made-up shop with one form.
struct Shop(Wiring);

impl Service for Shop {
    const CAPABILITY: Capability = Capability::Catalog;

    fn wiring(&self) -> &Wiring {
        &self.0
    }

    fn routes() -> Vec<Route<Self>> {
        Vec::new()
    }

    fn screens() -> Option<Screens<Self>> {
        let mut route = pages::post("/form", Access::Unauthenticated, send);
        route.body_limit = 100;
        Some(pages::screens(vec![route, pages::get("/page", Access::Unauthenticated, read)]))
    }

    async fn receive(&self, message: &Received) -> Result<Vec<Outgoing>, Failure> {
        Err(message.unknown())
    }
}

#[derive(Deserialize)]
struct Sent {
    #[serde(default)]
    fault: String,
}

async fn send(_: Arc<Shop>, call: Call<Form<Sent>, NoQuery>) -> Result<Response, Problem> {
    Err(match call.body.0.fault.as_str() {
        "busy" => Problem::unavailable(),
        "too often" => Problem::new(429, "too_many_attempts", "Too many attempts."),
        "without words" => Problem::new(409, "of_a_kind_without_words", "Something in English."),
        _ => Problem::internal("a fault"),
    })
}

async fn read(_: Arc<Shop>, call: Call) -> Result<Response, Problem> {
    call.param::<String>("nothing").map(|_| Response::default())
}

/// What people may send, with what is said of it.
fn refused() -> Vec<(Request, u16, &'static str)> {
    let form = |fault: &str| Request::form("/form", &[("fault", fault)]);
    vec![
        (Request::get("/nowhere"), 404, "not_found"),
        (Request::get("/page"), 404, "not_found"),
        (Request::new("DELETE", "/page"), 405, "method_not_allowed"),
        (Request::new("POST", "/form"), 403, "foreign_form"),
        (form("busy").header("content-type", "text/plain"), 415, "unsupported_media_type"),
        (form(&"x".repeat(101)), 413, "body_too_large"),
        (form("4111 1111 1111 1111"), 422, "card_number_refused"),
        (form("busy"), 503, "unavailable"),
        (form("too often"), 429, "too_many_attempts"),
        (form("without words"), 409, "of_a_kind_without_words"),
        (form("other"), 500, "internal"),
    ]
}

#[tokio::test]
async fn a_refusal_is_told_in_the_readers_language_and_never_as_the_api_says_it() {
    let bench: Bench<Shop> = Bench::new(|parts| Shop(parts.wiring.clone()));
    for locale in Locale::ALL {
        let words = &Words::of(locale).problem;
        for (request, status, kind) in refused() {
            let answer = bench.http(request.header("accept-language", locale.tag())).await;
            assert_eq!(answer.status, status, "{kind}");
            let html = answer.body.as_str().unwrap();
            let told = words.of(status, kind);
            assert!(html.contains(&format!("<h1>{}</h1>", told.headline)), "{kind} in {locale}: {html}");
            assert!(html.contains(&format!("<p class=\"lead\">{}</p>", told.advice)), "{kind} in {locale}: {html}");
            for detail in
                ["There is no such", "does not support", "Send the form as", "at most", "Never type", "in English"]
            {
                assert!(!html.contains(detail), "{kind} in {locale}: {detail}");
            }
        }
    }
}

/// Status and name of the problems that a source makes by itself.
fn made_in(source: &str) -> BTreeSet<(u16, String)> {
    let name =
        |rest: &str| rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()).map(str::to_owned);
    let new = source.split("::new(").skip(1).filter_map(|rest| {
        let (status, rest) = rest.trim_start().split_once(',')?;
        Some((status.parse().ok()?, name(rest)?))
    });
    let bad = source.split("::bad_request(").skip(1).filter_map(|rest| Some((400, name(rest)?)));
    new.chain(bad).collect()
}

/// The sources below a folder, without their tests.
fn sources(folder: &Path, into: &mut Vec<String>) {
    for path in fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
            into.push(fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_kind_of_problem_that_a_page_can_meet_has_words_of_its_own() {
    // Of JSON and of headers that programs alone send.
    const OF_PROGRAMS: [&str; 4] =
        ["idempotency_key_required", "malformed_json", "precondition_failed", "precondition_required"];
    let functions = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut texts = Vec::new();
    sources(&functions.join("chassis/src/http"), &mut texts);
    sources(&functions.join("pages/src"), &mut texts);
    for capability in fs::read_dir(functions).unwrap() {
        sources(&capability.unwrap().path().join("src/pages"), &mut texts);
    }
    let made: BTreeSet<_> = texts.iter().flat_map(|text| made_in(text)).collect();
    for expected in [(400, "malformed_form"), (400, "invalid_parameter"), (403, "foreign_form"), (422, "invalid_field")]
    {
        assert!(made.contains(&(expected.0, expected.1.to_owned())), "{expected:?} is made somewhere: {made:?}");
    }
    for (status, kind) in made.into_iter().filter(|(_, kind)| !OF_PROGRAMS.contains(&kind.as_str())) {
        for locale in Locale::ALL {
            let words = &Words::of(locale).problem;
            assert_ne!(words.of(status, &kind), &words.refused, "{status} {kind} in {locale}");
        }
    }
}
