//! The findings of a run: one row per function, one per page, the cost of an SDK call, the flash sales and the rushes of bookings.

use crate::sdk_call::SdkCall;
use crate::statistics::Spread;
use crate::usage::Usage;
use serde::Serialize;

/// The baselines: a bare function, one that calls AWS twice, and a bare one behind an HTTP API.
pub const BASELINES: [&str; 3] = ["hello", "leanest", "echo"];

/// How long a page may take beside its AWS calls, in microseconds.
pub const MAX_BESIDE_CALLS_OF_A_PAGE: u64 = 5_000;

#[derive(Debug, Clone, Serialize)]
pub struct Findings {
    /// The baselines first.
    pub functions: Vec<Row>,
    pub pages: Vec<PageRow>,
    /// What an AWS call costs the function that makes it.
    pub sdk_call: SdkCall,
    /// Flash sales of one SKU, handled by inventory.
    pub flash_sales: Vec<FlashSale>,
    /// Rushes of bookings in one currency, handled by payments.
    pub bookings: Vec<Bookings>,
}

impl Findings {
    /// Of all rows, the baselines first.
    pub fn of(
        mut functions: Vec<Row>,
        mut pages: Vec<PageRow>,
        flash_sales: Vec<FlashSale>,
        bookings: Vec<Bookings>,
    ) -> Self {
        let sdk_call = SdkCall::between(&functions[0].request, &functions[1].request);
        for row in &mut functions {
            row.beside_calls = sdk_call.beside(&row.request);
        }
        for page in &mut pages {
            page.beside_calls = sdk_call.beside(&page.request);
        }
        Self { functions, pages, sdk_call, flash_sales, bookings }
    }

    /// The pages that take longer than they may, with what they take.
    pub fn slow_pages(&self) -> Vec<String> {
        let slow = self.pages.iter().filter(|page| page.beside_calls > MAX_BESIDE_CALLS_OF_A_PAGE);
        slow.map(|page| format!("{} {}: {} µs", page.function, page.page, page.beside_calls)).collect()
    }

    /// The row of a function.
    pub fn function(&self, name: &str) -> Option<&Row> {
        self.functions.iter().find(|row| row.function == name)
    }

    pub fn hello(&self) -> &Row {
        &self.functions[0]
    }

    pub fn echo(&self) -> &Row {
        &self.functions[2]
    }
}

/// One function; times in microseconds.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Row {
    pub function: String,
    /// What its request and its message do.
    pub does: (&'static str, &'static str),
    /// The binary, in kilobytes (1,000 bytes).
    pub kilobytes: u64,
    /// The zipped binary.
    pub packed_kilobytes: u64,
    /// From its start until it asks for an event.
    pub to_next: Spread,
    pub first: Spread,
    /// With a share of a processor; empty where control groups are not available.
    pub slowly: Vec<Slowly>,
    /// Peak memory, in kilobytes (1,024 bytes).
    pub peak_kilobytes: u64,
    /// Opened connections.
    pub connections: u64,
    pub request: Usage,
    /// What the request takes without its AWS calls, by estimate.
    pub beside_calls: u64,
    pub message: Option<Usage>,
    /// One message, and a batch of ten, when every AWS call takes five milliseconds.
    pub late: Option<(Spread, Spread)>,
    /// Messages per second in batches of ten.
    pub messages_per_second: Option<u64>,
}

/// A page of a function, which is warm.
#[derive(Debug, Clone, Serialize)]
pub struct PageRow {
    pub function: String,
    /// Method and path template.
    pub page: &'static str,
    /// Bytes of its HTML.
    pub bytes: u64,
    pub request: Usage,
    /// What it takes without its AWS calls, in microseconds, by estimate.
    pub beside_calls: u64,
}

/// Starts with the processor share that Lambda gives for this much memory.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Slowly {
    pub megabytes: u64,
    /// From its start until it asks for an event.
    pub to_next: Spread,
    /// The first request after that.
    pub first: Spread,
    /// The first request after a start with a whole processor.
    pub first_once_ready: Spread,
    /// Requests after that one.
    pub later: Spread,
}

/// A sale of one SKU where every buyer gets a unit, every AWS call takes five milliseconds, and one transaction at a time may
/// name the stock item.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct FlashSale {
    /// Buyers with one order each.
    pub buyers: u64,
    /// Messages per batch.
    pub batch: usize,
    /// Reserved units per second.
    pub per_second: u64,
    /// Transactions that named the stock item, per hundred buyers.
    pub writes_per_hundred: u64,
    /// Those of them that conflicted with another, per hundred buyers.
    pub refused_per_hundred: u64,
}

/// Bookings of one currency that all wait at once, where every AWS call takes five milliseconds, and one transaction at a time
/// may name an item.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Bookings {
    pub bookings: u64,
    /// Messages per batch.
    pub batch: usize,
    /// Bookings in the balances per second.
    pub per_second: u64,
    /// Transactions per hundred bookings.
    pub writes_per_hundred: u64,
    /// Those of them that conflicted with another, per hundred bookings.
    pub refused_per_hundred: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Spread;

    #[test]
    fn a_page_that_takes_more_than_five_milliseconds_beside_its_calls_is_named() {
        let used = |apart, calls| {
            // Calls are in tenths.
            let apart = Spread { median: apart, ..Spread::default() };
            Usage { apart, calls, ..Usage::default() }
        };
        let page = |page, apart, calls| PageRow {
            function: "carts".to_owned(),
            page,
            bytes: 0,
            request: used(apart, calls),
            beside_calls: 0,
        };
        let row = |apart, calls| Row { request: used(apart, calls), ..Row::default() };
        // A call takes 400 µs of the function's time.
        let functions = vec![row(200, 0), row(1_000, 20), row(250, 0)];
        let pages = vec![page("GET /cart", 5_400, 10), page("GET /slow", 5_401, 10)];
        let findings = Findings::of(functions, pages, Vec::new(), Vec::new());
        assert_eq!(findings.slow_pages(), ["carts GET /slow: 5001 µs"]);
    }
}
