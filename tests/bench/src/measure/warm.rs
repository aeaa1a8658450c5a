//! Measures functions that are warm.

use super::meter::Meter;
use super::pages::OfPages;
use super::{LATE_MILLIS, Subject};
use crate::aws::Aws;
use crate::findings::PageRow;
use crate::process::Process;
use crate::statistics::Samples;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

/// Invocations before the measurement, and measured ones.
const WARM_UP: u64 = 20;
const WARM: u64 = 200;
/// Measured requests for all pages of a function together.
const PAGES: u64 = 800;
/// Batches with slow AWS calls.
const BATCHES: u64 = 10;
/// Messages in a full batch.
const BATCH: u64 = 10;
/// Batches for the throughput.
const THROUGHPUT_BATCHES: u64 = 30;

/// Measures one process of each function; the pages of all.
pub(super) fn measure(aws: &Aws, samples: &Path, subjects: &mut [Subject]) -> Result<Vec<PageRow>> {
    let at_work = subjects.iter_mut().map(|subject| AtWork::begin(aws, samples, subject));
    let mut at_work = at_work.collect::<Result<Vec<_>>>()?;
    in_turn("requests", WARM, &mut at_work, AtWork::request)?;
    in_turn("pages", PAGES, &mut at_work, AtWork::page)?;
    in_turn("messages", WARM, &mut at_work, AtWork::message)?;
    in_turn("batches with slow AWS calls", BATCHES, &mut at_work, AtWork::late)?;
    in_turn("batches", THROUGHPUT_BATCHES, &mut at_work, AtWork::throughput)?;
    let mut pages = Vec::new();
    for mut one in at_work {
        pages.append(&mut one.pages.take_rows(&one.subject.name));
        one.end()?;
    }
    Ok(pages)
}

fn in_turn<'a>(
    what: &str,
    rounds: u64,
    all: &mut [AtWork<'a>],
    part: impl Fn(&mut AtWork<'a>) -> Result<()>,
) -> Result<()> {
    eprintln!("{what}");
    for _ in 0..rounds {
        for one in &mut *all {
            one.aws.set_table(one.subject.table.clone());
            part(one).with_context(|| one.subject.name.clone())?;
        }
    }
    Ok(())
}

/// A warm function under measurement.
struct AtWork<'a> {
    aws: &'a Aws,
    samples: &'a Path,
    subject: &'a mut Subject,
    process: Process,
    requests: Meter,
    pages: OfPages,
    messages: Meter,
    late: (Samples, Samples),
    throughput: Duration,
}

impl<'a> AtWork<'a> {
    fn begin(aws: &'a Aws, samples: &'a Path, subject: &'a mut Subject) -> Result<Self> {
        aws.take();
        let mut process = subject.start(aws, None)?;
        for _ in 0..WARM_UP {
            process.invoke(&subject.request())?;
        }
        subject.row.connections = aws.take().connections;
        let pages = OfPages::open(subject.work, samples, &mut process)?;
        let (requests, messages, late) = Default::default();
        Ok(Self { aws, samples, subject, process, requests, pages, messages, late, throughput: Duration::ZERO })
    }

    fn request(&mut self) -> Result<()> {
        let event = self.subject.request();
        let answer = self.requests.invoke(&mut self.process, self.aws, &event)?;
        self.subject.is_well(&answer)
    }

    fn page(&mut self) -> Result<()> {
        self.pages.next(&mut self.process, self.aws)
    }

    /// An event of `size` messages; `None` for a baseline.
    fn batch(&mut self, size: u64) -> Result<Option<Value>> {
        let Some(work) = self.subject.work else { return Ok(None) };
        self.subject.batch(self.samples, work, &mut self.process, size).map(Some)
    }

    fn message(&mut self) -> Result<()> {
        let Some(event) = self.batch(1)? else { return Ok(()) };
        self.subject.table.take_calls();
        let answer = self.messages.invoke(&mut self.process, self.aws, &event)?;
        is_handled(&answer)?;
        // A message that writes nothing is quick and would prove nothing.
        let wrote = self.subject.table.take_calls().iter().any(|call| !call.is_read() && call.tenths_of_units > 0);
        ensure!(wrote, "it changed nothing: {event}");
        Ok(())
    }

    fn late(&mut self) -> Result<()> {
        for size in [1, BATCH] {
            let Some(event) = self.batch(size)? else { return Ok(()) };
            self.aws.set_latency(LATE_MILLIS);
            let (took, answer) = self.process.invoke(&event)?;
            self.aws.set_latency(0);
            is_handled(&answer)?;
            (if size == 1 { &mut self.late.0 } else { &mut self.late.1 }).time(took);
        }
        Ok(())
    }

    fn throughput(&mut self) -> Result<()> {
        let Some(event) = self.batch(BATCH)? else { return Ok(()) };
        let began = Instant::now();
        let (_, answer) = self.process.invoke(&event)?;
        self.throughput += began.elapsed();
        is_handled(&answer)
    }

    fn end(self) -> Result<()> {
        let row = &mut self.subject.row;
        row.request = self.requests.used();
        if self.subject.work.is_some() {
            row.message = Some(self.messages.used());
            row.late = Some((self.late.0.spread(), self.late.1.spread()));
            row.messages_per_second =
                Some(THROUGHPUT_BATCHES * BATCH * 1_000_000 / u64::try_from(self.throughput.as_micros())?.max(1));
        }
        row.peak_kilobytes = self.process.peak_kilobytes()?;
        Ok(())
    }
}

fn is_handled(answer: &Value) -> Result<()> {
    ensure!(answer["batchItemFailures"] == json!([]), "{answer}");
    Ok(())
}
