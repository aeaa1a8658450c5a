//! Whether everybody can use a page: axe-core looks at it. Refuses to leave out rules of WCAG 2.2 AA.

use super::Browser;
use serde_json::{Value, json};
use std::fmt;
use std::path::PathBuf;
use std::sync::OnceLock;
use system_tests::workspace;

/// The tags of the rules: WCAG 2.0, 2.1 and 2.2, levels A and AA, and what is good besides.
const TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// What another color scheme may break.
const COLORS: [&str; 2] = ["color-contrast", "link-in-text-block"];

const LOOK: &str = "const [{ type, values }, done] = arguments;
axe.run(document, { runOnly: { type, values }, resultTypes: ['violations'] })
  .then((found) => done({ violations: found.violations }), (error) => done({ error: String(error) }));";

/// One rule that a page breaks, with the elements that break it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub rule: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    pub help: String,
    /// The HTML of each element, and how to mend it.
    pub elements: Vec<(String, String)>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.rule, self.impact, self.help)?;
        for (html, cure) in &self.elements {
            write!(f, "\n  {html}\n    {}", cure.replace('\n', "\n    "))?;
        }
        Ok(())
    }
}

impl Browser {
    /// The rules that the page breaks.
    #[track_caller]
    pub fn axe(&self) -> Vec<Violation> {
        self.broken(&json!({"type": "tag", "values": TAGS}))
    }

    /// The rules about colors that the page breaks.
    #[track_caller]
    pub fn axe_about_colors(&self) -> Vec<Violation> {
        self.broken(&json!({"type": "rule", "values": COLORS}))
    }

    #[track_caller]
    fn broken(&self, rules: &Value) -> Vec<Violation> {
        // A page that was opened after the last look has lost it.
        if self.value_of("typeof axe") == "undefined" {
            self.must("give axe-core to the page", self.session.run(source()));
        }
        let found = self.must("run axe-core", self.session.run_until_called(LOOK, rules));
        assert!(found["error"].is_null(), "axe-core: {}", found["error"]);
        found["violations"].as_array().into_iter().flatten().map(violation).collect()
    }

    /// Asserts that the page breaks no rule.
    #[track_caller]
    pub fn assert_accessible(&self) {
        let found: Vec<_> = self.axe().iter().map(Violation::to_string).collect();
        assert!(found.is_empty(), "not everybody can use {}:\n{}", self.path(), found.join("\n"));
    }
}

fn violation(found: &Value) -> Violation {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let elements = found["nodes"].as_array().into_iter().flatten();
    Violation {
        rule: text(&found["id"]),
        impact: text(&found["impact"]),
        help: text(&found["help"]),
        elements: elements.map(|node| (text(&node["html"]), text(&node["failureSummary"]))).collect(),
    }
}

/// axe-core itself, from the file that `SOUK_AXE` names or from where `cargo souk test` installs it.
fn source() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| {
        let installed = || workspace::root().join(".souk/tools/node/node_modules/axe-core/axe.min.js");
        let file = std::env::var_os("SOUK_AXE").map_or_else(installed, PathBuf::from);
        let hint = "`cargo souk test --only browser` installs it";
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}; {hint}", file.display()))
    })
}
