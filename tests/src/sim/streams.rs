//! The relays of the tables' streams, one loop per shard: in order within a shard, independent between shards.

use super::faults::Fault;
use super::invocation::{Trigger, Work};
use super::observed::function;
use super::place::Place;
use super::shop::{Ending, Shop};
use events::Capability;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The most records of one invocation.
const MAX_BATCH: u64 = 20;
/// A stream keeps its records for a day.
const RETENTION_MILLIS: u64 = 86_400_000;

impl Shop {
    /// Relays a shard for ever.
    pub(super) async fn relay(self: Arc<Self>, of: Capability, shard: usize) {
        let table = &self.stage.tables[&of];
        let mut most = MAX_BATCH;
        loop {
            self.trim(of, shard);
            if table.is_relayed(shard) {
                table.arrivals[shard].notified().await;
                continue;
            }
            let first = Place::named(of.name()).and(table.oldest(shard, 1).first().map_or("", partition));
            let dice = self.stage.draws.at(first.and("relay"));
            let wait = dice.between(20, 400) + self.stage.window_millis;
            tokio::time::sleep(Duration::from_millis(wait)).await;
            if self.stage.is_absent(of) {
                tokio::time::sleep(Duration::from_secs(30)).await;
                continue;
            }
            let count = if self.stage.window_millis > 0 { most } else { dice.between(1, most) };
            let batch = table.oldest(shard, usize::try_from(count).unwrap_or(1));
            self.observe_age(of, shard, batch.len());
            let parts: Vec<_> = batch.iter().map(|record| partition(record).to_owned()).collect();
            let about = format!("stream of {}", parts.join(" "));
            let work = Work { about: about.clone(), parts };
            match self.invoke(of, Trigger::Stream, &json!({"Records": batch}), work).await {
                Ending::Answered(_) => {
                    self.stage.story.record(format!("{of}: {about} is relayed"));
                    table.relayed(shard, batch.len());
                    most = (most * 2).min(MAX_BATCH);
                }
                ending => {
                    self.stage.story.record(format!("{of}: {ending:?} with {about}"));
                    // As an event source mapping that bisects: a record that cannot be relayed holds up fewer and fewer.
                    most = (batch.len() as u64 / 2).max(1);
                    tokio::time::sleep(Duration::from_millis(dice.between(500, 5_000))).await;
                }
            }
        }
    }

    fn observe_age(&self, of: Capability, shard: usize, count: usize) {
        let now = self.stage.clock.millis();
        let age = now.saturating_sub(self.stage.tables[&of].written_at(shard, count).unwrap_or(now));
        self.stage.observed.note(|cloud| cloud.batch_of_stream(&function(of, Trigger::Stream), now, age));
    }

    fn trim(&self, of: Capability, shard: usize) {
        let before = self.stage.clock.millis().saturating_sub(RETENTION_MILLIS);
        for record in self.stage.tables[&of].trim(shard, before) {
            self.stage.faults.count(Fault::LostRecord);
            self.stage.lose_record(of, partition(&record));
        }
    }
}

fn partition(record: &Value) -> &str {
    record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap_or_default()
}
