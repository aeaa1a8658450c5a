//! Sweeps of the index `due`, on the table of a capability that has one.

use chassis::runtime::{Swept, sweep_due};
use chassis::table::DueIndex;
use chassis::testing::connector::sdk_config;
use chassis::testing::{EmbeddedDynamo, TestWorld};
use chassis::{Cause, Failure, Key, StoreError, Table, Via, Written};
use events::{Capability, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::time::Duration;

const SHARDS: u32 = 4;
const TIME: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Thing {
    name: String,
    seq: u64,
    due: String,
    due_at: Timestamp,
}

struct Shelf {
    world: TestWorld,
    dynamo: EmbeddedDynamo,
    table: Table,
    /// Names of the items that were looked at.
    seen: Mutex<Vec<String>>,
}

impl Shelf {
    fn new() -> Self {
        let (world, dynamo) = (TestWorld::default(), EmbeddedDynamo::for_capability(Capability::Orders));
        let client = aws_sdk_dynamodb::Client::new(&sdk_config(dynamo.service(), &world.world()));
        let table = Table::new(client, dynamo.table_name());
        Self { world, dynamo, table, seen: Mutex::default() }
    }

    /// An item that has been due for these seconds.
    fn put(&self, name: &str, shard: u32, since: i64) {
        let due_at = self.world.now().plus_seconds(-since).to_string();
        self.dynamo.put(&json!({"pk": {"S": name}, "sk": {"S": "thing"}, "name": {"S": name}, "seq": {"N": "1"},
            "due": {"S": shard.to_string()}, "due_at": {"S": due_at}}));
    }

    fn item(&self, name: &str) -> Value {
        self.dynamo.item(name, "thing").unwrap()
    }

    /// Seconds until the item is looked at.
    fn due_in(&self, name: &str) -> i64 {
        let due = Timestamp::parse(self.item(name)["due_at"]["S"].as_str().unwrap()).unwrap();
        due.seconds_since(self.world.now())
    }

    fn seen(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    /// A recovery that takes no time, moves the item by an hour and says that it was needed.
    async fn moved(&self, thing: Thing) -> Result<bool, Failure> {
        self.seen.lock().unwrap().push(thing.name.clone());
        let moved = Thing { due_at: self.world.now().plus_seconds(3600), seq: 2, ..thing.clone() };
        let cause = Cause::new(Via::Sweep, "sweep", 2);
        let key = Key::new(thing.name, "thing");
        assert_eq!(self.table.replace(&key, &moved, thing.seq, &cause).await?.map(|_| ()), Written::Done);
        Ok(true)
    }

    async fn sweep<H>(&self, recover: impl Fn(Thing) -> H + Sync) -> Swept
    where
        H: Future<Output = Result<bool, Failure>> + Send,
    {
        sweep_due(&DueIndex::new(self.table.clone(), SHARDS), &self.world.world(), TIME, recover).await
    }
}

#[tokio::test]
async fn only_what_is_due_is_read_and_the_oldest_comes_first_from_whatever_shard() {
    let shelf = Shelf::new();
    for (name, shard, since) in [("c", 0, 10), ("a", 1, 30), ("b", 3, 20), ("d", 0, 0), ("later", 2, -1)] {
        shelf.put(name, shard, since);
    }
    let swept = shelf.sweep(|thing| shelf.moved(thing)).await;
    assert_eq!(swept, Swept { examined: 4, recovered: 4, lag_seconds: Some(30), ..Swept::default() });
    assert_eq!(shelf.seen(), ["a", "b", "c", "d"]);
    let nothing = Swept { lag_seconds: Some(0), ..Swept::default() };
    assert_eq!(shelf.sweep(|thing| shelf.moved(thing)).await, nothing);
}

#[tokio::test]
async fn a_sweep_stops_before_its_time_is_over_and_the_next_goes_on_from_there() {
    let shelf = Shelf::new();
    for number in 0..120 {
        // One shard has most of them.
        shelf.put(
            &format!("{number:03}"),
            if number % 10 == 0 { number / 10 % SHARDS } else { 0 },
            200 - i64::from(number),
        );
    }
    let slow = |thing| async {
        shelf.world.pass_seconds(1);
        shelf.moved(thing).await
    };
    let first = shelf.sweep(slow).await;
    assert!(first.unfinished && first.error.is_none(), "{first:?}");
    assert_eq!(first.examined, 7, "three quarters of nine seconds, as one is for what comes after");
    let mut all = shelf.seen();
    let mut ticks = 1;
    while shelf.sweep(slow).await.unfinished {
        ticks += 1;
        all.extend(shelf.seen());
    }
    all.extend(shelf.seen());
    let mut once = all.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!((once.len(), all.len()), (120, 120), "each was looked at once, in {ticks} ticks");
    assert!(
        all.iter().position(|name| name == "030").unwrap() < 40,
        "no shard waits for the first to be empty: {all:?}"
    );
}

#[tokio::test]
async fn a_look_that_could_not_end_in_time_is_left_to_the_next_sweep() {
    let shelf = Shelf::new();
    (0..5).for_each(|number| shelf.put(&number.to_string(), 0, 10 - number));
    let slow = |thing| async {
        shelf.world.pass_seconds(1);
        shelf.moved(thing).await
    };
    let index = DueIndex::new(shelf.table.clone(), SHARDS);
    let swept = sweep_due(&index, &shelf.world.world(), Duration::from_secs(3), slow).await;
    assert_eq!((swept.examined, swept.failed, swept.unfinished), (2, 0, true));
    assert_eq!(shelf.seen(), ["0", "1"]);
}

#[tokio::test]
async fn a_sweep_without_time_looks_at_nothing() {
    let shelf = Shelf::new();
    shelf.put("a", 0, 10);
    let index = DueIndex::new(shelf.table.clone(), SHARDS);
    let swept = sweep_due(&index, &shelf.world.world(), Duration::ZERO, |thing| shelf.moved(thing)).await;
    assert_eq!(swept, Swept { unfinished: true, ..Swept::default() });
    assert_eq!(shelf.due_in("a"), -10);
}

#[tokio::test]
async fn an_item_that_fails_panics_or_cannot_be_read_is_looked_at_later_and_holds_nobody_up() {
    let shelf = Shelf::new();
    for (name, since) in [("fails", 50), ("panics", 40), ("never", 30), ("unreadable", 20), ("fine", 10)] {
        shelf.put(name, 1, since);
    }
    let mut broken = shelf.item("unreadable");
    broken["seq"] = json!({"S": "one"});
    shelf.dynamo.put(&broken);
    let swept = shelf
        .sweep(|thing| async {
            match thing.name.as_str() {
                "fails" => Err(Failure::Transient("the queue is away".to_owned())),
                "never" => Err(Failure::Permanent("refused for good".to_owned())),
                "panics" => panic!("a bug"),
                _ => shelf.moved(thing).await,
            }
        })
        .await;
    let (failed, unreadable, lag_seconds) = (2, 2, Some(50));
    assert_eq!(swept, Swept { examined: 5, recovered: 1, failed, unreadable, lag_seconds, ..Swept::default() });
    assert_eq!(["fails", "panics", "never", "unreadable"].map(|name| shelf.due_in(name)), [60, 60, 3600, 3600]);
    assert_eq!(shelf.item("unreadable")["seq"]["S"], "one", "nothing else of it changed");
    assert_eq!(shelf.item("unreadable")["cause"]["M"]["via"]["S"], "sweep", "no relay is woken");
}

#[tokio::test]
async fn a_failed_item_that_somebody_moved_meanwhile_keeps_its_place() {
    let shelf = Shelf::new();
    shelf.put("a", 1, 10);
    let swept = shelf
        .sweep(|thing| async {
            shelf.moved(thing).await?;
            Err(Failure::Transient("after the write".to_owned()))
        })
        .await;
    assert_eq!((swept.failed, shelf.due_in("a")), (1, 3600));
}

#[tokio::test]
async fn an_index_that_cannot_be_read_is_the_sweeps_error() {
    let shelf = Shelf::new();
    shelf.put("a", 0, 10);
    // The SDK tries each call three times.
    shelf.dynamo.throttle_next(3 * SHARDS);
    let swept = shelf.sweep(|thing| shelf.moved(thing)).await;
    assert!(matches!(swept.error, Some(StoreError::Unavailable(_))), "{swept:?}");
    assert_eq!(shelf.due_in("a"), -10, "it stays due");
}
