//! What the browser complains about: errors of scripts, answers that failed, and what the content security policy refused. A test
//! fails by what it did not expect. Refuses warnings.

use super::Browser;
use serde_json::json;

impl Browser {
    /// Waits for a complaint that contains this text, and forgives it. A test that provokes a failure says so by this.
    #[track_caller]
    pub fn expect_fault(&self, text: &str) {
        self.wait_until(&format!("the browser complains about {text:?}"), || {
            self.read_faults();
            let mut faults = self.faults.borrow_mut();
            let before = faults.len();
            faults.retain(|fault| !fault.contains(text));
            (faults.len() < before).then_some(())
        });
    }

    /// All complaints that no test expected yet.
    pub(super) fn remaining_faults(&self) -> Vec<String> {
        self.read_faults();
        self.faults.borrow().clone()
    }

    /// The browser tells each complaint once.
    fn read_faults(&self) {
        // A browser that no longer answers has none to tell.
        let Ok(log) = self.session.post("/se/log", &json!({"type": "browser"})) else { return };
        let lines = log.as_array().into_iter().flatten().filter(|line| line["level"] == "SEVERE");
        let texts = lines.filter_map(|line| line["message"].as_str()).filter(|text| !is_own(text)).map(str::to_owned);
        self.faults.borrow_mut().extend(texts);
    }
}

/// Whether the browser complains about its own: the page of a new tab, or an icon that no page named.
fn is_own(text: &str) -> bool {
    text.starts_with("chrome://") || text.contains("/favicon.ico - ")
}
