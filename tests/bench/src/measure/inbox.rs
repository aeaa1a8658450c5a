//! A queue with work for several workers at once.

use crate::process::Process;
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::{BTreeSet, VecDeque};
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Messages, by their numbers, that are not handled yet; failed ones are retried at the end.
pub(super) struct Inbox<'a> {
    waiting: Mutex<VecDeque<u64>>,
    batch: usize,
    /// The record of a number.
    record: &'a (dyn Fn(u64) -> Result<Value> + Sync),
}

impl<'a> Inbox<'a> {
    pub(super) fn new(
        numbers: RangeInclusive<u64>,
        batch: usize,
        record: &'a (dyn Fn(u64) -> Result<Value> + Sync),
    ) -> Self {
        Self { waiting: Mutex::new(numbers.collect()), batch, record }
    }

    /// Has all messages handled; returns how long it took.
    pub(super) fn empty(&self, workers: &mut [Process]) -> Result<Duration> {
        let began = Instant::now();
        std::thread::scope(|scope| {
            let at_work: Vec<_> = workers.iter_mut().map(|process| scope.spawn(|| self.work(process))).collect();
            at_work.into_iter().try_for_each(|worker| worker.join().unwrap())
        })?;
        Ok(began.elapsed())
    }

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
            let records = numbers.iter().map(|number| (self.record)(*number));
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

/// How many a second.
pub(super) fn per_second(count: u64, took: Duration) -> Result<u64> {
    Ok(count * 1_000_000 / u64::try_from(took.as_micros())?.max(1))
}
