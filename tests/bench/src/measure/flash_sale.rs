//! A flash sale of one SKU: all buyers need one stock item, and AWS accepts one transaction on it at a time.

use super::{LATE_MILLIS, Subject};
use crate::aws::Aws;
use crate::findings::FlashSale;
use crate::process::Process;
use anyhow::{Result, ensure};
use bench::work;
use serde_json::{Value, json};
use std::collections::{BTreeSet, VecDeque};
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Buyers and batch size: with group commit, and with one transaction per order.
const SALES: [(u64, usize); 4] = [(1_000, 10), (1_000, 1), (10_000, 10), (10_000, 1)];
/// Concurrent invocations of the worker, as many as `infra/inventory.yaml` allows.
const WORKERS: usize = 5;

/// The reservations that are not handled yet; failed ones are retried at the end.
struct Inbox<'a> {
    waiting: Mutex<VecDeque<u64>>,
    batch: usize,
    samples: &'a Path,
}

impl Inbox<'_> {
    fn receive(&self) -> Vec<u64> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = self.batch.min(waiting.len());
        waiting.drain(..count).collect()
    }

    fn put_back(&self, numbers: impl Iterator<Item = u64>) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).extend(numbers);
    }

    /// Handles batches until none is left.
    fn work(&self, process: &mut Process) -> Result<()> {
        loop {
            let numbers = self.receive();
            if numbers.is_empty() {
                return Ok(());
            }
            let records = numbers.iter().map(|number| work::reservation_of_one_sku(self.samples, *number));
            let (_, answer) = process.invoke(&json!({"Records": records.collect::<Result<Vec<_>>>()?}))?;
            let failed = failed(&answer);
            self.put_back(numbers.into_iter().filter(|number| failed.contains(&number.to_string())));
        }
    }
}

fn failed(answer: &Value) -> BTreeSet<String> {
    let failures = answer["batchItemFailures"].as_array().into_iter().flatten();
    failures.filter_map(|failure| failure["itemIdentifier"].as_str().map(str::to_owned)).collect()
}

impl Subject {
    pub(super) fn flash_sales(&mut self, aws: &Aws, samples: &Path) -> Result<Vec<FlashSale>> {
        aws.let_one_pass_at(work::STOCK_ITEM);
        aws.set_latency(LATE_MILLIS);
        let sales = SALES.iter().map(|(buyers, batch)| {
            eprintln!("a sale to {buyers}, {batch} at a time");
            let numbers = self.number + 1..=self.number + buyers;
            self.number += buyers;
            self.flash_sale(aws, samples, numbers, *batch)
        });
        let sales = sales.collect();
        aws.set_latency(0);
        sales
    }

    fn flash_sale(&self, aws: &Aws, samples: &Path, numbers: RangeInclusive<u64>, batch: usize) -> Result<FlashSale> {
        let buyers = numbers.clone().count() as u64;
        let mut workers = (0..WORKERS).map(|_| self.start(aws, None)).collect::<Result<Vec<_>>>()?;
        let before = self.available();
        let inbox = Inbox { waiting: Mutex::new(numbers.collect()), batch, samples };
        aws.take();
        let began = Instant::now();
        std::thread::scope(|scope| {
            let at_work: Vec<_> = workers.iter_mut().map(|process| scope.spawn(|| inbox.work(process))).collect();
            at_work.into_iter().try_for_each(|worker| worker.join().unwrap())
        })?;
        let took = began.elapsed();
        let counts = aws.take();
        let taken = before - self.available();
        ensure!(taken == buyers, "{buyers} buyers, but {taken} units were taken");
        Ok(FlashSale {
            buyers,
            batch,
            per_second: buyers * 1_000_000 / u64::try_from(took.as_micros())?.max(1),
            writes_per_hundred: counts.met * 100 / buyers,
            refused_per_hundred: counts.refused * 100 / buyers,
        })
    }

    fn available(&self) -> u64 {
        let stock = self.table.item(work::STOCK_ITEM, "stock").unwrap_or_default();
        stock["available"]["N"].as_str().and_then(|units| units.parse().ok()).unwrap_or_default()
    }
}
