//! What is told of a run: a row for each function, and what was found out beside.

use crate::figures::Spread;
use crate::sdk_call::SdkCall;
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
    /// What a rush for one SKU does to inventory.
    pub one_sku: OneSku,
}

impl Findings {
    /// Of all rows, the baselines' first.
    pub fn of(mut functions: Vec<Row>, one_sku: OneSku) -> Self {
        let sdk_call = SdkCall::between(&functions[0].request, &functions[1].request);
        for row in &mut functions {
            row.beside_calls = sdk_call.beside(&row.request);
        }
        Self { functions, sdk_call, one_sku }
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
    /// Both, with the processor share of 128 MB and of 256 MB; none where control groups cannot be made.
    pub at_128: Option<(Spread, Spread)>,
    /// With 256 MB.
    pub at_256: Option<(Spread, Spread)>,
    /// The most memory it held, in kilobytes (1,024 bytes).
    pub peak_kilobytes: u64,
    /// Connections that it opened.
    pub connections: u64,
    /// A request.
    pub request: Use,
    /// What the request takes beside its calls of AWS, by estimate.
    pub beside_calls: u64,
    /// A message.
    pub message: Option<Use>,
    /// One message, and ten at once, when every answer of AWS takes five milliseconds.
    pub late: Option<(Spread, Spread)>,
    /// Messages handled in a second, ten at once.
    pub messages_per_second: Option<u64>,
}

/// What an invocation takes.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Use {
    /// From event to answer.
    pub took: Spread,
    /// Of it, while nothing was under way at AWS.
    pub apart: Spread,
    /// Of it, the processor's time.
    pub processor: Spread,
    /// Calls of AWS, in tenths.
    pub calls: u64,
    /// How many of them one after the other, in tenths.
    pub rounds: u64,
}

/// What a rush for one SKU does. The embedded table lets transactions on one item pass one after the other, where DynamoDB
/// refuses one that meets another: there it is slower, the more the more writes touch the item.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct OneSku {
    /// How many wanted a unit of it, each with another order, ten in a batch.
    pub messages: u64,
    /// Messages handled in a second.
    pub per_second: u64,
    /// The same when every answer of AWS takes five milliseconds.
    pub late_per_second: u64,
    /// Write requests that named the stock item, for a hundred messages.
    pub writes_per_hundred: u64,
}
