//! A client of the WebDriver protocol, with the additions of ChromeDriver. Owns the driver's process and the shape of requests.
//! Refuses to know pages, and to panic once a session runs: who ends a failing test asks for its last picture here.

use serde_json::{Value, json};
use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;
use ureq::Agent;
use ureq::http::Request;

const GET_IT: &str =
    "`apt-get install chromium chromium-driver` installs it; SOUK_CHROMIUM and SOUK_CHROMEDRIVER name others";

/// How often the driver is started before its test fails.
const STARTS: usize = 5;

/// Longer than any page may take; a driver that hangs ends a test and not a whole run.
const PATIENCE: Duration = Duration::from_secs(60);
const PAGE_MS: u64 = 30_000;

/// The key under which the standard puts the id of an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Flags of Chromium. The sandbox cannot be had as root or in most containers, and a shared memory of 64 MB is too small for it. The
/// rest keeps it from asking for anything but the page, and pages from scrolling while something is clicked.
const FLAGS: [&str; 13] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--force-prefers-reduced-motion",
    "--window-size=1280,900",
    "--lang=en",
];

/// What the driver answers instead of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The standard's name, e.g. `stale element reference`.
    pub kind: String,
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Below the reason there are the browser's version and the driver's stack.
        let is_reason = |line: &&str| !line.trim_start().starts_with('(') && !line.starts_with("Stacktrace");
        let reason: Vec<_> = self.message.lines().take_while(is_reason).collect();
        write!(f, "{}: {}", self.kind, reason.join("; "))
    }
}

pub type Answer<T> = Result<T, Refusal>;

/// A running ChromeDriver.
#[derive(Debug)]
pub struct Driver {
    process: Child,
    /// Kept open, or the driver could not write.
    _log: BufReader<ChildStdout>,
    url: String,
}

impl Driver {
    /// Starts it on a free port that it chooses itself. It chooses one of IPv6 and then wants the same of IPv4, which a connection
    /// of the shop may hold: it ends, and is started again.
    pub fn start() -> Self {
        let program = other("SOUK_CHROMEDRIVER").unwrap_or_else(|| "chromedriver".to_owned());
        Self::start_program(&program)
    }

    fn start_program(program: &str) -> Self {
        let started = (0..STARTS).find_map(|_| Self::try_start(program));
        started.unwrap_or_else(|| panic!("the driver ended before it listened, {STARTS} times; {GET_IT}"))
    }

    /// `None` if it ended before it listened.
    fn try_start(program: &str) -> Option<Self> {
        let mut command = Command::new(program);
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut process = command.spawn().unwrap_or_else(|error| panic!("no browser: {program}: {error}; {GET_IT}"));
        let mut log = BufReader::new(process.stdout.take().unwrap());
        let (mut line, mut port) = (String::new(), None);
        while port.is_none() && log.read_line(&mut line).unwrap() > 0 {
            port = port_in(&line);
            line.clear();
        }
        let Some(port) = port else {
            let _ = process.wait();
            return None;
        };
        Some(Self { process, _log: log, url: format!("http://127.0.0.1:{port}") })
    }

    /// Opens a browser that keeps everything it knows in `profile`.
    pub fn open(&self, profile: &Path) -> Session {
        let mut flags: Vec<String> = FLAGS.map(str::to_owned).into();
        flags.push(format!("--user-data-dir={}", profile.display()));
        let mut options = json!({ "args": flags });
        // Without a name, the driver looks for what it belongs to.
        if let Some(binary) = other("SOUK_CHROMIUM") {
            options["binary"] = binary.into();
        }
        let wanted = json!({
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
            "timeouts": {"implicit": 0, "pageLoad": PAGE_MS, "script": PAGE_MS},
        });
        let agent: Agent =
            Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).build().into();
        let body = json!({"capabilities": {"alwaysMatch": wanted}});
        let opened = send(&agent, "POST", &format!("{}/session", self.url), Some(&body));
        let opened = opened.unwrap_or_else(|refusal| panic!("no browser: {refusal}; {GET_IT}"));
        let id = opened["sessionId"].as_str().unwrap();
        let process = opened["capabilities"]["goog:processID"].as_u64();
        Session { agent, url: format!("{}/session/{id}", self.url), process }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn other(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|value| !value.is_empty())
}

/// The port in the line that says on which one it listens.
fn port_in(line: &str) -> Option<u16> {
    line.split_once("successfully on port ")?.1.trim_end().trim_end_matches('.').parse().ok()
}

fn send(agent: &Agent, method: &str, url: &str, body: Option<&Value>) -> Answer<Value> {
    let broken = |message: String| Refusal { kind: "no answer".to_owned(), message };
    let request = Request::builder().method(method).uri(url).header("content-type", "application/json");
    let sent = match body {
        Some(body) => agent.run(request.body(body.to_string()).map_err(|error| broken(error.to_string()))?),
        None => agent.run(request.body(()).map_err(|error| broken(error.to_string()))?),
    };
    let mut answer = sent.map_err(|error| broken(format!("{method} {url}: {error}")))?;
    // The page's picture is in it.
    let text = answer.body_mut().with_config().limit(64 << 20).read_to_string();
    let text = text.map_err(|error| broken(format!("{method} {url}: {error}")))?;
    let mut told: Value = serde_json::from_str(&text).map_err(|error| broken(format!("{error}: {text}")))?;
    let value = told["value"].take();
    if answer.status().is_success() {
        return Ok(value);
    }
    let text = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
    Err(Refusal { kind: text("error"), message: text("message") })
}

