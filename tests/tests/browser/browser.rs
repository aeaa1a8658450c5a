//! A browser in the words of who uses it. Owns what ends with a test: the profile, the processes, and the look at what the browser
//! complained about. Refuses fixed sleeps: everything that may come later is awaited.

mod authenticator;
mod axe;
mod controls;
mod faults;
mod keyboard;
mod measures;
mod pictures;
mod settings;

pub use axe::Violation;
pub use keyboard::Key;

use crate::waiting::until_within;
use crate::webdriver::{Answer, Driver, Session};
use crate::{address, webdriver::Refusal};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// For a page with all that it waits for, on a machine with much to do.
const PATIENCE: Duration = Duration::from_secs(20);

thread_local! {
    /// How many browsers the test has started: each test has a thread.
    static STARTED: Cell<usize> = const { Cell::new(0) };
}

/// A browser with a fresh profile. If the test fails, its last page is kept; a test also fails if the browser complained.
#[derive(Debug)]
pub struct Browser {
    session: Session,
    _driver: Driver,
    base: String,
    evidence: Evidence,
    profile: PathBuf,
    /// How long something in a page may take to come.
    patience: Duration,
    /// Complaints that were read and not yet expected by the test.
    faults: RefCell<Vec<String>>,
}

/// Where a browser leaves files, and how those are called if a test has several.
#[derive(Debug)]
struct Evidence {
    folder: PathBuf,
    suffix: String,
}

impl Browser {
    /// A browser for the deployed shop.
    pub fn at_the_shop() -> Self {
        Self::at(&address::shop())
    }

    /// A browser for the site at `base`, a URL without a path.
    pub fn at(base: &str) -> Self {
        let number = STARTED.replace(STARTED.get() + 1);
        let suffix = if number == 0 { String::new() } else { format!("-{}", number + 1) };
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser").join(test_name());
        let profile = folder.join(format!("profile{suffix}"));
        let evidence = Evidence { folder, suffix };
        if number == 0 {
            // What an earlier run left would mislead.
            let _ = std::fs::remove_dir_all(&evidence.folder);
        }
        std::fs::create_dir_all(&profile).unwrap();
        let driver = Driver::start();
        let session = driver.open(&profile);
        let (base, faults) = (base.to_owned(), RefCell::default());
        Self { session, _driver: driver, base, evidence, profile, patience: PATIENCE, faults }
    }

    /// The same browser, which waits no longer than this.
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Where pictures and what a failure leaves are kept.
    pub fn folder(&self) -> &Path {
        &self.evidence.folder
    }

    /// Opens a page of the site, or a whole URL.
    #[track_caller]
    pub fn open(&self, path: &str) {
        let url = if path.starts_with('/') { format!("{}{path}", self.base) } else { path.to_owned() };
        self.must(&format!("open {url}"), self.session.post("/url", &json!({ "url": url })));
    }

    /// The path of the page with its query, or the whole URL on another site.
    #[track_caller]
    pub fn path(&self) -> String {
        let url = self.text_of("read the URL", self.session.get("/url"));
        url.strip_prefix(&self.base).map_or_else(|| url.clone(), str::to_owned)
    }

    #[track_caller]
    pub fn title(&self) -> String {
        self.text_of("read the title", self.session.get("/title"))
    }

    #[track_caller]
    pub fn go_back(&self) {
        self.must("go back", self.session.post("/back", &json!({})));
    }

    #[track_caller]
    pub fn reload(&self) {
        self.must("reload", self.session.post("/refresh", &json!({})));
    }

    /// Polls until `look` returns something; `what` names it in the failure.
    pub fn wait_until<T>(&self, what: &str, look: impl FnMut() -> Option<T>) -> T {
        until_within(self.patience, what, look)
    }

    /// Waits until this is the page's path.
    pub fn wait_for_path(&self, path: &str) {
        self.wait_until(&format!("the page is {path}"), || (self.path() == path).then_some(()));
    }

    /// The value of a JavaScript expression in the page.
    #[track_caller]
    pub fn value_of(&self, expression: &str) -> Value {
        self.must(expression, self.session.run(&format!("return {expression}")))
    }

    #[track_caller]
    fn must<T>(&self, what: &str, answer: Answer<T>) -> T {
        answer.unwrap_or_else(|refusal| panic!("cannot {what}: {refusal}"))
    }

    #[track_caller]
    fn text_of(&self, what: &str, answer: Answer<Value>) -> String {
        self.must(what, answer).as_str().unwrap_or_default().to_owned()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let is_failing = std::thread::panicking();
        let faults = self.remaining_faults();
        let complained = !faults.is_empty();
        if is_failing || complained {
            self.leave_evidence(&faults);
        }
        self.session.quit();
        let _ = std::fs::remove_dir_all(&self.profile);
        // Only if it is empty.
        let _ = std::fs::remove_dir(&self.evidence.folder);
        assert!(is_failing || !complained, "the browser complained:\n{}", faults.join("\n"));
    }
}

/// The name of the running test. A runner that gives each test a process also gives it its name.
fn test_name() -> String {
    let by_runner = std::env::var("NEXTEST_TEST_NAME").ok();
    let name = by_runner.or_else(|| std::thread::current().name().map(str::to_owned));
    name.unwrap_or_else(|| "main".to_owned()).replace("::", "-")
}

/// Whether the page changed while it was looked at, so that another look may succeed.
fn may_succeed_later(refusal: &Refusal) -> bool {
    let passing = [
        "stale element reference",
        "element click intercepted",
        "element not interactable",
        "no such element",
        "invalid element state",
    ];
    // What the driver passes on from Chromium if a page goes away meanwhile has no kind of its own.
    let vanished =
        ["Frame is detached", "does not belong to the document", "Cannot find context", "No node with given id"];
    passing.contains(&refusal.kind.as_str()) || vanished.iter().any(|said| refusal.message.contains(said))
}
