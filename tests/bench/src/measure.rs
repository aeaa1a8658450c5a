//! Measures all functions in rounds, each in turn, so that disturbances of the machine affect all alike.

use crate::aws::Aws;
use crate::findings::{BASELINES, Findings, Row, Slowly};
use crate::process::{Process, Share};
use crate::statistics::{Samples, Spread};
use anyhow::{Context, Result, ensure};
use bench::work::{ALL, Work, environment};
use chassis::testing::{EmbeddedDynamo, Request, Response};
use events::Capability;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

mod bookings;
mod flash_sale;
mod inbox;
mod meter;
mod pages;
mod warm;

/// Starts per function.
const STARTS: u64 = 15;
/// Starts per function with a share of a processor.
const SLOW_STARTS: u64 = 15;
/// Further requests of a process with a share of a processor.
const LATER: u64 = 10;
/// The latency of AWS calls, where they have one.
const LATE_MILLIS: u64 = 5;

#[derive(Debug)]
struct Subject {
    name: String,
    program: PathBuf,
    work: Option<Work>,
    table: EmbeddedDynamo,
    environment: Vec<(String, String)>,
    number: u64,
    row: Row,
    to_next: Samples,
    first: Samples,
    later: Samples,
}

/// Measures the baselines and all functions. Each is built in a folder of `built`; `samples` has the published messages.
///
/// # Errors
/// If a function fails.
pub fn measure(aws: &Aws, built: &Path, samples: &Path) -> Result<Findings> {
    let mut subjects = subjects(aws, built)?;
    for subject in &mut subjects {
        subject.prepare(aws)?;
    }
    starts(aws, &mut subjects, Pace::Quick, STARTS)?;
    for subject in &mut subjects {
        (subject.row.to_next, subject.row.first) = subject.take_starts();
    }
    for megabytes in [128, 256] {
        let Some(share) = Share::of(megabytes) else { continue };
        starts(aws, &mut subjects, Pace::Slow(&share), SLOW_STARTS)?;
        let both: Vec<_> = subjects.iter_mut().map(Subject::take_starts).collect();
        starts(aws, &mut subjects, Pace::SlowOnceReady(&share), SLOW_STARTS)?;
        for (subject, (to_next, first)) in subjects.iter_mut().zip(both) {
            let (_, first_once_ready) = subject.take_starts();
            let later = std::mem::take(&mut subject.later).spread();
            subject.row.slowly.push(Slowly { megabytes, to_next, first, first_once_ready, later });
        }
    }
    let pages = warm::measure(aws, samples, &mut subjects)?;
    let flash_sales = named(&mut subjects, Capability::Inventory)?.flash_sales(aws, samples)?;
    let bookings = named(&mut subjects, Capability::Payments)?.bookings(aws, samples)?;
    Ok(Findings::of(subjects.into_iter().map(|subject| subject.row).collect(), pages, flash_sales, bookings))
}

fn named(subjects: &mut [Subject], of: Capability) -> Result<&mut Subject> {
    let subject = subjects.iter_mut().find(|subject| subject.name == of.name());
    subject.with_context(|| format!("{of} is not measured"))
}

fn subjects(aws: &Aws, built: &Path) -> Result<Vec<Subject>> {
    // A baseline reads from another capability's empty table.
    let baselines = BASELINES.map(|name| (name.to_owned(), Capability::Carts, None));
    let functions = ALL.map(|work| (work.of.name().to_owned(), work.of, Some(work)));
    let all = baselines.into_iter().chain(functions);
    all.map(|(name, of, work)| {
        let table = EmbeddedDynamo::without_stream(of);
        let program = built.join(&name).join("bootstrap");
        let environment = environment(of, &table.table_name(), &aws.url, &aws.certificates);
        let bytes = std::fs::read(&program).with_context(|| program.display().to_string())?;
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
        packed.write_all(&bytes)?;
        let row = Row {
            function: name.clone(),
            does: work.map_or(("anything", "nothing"), |work| (work.request, work.message)),
            kilobytes: bytes.len() as u64 / 1_000,
            packed_kilobytes: packed.finish()?.len() as u64 / 1_000,
            ..Row::default()
        };
        let [to_next, first, later] = std::array::from_fn(|_| Samples::default());
        Ok(Subject { name, program, work, table, environment, number: 0, row, to_next, first, later })
    })
    .collect()
}

/// The processor share of a start.
#[derive(Debug, Clone, Copy)]
enum Pace<'a> {
    Quick,
    Slow(&'a Share),
    SlowOnceReady(&'a Share),
}

fn starts(aws: &Aws, subjects: &mut [Subject], pace: Pace<'_>, rounds: u64) -> Result<()> {
    for round in 1..=rounds {
        eprintln!("start {round} of {rounds}, {pace:?}");
        for subject in &mut *subjects {
            let share = if let Pace::Slow(share) = pace { Some(share) } else { None };
            let mut process = subject.start(aws, share)?;
            subject.to_next.time(process.to_next);
            if let Pace::SlowOnceReady(share) = pace {
                process.slow_down(share)?;
            }
            let event = subject.request();
            let (took, answer) = process.invoke(&event)?;
            subject.is_well(&answer)?;
            subject.first.time(took);
            if let Pace::SlowOnceReady(_) = pace {
                for _ in 0..LATER {
                    let event = subject.request();
                    subject.later.time(process.invoke(&event)?.0);
                }
            }
        }
    }
    Ok(())
}

impl Subject {
    fn start(&self, aws: &Aws, share: Option<&Share>) -> Result<Process> {
        aws.set_table(self.table.clone());
        Process::start(&self.program, &self.environment, share).with_context(|| self.name.clone())
    }

    fn take_starts(&mut self) -> (Spread, Spread) {
        (std::mem::take(&mut self.to_next).spread(), std::mem::take(&mut self.first).spread())
    }

    fn prepare(&self, aws: &Aws) -> Result<()> {
        let Some(work) = self.work else { return Ok(()) };
        let mut process = self.start(aws, None)?;
        for event in work.preparation() {
            let (_, answer) = process.invoke(&event)?;
            self.is_well(&answer)?;
        }
        Ok(())
    }

    fn request(&mut self) -> Value {
        self.number += 1;
        self.work.map_or_else(|| Request::get("/").event(), |work| work.request(self.number))
    }

    fn is_well(&self, answer: &Value) -> Result<()> {
        let status = answer["statusCode"].as_u64().unwrap_or_default();
        ensure!((200..300).contains(&status), "{}: {answer}", self.name);
        Ok(())
    }

    /// An event of the next `size` messages, each about something that exists.
    fn batch(&mut self, samples: &Path, work: Work, process: &mut Process, size: u64) -> Result<Value> {
        let mut records = Vec::new();
        for _ in 0..size {
            self.number += 1;
            let mut made = Value::Null;
            while let Some(event) = work.needed_before(self.number, &made) {
                let (_, answer) = process.invoke(&event)?;
                self.is_well(&answer)?;
                made = Response::from_answer(&answer).body;
            }
            work.complete(&self.table, &made);
            records.push(work.message(samples, self.number, &made)?);
        }
        Ok(json!({"Records": records}))
    }
}