/// One browser with a page.
#[derive(Debug)]
pub struct Session {
    agent: Agent,
    url: String,
    /// Chromium itself.
    process: Option<u64>,
}

/// An element of the page that was there when it was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementId(String);

impl Session {
    pub fn get(&self, path: &str) -> Answer<Value> {
        send(&self.agent, "GET", &format!("{}{path}", self.url), None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer<Value> {
        send(&self.agent, "POST", &format!("{}{path}", self.url), Some(body))
    }

    pub fn delete(&self, path: &str) -> Answer<Value> {
        send(&self.agent, "DELETE", &format!("{}{path}", self.url), None)
    }

    /// A command of the Chrome DevTools Protocol.
    pub fn devtools(&self, command: &str, parameters: &Value) -> Answer<Value> {
        self.post("/goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// Runs the body of a function in the page. A content security policy has no say in it.
    pub fn run(&self, script: &str) -> Answer<Value> {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// The same, for a function that calls its last argument when it is done.
    pub fn run_until_called(&self, script: &str, argument: &Value) -> Answer<Value> {
        self.post("/execute/async", &json!({"script": script, "args": [argument]}))
    }

    /// The elements that a CSS selector finds in the page, in its order.
    pub fn elements(&self, css: &str) -> Answer<Vec<ElementId>> {
        self.post("/elements", &json!({"using": "css selector", "value": css})).map(|found| ids(&found))
    }

    /// The same inside an element.
    pub fn elements_in(&self, element: &ElementId, css: &str) -> Answer<Vec<ElementId>> {
        let body = json!({"using": "css selector", "value": css});
        self.post(&format!("/element/{}/elements", element.0), &body).map(|found| ids(&found))
    }

    /// Asks an element: `text`, `computedlabel`, `displayed`, `property/value` …
    pub fn of(&self, element: &ElementId, what: &str) -> Answer<Value> {
        self.get(&format!("/element/{}/{what}", element.0))
    }

    /// Does something to an element: `click`, `clear`.
    pub fn to(&self, element: &ElementId, what: &str) -> Answer<()> {
        self.post(&format!("/element/{}/{what}", element.0), &json!({})).map(drop)
    }

    pub fn type_into(&self, element: &ElementId, text: &str) -> Answer<()> {
        self.post(&format!("/element/{}/value", element.0), &json!({ "text": text })).map(drop)
    }

    /// Two clicks, as fast as a mouse can.
    pub fn double_click(&self, element: &ElementId) -> Answer<()> {
        let click = [json!({"type": "pointerDown", "button": 0}), json!({"type": "pointerUp", "button": 0})];
        let place = json!({"type": "pointerMove", "duration": 0, "x": 0, "y": 0, "origin": {ELEMENT: element.0}});
        let actions: Vec<_> = [vec![place], click.to_vec(), click.to_vec()].concat();
        let mouse = json!({"type": "pointer", "id": "mouse", "actions": actions});
        self.post("/actions", &json!({"actions": [mouse]})).map(drop)
    }

    /// Presses a key and lets it go, wherever the focus is.
    pub fn press_key(&self, key: &str) -> Answer<()> {
        let actions = [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})];
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": actions});
        self.post("/actions", &json!({"actions": [keyboard]})).map(drop)
    }

    /// Closes the browser. The driver ends its processes, and without the driver the first of them ends the others.
    pub fn quit(&self) {
        let closed = self.delete("");
        if let (Err(_), Some(process)) = (closed, self.process) {
            let _ = Command::new("kill").arg(process.to_string()).status();
        }
    }
}

fn ids(found: &Value) -> Vec<ElementId> {
    let found = found.as_array().into_iter().flatten();
    found.filter_map(|element| element[ELEMENT].as_str()).map(|id| ElementId(id.to_owned())).collect()
}

#[test]
fn the_port_is_read_from_the_line_that_names_it() {
    assert_eq!(port_in("ChromeDriver was started successfully on port 41729.\n"), Some(41729));
    assert_eq!(port_in("Starting ChromeDriver 148.0 on port 0\n"), None);
}

/// A driver that finds its port taken ends at once, and the next one finds another.
#[test]
fn a_driver_that_ends_before_it_listens_is_started_again() {
    let folder = std::env::temp_dir().join(format!("souk-driver-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (program, tried) = (folder.join("driver"), folder.join("tried"));
    let script = format!(
        "#!/bin/sh\nif mkdir '{}' 2>/dev/null; then exit 1; fi\necho was started successfully on port 7.\nexec cat\n",
        tried.display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let driver = Driver::start_program(program.to_str().unwrap());
    assert_eq!(driver.url, "http://127.0.0.1:7");
    assert!(tried.exists());
    std::fs::remove_dir_all(&folder).unwrap();
}
