//! Runs seed after seed on all cores until told to stop, and says how far it is. Refuses to call anything proven when a
//! single seed failed.

use clap::Parser;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};
use system_tests::sim::journey::Journey;
use system_tests::sim::shrink::shrink;
use system_tests::sim::steps;
use system_tests::sim::{Mutant, Plan, Report, run};

/// A run is short-lived JSON and little else: a third of its time goes to the allocator, and half of that need not.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Simulated shops, one after the other, each from a seed
#[derive(Debug, Clone, Parser)]
struct Options {
    /// Number of seeds
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Orders that customers set out to place in each run
    #[arg(long, default_value_t = 500)]
    orders: u64,
    /// Faults in percent of their usual rates
    #[arg(long, default_value_t = 100)]
    faults: u32,
    /// Let only the customers with these numbers come
    #[arg(long, value_delimiter = ',', num_args = 0..)]
    only_customers: Option<Vec<u64>>,
    /// Inject only the faults with these numbers
    #[arg(long, value_delimiter = ',', num_args = 0..)]
    only_faults: Option<Vec<u64>>,
    /// Start no new run after this many minutes
    #[arg(long)]
    minutes: Option<u64>,
    /// The mutant to apply: one deliberate bug
    #[arg(long, value_parser = mutant_named)]
    mutant: Option<Mutant>,
    /// Threads; as many as the machine has cores when left out
    #[arg(long)]
    threads: Option<usize>,
    /// Go on after a failure
    #[arg(long)]
    keep_going: bool,
    /// Instead of crowds: one customer for each journey, interrupted once at every single step
    #[arg(long)]
    steps: bool,
    /// Do not look for a smaller story of a failure
    #[arg(long)]
    no_shrink: bool,
}

fn mutant_named(name: &str) -> Result<Mutant, String> {
    let known = || Mutant::ALL.iter().map(|mutant| mutant.name()).collect::<Vec<_>>().join(", ");
    Mutant::named(name).ok_or_else(|| format!("known are: {}", known()))
}

#[derive(Default)]
struct Sums {
    seeds: u64,
    orders: u64,
    messages: u64,
    calls: u64,
    virtual_millis: u64,
    faults: BTreeMap<&'static str, u64>,
    endings: BTreeMap<String, u64>,
    failed: Vec<u64>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = options.threads.unwrap_or(cores).max(1);
    let (next, stop) = (AtomicUsize::new(0), Arc::new(AtomicBool::new(false)));
    // What was found so far is worth as much as what would have been. Who asks twice does not want it.
    let interrupted = Arc::clone(&stop);
    if ctrlc::set_handler(move || {
        if interrupted.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    })
    .is_err()
    {
        eprintln!("an interrupt will end this without a word");
    }
    let began = Instant::now();
    let mut sums = Sums::default();
    let plans = if options.steps { every_step() } else { crowds(&options) };
    let of = plans.len() as u64;
    std::thread::scope(|scope| {
        let (reports, arriving) = channel();
        for _ in 0..threads {
            let (reports, plans, next, stop) = (reports.clone(), &plans, &next, &*stop);
            scope.spawn(move || work(plans, next, stop, &reports));
        }
        drop(reports);
        let mut said = Instant::now();
        for report in arriving {
            let failed = !report.violations.is_empty();
            sums.add(&report);
            if failed {
                stop.fetch_or(!options.keep_going, Ordering::SeqCst);
                tell_of_failure(&report, &options);
            }
            if options.minutes.is_some_and(|minutes| began.elapsed() > Duration::from_secs(60 * minutes)) {
                stop.store(true, Ordering::SeqCst);
            }
            if said.elapsed() > Duration::from_secs(5) {
                said = Instant::now();
                eprintln!("{}", sums.line(began.elapsed(), of));
            }
        }
    });
    sums.conclude(began.elapsed(), of)
}

fn crowds(options: &Options) -> Vec<Plan> {
    let Options { orders: customers, faults, mutant, .. } = *options;
    let seeds = options.from..options.from.saturating_add(options.seeds);
    let set = |numbers: &Option<Vec<u64>>| numbers.as_ref().map(|numbers| numbers.iter().copied().collect());
    let (visitors, only) = (set(&options.only_customers), set(&options.only_faults));
    let plan = |seed| Plan { customers, faults, mutant, ..Plan::of(seed) };
    seeds.map(|seed| Plan { visitors: visitors.clone(), only: only.clone(), ..plan(seed) }).collect()
}

fn every_step() -> Vec<Plan> {
    let interrupted = |journey| steps::places(journey).into_iter().map(move |place| steps::plan(journey, Some(place)));
    Journey::ALL.into_iter().flat_map(interrupted).collect()
}

fn work(plans: &[Plan], next: &AtomicUsize, stop: &AtomicBool, reports: &Sender<Report>) {
    while let Some(plan) = plans.get(next.fetch_add(1, Ordering::SeqCst)) {
        if stop.load(Ordering::SeqCst) || reports.send(run(plan)).is_err() {
            return;
        }
    }
}

fn tell_of_failure(report: &Report, options: &Options) {
    let Plan { seed, journey, crash, .. } = &report.plan;
    match (journey, crash) {
        (Some(journey), Some(crash)) => println!("\n{journey:?} fails with {crash:?}:"),
        _ => println!("\nseed {seed} fails:"),
    }
    for violation in report.violations.iter().take(20) {
        println!("  {violation}");
    }
    println!("again: {}", report.plan.command());
    let smallest = if options.no_shrink || options.steps { report.clone() } else { shrink(report.clone()) };
    if smallest.plan != report.plan {
        println!("smaller, with {} customers: {}", smallest.plan.who_comes().count(), smallest.plan.command());
    }
    println!("what happened:");
    for line in &smallest.timeline {
        println!("  {line}");
    }
}

impl Sums {
    fn add(&mut self, report: &Report) {
        self.seeds += 1;
        self.orders += report.orders;
        self.messages += report.messages;
        self.calls += report.calls;
        self.virtual_millis += report.millis;
        for (fault, count) in &report.faults {
            *self.faults.entry(fault.what()).or_default() += count;
        }
        for (ending, count) in &report.endings {
            *self.endings.entry(ending.clone()).or_default() += count;
        }
        if !report.violations.is_empty() {
            self.failed.push(report.plan.seed);
        }
    }

    fn line(&self, took: Duration, of: u64) -> String {
        let millis = took.as_millis().max(1);
        let rate = |count: u64| u128::from(count) * 10_000 / millis;
        let (orders, seeds) = (rate(self.orders), rate(self.seeds));
        let faults: u64 = self.faults.values().sum();
        format!(
            "{}/{of} seeds, {} orders, {faults} faults; {}.{} orders/s, {}.{} seeds/s; {} failed",
            self.seeds,
            self.orders,
            orders / 10,
            orders % 10,
            seeds / 10,
            seeds % 10,
            self.failed.len(),
        )
    }

    fn conclude(self, took: Duration, of: u64) -> ExitCode {
        println!("{}", self.line(took, of));
        println!(
            "{} messages, {} writes and sends, {} days of virtual time in {} s",
            self.messages,
            self.calls,
            self.virtual_millis / 86_400_000,
            took.as_secs()
        );
        println!("faults survived:");
        for (what, count) in &self.faults {
            println!("  {count:>9}  {what}");
        }
        println!("orders ended:");
        for (ending, count) in &self.endings {
            println!("  {count:>9}  {ending}");
        }
        if self.failed.is_empty() {
            return ExitCode::SUCCESS;
        }
        println!("failed seeds: {:?}", self.failed);
        ExitCode::FAILURE
    }
}
