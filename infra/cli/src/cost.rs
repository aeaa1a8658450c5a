//! `souk cost`: the cost of an order on AWS.
//! Owns building the program that counts. Refuses to count itself: the simulation does.

use anyhow::Result;

use crate::process::run_in_view;
use crate::tools::Tools;
use crate::workspace::Workspace;

/// Builds the program in the tests' profile, and runs it.
///
/// # Errors
/// If it does not build, or an order does not end.
pub fn cost(workspace: &Workspace) -> Result<()> {
    let mut command = Tools::new(workspace).cargo();
    command.args(["run", "--quiet", "--package", "system-tests", "--bin", "cost"]);
    run_in_view(&mut command)
}
