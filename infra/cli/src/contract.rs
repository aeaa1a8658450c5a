//! The deployed API against its own document: schemathesis makes requests from `tests/openapi.json`, valid and not, and
//! looks whether the answers are what the document says. A quick trial sends one request of each kind, a full one all.
//! Owns which checks run. Refuses to leave out any but those that cannot hold here, and says why.

use anyhow::Result;

use crate::local_shop::LocalShop;
use crate::process::run_in_view;
use crate::progress::Progress;
use crate::tools::{Environment, Tools};
use crate::workspace::Workspace;

/// The checks that are left out.
const NOT_CHECKED: [&str; 1] = [
    // A valid quote request may name goods that are not sold: what business rules refuse, no schema can tell.
    "positive_data_acceptance",
];

/// Leaves out checks of single operations, and says why.
const CONFIGURATION: &str = "infra/contract.toml";

/// Leaves out cases that differ from an earlier one in nothing but a value.
const SAMPLE: &str = "infra/contract_sample.py";

/// How many operations are tried at once: a request waits for most of its time.
const WORKERS: &str = "3";

/// Tries every operation as somebody who may do everything; in full, or a sample of the same cases in a third of the time.
///
/// # Errors
/// When an answer is not what the document says: a 5xx, a status or a body that is not documented, invalid input accepted.
pub fn check(workspace: &Workspace, shop: &LocalShop, tools: &Tools, progress: &Progress, full: bool) -> Result<()> {
    tools.install(progress, Environment::Contract)?;
    let token = shop.api().access_token(&shop.state.demo.admin)?;
    let mut command = tools.command(Environment::Contract, "schemathesis");
    // It keeps what it found where it runs.
    command.current_dir(workspace.notes());
    command.arg("--config-file").arg(workspace.root().join(CONFIGURATION)).arg("run").arg(workspace.api_document());
    command.args(["--url", &shop.state.api_url, "--no-color", "--continue-on-failure"]);
    command.args(["--header", &format!("Authorization: Bearer {token}")]);
    command.args(["--phases", "coverage,fuzzing", "--max-examples", "4", "--seed", "1", "--generation-deterministic"]);
    command.args(["--workers", WORKERS]);
    command.args(["--exclude-checks", &NOT_CHECKED.join(","), "--warnings", "off"]);
    if !full {
        // Python would keep the compiled file beside it.
        command.env("SCHEMATHESIS_HOOKS", workspace.root().join(SAMPLE)).env("PYTHONDONTWRITEBYTECODE", "1");
    }
    run_in_view(&mut command)
}
