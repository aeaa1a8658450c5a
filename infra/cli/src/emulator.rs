//! The emulator: the one place that knows it is not AWS.
//! Owns its process, and every address that exists only on an emulator (health, mails, API by path).
//! Refuses to be needed: everything outside this file works against any endpoint that speaks AWS.

use std::fs::File;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::endpoint::Endpoint;
use crate::process;
use crate::progress::Progress;
use crate::state::RunningEmulator;
use crate::tools::{Environment, Tools};
use crate::workspace;

mod functions;
mod kept;
mod wire;

pub use functions::kill_functions;

/// The usual port of such emulators.
pub const USUAL_PORT: u16 = 4566;
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Start {
    /// For its log, its temporary files and its state.
    pub folder: PathBuf,
    /// Any free port if this one is taken or `None`.
    pub port: Option<u16>,
    /// Whether tables and queues survive a stop.
    pub persist: bool,
}

/// A running emulator. Dropping it stops it, unless it was released.
pub struct Emulator {
    /// The record for the state file.
    pub running: RunningEmulator,
    child: Option<Child>,
}

impl Emulator {
    /// Starts the emulator on a free port of the loopback address and waits until it answers.
    ///
    /// # Errors
    /// If it cannot be started or does not answer; the message names its log.
    pub fn start(tools: &Tools, progress: &Progress, start: &Start) -> Result<Self> {
        let task = progress.task("starting the emulator");
        let port = start.port.filter(|port| is_free(*port)).map_or_else(any_port, Ok)?;
        let folder = &start.folder;
        let temporary = folder.join("tmp");
        workspace::remove_folder(&temporary)?;
        let kept = folder.join("state");
        if start.persist {
            kept::rewind_streams(&kept)?;
        } else {
            workspace::remove_folder(&kept)?;
        }
        workspace::create_folder(&temporary)?;
        let log = folder.join("emulator.log");
        let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let endpoint = Endpoint::local(port);
        let mut command = tools.command(Environment::Emulator, "ministack");
        endpoint.apply(&mut command);
        let child = command
            .env("GATEWAY_PORT", port.to_string())
            .env("BIND_HOST", "127.0.0.1")
            .env("MINISTACK_HOST", "localhost")
            .env("LAMBDA_EXECUTOR", "local")
            // Parts that nobody here uses and that would take fixed ports from a second emulator.
            .env("IOT_MTLS_ENABLED", "0")
            .env("SFTP_ENABLED", "0")
            // Least privilege is tried out here, not first on AWS.
            .env("AUTH", "true")
            .env("PERSIST_STATE", if start.persist { "1" } else { "0" })
            .env("STATE_DIR", kept)
            .env("TMPDIR", &temporary)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            // Its own group: Ctrl-C reaches this command first, and a stop reaches every function process.
            .process_group(0)
            .spawn()
            .context("cannot start the emulator")?;
        let running = RunningEmulator { pid: child.id(), port, persist: start.persist, log: log.display().to_string() };
        let mut emulator = Self { running, child: Some(child) };
        emulator.wait_until_ready(&endpoint)?;
        task.done(endpoint.url());
        Ok(emulator)
    }

    /// Leaves the emulator running after this command ends.
    pub fn release(mut self) -> RunningEmulator {
        self.child = None;
        self.running.clone()
    }

    /// Endpoint for AWS calls.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::local(self.running.port)
    }

    fn wait_until_ready(&mut self, endpoint: &Endpoint) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        while !answers(endpoint) {
            let ended = self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(Some(_))));
            if ended || Instant::now() > until {
                bail!("the emulator does not answer at {}; see {}", endpoint.url(), self.running.log);
            }
            process::pause(Duration::from_millis(100))?;
        }
        Ok(())
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            process::stop_group(self.running.pid);
            drop(child.wait());
        }
    }
}

/// Whether the recorded emulator still runs and answers.
pub fn is_running(running: &RunningEmulator) -> bool {
    process::is_alive(running.pid) && answers(&Endpoint::local(running.port))
}

