//! A rush of bookings in one currency: every capture books a sale, and AWS accepts one transaction on an item at a time.

use super::inbox::{Inbox, per_second};
use super::{LATE_MILLIS, Subject};
use crate::aws::Aws;
use crate::findings::Bookings;
use anyhow::{Context, Result, ensure};
use bench::work;
use chassis::testing::Response;
use std::path::Path;

/// Bookings and batch size: as in a rush, and each in a transaction of its own.
const RUSHES: [(u64, usize); 2] = [(20_000, 10), (2_000, 1)];
/// Concurrent invocations of the worker, as many as `infra/payments.yaml` allows.
const WORKERS: usize = 10;

impl Subject {
    pub(super) fn bookings(&mut self, aws: &Aws, samples: &Path) -> Result<Vec<Bookings>> {
        aws.let_one_pass_at(work::BALANCES);
        aws.set_latency(LATE_MILLIS);
        let rushes = RUSHES.iter().map(|(bookings, batch)| {
            eprintln!("{bookings} bookings, {batch} at a time");
            self.rush(aws, samples, *bookings, *batch)
        });
        let rushes = rushes.collect();
        aws.set_latency(0);
        rushes
    }

    fn rush(&mut self, aws: &Aws, samples: &Path, bookings: u64, batch: usize) -> Result<Bookings> {
        let numbers = self.number + 1..=self.number + bookings;
        self.number += bookings;
        let mut workers = (0..WORKERS).map(|_| self.start(aws, None)).collect::<Result<Vec<_>>>()?;
        let before = self.cash(aws)?;
        aws.take();
        let record = |number| work::booking(samples, number);
        let took = Inbox::new(numbers, batch, &record).empty(&mut workers)?;
        let counts = aws.take();
        let each = i64::try_from(bookings)? * work::BOOKED_CASH;
        ensure!(self.cash(aws)? == before + each, "{bookings} bookings moved {} to {}", before, self.cash(aws)?);
        Ok(Bookings {
            bookings,
            batch,
            per_second: per_second(bookings, took)?,
            writes_per_hundred: counts.met * 100 / bookings,
            refused_per_hundred: counts.refused * 100 / bookings,
        })
    }

    /// The balance of cash.
    fn cash(&self, aws: &Aws) -> Result<i64> {
        let (_, answer) = self.start(aws, None)?.invoke(&work::balances())?;
        self.is_well(&answer)?;
        let balances = Response::from_answer(&answer).body["balances"].take();
        let cash = balances.as_array().context("balances")?.iter().find(|balance| balance["account"] == "cash");
        Ok(cash.and_then(|cash| cash["balance"]["amount"].as_i64()).unwrap_or_default())
    }
}
