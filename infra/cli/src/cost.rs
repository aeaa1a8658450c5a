//! `souk cost`: what an order costs on AWS.
//! Owns the building of what counts. Refuses to count itself: whoever simulates does.

use anyhow::Result;

use crate::house::House;
use crate::process::run_in_view;
use crate::tools::Tools;

/// Builds what counts, as the tests are built, and runs it.
///
/// # Errors
/// When it does not build, or an order does not end.
pub fn cost(house: &House) -> Result<()> {
    let mut command = Tools::new(house).cargo();
    command.args(["run", "--quiet", "--package", "system-tests", "--features", "simulation", "--bin", "cost"]);
    run_in_view(&mut command)
}
