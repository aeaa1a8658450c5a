//! What is told of a run: a row for each function, and what was found out beside.

use crate::sdk_call::SdkCall;
use crate::statistics::Spread;
use crate::usage::Usage;
use serde::Serialize;

/// Those beside which functions are measured: a bare one, one that calls AWS twice, and a bare one behind an HTTP API.
pub const BASELINES: [&str; 3] = ["hello", "leanest", "echo"];

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Findings {
    /// The baselines first, in their order.
    pub functions: Vec<Row>,
    /// What a call of AWS takes of the function that makes it.
    pub sdk_call: SdkCall,
    /// What a sale of one SKU does to inventory.
    pub flash_sales: Vec<FlashSale>,
}

impl Findings {
    /// Of all rows, the baselines' first.
    pub fn of(mut functions: Vec<Row>, flash_sales: Vec<FlashSale>) -> Self {
        let sdk_call = SdkCall::between(&functions[0].request, &functions[1].request);
        for row in &mut functions {
            row.beside_calls = sdk_call.beside(&row.request);
        }
        Self { functions, sdk_call, flash_sales }
    }

    /// The bare function.
    pub fn hello(&self) -> &Row {
        &self.functions[0]
    }

    /// The bare function behind an HTTP API.
    pub fn echo(&self) -> &Row {
        &self.functions[2]
    }
}

/// What was measured of one function; times in microseconds.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Row {
    /// Which.
    pub function: String,
    /// Its request and its message.
    pub does: (&'static str, &'static str),
    /// The binary, and the same packed, in kilobytes (1,000 bytes).
    pub kilobytes: u64,
    /// Packed.
    pub packed_kilobytes: u64,
    /// From its start until it asks for work.
    pub to_next: Spread,
    /// Its first request.
    pub first: Spread,
    /// With less of a processor; nothing where control groups cannot be made.
    pub slowly: Vec<Slowly>,
    /// The most memory it held, in kilobytes (1,024 bytes).
    pub peak_kilobytes: u64,
    /// Connections that it opened.
    pub connections: u64,
    /// A request.
    pub request: Usage,
    /// What the request takes beside its calls of AWS, by estimate.
    pub beside_calls: u64,
    /// A message.
    pub message: Option<Usage>,
    /// One message, and ten at once, when every answer of AWS takes five milliseconds.
    pub late: Option<(Spread, Spread)>,
    /// Messages handled in a second, ten at once.
    pub messages_per_second: Option<u64>,
}

/// A start with the share of a processor that Lambda gives for so much memory.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Slowly {
    /// How much memory.
    pub megabytes: u64,
    /// From its start until it asks for work.
    pub to_next: Spread,
    /// Its first request after that.
    pub first: Spread,
    /// Its first request after a start with a whole processor.
    pub first_once_ready: Spread,
    /// Requests after that.
    pub later: Spread,
}

/// A sale of one SKU to many, each of whom gets a unit, when every answer of AWS takes five milliseconds and one
/// transaction at a time passes at the item.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct FlashSale {
    /// Who buy, each with an order.
    pub buyers: u64,
    /// Messages of a batch.
    pub batch: usize,
    /// Units reserved in a second.
    pub per_second: u64,
    /// Transactions that named the stock item, for a hundred buyers.
    pub writes_per_hundred: u64,
    /// Those of them that were refused, as another was under way.
    pub refused_per_hundred: u64,
}
