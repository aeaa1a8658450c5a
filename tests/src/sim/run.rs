//! One run from opening to quiet, and what came of it.

use super::clock::on_virtual_time;
use super::customers::{self, Driver};
use super::faults::Fault;
use super::plan::Plan;
use super::rights::Right;
use super::shop::Shop;
use super::stage::Stage;
use super::{invariants, mutants::Mutant, staff};
use events::Capability;
use events::ids::ShipmentId;
use orders::domain::order::{FulfillmentState, Order, Status};
use orders::domain::overdue::{failed_tries, outstanding};
use shipping::domain::shipment::Status as Parcel;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// Virtual time after which everything must have come to rest (DESIGN: messages back off up to 15 min, orders are resent
/// at least every hour or so, and a capability may be away for one).
const PATIENCE: Duration = Duration::from_secs(24 * 3600);
/// An order asks again after 1, 2, 4 … 64 minutes: so many times are some three hours, more than anybody is away.
const MANY_NUDGES: u32 = 8;
/// Calm for so long, nobody has anything left to do: the staff have looked at everything twice.
const CALM: Duration = Duration::from_secs(600);

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Report {
    /// The run.
    pub plan: Plan,
    /// Orders that were placed.
    pub orders: u64,
    /// Of them, by how they ended.
    pub endings: BTreeMap<String, u64>,
    /// Messages sent.
    pub messages: u64,
    /// Writes and sends.
    pub calls: u64,
    /// Virtual milliseconds.
    pub millis: u64,
    /// Faults by kind.
    pub faults: BTreeMap<Fault, u64>,
    /// Equal for equal stories.
    pub fingerprint: u64,
    /// What the functions asked of AWS.
    pub rights: BTreeSet<Right>,
    /// What must never be and was.
    pub violations: Vec<String>,
    /// What happened, where something went wrong: only about what did.
    pub timeline: Vec<String>,
}

/// Runs a plan to its end.
pub fn run(plan: &Plan) -> Report {
    on_virtual_time(simulate(plan))
}

/// An open shop and the driver in front of it, where nothing goes wrong until faults begin.
pub async fn open_shop(plan: &Plan) -> Arc<Driver> {
    let shop = Shop::build(&Stage::new(plan));
    shop.open();
    Arc::new(Driver::set_up(shop, plan).await)
}

async fn simulate(plan: &Plan) -> Report {
    let driver = open_shop(plan).await;
    let stage = &driver.shop.stage;
    stage.faults.begin();
    if plan.faults > 0 {
        stage.plan_absences();
    }
    if plan.mutant == Some(Mutant::HoldsExpire) {
        tokio::spawn(staff::expire_holds(Arc::clone(stage)));
    }
    let quiet = run_customers(&driver, plan.customers).await;
    // What broke on the way was not followed to its end, so nothing is said about that.
    if !stage.is_broken() {
        invariants::check(stage, quiet);
    }
    report(plan, stage)
}

/// So many customers come and go while the staff work, until nothing is left to do; whether that ever was.
pub async fn run_customers(driver: &Arc<Driver>, customers: u64) -> bool {
    let shift = tokio::spawn(staff::work(Arc::clone(driver)));
    let customers: Vec<_> =
        (0..customers).map(|number| tokio::spawn(customers::shop(Arc::clone(driver), number))).collect();
    for customer in customers {
        if let Err(error) = customer.await {
            driver.shop.stage.violate(format!("a customer gave up: {error}"));
        }
    }
    let quiet = come_to_rest(&driver.shop).await;
    shift.abort();
    quiet
}

/// Waits until nothing is left to do; whether that ever was.
pub async fn come_to_rest(shop: &Shop) -> bool {
    let stage = &shop.stage;
    let waited = |since: u64| Duration::from_millis(stage.clock.millis() - since);
    let since = stage.clock.millis();
    let mut calm_since = None;
    while waited(since) < PATIENCE {
        // What takes hours need not be looked for every minute.
        let soon = waited(since) < Duration::from_secs(3600);
        tokio::time::sleep(Duration::from_secs(if soon { 60 } else { 600 })).await;
        if stage.is_broken() {
            return true;
        }
        if shop.is_busy() || !is_at_rest(stage) {
            calm_since = None;
            // As many resends as that take hours.
            if !soon && is_stuck(stage) {
                return false;
            }
        } else if waited(*calm_since.get_or_insert(stage.clock.millis())) > CALM {
            return true;
        }
    }
    false
}

fn is_at_rest(stage: &Stage) -> bool {
    let relayed = stage.tables.values().all(|table| table.backlog() == 0);
    if !relayed || stage.queues.under_way(|label, _| label.kind == "orders.deadline_due.v1") > 0 {
        return false;
    }
    let parcels = parcels(stage);
    let heard = |order: &Order| match (parcels.get(&order.id.shipment()), order.fulfillment_state) {
        (Some(Parcel::Dispatched | Parcel::Delivered), FulfillmentState::Created) => false,
        (Some(Parcel::Delivered), heard) => heard != FulfillmentState::Dispatched,
        _ => true,
    };
    // A refund whose stream record was lost waits for the sweep, and its order says nothing of it.
    let refunding = stage.tables[&Capability::Payments].texts("refunding", |(_, sk)| sk == "payment");
    if refunding.iter().any(|(_, shard)| !shard.is_empty()) {
        return false;
    }
    let is_so = |item: orders::store::Item| is_settled_or_waits(&item.order) && heard(&item.order);
    stage.tables[&Capability::Orders].every(|(_, sk)| sk == "order", is_so)
}

/// How far every parcel is.
pub(super) fn parcels(stage: &Stage) -> BTreeMap<ShipmentId, Parcel> {
    let parcels = stage.tables[&Capability::Shipping].texts("status", |(pk, _)| pk.starts_with("shp_"));
    let known = |(id, status): (String, String)| (id.parse().unwrap(), serde_json::from_value(status.into()).unwrap());
    parcels.into_iter().map(known).collect()
}

/// Whether whatever does not come to rest was asked about so often that no answer will ever come.
fn is_stuck(stage: &Stage) -> bool {
    let every = |is_so: &dyn Fn(&Order) -> bool| {
        stage.tables[&Capability::Orders].every(|(_, sk)| sk == "order", |item: orders::store::Item| is_so(&item.order))
    };
    every(&|order| is_settled_or_waits(order) || order.resends >= MANY_NUDGES) && !every(&is_settled_or_waits)
}

/// Every order.
pub fn orders(stage: &Stage) -> Vec<Order> {
    let items: Vec<orders::store::Item> = stage.tables[&Capability::Orders].read(|(_, sk)| sk == "order");
    items.into_iter().map(|item| item.order).collect()
}

/// It ended, or it waits for somebody who may take their time: the warehouse, or an operator after many tries.
pub fn is_settled_or_waits(order: &Order) -> bool {
    let given_up = failed_tries(order).is_some_and(|tries| tries >= 10);
    let failing = failed_tries(order).is_some() && !given_up;
    !order.status.is_unpaid() && order.status != Status::Canceling && outstanding(order).is_empty() && !failing
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
        fingerprint,
        rights: stage.rights.recorded(),
        violations,
        timeline,
    }
}

/// The bits of the first order that a violation names: siblings of an order share them.
fn names(violations: &[String]) -> Vec<String> {
    let bits = |text: &String| {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let found = words.filter_map(|word| word.split_once('_')).find(|(_, bits)| bits.len() == 26);
        found.map(|(_, bits)| bits.to_owned())
    };
    violations.iter().find_map(bits).into_iter().collect()
}
