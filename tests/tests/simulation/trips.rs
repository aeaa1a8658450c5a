//! The exact round trips of requests, pages and messages to AWS, compared with the budgets. The work is that of `cargo souk bench`.

use bench::work::{self, Work, pages};
use chassis::Env;
use chassis::runtime::Common;
use chassis::testing::Response;
use events::routes::{ROUTES, Route};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use system_tests::cost::count;
use system_tests::sim::access_matrix::try_every_route;
use system_tests::sim::clock::on_virtual_time;
use system_tests::sim::journey::Journey;
use system_tests::sim::trips::{Service, Waiting};
use system_tests::template::Template;
use system_tests::workspace;

/// Path from the root.
const BUDGETS: &str = "tests/budgets.yaml";

/// Round trips by service; services without any are left out.
type Trips = BTreeMap<String, u64>;

struct Subject {
    work: Work,
    function: Waiting,
    number: u64,
}

impl Subject {
    async fn new(work: Work) -> Self {
        // Later than the work's own time, so that its tokens are valid.
        let now = work::now().plus_seconds(60);
        let subject = Self { work, function: Waiting::new(work.of, now), number: 0 };
        for event in work.preparation() {
            is_well(&subject.function.invoke(&event).await);
        }
        subject
    }

    fn next_request(&mut self) -> Value {
        self.number += 1;
        self.work.request(self.number)
    }

    async fn next_message(&mut self) -> Value {
        self.number += 1;
        let mut made = Value::Null;
        while let Some(event) = self.work.needed_before(self.number, &made) {
            let answer = self.function.invoke(&event).await;
            is_well(&answer);
            made = Response::from_answer(&answer).body;
        }
        self.work.complete(&self.function.table, &made);
        let samples = workspace::root().join("events/samples");
        json!({"Records": [self.work.message(&samples, self.number, &made).unwrap()]})
    }

    async fn request(&mut self) -> Trips {
        // The first request does what a process does once.
        let event = self.next_request();
        is_well(&self.function.invoke(&event).await);
        let mut trips = Trips::new();
        for service in Service::ALL {
            let event = self.next_request();
            let (count, answer) = self.function.trips(service, &event).await;
            is_well(&answer);
            trips.extend((count > 0).then(|| (service.name().to_owned(), count)));
        }
        trips
    }

    /// Each page, asked for before.
    async fn pages(&self) -> Vec<(String, Trips)> {
        let (samples, mut made) = (workspace::root().join("events/samples"), Vec::new());
        while let Some(event) = pages::needed_before(self.work.of, &samples, &made).unwrap() {
            made.push(pages::made_by(self.function.invoke(&event).await).unwrap());
        }
        let mut all = Vec::new();
        for page in pages::ALL.into_iter().filter(|page| page.of == self.work.of) {
            let request = page.request(&made);
            pages::html_of(&self.function.invoke(&request.event()).await).unwrap();
            let mut trips = Trips::new();
            for service in Service::ALL {
                let (count, answer) = self.function.trips(service, &request.event()).await;
                pages::html_of(&answer).unwrap();
                trips.extend((count > 0).then(|| (service.name().to_owned(), count)));
            }
            all.push((page.name.to_owned(), trips));
        }
        all
    }

    async fn message(&mut self) -> Trips {
        let mut trips = Trips::new();
        for service in Service::ALL {
            let event = self.next_message().await;
            let (count, answer) = self.function.trips(service, &event).await;
            assert_eq!(answer["batchItemFailures"], json!([]), "{event}");
            trips.extend((count > 0).then(|| (service.name().to_owned(), count)));
        }
        trips
    }
}

fn is_well(answer: &Value) {
    assert!(answer["statusCode"].as_u64().is_some_and(|status| status < 300), "{answer}");
}

/// One line per function and kind of work.
fn lines(all: &BTreeMap<String, BTreeMap<String, Trips>>) -> BTreeSet<String> {
    let works = all.iter().flat_map(|(of, works)| works.iter().map(move |(what, trips)| (of, what, trips)));
    works.map(|(of, what, trips)| format!("{of}: {what}: {trips:?}")).collect()
}

fn route_name(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

#[test]
fn functions_start_with_the_environment_that_the_benchmark_gives_them() {
    for work in work::ALL {
        let given = work::environment(work.of, "table", "http://localhost", Path::new("certificates.pem"));
        let given: BTreeMap<_, _> = given.into_iter().collect();
        let read = Common::from_env(&Env::from_fn(|name| given.get(name).cloned()));
        assert!(read.is_ok(), "{}: {read:?}", work.of);
    }
}

#[test]
fn functions_are_measured_with_as_many_early_connections_as_they_are_deployed_with() {
    for (of, template) in Template::of_capabilities() {
        let functions = template.of_type("AWS::Serverless::Function");
        let (_, api) = functions.iter().find(|(name, _)| name.ends_with("Api")).unwrap();
        let deployed = api["Properties"]["Environment"]["Variables"]["PRIME_TABLE"].as_str().unwrap_or_default();
        let given: BTreeMap<_, _> = work::environment(of, "table", "", Path::new("")).into_iter().collect();
        assert_eq!(given["PRIME_TABLE"], deployed, "{of}");
    }
}

#[test]
fn no_route_waits_for_its_table_more_often_than_is_budgeted() {
    let mut counted = try_every_route().waited;
    for (route, waits) in Journey::ALL.into_iter().flat_map(|journey| count(journey, 1, 0).waited) {
        let most = counted.entry(route).or_default();
        *most = waits.max(*most);
    }
    // Shown on failure, or with `--nocapture`.
    println!("{counted:#?}");
    let uncounted: Vec<_> = ROUTES.iter().map(route_name).filter(|route| !counted.contains_key(route)).collect();
    assert_eq!(uncounted, [] as [String; 0]);
    counted.retain(|_, waits| *waits > 1);
    let file: yaml_serde::Value = yaml_serde::from_str(&workspace::read(BUDGETS)).unwrap();
    let budgeted: BTreeMap<String, u64> = yaml_serde::from_value(file["routes"].clone()).unwrap();
    assert_eq!(counted, budgeted, "a route waits once, or {BUDGETS} says how often and why");
}

#[test]
fn requests_and_messages_wait_for_aws_as_often_as_is_budgeted() {
    let mut counted = BTreeMap::new();
    for work in work::ALL {
        let found = on_virtual_time(async {
            let mut subject = Subject::new(work).await;
            let mut found = subject.pages().await;
            found.push((work.request.to_owned(), subject.request().await));
            found.push((work.message.to_owned(), subject.message().await));
            found
        });
        counted.insert(work.of.to_string(), found.into_iter().collect());
    }
    let file: yaml_serde::Value = yaml_serde::from_str(&workspace::read(BUDGETS)).unwrap();
    let budgeted = yaml_serde::from_value(file["trips"].clone()).unwrap();
    let (counted, budgeted) = (lines(&counted), lines(&budgeted));
    let (new, old) = (counted.difference(&budgeted), budgeted.difference(&counted));
    assert!(
        counted == budgeted,
        "counted {:#?}\nbut {BUDGETS} has {:#?}\nIf there are more sequential round trips than budgeted, remove one or argue for it there; if there are \
         fewer, lower the budget.",
        new.collect::<Vec<_>>(),
        old.collect::<Vec<_>>(),
    );
}
