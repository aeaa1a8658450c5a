//! Progress of slow tasks, for the person at the terminal.
//! Owns the running tasks: a spinner line for each on a terminal, a plain line every five seconds elsewhere.
//! Refuses silence: as long as a task is open, its name, its age and its latest note are shown.

use std::io::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};

const FRAME: Duration = Duration::from_millis(120);
const HEARTBEAT: Duration = Duration::from_secs(5);
/// Columns of a heartbeat's line: logs are read in windows.
const MAX_COLUMNS: usize = 140;

/// The running tasks; clones share them.
#[derive(Clone)]
pub struct Progress {
    began: Instant,
    bars: MultiProgress,
    running: Arc<Mutex<Vec<ProgressBar>>>,
}

/// One running task. Dropped without [`Task::done`], it is reported as not finished.
pub struct Task {
    progress: Progress,
    bar: ProgressBar,
}

impl Progress {
    pub fn start() -> Self {
        let progress = Self { began: Instant::now(), bars: MultiProgress::new(), running: Arc::default() };
        if progress.bars.is_hidden() {
            // Nobody watches a spinner in a log; lines show that work goes on.
            let (began, running) = (progress.began, Arc::downgrade(&progress.running));
            std::thread::spawn(move || beat(began, &running));
        }
        progress
    }

    /// `label` is a short phrase such as `building the functions`.
    pub fn task(&self, label: impl Into<String>) -> Task {
        let label = label.into();
        if self.bars.is_hidden() {
            self.say(format!("{label} …"));
        }
        let bar = ProgressBar::new_spinner().with_style(style()).with_prefix(label);
        let bar = self.bars.add(bar);
        bar.enable_steady_tick(FRAME);
        lock(&self.running).push(bar.clone());
        Task { progress: self.clone(), bar }
    }

    /// Prints one line above the spinners.
    pub fn say(&self, line: impl AsRef<str>) {
        let _running = lock(&self.running);
        self.bars.suspend(|| tell(self.began, line.as_ref()));
    }

    /// Prints text of the answer itself, without the elapsed time in front.
    pub fn print(&self, text: impl AsRef<str>) {
        // A reader may have read enough: `souk status | head` is no failure.
        self.bars.suspend(|| drop(writeln!(std::io::stdout(), "{}", text.as_ref())));
    }

    /// Time since the command began.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

impl Task {
    /// Replaces the task's note. A terminal shows it at once, other outputs with the next heartbeat.
    pub fn note(&self, note: impl AsRef<str>) {
        self.bar.set_message(note.as_ref().trim().to_owned());
    }

    /// `result` is short, for example `8 functions`.
    pub fn done(self, result: impl AsRef<str>) {
        self.close(result.as_ref(), "✓");
    }

    fn close(&self, result: &str, mark: &str) {
        self.bar.finish_and_clear();
        lock(&self.progress.running).retain(|bar| !bar.is_finished());
        let separator = if result.is_empty() { "" } else { ": " };
        let (label, took) = (self.bar.prefix(), seconds(self.bar.elapsed()));
        self.progress.say(format!("{mark} {label}{separator}{result} ({took})"));
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if !self.bar.is_finished() {
            self.close("not finished", "✗");
        }
    }
}

fn style() -> ProgressStyle {
    let template = ProgressStyle::with_template("{spinner} {prefix} ({took}) {wide_msg}");
    // A line that cannot be drawn is drawn again in a moment.
    let took = |state: &ProgressState, line: &mut dyn std::fmt::Write| {
        let _ = write!(line, "{}", seconds(state.elapsed()));
    };
    template.unwrap_or_else(|_| ProgressStyle::default_spinner()).with_key("took", took)
}

/// Prints the running tasks every few seconds until no owner of them is left.
fn beat(began: Instant, running: &Weak<Mutex<Vec<ProgressBar>>>) {
    loop {
        std::thread::sleep(HEARTBEAT);
        let Some(running) = running.upgrade() else { return };
        for bar in lock(&running).iter().filter(|bar| bar.elapsed() >= HEARTBEAT) {
            let line = format!("… {} ({}) {}", bar.prefix(), seconds(bar.elapsed()), bar.message());
            tell(began, &cut(&line, MAX_COLUMNS));
        }
    }
}

fn tell(began: Instant, line: &str) {
    drop(writeln!(std::io::stderr(), "{:>7} {line}", seconds(began.elapsed())));
}

fn lock(bars: &Mutex<Vec<ProgressBar>>) -> MutexGuard<'_, Vec<ProgressBar>> {
    bars.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Seconds with one decimal, computed without floating point.
pub fn seconds(duration: Duration) -> String {
    let tenths = duration.as_millis() / 100;
    format!("{}.{} s", tenths / 10, tenths % 10)
}

fn cut(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    let mut short: String = line.chars().take(width - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_seconds_with_one_decimal() {
        assert_eq!(seconds(Duration::from_millis(1_250)), "1.2 s");
        assert_eq!(seconds(Duration::from_millis(99)), "0.0 s");
        assert_eq!(seconds(Duration::from_secs(61)), "61.0 s");
    }

    #[test]
    fn a_long_line_is_cut_to_the_width_and_says_so() {
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("abc", 4), "abc");
        assert_eq!(cut("äöüß", 3), "äö…");
    }

    #[test]
    fn the_line_of_a_task_can_be_drawn() {
        assert!(ProgressStyle::with_template("{spinner} {prefix} ({took}) {wide_msg}").is_ok());
    }

    #[test]
    fn a_task_runs_until_it_is_done_or_dropped() {
        let progress = Progress::start();
        let (one, other) = (progress.task("one"), progress.task("other"));
        assert_eq!(lock(&progress.running).len(), 2);
        one.done("");
        drop(other);
        assert!(lock(&progress.running).is_empty());
    }
}
