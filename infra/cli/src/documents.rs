//! The published documents against the linters of their kinds: the API's OpenAPI document, the messages' AsyncAPI document.
//! Owns which linters run. Refuses the network: the linters would report how they are used, and look for newer versions of
//! themselves.

use anyhow::{Context, Result};

use crate::process::run_in_view;
use crate::progress::Progress;
use crate::tools::{Environment, Tools};
use crate::workspace::Workspace;

/// What the linters of the API's document demand, and what not.
const REDOCLY: &str = "infra/redocly.yml";
const SPECTRAL: &str = "infra/spectral.yml";

/// # Errors
/// When a linter objects to anything, be it an error or a warning.
pub fn lint(workspace: &Workspace, tools: &Tools, progress: &Progress) -> Result<()> {
    tools.install(progress, Environment::Node)?;
    let document = workspace.api_document();
    let mut redocly = tools.node_command("redocly");
    redocly.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    redocly.arg("lint").arg(&document).args(["--format", "stylish", "--config", REDOCLY]);
    let by_redocly = run_in_view(&mut redocly).context("redocly");
    let mut spectral = tools.node_command("spectral");
    spectral.arg("lint").arg(&document).args(["--ruleset", SPECTRAL, "--fail-severity", "warn"]);
    // Each is asked, whatever the other says.
    let by_spectral = run_in_view(&mut spectral).context("spectral");
    by_redocly.and(by_spectral).and(lint_messages(workspace, tools))
}

fn lint_messages(workspace: &Workspace, tools: &Tools) -> Result<()> {
    run_in_view(
        tools.node_script(Environment::Node, "asyncapi.mjs")?.arg(workspace.root().join("events/asyncapi.json")),
    )
    .context("asyncapi")
}
