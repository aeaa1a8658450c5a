//! `souk chaos`: each capability is killed, taken away and redeployed while people shop.
//! Owns the order of the trials and the verdict: everybody else answers as always, and no order is lost.
//! Refuses any shop but the local one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use events::Capability;
use serde_json::json;

use crate::settling::Queues;
use crate::table::Row;
use crate::trial::Scene;
use crate::ways::Trial;
use souk::cloud::Cloud;
use souk::emulator;
use souk::local_shop::LocalShop;
use souk::logs::capability;
use souk::progress::Progress;
use souk::seed_data::Catalogue;
use souk::state::State;
use souk::workspace::Workspace;

mod crowd;
mod settling;
mod table;
mod tally;
mod trial;
mod ways;

const AWAY: Duration = Duration::from_secs(20);
/// Different goods that are bought.
const MAX_SKUS: usize = 6;
/// Units of each: more than all trials together buy.
const UNITS: u32 = 10_000;

/// Kill, remove and redeploy each capability while customers shop
#[derive(Clone, Copy, Debug, clap::Parser)]
#[command(name = "chaos", bin_name = "cargo souk chaos")]
pub struct Options {
    /// Only this capability
    #[arg(long, value_parser = capability)]
    only: Option<Capability>,
    /// Only this trial
    #[arg(long)]
    trial: Option<Trial>,
    /// How long an absence lasts; 20 seconds when left out. A quote, which ends after 15, must outlast it
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=8))]
    minutes_away: Option<u64>,
}

/// Tries every capability, and tells what that did to the others.
///
/// # Errors
/// When somebody else answered wrongly, an order was lost, or a trial could not take place.
pub fn chaos(workspace: &Workspace, progress: &Progress, options: Options) -> Result<()> {
    let state = State::load(&workspace.state_file())?;
    let (Some(emulator), Some(known_order)) =
        (state.emulator.filter(emulator::is_running).filter(|_| state.seeded.is_some()), state.demo_order)
    else {
        bail!("no shop runs here; `cargo souk up --detach` opens one");
    };
    let mut local_shop = LocalShop::open(workspace, progress, false)?;
    let cloud = Cloud::connect(Some(&local_shop.endpoint))?;
    let skus = stock_up(workspace, &local_shop)?;
    let away = options.minutes_away.map_or(AWAY, |minutes| Duration::from_secs(60 * minutes));
    let names = local_shop.names().clone();
    let (local_shop, skus, queues) = (&mut local_shop, &skus[..], Queues { cloud: &cloud, names: &names });
    let mut scene = Scene { local_shop, progress, queues, emulator, skus, known_order: &known_order, away };
    let mut rows = Vec::new();
    let result = perform_all(&mut scene, options, &mut rows);
    progress.print(format!("\n{}", table::table(&rows)));
    let failures: Vec<String> = rows.iter().flat_map(Row::failures).collect();
    for failure in &failures {
        progress.print(format!("  {failure}"));
    }
    result.context("the trials broke off; `cargo souk up --detach` deploys what is missing")?;
    if !failures.is_empty() {
        bail!("an absence was felt; `cargo souk logs` tells more");
    }
    progress.print("\nNobody else felt any of it, and no order was lost.");
    Ok(())
}

fn perform_all(scene: &mut Scene<'_>, options: Options, rows: &mut Vec<Row>) -> Result<()> {
    for capability in options.only.map_or(Capability::ALL.to_vec(), |only| vec![only]) {
        for trial in options.trial.map_or(Trial::ALL.to_vec(), |only| vec![only]) {
            scene.progress.say(format!("── {capability} {}", trial.name()));
            rows.push(scene.perform(capability, trial)?);
        }
    }
    Ok(())
}

/// Brings in so much of some goods that no order is rejected for want of them.
fn stock_up(workspace: &Workspace, local_shop: &LocalShop) -> Result<Vec<String>> {
    let staff = local_shop.api().signed_in(&local_shop.state.demo.staff)?;
    let skus: Vec<String> = Catalogue::read(workspace)?.stock.into_keys().take(MAX_SKUS).collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    for sku in &skus {
        let path = format!("/v1/stock/{sku}/adjustments");
        let body = json!({ "delta": UNITS, "reason": "plenty for a trial" });
        let key = format!("chaos-{now}-{sku}");
        staff.call("POST", &path, Some(&body), &[("idempotency-key", &key)])?.success("POST", &path)?;
    }
    Ok(skus)
}
