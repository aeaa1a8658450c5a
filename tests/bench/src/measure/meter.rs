//! What invocations of one kind take: time, processor, calls.

use crate::aws::Aws;
use crate::process::Process;
use crate::statistics::Samples;
use crate::usage::Usage;
use anyhow::Result;
use serde_json::Value;

#[derive(Default)]
pub(super) struct Meter {
    took: Samples,
    apart: Samples,
    processor: Samples,
    calls: u64,
    rounds: u64,
    invocations: u64,
}

impl Meter {
    pub(super) fn invoke(&mut self, process: &mut Process, aws: &Aws, event: &Value) -> Result<Value> {
        aws.take();
        let before = process.processor_time()?;
        let (took, answer) = process.invoke(event)?;
        self.processor.time(process.processor_time()?.saturating_sub(before));
        self.took.time(took);
        let counts = aws.take();
        self.apart.time(took.saturating_sub(counts.served));
        self.calls += counts.requests;
        self.rounds += counts.rounds;
        self.invocations += 1;
        Ok(answer)
    }

    pub(super) fn used(self) -> Usage {
        let tenths = |sum: u64| sum * 10 / self.invocations.max(1);
        let (calls, rounds) = (tenths(self.calls), tenths(self.rounds));
        let [took, apart, processor] = [self.took, self.apart, self.processor].map(|samples| samples.spread());
        Usage { took, apart, processor, calls, rounds }
    }
}
