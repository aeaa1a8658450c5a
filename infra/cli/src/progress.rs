//! What the person in front of the terminal sees while something slow happens.
//! Owns the board of running tasks: a spinner line on a terminal, a line every five seconds elsewhere.
//! Refuses silence: as long as a task is open, its name, its age and its latest news are shown.

use std::io::{IsTerminal, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME: Duration = Duration::from_millis(120);
const HEARTBEAT: Duration = Duration::from_secs(5);

/// A shared board of running tasks; cloning it shares the board.
#[derive(Clone)]
pub struct Progress {
    board: Arc<Board>,
}

struct Board {
    began: Instant,
    terminal: bool,
    tasks: Mutex<Tasks>,
    wake: Condvar,
}

#[derive(Default)]
struct Tasks {
    next_id: u64,
    running: Vec<Running>,
    closed: bool,
    spinner_shown: bool,
}

struct Running {
    id: u64,
    label: String,
    note: String,
    began: Instant,
}

/// Keeps the ticker thread alive; dropping it clears the spinner and stops the thread.
pub struct Ticker {
    board: Arc<Board>,
    thread: Option<JoinHandle<()>>,
}

/// One running task. Dropping it without [`Task::done`] reports it as not finished.
pub struct Task {
    board: Arc<Board>,
    id: u64,
    closed: bool,
}

impl Progress {
    /// Starts the board and the thread that keeps it fresh.
    pub fn start() -> (Self, Ticker) {
        let board = Arc::new(Board {
            began: Instant::now(),
            terminal: std::io::stderr().is_terminal(),
            tasks: Mutex::default(),
            wake: Condvar::new(),
        });
        let ticking = Arc::clone(&board);
        let thread = std::thread::spawn(move || ticking.tick());
        let ticker = Ticker { board: Arc::clone(&board), thread: Some(thread) };
        (Self { board }, ticker)
    }

    /// Opens a task; its label is a short phrase such as `building the functions`.
    pub fn task(&self, label: impl Into<String>) -> Task {
        let label = label.into();
        let mut tasks = self.board.lock();
        if !self.board.terminal {
            self.board.line(&mut tasks, &format!("{label} …"));
        }
        let id = tasks.next_id;
        tasks.next_id += 1;
        tasks.running.push(Running { id, label, note: String::new(), began: Instant::now() });
        Task { board: Arc::clone(&self.board), id, closed: false }
    }

    /// Prints one line without disturbing the spinner.
    pub fn say(&self, line: impl AsRef<str>) {
        let mut tasks = self.board.lock();
        self.board.line(&mut tasks, line.as_ref());
    }

    /// Prints text that belongs to the answer itself, without the elapsed time in front.
    pub fn print(&self, text: impl AsRef<str>) {
        let mut tasks = self.board.lock();
        self.board.clear(&mut tasks);
        // Whoever reads may have read enough: `souk status | head` is no failure.
        let _ = writeln!(std::io::stdout(), "{}", text.as_ref());
    }

    /// Time since the command began.
    pub fn elapsed(&self) -> Duration {
        self.board.began.elapsed()
    }
}

impl Task {
    /// Shows the latest news of this task; on a terminal at once, elsewhere with the next heartbeat.
    pub fn note(&self, note: impl AsRef<str>) {
        let mut tasks = self.board.lock();
        if let Some(task) = tasks.running.iter_mut().find(|task| task.id == self.id) {
            task.note = note.as_ref().trim().to_owned();
        }
    }

    /// Closes the task with its result, for example `8 functions`.
    pub fn done(mut self, result: impl AsRef<str>) {
        self.close(result.as_ref(), "✓");
    }

    fn close(&mut self, result: &str, mark: &str) {
        self.closed = true;
        let mut tasks = self.board.lock();
        let Some(position) = tasks.running.iter().position(|task| task.id == self.id) else { return };
        let task = tasks.running.remove(position);
        let took = seconds(task.began.elapsed());
        let separator = if result.is_empty() { "" } else { ": " };
        self.board.line(&mut tasks, &format!("{mark} {}{separator}{result} ({took})", task.label));
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if !self.closed {
            self.close("not finished", "✗");
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.board.lock().closed = true;
        self.board.wake.notify_all();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tick(&self) {
        let pause = if self.terminal { FRAME } else { HEARTBEAT };
        let mut frame = 0;
        let mut tasks = self.lock();
        while !tasks.closed {
            tasks = self.wake.wait_timeout(tasks, pause).map_or_else(|error| error.into_inner().0, |(tasks, _)| tasks);
            if tasks.closed {
                break;
            }
            frame += 1;
            if self.terminal {
                self.spin(&mut tasks, frame);
            } else {
                self.heartbeat(&mut tasks);
            }
        }
        self.clear(&mut tasks);
    }

    fn spin(&self, tasks: &mut Tasks, frame: usize) {
        self.clear(tasks);
        let Some(latest) = tasks.running.last() else { return };
        let others = tasks.running.len() - 1;
        let more = if others == 0 { String::new() } else { format!(" (+{others} more)") };
        let line = format!(
            "{} {}{more} ({}) {}",
            SPINNER[frame % SPINNER.len()],
            latest.label,
            seconds(latest.began.elapsed()),
            latest.note
        );
        let mut screen = std::io::stderr();
        drop(write!(screen, "\r{}", cut(&line, 110)));
        drop(screen.flush());
        tasks.spinner_shown = true;
    }

    fn heartbeat(&self, tasks: &mut Tasks) {
        let lines: Vec<String> = tasks
            .running
            .iter()
            .filter(|task| task.began.elapsed() >= HEARTBEAT)
            .map(|task| cut(&format!("… {} ({}) {}", task.label, seconds(task.began.elapsed()), task.note), 140))
            .collect();
        for line in lines {
            self.line(tasks, &line);
        }
    }

    fn line(&self, tasks: &mut Tasks, line: &str) {
        self.clear(tasks);
        let _ = writeln!(std::io::stderr(), "{:>7} {line}", seconds(self.began.elapsed()));
    }

    fn clear(&self, tasks: &mut Tasks) {
        if tasks.spinner_shown {
            eprint!("\r\u{1b}[2K");
            tasks.spinner_shown = false;
        }
    }
}

/// A duration as seconds with one decimal, computed without floating point.
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
}