/// Stops the recorded emulator with all its functions; `true` if it ran.
pub fn stop(running: &RunningEmulator) -> bool {
    // The process id may belong to somebody else by now: without our command line it is left alone.
    if !process::is_alive(running.pid) || !command_line(running.pid).contains("ministack") {
        return false;
    }
    process::stop_group(running.pid);
    true
}

pub fn answers(endpoint: &Endpoint) -> bool {
    wire::get(endpoint, "/_localstack/health").is_ok()
}

/// The API's base address. Host names below `localhost` do not resolve everywhere, so the API is reached by path.
///
/// # Errors
/// If the endpoint does not answer.
pub fn api_url(endpoint: &Endpoint, api_id: &str) -> Result<String> {
    if !answers(endpoint) {
        bail!("the emulator does not answer at {}", endpoint.url());
    }
    let base = format!("{}/_aws/execute-api/{api_id}", endpoint.url());
    // LocalStack wants the stage's name in the path; ministack finds the default stage by itself.
    let finds_stage = wire::get(endpoint, "/_ministack/health").is_ok();
    Ok(if finds_stage { base } else { format!("{base}/$default") })
}

/// The address at which a browser finds the API: it resolves every name below `localhost` by itself (RFC 6761 §6.3), and LocalStack
/// serves a name that resolves everywhere.
///
/// # Errors
/// If the endpoint has no address that a browser could open.
pub fn public_url(endpoint: &Endpoint, api_id: &str) -> Result<String> {
    let finds_stage = wire::get(endpoint, "/_ministack/health").is_ok();
    by_host(endpoint.url(), api_id, if finds_stage { "localhost" } else { "localhost.localstack.cloud" })
}

fn by_host(url: &str, api_id: &str, domain: &str) -> Result<String> {
    let (scheme, host) = url.split_once("://").context("the endpoint's address has no scheme")?;
    let port = host.trim_end_matches('/').rsplit_once(':').map_or(String::new(), |(_, port)| format!(":{port}"));
    Ok(format!("{scheme}://{api_id}.execute-api.{domain}{port}"))
}

/// Makes the bucket that deploys put their artifacts in.
///
/// # Errors
/// If the endpoint refuses.
pub fn create_bucket(endpoint: &Endpoint, bucket: &str) -> Result<()> {
    wire::send(endpoint, "PUT", &format!("/{bucket}"), "s3", None).map(drop)
}

