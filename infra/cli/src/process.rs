//! Child processes: started visibly, watched, and never left behind.
//! Owns the answer to Ctrl-C and to SIGTERM: children are told to stop, and the command unwinds and tears down.
//! Refuses to hide a failure: the error holds the end of a failing child's output.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;

use crate::progress::Task;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static FIRST_INTERRUPT: OnceLock<Instant> = OnceLock::new();
static CHILDREN: Mutex<Vec<u32>> = Mutex::new(Vec::new());

const KEPT_LINES: usize = 60;

/// Handles Ctrl-C, a closed terminal and SIGTERM.
///
/// # Errors
/// If the operating system refuses the handler.
pub fn watch_for_interrupts() -> Result<()> {
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        // Some senders signal the process and its group, so one request may arrive twice at once.
        let first = *FIRST_INTERRUPT.get_or_init(Instant::now);
        let again = first.elapsed() > Duration::from_secs(1);
        let children = CHILDREN.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for child in children {
            let _ = signal::kill(pid(child), Signal::SIGTERM);
        }
        if again {
            eprintln!("\ninterrupted twice: leaving without tidying up; `cargo souk down` does it");
            std::process::exit(130);
        }
    })
    .context("cannot listen for Ctrl-C")
}

/// Whether this command was asked to stop.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Fails once this command was asked to stop, so that loops unwind.
///
/// # Errors
/// After Ctrl-C or SIGTERM.
pub fn check_interrupted() -> Result<()> {
    if interrupted() {
        bail!("interrupted");
    }
    Ok(())
}

/// Waits in small steps, so that Ctrl-C is answered at once.
///
/// # Errors
/// After Ctrl-C or SIGTERM.
pub fn pause(length: Duration) -> Result<()> {
    let until = Instant::now() + length;
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        check_interrupted()?;
        std::thread::sleep(left.min(Duration::from_millis(100)));
    }
    check_interrupted()
}

/// A program that failed.
#[derive(Debug)]
pub struct Failed {
    /// How it ended, and the end of its output.
    text: String,
    /// All of its standard output.
    pub output: String,
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failed {}

/// Runs a program and returns its standard output. The task shows its latest line.
///
/// # Errors
/// If it cannot be started, fails (with the end of its output) or is interrupted.
pub fn run(task: &Task, command: &mut Command) -> Result<String> {
    check_interrupted()?;
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    let _registered = Registered::new(child.id());
    let (sender, lines) = mpsc::channel();
    let readers = [
        child.stdout.take().map(|pipe| read_lines(pipe, true, sender.clone())),
        child.stderr.take().map(|pipe| read_lines(pipe, false, sender)),
    ];
    let mut answer = String::new();
    let mut tail = VecDeque::new();
    loop {
        match lines.recv_timeout(Duration::from_millis(200)) {
            Ok((from_stdout, line)) => {
                if line.contains(char::is_alphanumeric) {
                    task.note(&line);
                }
                if from_stdout {
                    answer.push_str(&line);
                    answer.push('\n');
                }
                tail.push_back(line);
                if tail.len() > KEPT_LINES {
                    tail.pop_front();
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    for reader in readers.into_iter().flatten() {
        drop(reader.join());
    }
    let status = child.wait().with_context(|| format!("cannot wait for {name}"))?;
    check_interrupted()?;
    if !status.success() {
        let tail: Vec<String> = tail.into();
        return Err(Failed { text: format!("{name} failed ({status})\n{}", tail.join("\n")), output: answer }.into());
    }
    Ok(answer)
}

/// Runs a program that writes to this terminal.
///
/// # Errors
/// If it cannot be started, fails or is interrupted.
pub fn run_in_view(command: &mut Command) -> Result<()> {
    check_interrupted()?;
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command.stdin(Stdio::null()).spawn().with_context(|| format!("cannot start {name}"))?;
    let _registered = Registered::new(child.id());
    let status = child.wait().with_context(|| format!("cannot wait for {name}"))?;
    check_interrupted()?;
    if !status.success() {
        bail!("{name} failed ({status})");
    }
    Ok(())
}

/// Runs a short program quietly; `None` when it is missing or fails.
pub fn answer_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

pub fn is_alive(process: u32) -> bool {
    signal::kill(pid(process), None).is_ok()
}

/// Stops a process group with SIGTERM, and after five seconds with SIGKILL. Returns when no process of it runs.
pub fn stop_group(leader: u32) {
    let group = pid(leader);
    for (signal, patience) in [(Signal::SIGTERM, Duration::from_secs(5)), (Signal::SIGKILL, Duration::from_secs(5))] {
        let _ = signal::killpg(group, signal);
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if !group_runs(group) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn group_runs(group: Pid) -> bool {
    if signal::killpg(group, None).is_err() {
        return false;
    }
    // Where nobody reaps orphans, the ended ones stay in the group for ever.
    members(group.as_raw()).is_none_or(|running| !running.is_empty())
}

/// The processes of a group that have not ended; `None` on a system that does not tell.
pub fn members(group: i32) -> Option<Vec<i32>> {
    let entries = std::fs::read_dir("/proc").ok()?;
    let files = entries.filter_map(|entry| std::fs::read_to_string(entry.ok()?.path().join("stat")).ok());
    let processes = files.filter_map(|stat| process_in_group(&stat));
    let running = processes.filter(|(_, member_of, state)| *member_of == group && state != "Z");
    Some(running.map(|(process, ..)| process).collect())
}

/// Kills a process; `false` if it had ended.
pub fn kill(process: i32) -> bool {
    signal::kill(Pid::from_raw(process), Signal::SIGKILL).is_ok()
}

/// Parses `<pid> (<name>) <state> <parent> <group> …`; a name may hold anything, also brackets.
fn process_in_group(stat: &str) -> Option<(i32, i32, String)> {
    let process = stat.split_once(' ')?.0.parse().ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?.to_owned();
    Some((process, fields.nth(1)?.parse().ok()?, state))
}

fn read_lines(
    pipe: impl Read + Send + 'static,
    stdout: bool,
    sink: Sender<(bool, String)>,
) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let mut reader = BufReader::new(pipe);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
            bytes.clear();
            if !line.is_empty() && sink.send((stdout, line)).is_err() {
                return;
            }
        }
    })
}

fn pid(process: u32) -> Pid {
    Pid::from_raw(i32::try_from(process).unwrap_or(i32::MAX))
}

/// A child that is told of an interrupt while it runs.
struct Registered(u32);

impl Registered {
    fn new(child: u32) -> Self {
        CHILDREN.lock().unwrap_or_else(PoisonError::into_inner).push(child);
        Self(child)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        CHILDREN.lock().unwrap_or_else(PoisonError::into_inner).retain(|child| *child != self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt;

    #[test]
    fn a_process_group_is_read_from_its_line_whatever_the_name() {
        assert_eq!(process_in_group("7 (a) b) Z 1 42 42 0"), Some((7, 42, "Z".to_owned())));
        assert_eq!(process_in_group(""), None);
    }

    #[test]
    fn a_stopped_group_is_gone_with_its_children_even_if_nobody_reaps_them() {
        let mut child =
            Command::new("sh").args(["-c", "cat & cat"]).stdin(Stdio::piped()).process_group(0).spawn().unwrap();
        assert!(group_runs(pid(child.id())));
        let began = Instant::now();
        stop_group(child.id());
        assert!(!group_runs(pid(child.id())));
        assert!(began.elapsed() < Duration::from_secs(5));
        child.wait().unwrap();
    }
}
