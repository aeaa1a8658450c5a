//! A flash sale of one SKU: all buyers need one stock item, and AWS accepts one transaction on it at a time.

use super::inbox::{Inbox, per_second};
use super::{LATE_MILLIS, Subject};
use crate::aws::Aws;
use crate::findings::FlashSale;
use anyhow::{Result, ensure};
use bench::work;
use std::ops::RangeInclusive;
use std::path::Path;

/// Buyers and batch size: with group commit, and with one transaction per order.
const SALES: [(u64, usize); 4] = [(1_000, 10), (1_000, 1), (10_000, 10), (10_000, 1)];
/// Concurrent invocations of the worker, as many as `infra/inventory.yaml` allows.
const WORKERS: usize = 5;

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
        aws.take();
        let record = |number| work::reservation_of_one_sku(samples, number);
        let took = Inbox::new(numbers, batch, &record).empty(&mut workers)?;
        let counts = aws.take();
        let taken = before - self.available();
        ensure!(taken == buyers, "{buyers} buyers, but {taken} units were taken");
        Ok(FlashSale {
            buyers,
            batch,
            per_second: per_second(buyers, took)?,
            writes_per_hundred: counts.met * 100 / buyers,
            refused_per_hundred: counts.refused * 100 / buyers,
        })
    }

    fn available(&self) -> u64 {
        let stock = self.table.item(work::STOCK_ITEM, "stock").unwrap_or_default();
        stock["available"]["N"].as_str().and_then(|units| units.parse().ok()).unwrap_or_default()
    }
}
