//! `souk cost`: what an order costs on AWS.
//! Owns the building of the program that counts. Refuses to count itself: the simulation does.

use anyhow::Result;

use crate::process::run_in_view;
use crate::tools::Tools;
use crate::workspace::Workspace;

/// Builds what counts, as the tests are built, and runs it.
///
/// # Errors
/// When it does not build, or an order does not end.
pub fn cost(workspace: &Workspace) -> Result<()> {
    let mut command = Tools::new(workspace).cargo();
    command.args(["run", "--quiet", "--package", "system-tests", "--bin", "cost"]);
    run_in_view(&mut command)
}
