//! A function's process and the Runtime API that it polls. Measures one process; refuses concurrent invocations, as Lambda
//! does.

use crate::runtime_api::{Event, RuntimeApi};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long anything may take, even with a twentieth of a processor.
const PATIENCE: Duration = Duration::from_secs(60);
/// The memory at which Lambda gives one vCPU, in megabytes (AWS Lambda developer guide, "Configure Lambda function memory").
const MEGABYTES_OF_A_VCPU: u64 = 1_769;
/// The smallest allowed quota is 1,000 µs.
const PERIOD_MICROS: u64 = 20_000;

/// A processor share for one process, by control group.
#[derive(Debug)]
pub struct Share(PathBuf);

impl Share {
    /// The share that Lambda gives for this much memory; `None` where control groups are not available.
    pub fn of(megabytes: u64) -> Option<Self> {
        let folder = PathBuf::from(format!("/sys/fs/cgroup/cpu/souk-bench-{megabytes}"));
        fs::create_dir_all(&folder).ok()?;
        let share = Self(folder);
        share.set("cpu.cfs_period_us", PERIOD_MICROS).ok()?;
        share.set("cpu.cfs_quota_us", PERIOD_MICROS * megabytes / MEGABYTES_OF_A_VCPU).ok()?;
        Some(share)
    }

    fn set(&self, name: &str, value: u64) -> std::io::Result<()> {
        fs::write(self.0.join(name), value.to_string())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}

#[derive(Debug)]
pub struct Process {
    child: Child,
    api: RuntimeApi,
    /// From its start until it asked for an event.
    pub to_next: Duration,
}

impl Process {
    /// Starts a program with exactly this environment.
    ///
    /// # Errors
    /// If it does not start, or never asks for an event.
    pub fn start(program: &Path, environment: &[(String, String)], share: Option<&Share>) -> Result<Self> {
        let api = RuntimeApi::open()?;
        let mut command = match share {
            // The shell enters the group and becomes the program.
            Some(Share(group)) => {
                let mut command = Command::new("/bin/sh");
                let script = format!("echo $$ > {}/cgroup.procs && exec {}", group.display(), program.display());
                command.args(["-c", &script]);
                command
            }
            None => Command::new(program),
        };
        command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        command.env("AWS_LAMBDA_RUNTIME_API", &api.address);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let began = Instant::now();
        let child = command.spawn().with_context(|| program.display().to_string())?;
        let mut process = Self { child, api, to_next: Duration::ZERO };
        process.to_next = process.asked_for_work()?.duration_since(began);
        Ok(process)
    }

    /// Limits it to a processor share from now on.
    ///
    /// # Errors
    /// If it cannot be moved.
    pub fn slow_down(&self, Share(group): &Share) -> std::io::Result<()> {
        fs::write(group.join("cgroup.procs"), self.child.id().to_string())
    }

    /// One invocation: the time from event to response, and the response.
    ///
    /// # Errors
    /// If it fails.
    pub fn invoke(&mut self, event: &Value) -> Result<(Duration, Value)> {
        let began = self.api.hand_out(event.to_string())?;
        let answered = match self.event()? {
            Event::Answered { at, body } => (at.duration_since(began), serde_json::from_str(&body)?),
            Event::Failed { body } => bail!("it failed: {body}"),
            Event::AskedForWork { .. } => bail!("it asks for more before it answered"),
        };
        self.asked_for_work()?;
        Ok(answered)
    }

    /// The processor time of all its threads so far.
    ///
    /// # Errors
    /// Where `/proc` does not provide it.
    pub fn processor_time(&self) -> Result<Duration> {
        let mut nanos = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let text = fs::read_to_string(thread?.path().join("schedstat"))?;
            nanos += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanos))
    }

    /// Its peak memory, in kilobytes.
    ///
    /// # Errors
    /// Where `/proc` does not provide it.
    pub fn peak_kilobytes(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    fn event(&mut self) -> Result<Event> {
        let event = self.api.next(PATIENCE);
        event.with_context(|| format!("silent for a minute; {:?}", self.child.try_wait()))
    }

    fn asked_for_work(&mut self) -> Result<Instant> {
        match self.event()? {
            Event::AskedForWork { at } => Ok(at),
            Event::Failed { body } => bail!("it did not start: {body}"),
            Event::Answered { .. } => bail!("it answers what was not asked"),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
