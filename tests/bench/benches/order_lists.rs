//! Staff's lists of orders beside 1,000 old orders and beside 1,000,000: `cargo bench -p bench --bench order_lists`.
//!
//! It prints the table of `docs/performance.md`, and fails if a list takes more than half as long again beside the million, or reads
//! anything more. Both tables have the same newest orders, so the same page is read. Refuses to be part of a test run: it fills 4 GB of
//! memory, for a minute or two.

// A broken benchmark must stop: panics are intended here.
#![allow(clippy::unwrap_used)]

use bench::work::{self, ALL};
use chassis::Env;
use chassis::testing::{Bench, EmbeddedDynamo, Parts, Request, Response};
use events::Capability;
use events::Timestamp;
use events::ids::{OrderId, UserId};
use orders::{Config, GuestKey, Orders};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// Old orders of both tables.
const FEW: u64 = 1_000;
const MANY: u64 = 1_000_000;
/// Items that are put at once.
const CHUNK: u64 = 20_000;
/// From an old order to the one before: a million take three years.
const SECONDS_BETWEEN: i64 = 95;
/// Seconds for which orders are found by their SKUs.
const SKU_SECONDS: i64 = 400 * 24 * 60 * 60;
/// Measured requests of each list and table, and those before them.
const ROUNDS: usize = 200;
const WARM_UP: usize = 10;
/// The mailbox of the order that is placed, and of some of the newest old ones.
const MAILBOX: &str = "ada-1@example.com";
const SKU: &str = "TEA-MINT-100";
/// The customer of some of the newest old orders.
const CUSTOMER: UserId = UserId::from_bits(7);

/// A table with an order that was placed just now, and old ones.
struct Shop {
    bench: Bench<Orders>,
    /// When the newest old order is placed.
    since: Timestamp,
    /// The item of the order that was placed.
    model: Value,
    /// The key of its mailbox.
    mailbox: String,
}

/// What a page took.
#[derive(Debug, Clone, Default)]
struct Taken {
    times: Vec<Duration>,
    /// Tenths of read request units.
    units: Vec<u64>,
}

fn main() {
    // Whoever runs all benches as tests, or lists them, does not mean this.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    let (few, many) = (Shop::with(FEW).await, Shop::with(MANY).await);
    println!("\n| list | 1,000 old orders | 1,000,000 | times | read units |\n|---|---|---|---|---|");
    let mut slow = Vec::new();
    for (what, target) in few.lists() {
        let [beside_few, beside_many] = beside(&few, &many, &target).await;
        assert_eq!(beside_few.units, beside_many.units, "{what} reads more beside more old orders");
        let (short, long) = (beside_few.median(), beside_many.median());
        let percent = long * 100 / short.max(1);
        println!(
            "| {what} | {} ms | {} ms | {}.{:02} | {}.{} |",
            millis(short),
            millis(long),
            percent / 100,
            percent % 100,
            beside_many.units[0] / 10,
            beside_many.units[0] % 10
        );
        if percent > 150 {
            slow.push(what);
        }
    }
    println!("\nmost memory: {}", most_memory());
    assert!(slow.is_empty(), "these lists take too long beside {MANY} old orders: {slow:?}");
}

/// The same list of both tables, in turn, so that disturbances of the machine affect both alike.
async fn beside(few: &Shop, many: &Shop, target: &str) -> [Taken; 2] {
    let mut taken = [Taken::default(), Taken::default()];
    for round in 0..WARM_UP + ROUNDS {
        for (shop, taken) in [few, many].into_iter().zip(&mut taken) {
            let (took, units) = shop.look(target).await;
            if round >= WARM_UP {
                taken.times.push(took);
                taken.units.push(units);
            }
        }
    }
    taken
}

impl Taken {
    /// In microseconds.
    fn median(&self) -> u128 {
        let mut times = self.times.clone();
        times.sort_unstable();
        times[times.len() / 2].as_micros()
    }
}

impl Shop {
    async fn with(old: u64) -> Self {
        let bench = Bench::on(EmbeddedDynamo::without_stream(Capability::Orders), build);
        // Quotes are made by the clock on the wall.
        bench.world.pass_seconds(work::now().seconds() - bench.world.now().seconds() + 1);
        let place = ALL.into_iter().find(|work| work.of == Capability::Orders).unwrap();
        let placed = Response::from_answer(&bench.invoke(&place.request(1)).await.unwrap());
        assert_eq!(placed.status, 202, "{:?}", placed.body);
        let items = bench.dynamo.items();
        let find = |is_it: fn(&Value) -> bool| items.iter().find(|item| is_it(item)).unwrap().clone();
        let model = find(|item| item["sk"]["S"] == "order");
        let guest = find(|item| item["pk"]["S"].as_str().is_some_and(|pk| pk.starts_with("guest#")));
        let mailbox = guest["pk"]["S"].as_str().unwrap().to_owned();
        let since = bench.world.now().plus_seconds(-SECONDS_BETWEEN);
        let shop = Self { bench, since, model, mailbox };
        let began = Instant::now();
        shop.fill(old);
        eprintln!("{old} old orders after {} s", began.elapsed().as_secs());
        shop
    }

