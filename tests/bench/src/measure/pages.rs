//! The pages of a warm function, each in its turn. A page that is no page fails the run.

use super::meter::Meter;
use crate::aws::Aws;
use crate::findings::PageRow;
use crate::process::Process;
use anyhow::{Context, Result};
use bench::work::Work;
use bench::work::pages::{ALL, Page, html_of, made_by, needed_before};
use chassis::testing::Request;
use std::path::Path;

/// Requests for a page before it is measured.
const WARM_UP: u64 = 20;

/// The pages of one function.
#[derive(Default)]
pub(super) struct OfPages {
    all: Vec<Measured>,
    /// How many were asked for.
    asked: usize,
}

struct Measured {
    page: Page,
    request: Request,
    meter: Meter,
    bytes: u64,
}

impl OfPages {
    /// Makes what the pages of a function show, and asks for each until it is warm.
    pub(super) fn open(work: Option<Work>, samples: &Path, process: &mut Process) -> Result<Self> {
        let Some(work) = work else { return Ok(Self::default()) };
        let mut made = Vec::new();
        while let Some(event) = needed_before(work.of, samples, &made)? {
            made.push(made_by(process.invoke(&event)?.1)?);
        }
        let mut all = Vec::new();
        for page in ALL.into_iter().filter(|page| page.of == work.of) {
            let mut measured = Measured { page, request: page.request(&made), meter: Meter::default(), bytes: 0 };
            for _ in 0..WARM_UP {
                let (_, answer) = process.invoke(&measured.request.event())?;
                measured.bytes = html_of(&answer).with_context(|| page.name)?.len() as u64;
            }
            all.push(measured);
        }
        Ok(Self { all, asked: 0 })
    }

    /// Asks for one more.
    pub(super) fn next(&mut self, process: &mut Process, aws: &Aws) -> Result<()> {
        let index = self.asked % self.all.len().max(1);
        let Some(measured) = self.all.get_mut(index) else { return Ok(()) };
        self.asked += 1;
        let answer = measured.meter.invoke(process, aws, &measured.request.event())?;
        html_of(&answer).with_context(|| measured.page.name).map(drop)
    }

    pub(super) fn take_rows(&mut self, function: &str) -> Vec<PageRow> {
        let all = std::mem::take(&mut self.all).into_iter();
        all.map(|Measured { page, meter, bytes, .. }| PageRow {
            function: function.to_owned(),
            page: page.name,
            bytes,
            request: meter.used(),
            beside_calls: 0,
        })
        .collect()
    }
}
