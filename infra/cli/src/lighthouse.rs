//! Lighthouse's scores of a deployed shop's pages, taken while nothing else runs: `test_shop` sees to that. Refuses to know the pages:
//! `infra/lighthouse/lighthouse.mjs` does.

use anyhow::Result;

use crate::browser;
use crate::local_shop::LocalShop;
use crate::process::run_in_view;
use crate::progress::Progress;
use crate::tools::{Environment, Tools};

/// Scores the pages of a shop, and prints the scores.
///
/// # Errors
/// If there is no browser, or a score is too low.
pub fn check(shop: &LocalShop, tools: &Tools, progress: &Progress) -> Result<()> {
    let chromium = browser::chromium()?;
    tools.install(progress, Environment::Lighthouse)?;
    let mut command = tools.node_script(Environment::Lighthouse, "lighthouse.mjs")?;
    run_in_view(command.arg(&shop.state.public_url).arg(chromium))
}
