//! The part that says how many messages a capability gave up: who sees it, and what it says whatever its queue says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![expect(clippy::disallowed_methods, reason = "virtual time")]

use chassis::http::Screens;
use chassis::messaging::DeadLetter;
use chassis::testing::{Bench, Request, Response};
use chassis::time_limit::ASIDE;
use chassis::{Failure, Received, Route, Service, Wiring};
use events::ids::UserId;
use events::users::Role;
use events::{Capability, Outgoing};
use tokio::time::Instant;

const PART: &str = "/staff/catalog/dead-letters";

/// A made-up shop.
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
        Some(pages::screens(vec![pages::dead_letters(PART)]))
    }

    async fn receive(&self, message: &Received) -> Result<Vec<Outgoing>, Failure> {
        Err(message.unknown())
    }
}

fn bench() -> Bench<Shop> {
    Bench::new(|parts| Shop(parts.wiring.clone()))
}

async fn seen_with(bench: &Bench<Shop>, token: &str) -> Response {
    bench.http(Request::get(PART).header("cookie", &format!("__Host-souk_access={token}"))).await
}

/// What staff see.
async fn told(bench: &Bench<Shop>) -> String {
    let answer = seen_with(bench, &bench.staff()).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")), "{answer:?}");
    answer.body.as_str().unwrap().to_owned()
}

async fn give_up(bench: &Bench<Shop>, messages: u32) {
    for _ in 0..messages {
        let queues = &bench.function.service().wiring().queues;
        queues.dead_letter(Capability::Catalog, DeadLetter::new("{}", "a test")).await.unwrap();
    }
}

#[tokio::test]
async fn it_says_how_many_messages_were_given_up_and_where_to_read_on() {
    let bench = bench();
    let none = told(&bench).await;
    assert!(none.contains(">None<") && !none.contains("operations.md"), "{none}");
    give_up(&bench, 1).await;
    assert!(told(&bench).await.contains(">1 message<"));
    give_up(&bench, 2).await;
    let some = told(&bench).await;
    assert!(some.contains(">3 messages<") && some.contains("docs/operations.md"), "{some}");
    assert!(!some.contains("<html"), "a part of a page: {some}");
}

#[tokio::test]
async fn a_queue_that_refuses_to_say_leaves_the_number_unknown() {
    let bench = bench();
    give_up(&bench, 1).await;
    bench.queues.refuse_all("AccessDenied");
    let unknown = told(&bench).await;
    assert!(unknown.contains("Not known") && !unknown.contains("message<"), "{unknown}");
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_hangs_leaves_the_number_unknown_in_time() {
    let bench = bench();
    bench.queues.hang_next(1_000);
    let began = Instant::now();
    assert!(told(&bench).await.contains("Not known"));
    assert!(began.elapsed() <= ASIDE.at_most, "{:?}", began.elapsed());
}

#[tokio::test]
async fn staff_see_it_and_nobody_else() {
    let bench = bench();
    let customer = bench.token(UserId::from_bits(1), &[Role::Customer]);
    let admin = bench.token(UserId::from_bits(2), &[Role::Admin]);
    assert_eq!(bench.http(Request::get(PART)).await.status, 401);
    assert_eq!(seen_with(&bench, &customer).await.status, 403);
    assert_eq!(seen_with(&bench, &admin).await.status, 200);
}