/// Makes an address or domain a verified sender; on AWS its owner must prove it, here nobody asks.
///
/// # Errors
/// If the endpoint refuses.
pub fn verify_sender(endpoint: &Endpoint, identity: &str) -> Result<()> {
    let body = serde_json::json!({ "EmailIdentity": identity });
    match wire::send(endpoint, "POST", "/v2/email/identities", "ses", Some(&body)) {
        Err(error) if error.to_string().contains("AlreadyExists") => Ok(()),
        other => other.map(drop),
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// First recipient.
    pub to: String,
    /// Subject line.
    pub subject: String,
}

/// The mails sent so far, oldest first.
///
/// # Errors
/// If the endpoint does not list mails.
pub fn mails(endpoint: &Endpoint) -> Result<Vec<Mail>> {
    let answer = wire::get(endpoint, "/_ministack/ses/messages").or_else(|_| wire::get(endpoint, "/_aws/ses"))?;
    Ok(read_mails(&answer))
}

/// The tokens in the mails to an address, newest first: each follows `path` in a link.
///
/// # Errors
/// If the endpoint does not list mails.
pub fn tokens_sent(endpoint: &Endpoint, to: &str, path: &str) -> Result<Vec<String>> {
    let answer = wire::get(endpoint, "/_ministack/ses/messages").or_else(|_| wire::get(endpoint, "/_aws/ses"))?;
    Ok(read_tokens(&answer, to, path))
}

/// The environment of a deployed function.
///
/// # Errors
/// If the function does not exist.
pub fn function_environment(endpoint: &Endpoint, function: &str) -> Result<Vec<(String, String)>> {
    let path = format!("/2015-03-31/functions/{function}/configuration");
    let answer = wire::send(endpoint, "GET", &path, "lambda", None)?;
    let variables = answer.pointer("/Environment/Variables").and_then(Value::as_object);
    let pairs = variables.into_iter().flatten();
    Ok(pairs.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect())
}

fn read_mails(answer: &Value) -> Vec<Mail> {
    kept_mails(answer).map(read_mail).collect()
}

/// As the emulator keeps them, oldest first.
fn kept_mails(answer: &Value) -> impl Iterator<Item = &Value> {
    let messages = answer.get("messages");
    let by_account = messages.and_then(Value::as_object).into_iter().flat_map(|accounts| accounts.values());
    let lists = by_account.chain(messages.filter(|value| value.is_array())).filter_map(Value::as_array);
    lists.flatten()
}

fn read_tokens(answer: &Value, to: &str, path: &str) -> Vec<String> {
    let of_token = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.');
    let token = |mail: &Value| {
        let text = mail.to_string();
        let (_, rest) = text.split_once(path)?;
        let token: String = rest.chars().take_while(|sign| of_token(*sign)).collect();
        (!token.is_empty()).then_some(token)
    };
    let mut tokens: Vec<_> = kept_mails(answer).filter(|mail| read_mail(mail).to == to).filter_map(token).collect();
    tokens.reverse();
    tokens
}

fn read_mail(mail: &Value) -> Mail {
    let text = |pointer: &str| mail.pointer(pointer).and_then(Value::as_str);
    Mail {
        to: text("/To/0").or_else(|| text("/Destination/ToAddresses/0")).unwrap_or_default().to_owned(),
        subject: text("/Subject").unwrap_or_default().to_owned(),
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

/// A port of the loopback address that nobody has at this moment.
///
/// # Errors
/// If there is none.
pub fn any_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on the loopback address")?;
    Ok(listener.local_addr()?.port())
}

fn command_line(process: u32) -> String {
    match std::fs::read(format!("/proc/{process}/cmdline")) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).replace('\0', " "),
        Err(_) => process::answer_of(Command::new("ps").args(["-o", "command=", "-p", &process.to_string()]))
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_browser_gets_the_address_by_host() {
        let wanted = "http://a1b2.execute-api.localhost:4566";
        assert_eq!(by_host("http://127.0.0.1:4566", "a1b2", "localhost").unwrap(), wanted);
        assert_eq!(by_host("http://localhost:4566/", "a1b2", "localhost").unwrap(), wanted);
        assert!(by_host("localhost", "a1b2", "localhost").is_err());
    }

    #[test]
    fn mails_are_read_from_either_emulators_answer() {
        let grouped = json!({"messages": {"000000000000": [{"To": ["a@b.example"], "Subject": "Hello"}]}});
        let flat = json!({"messages": [{"Destination": {"ToAddresses": ["a@b.example"]}, "Subject": "Hello"}]});
        let mail = Mail { to: "a@b.example".into(), subject: "Hello".into() };
        assert_eq!(read_mails(&grouped), std::slice::from_ref(&mail));
        assert_eq!(read_mails(&flat), [mail]);
        assert!(read_mails(&json!({})).is_empty());
    }

    #[test]
    fn the_tokens_of_an_address_are_read_from_its_mails_newest_first() {
        let mail = |to: &str, token: &str| {
            let text = format!("Open http://shop.example/account/email-verifications/{token}\n\nBye");
            json!({"To": [to], "Body": {"Text": text}})
        };
        let kept = json!({"messages": [
            mail("ada@example.com", "first-1_a"), mail("eve@example.com", "hers"), mail("ada@example.com", "second"),
            {"To": ["ada@example.com"], "Body": {"Text": "Your order"}},
        ]});
        assert_eq!(read_tokens(&kept, "ada@example.com", "/account/email-verifications/"), ["second", "first-1_a"]);
        assert!(read_tokens(&kept, "bo@example.com", "/account/email-verifications/").is_empty());
    }

    #[test]
    fn a_taken_port_is_not_free() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        assert!(!is_free(listener.local_addr().unwrap().port()));
    }

    #[test]
    fn a_process_that_is_not_the_emulator_is_left_alone() {
        let mine = RunningEmulator { pid: std::process::id(), ..RunningEmulator::default() };
        assert!(!stop(&mine));
    }
}
