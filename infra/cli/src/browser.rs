//! The journeys in a browser, against a deployed shop.
//! Owns what they need: Chromium with its driver, which this machine must have, and axe-core, which is installed. Refuses to install
//! a browser: that is the system's.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, anyhow, bail};

use crate::process::{self, answer_of};
use crate::progress::Progress;
use crate::tools::{Environment, Tools};

/// The test target.
pub const TARGET: &str = "browser";

/// How to get both.
const CURE: &str =
    "`apt-get install chromium chromium-driver` gets both; SOUK_CHROMIUM and SOUK_CHROMEDRIVER name others";

/// A program that the environment may name, and else has one of these names.
struct Wanted {
    variable: &'static str,
    names: &'static [&'static str],
}

const CHROMIUM: Wanted =
    Wanted { variable: "SOUK_CHROMIUM", names: &["chromium", "chromium-browser", "google-chrome"] };
const DRIVER: Wanted = Wanted { variable: "SOUK_CHROMEDRIVER", names: &["chromedriver"] };

impl Wanted {
    /// The first that runs, with what it says of its version.
    fn program(&self) -> Result<(String, String), String> {
        let named = std::env::var(self.variable).ok().filter(|name| !name.is_empty());
        let names = named.map_or_else(|| self.names.iter().map(|name| (*name).to_owned()).collect(), |name| vec![name]);
        let mut running =
            names.iter().filter_map(|name| Some((name.clone(), answer_of(Command::new(name).arg("--version"))?)));
        running.next().ok_or_else(|| format!("{} is missing", names.first().map_or("", String::as_str)))
    }

    fn version(&self) -> Result<String, String> {
        self.program().map(|(_, answer)| version_in(&answer))
    }
}

/// The name and number at the beginning: the driver goes on with a commit, Chromium with the system it was built for.
fn version_in(answer: &str) -> String {
    let words = answer.split_whitespace();
    let end = answer.split_whitespace().position(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    words.take(end.map_or(1, |number| number + 1)).collect::<Vec<_>>().join(" ")
}

/// Which browser the journeys use, or what to do to have one.
pub fn found() -> Result<String, String> {
    let both = CHROMIUM.version().and_then(|browser| Ok(format!("{browser}, {}", DRIVER.version()?)));
    both.map_err(|missing| format!("{missing}: {CURE}"))
}

/// The path of Chromium.
///
/// # Errors
/// If there is none.
pub fn chromium() -> Result<PathBuf> {
    let (name, _) = CHROMIUM.program().map_err(|missing| anyhow!("{missing}: {CURE}"))?;
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut paths = std::env::split_paths(&folders).map(|folder| folder.join(&name));
    // A name with a folder is its own path.
    Ok(paths.find(|path| path.is_file()).unwrap_or_else(|| name.into()))
}

/// Runs `journeys`, the command that knows the shop, and tells what it printed only if one failed: others write meanwhile.
///
/// # Errors
/// If there is no browser, or a journey fails.
pub fn check(tools: &Tools, progress: &Progress, mut journeys: Command) -> Result<()> {
    if let Err(cure) = found() {
        bail!("{cure}");
    }
    tools.install(progress, Environment::Node)?;
    journeys.env("SOUK_AXE", tools.node_modules().join("axe-core/axe.min.js"));
    let task = progress.task("shopping in a browser");
    process::run(&task, &mut journeys)?;
    task.done("");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_what_a_program_says_first() {
        let driver = "ChromeDriver 148.0.7778.167 (65db666ac2-refs/branch-heads/7778@{#2783})";
        assert_eq!(version_in(driver), "ChromeDriver 148.0.7778.167");
        assert_eq!(version_in("Google Chrome 148.0.1 "), "Google Chrome 148.0.1");
    }

    #[test]
    fn a_missing_browser_is_named() {
        let wanted = Wanted { variable: "SOUK_NO_SUCH_VARIABLE", names: &["no-such-browser", "none-either"] };
        assert_eq!(wanted.version(), Err("no-such-browser is missing".to_owned()));
    }
}
