//! One run from opening the shop until it is at rest, and its report.

use super::clock::on_virtual_time;
use super::customers::{self, Driver};
use super::faults::Fault;
use super::invariant::{Invariant, Violation};
use super::plan::Plan;
use super::rest::come_to_rest;
use super::rights::Right;
use super::settled::orders;
use super::shop::Shop;
use super::stage::Stage;
use super::{clerk, erp, front_desk, invariants, mutants::Mutant, staff};
use events::ids::OrderId;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Debug, Clone)]
pub struct Report {
    pub plan: Plan,
    /// Placed orders.
    pub orders: u64,
    /// Their number by final states.
    pub endings: BTreeMap<String, u64>,
    pub messages: u64,
    /// Writes and sends.
    pub calls: u64,
    /// Virtual milliseconds.
    pub millis: u64,
    /// Faults by kind.
    pub faults: BTreeMap<Fault, u64>,
    /// Kinds of calls whose connection hung.
    pub hung: BTreeSet<String>,
    /// Equal for equal runs.
    pub fingerprint: u64,
    pub rights: BTreeSet<Right>,
    /// Broken promises.
    pub violations: Vec<Violation>,
    /// The story of the first violation; empty without one.
    pub timeline: Vec<String>,
}

pub fn run(plan: &Plan) -> Report {
    on_virtual_time(simulate(plan))
}

/// What happened to each order, line by line.
pub fn stories(plan: &Plan) -> BTreeMap<OrderId, Vec<String>> {
    on_virtual_time(async {
        let stage = Arc::clone(&play(plan).await.shop.stage);
        let orders = orders(&stage).into_iter().map(|order| order.id);
        orders.map(|order| (order, stage.story.naming(bits_of(&order.to_string())))).collect()
    })
}

/// Opens a shop and sets it up. Faults strike only once they are begun.
pub async fn open_shop(plan: &Plan) -> Arc<Driver> {
    let shop = Shop::build(&Stage::new(plan));
    shop.open();
    Arc::new(Driver::set_up(shop, plan).await)
}

async fn simulate(plan: &Plan) -> Report {
    report(plan, &play(plan).await.shop.stage)
}

async fn play(plan: &Plan) -> Arc<Driver> {
    let driver = open_shop(plan).await;
    let stage = &driver.shop.stage;
    stage.faults.begin();
    if plan.faults > 0 {
        stage.plan_absences();
    }
    if plan.mutant == Some(Mutant::HoldsExpire) {
        tokio::spawn(staff::expire_holds(Arc::clone(stage)));
    }
    let quiet = run_these(&driver, plan.who_comes()).await;
    // A run that broke on the way was not followed to its end, so its end proves nothing.
    if !stage.is_broken() {
        invariants::check_end(stage, quiet);
    }
    driver
}

/// Runs so many customers and the staff until the shop is at rest; false if it never is.
pub async fn run_customers(driver: &Arc<Driver>, customers: u64) -> bool {
    run_these(driver, 0..customers).await
}

async fn run_these(driver: &Arc<Driver>, customers: impl Iterator<Item = u64>) -> bool {
    let shift = tokio::spawn(staff::work(Arc::clone(driver)));
    // In a crowd somebody works with a session of their own.
    let clerk = driver.journey.is_none().then(|| tokio::spawn(clerk::work(Arc::clone(driver))));
    // And a machine with a key.
    let erp = driver.journey.is_none().then(|| tokio::spawn(erp::work(Arc::clone(driver))));
    let front_desk = driver.front_desk.then(|| tokio::spawn(front_desk::work(Arc::clone(driver))));
    let visit = |number| tokio::spawn(customers::shop(Arc::clone(driver), number));
    let customers: Vec<_> = customers.map(visit).collect();
    let members = if driver.journey.is_none() { customers::member::MEMBERS } else { 0 };
    let members = (0..members).map(|number| tokio::spawn(customers::member::live(Arc::clone(driver), number)));
    for customer in customers.into_iter().chain(members.collect::<Vec<_>>()) {
        if let Err(error) = customer.await {
            driver.shop.stage.violate(Invariant::RequestsAreAnswered, format!("a customer gave up: {error}"));
        }
    }
    let quiet = come_to_rest(&driver.shop).await;
    shift.abort();
    for colleague in [clerk, erp, front_desk].into_iter().flatten() {
        colleague.abort();
    }
    quiet
}

fn report(plan: &Plan, stage: &Stage) -> Report {
    let orders = orders(stage);
    let mut endings: BTreeMap<String, u64> = BTreeMap::new();
    for order in &orders {
        let ending = format!("{:?}, {:?}, {:?}", order.status, order.payment_state, order.fulfillment_state);
        *endings.entry(ending).or_default() += 1;
    }
    let violations = stage.violations();
    let fingerprint = stage.story.fingerprint();
    let timeline = if violations.is_empty() { Vec::new() } else { stage.story.about(&names(&violations), 160) };
    Report {
        plan: plan.clone(),
        orders: orders.len() as u64,
        endings,
        messages: stage.queues.messages(),
        calls: stage.faults.calls(),
        millis: stage.clock.millis(),
        faults: stage.faults.met(),
        hung: stage.faults.hung(),
        fingerprint,
        rights: stage.rights.recorded(),
        violations,
        timeline,
    }
}

fn bits_of(id: &str) -> &str {
    id.split_once('_').map_or("", |(_, bits)| bits)
}

/// The bits of the first order that a violation names; its sibling ids share them.
fn names(violations: &[Violation]) -> Vec<String> {
    let bits = |violation: &Violation| {
        let words = violation.what.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let found = words.filter_map(|word| word.split_once('_')).find(|(_, bits)| bits.len() == 26);
        found.map(|(_, bits)| bits.to_owned())
    };
    violations.iter().find_map(bits).into_iter().collect()
}
