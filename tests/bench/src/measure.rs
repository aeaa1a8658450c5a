//! Measures functions side by side. Starts are taken in rounds, each function in turn, so that what the machine does meanwhile
//! meets all; what is warm is measured one function after the other.

use crate::aws::Aws;
use crate::figures::{Samples, Spread};
use crate::findings::{BASELINES, Findings, Row, Slowly, Use};
use crate::process::{Process, Share};
use anyhow::{Context, Result, ensure};
use bench::work::{ALL, Work, environment};
use chassis::testing::{EmbeddedDynamo, Request, Response};
use events::Capability;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

mod flash_sale;

/// Starts of every function.
const STARTS: u64 = 15;
/// Starts of every function with a small share of a processor.
const SLOW_STARTS: u64 = 15;
/// Invocations that are not measured, and those that are.
const WARM_UP: u64 = 20;
const WARM: u64 = 200;
/// Batches with late answers.
const BATCHES: u64 = 10;
const LATE_MILLIS: u64 = 5;
/// Messages of a full batch.
const BATCH: u64 = 10;
/// Batches that are handled as fast as they can be.
const RUSH: u64 = 30;

/// A function to be measured.
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
}

/// Measures the baselines and all functions, built in a folder each of `built`; samples of messages are in another.
///
/// # Errors
/// If a function does not work.
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
            subject.row.slowly.push(Slowly { megabytes, to_next, first, first_once_ready });
        }
    }
    for subject in &mut subjects {
        eprintln!("{}", subject.name);
        subject.warm(aws, samples).with_context(|| subject.name.clone())?;
    }
    let inventory = subjects.iter_mut().find(|subject| subject.name == Capability::Inventory.name());
    let flash_sales = inventory.context("inventory is not measured")?.flash_sales(aws, samples)?;
    Ok(Findings::of(subjects.into_iter().map(|subject| subject.row).collect(), flash_sales))
}

fn subjects(aws: &Aws, built: &Path) -> Result<Vec<Subject>> {
    // A baseline reads from a table that is not its own; there is nothing in it.
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
        let (to_next, first) = (Samples::default(), Samples::default());
        Ok(Subject { name, program, work, table, environment, number: 0, row, to_next, first })
    })
    .collect()
}

/// How much of a processor a start has.
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

    /// The next request.
    fn request(&mut self) -> Value {
        self.number += 1;
        self.work.map_or_else(|| Request::get("/").event(), |work| work.request(self.number))
    }

    fn is_well(&self, answer: &Value) -> Result<()> {
        let status = answer["statusCode"].as_u64().unwrap_or_default();
        ensure!((200..300).contains(&status), "{}: {answer}", self.name);
        Ok(())
    }

    fn warm(&mut self, aws: &Aws, samples: &Path) -> Result<()> {
        aws.take();
        let mut process = self.start(aws, None)?;
        for _ in 0..WARM_UP {
            process.invoke(&self.request())?;
        }
        self.row.connections = aws.take().connections;
        let mut meter = Meter::default();
        for _ in 0..WARM {
            let event = self.request();
            let answer = meter.invoke(&mut process, aws, &event)?;
            self.is_well(&answer)?;
        }
        self.row.request = meter.used();
        if let Some(work) = self.work {
            self.row.message = Some(self.messages(aws, samples, work, &mut process)?);
            self.row.late = Some(self.late(aws, samples, work, &mut process)?);
            self.row.messages_per_second = Some(self.rush(aws, samples, work, &mut process)?);
        }
        self.row.peak_kilobytes = process.peak_kilobytes()?;
        Ok(())
    }

    fn messages(&mut self, aws: &Aws, samples: &Path, work: Work, process: &mut Process) -> Result<Use> {
        let mut meter = Meter::default();
        for _ in 0..WARM {
            let event = self.batch(samples, work, process, 1)?;
            self.table.take_calls();
            let answer = meter.invoke(process, aws, &event)?;
            is_handled(&answer)?;
            // One that changes nothing is handled quickly and says nothing.
            let wrote = self.table.take_calls().iter().any(|call| !call.is_read() && call.tenths_of_units > 0);
            ensure!(wrote, "{} changed nothing: {event}", work.message);
        }
        Ok(meter.used())
    }

    fn late(&mut self, aws: &Aws, samples: &Path, work: Work, process: &mut Process) -> Result<(Spread, Spread)> {
        let (mut one, mut ten) = (Samples::default(), Samples::default());
        for _ in 0..BATCHES {
            for (size, taken) in [(1, &mut one), (BATCH, &mut ten)] {
                let event = self.batch(samples, work, process, size)?;
                aws.set_latency(LATE_MILLIS);
                let (took, answer) = process.invoke(&event)?;
                aws.set_latency(0);
                is_handled(&answer)?;
                taken.time(took);
            }
        }
        Ok((one.spread(), ten.spread()))
    }

    fn rush(&mut self, aws: &Aws, samples: &Path, work: Work, process: &mut Process) -> Result<u64> {
        aws.take();
        let mut took = Duration::ZERO;
        for _ in 0..RUSH {
            let event = self.batch(samples, work, process, BATCH)?;
            let began = Instant::now();
            let (_, answer) = process.invoke(&event)?;
            took += began.elapsed();
            is_handled(&answer)?;
        }
        Ok(RUSH * BATCH * 1_000_000 / u64::try_from(took.as_micros())?.max(1))
    }

    /// The next so many messages, each about something that is there.
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
            records.push(work.message(samples, self.number, &made)?);
        }
        Ok(json!({"Records": records}))
    }
}

fn is_handled(answer: &Value) -> Result<()> {
    ensure!(answer["batchItemFailures"] == json!([]), "{answer}");
    Ok(())
}

#[derive(Default)]
struct Meter {
    took: Samples,
    apart: Samples,
    processor: Samples,
    calls: u64,
    rounds: u64,
    invocations: u64,
}

impl Meter {
    fn invoke(&mut self, process: &mut Process, aws: &Aws, event: &Value) -> Result<Value> {
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

    fn used(self) -> Use {
        let tenths = |sum: u64| sum * 10 / self.invocations.max(1);
        let (calls, rounds) = (tenths(self.calls), tenths(self.rounds));
        let [took, apart, processor] = [self.took, self.apart, self.processor].map(|samples| samples.spread());
        Use { took, apart, processor, calls, rounds }
    }
}
