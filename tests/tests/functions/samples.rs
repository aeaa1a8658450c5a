//! The samples for `cargo lambda invoke --data-file events/samples/…` reach code that can read them.

use super::benches::with_every_bench;
use chassis::Service;
use chassis::testing::Bench;
use events::Capability;
use events::flows::received_by;
use serde_json::{Value, json};
use system_tests::workspace;

fn sample(file: &str) -> Value {
    serde_json::from_str(&workspace::read(&format!("events/samples/{file}"))).unwrap()
}

fn samples_named(wanted: impl Fn(&str) -> bool) -> Vec<(String, Value)> {
    let files =
        workspace::files().into_iter().filter_map(|path| path.strip_prefix("events/samples/").map(str::to_owned));
    files.filter(|file| wanted(file)).map(|file| (file.clone(), sample(&file))).collect()
}

async fn reads_its_messages<S: Service>(bench: Bench<S>) {
    let capability = S::CAPABILITY;
    let address = format!(":local-{capability}-inbox");
    let mut received = 0;
    for (file, event) in samples_named(|_| true) {
        let to = event["Records"][0]["eventSourceARN"].as_str().unwrap_or_default();
        if to.ends_with(&address) {
            bench.invoke(&event).await.unwrap();
            // Orders dead-letters a reply about an unknown order, as an order is written before any command is sent; shipping an
            // answer about a dispatch that nobody made; users a role for nobody, which tells by its reason that it was read.
            let unknown = |body: &String| capability == Capability::Orders || body.contains("retract");
            let to_nobody = |reason: &Value| capability == Capability::Users && reason == "no user has this id";
            let (bodies, attributes) = (bench.queues.dead_lettered(), bench.queues.dead_letter_attributes());
            let readable =
                bodies.iter().zip(&attributes).all(|(body, why)| unknown(body) || to_nobody(&json!(why["reason"])));
            assert!(readable, "{capability} cannot read {file}: {attributes:?}");
            received += 1;
        }
    }
    assert_eq!(received, received_by(capability).count(), "{capability}");
}

#[tokio::test]
async fn every_receiver_reads_every_message_that_is_sent_to_it() {
    with_every_bench!(reads_its_messages);
}

async fn dead_letters_what_it_does_not_know<S: Service>(bench: Bench<S>) {
    let envelope = json!({"specversion": "1.0", "id": "a/1/b", "source": "/souk/users", "type": "users.unheard_of.v1",
        "subject": "a", "time": "2026-01-01T00:00:00Z", "data": {}});
    let bodies = [envelope.to_string(), "{".to_owned()];
    assert!(bench.deliver_raw(&bodies).await.is_empty(), "{}", S::CAPABILITY);
    let dead_lettered = bench.queues.dead_lettered();
    assert!(
        dead_lettered.len() == 2 && bodies.iter().all(|body| dead_lettered.contains(body)),
        "{}: {dead_lettered:?}",
        S::CAPABILITY
    );
    assert!(bench.dynamo.items().is_empty(), "{} wrote something", S::CAPABILITY);
}

#[tokio::test]
async fn what_no_inbox_knows_is_dead_lettered_by_each_of_them_and_changes_nothing() {
    with_every_bench!(dead_letters_what_it_does_not_know);
}

async fn answers_its_requests<S: Service>(bench: Bench<S>) {
    let prefix = format!("http.{}.", S::CAPABILITY);
    let requests = samples_named(|file| file.starts_with(&prefix));
    assert!(!requests.is_empty());
    for (file, event) in requests {
        let answer = bench.invoke(&event).await.unwrap();
        let status = answer["statusCode"].as_u64().unwrap();
        // The bench is an empty shop: the request may find nothing, but it is understood.
        assert!([200, 201, 404, 422].contains(&status), "{file}: {answer}");
    }
}

#[tokio::test]
async fn every_sample_request_is_understood() {
    with_every_bench!(answers_its_requests);
}

async fn survives_ticks_and_removals<S: Service>(bench: Bench<S>) {
    for file in ["schedule.json", "stream.removal.json"] {
        bench.invoke(&sample(file)).await.unwrap_or_else(|error| panic!("{}: {file}: {error}", S::CAPABILITY));
    }
    assert!(bench.queues.take().is_empty() && bench.queues.dead_lettered().is_empty(), "{}", S::CAPABILITY);
}

#[tokio::test]
async fn a_tick_and_a_removal_do_no_harm_anywhere() {
    with_every_bench!(survives_ticks_and_removals);
}
