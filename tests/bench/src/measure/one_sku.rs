//! What a rush for one SKU does to inventory's worker, which meets all of it at one stock item.

use super::{BATCH, LATE_MILLIS, Subject, is_handled};
use crate::aws::Aws;
use crate::findings::OneSku;
use anyhow::{Result, ensure};
use bench::work;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// Batches, with answers at once and again with late ones.
const BATCHES: u64 = 50;

impl Subject {
    /// Has the worker reserve units of one SKU.
    pub(super) fn one_sku(&mut self, aws: &Aws, samples: &Path) -> Result<OneSku> {
        let mut process = self.start(aws, None)?;
        aws.watch(work::STOCK_ITEM);
        aws.take();
        let mut speed = [0; 2];
        for (speed, latency) in speed.iter_mut().zip([0, LATE_MILLIS]) {
            aws.set_latency(latency);
            let mut took = Duration::ZERO;
            for _ in 0..BATCHES {
                let numbers = self.number + 1..=self.number + BATCH;
                self.number += BATCH;
                let records = numbers.map(|number| work::reservation_of_one_sku(samples, number));
                let event = json!({"Records": records.collect::<Result<Vec<_>>>()?});
                let (time, answer) = process.invoke(&event)?;
                is_handled(&answer)?;
                took += time;
            }
            *speed = BATCHES * BATCH * 1_000_000 / u64::try_from(took.as_micros())?.max(1);
        }
        aws.set_latency(0);
        let (messages, writes) = (2 * BATCHES * BATCH, aws.take().watched);
        ensure!(writes > 0, "nothing was written to {}", work::STOCK_ITEM);
        Ok(OneSku {
            messages,
            per_second: speed[0],
            late_per_second: speed[1],
            writes_per_hundred: writes * 100 / messages,
        })
    }
}