    /// The oldest come first, as they did in life.
    fn fill(&self, old: u64) {
        let mut left = old;
        while left > 0 {
            let from = left.saturating_sub(CHUNK);
            self.bench.dynamo.put_all((from..left).rev().flat_map(|number| self.old_order(number)));
            left = from;
        }
    }

    /// When an old order was placed; number 0 is the newest.
    fn placed_at(&self, number: u64) -> Timestamp {
        self.since.plus_seconds(-SECONDS_BETWEEN * i64::try_from(number).unwrap())
    }

    fn id(&self, number: u64) -> OrderId {
        // An odd factor makes of each number another one whose bits look random.
        let mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut random = [0; 10];
        random[2..].copy_from_slice(&mixed.to_be_bytes());
        OrderId::new(self.placed_at(number), random)
    }

    /// An order's item with every key of its lists, and the items by which it is found.
    fn old_order(&self, number: u64) -> Vec<Value> {
        let (id, at) = (self.id(number), self.placed_at(number));
        let (status, list) = match number % 50 {
            7 => ("rejected", "rejected"),
            8 => ("canceled", "canceled"),
            9 => ("expired", "expired"),
            _ => ("completed", "valid"),
        };
        let mut order = self.model.clone();
        let texts = [
            ("pk", id.to_string()),
            ("id", id.to_string()),
            ("placed_at", at.to_string()),
            ("status", status.to_owned()),
            ("index1", format!("{list}#{}", id.bits() % 4)),
            ("index1_sort", format!("{:013}", at.millis())),
            ("index2", id.number().to_string()),
        ];
        for (name, text) in texts {
            assert!(order[name]["S"].is_string(), "an order has no {name}");
            order[name] = json!({ "S": text });
        }
        let attributes = order.as_object_mut().unwrap();
        for gone in ["due", "due_at"] {
            attributes.remove(gone);
        }
        let mut items = Vec::new();
        let refer =
            |list: String| json!({"pk": {"S": list}, "sk": {"S": id.to_string()}, "cause": self.model["cause"]});
        // Every other order is a guest's.
        if number.is_multiple_of(2) {
            let is_known = number < FEW && number.is_multiple_of(50);
            items.push(refer(if is_known { self.mailbox.clone() } else { format!("guest#{:043}", number / 4) }));
        } else {
            let is_known = number < FEW && number % 50 == 25;
            let customer = if is_known { CUSTOMER } else { UserId::from_bits(1_000 + u128::from(number / 40)) };
            attributes.insert("customer".to_owned(), json!({"S": customer.to_string()}));
        }
        if self.since.seconds_since(at) < SKU_SECONDS {
            items.push(refer(format!("sku#{SKU}")));
        }
        items.push(order);
        items
    }

    /// What staff look for, and where they find it. All that is found is among the newest, which both tables have.
    fn lists(&self) -> Vec<(&'static str, String)> {
        let number = self.id(500).number();
        let (from, to) = (self.placed_at(600), self.placed_at(400));
        let orders = |query: String| format!("/v1/orders?{query}");
        vec![
            ("newest", orders("limit=10".to_owned())),
            ("`status=pending`", orders("status=pending&limit=10".to_owned())),
            ("`status=completed`", orders("status=completed&limit=10".to_owned())),
            ("`status=canceled`", orders("status=canceled&limit=10".to_owned())),
            ("`number`", orders(format!("number={number}"))),
            ("`email`", orders(format!("email={MAILBOX}&limit=10"))),
            ("`customer`", orders(format!("customer={CUSTOMER}&limit=10"))),
            ("`sku`", orders(format!("sku={SKU}&limit=10"))),
            ("`from` and `to`", orders(format!("from={from}&to={to}&limit=10"))),
        ]
    }

    /// Reads a page, which must have something; returns its time and its units.
    async fn look(&self, target: &str) -> (Duration, u64) {
        let request = Request::get(target).bearer(&self.bench.staff());
        self.bench.dynamo.take_calls();
        let began = Instant::now();
        let page = self.bench.http(request).await;
        let took = began.elapsed();
        let mut found = ["items", "days"].into_iter().filter_map(|list| page.body[list].as_array());
        assert!(page.status == 200 && found.any(|list| !list.is_empty()), "{target}: {:?}", page.body);
        (took, self.bench.dynamo.take_calls().iter().map(|call| call.tenths_of_units).sum())
    }
}

fn build(parts: &mut Parts) -> Orders {
    let none = Path::new("");
    let variables: HashMap<String, String> =
        work::environment(Capability::Orders, &parts.wiring.stage, "", none).into_iter().collect();
    let config = Config::from_env(&Env::from_fn(|name| variables.get(name).cloned())).unwrap();
    let guest_key = GuestKey { number: 1, secret: parts.secret("key", "A".repeat(43)) };
    let limits_key = parts.secret("limits key", "A".repeat(43));
    let guests_key = parts.secret("guests key", "I".repeat(43));
    Orders::new(parts.table.clone(), parts.wiring.clone(), config, vec![guest_key], limits_key, guests_key)
}

/// Microseconds as milliseconds.
fn millis(micros: u128) -> String {
    format!("{}.{:02}", micros / 1_000, micros / 10 % 100)
}

/// As Linux counts it.
fn most_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |most| most.trim().to_owned())
}
