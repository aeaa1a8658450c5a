//! `bench <built> <samples> <out>`: measures the functions in `<built>/<name>/bootstrap` beside the baselines, prints a table
//! and leaves `bench.json` and `bench.svg` in `<out>`. A page that is too slow fails the run. `cargo souk bench` builds what it needs and calls it.

// A broken bench must stop: panics are intended here.
#![allow(clippy::unwrap_used)]

use anyhow::{Context, Result, ensure};
use std::path::PathBuf;

mod aws;
mod findings;
mod measure;
mod process;
mod report;
mod runtime_api;
mod sdk_call;
mod statistics;
mod usage;

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let mut folder = |what: &'static str| arguments.next().context(what);
    let (built, samples) = (folder("where are the built functions?")?, folder("where are the samples?")?);
    let out = folder("where to?")?;
    std::fs::create_dir_all(&out)?;
    let aws = aws::Aws::open(&out)?;
    let findings = measure::measure(&aws, &built, &samples)?;
    println!("{}", report::table(&findings));
    std::fs::write(out.join("bench.json"), serde_json::to_string_pretty(&findings)?)?;
    std::fs::write(out.join("bench.svg"), report::plot(&findings.functions))?;
    let slow = findings.slow_pages();
    ensure!(slow.is_empty(), "these pages take too long beside their AWS calls: {}", slow.join(", "));
    Ok(())
}
