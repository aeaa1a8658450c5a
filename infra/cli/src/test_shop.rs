//! The part of `souk test` that needs a deployed shop: journeys over HTTP and in a browser, clients made from the API's document, and
//! the cases of the contract.
//! Owns the fresh shop that all of them share, and what runs beside what. Refuses to choose groups; `test` does.

use std::process::Command;

use anyhow::{Context, Result, anyhow, ensure};

use crate::browser;
use crate::clients;
use crate::contract;
use crate::demo;
use crate::emulator::any_port;
use crate::lighthouse;
use crate::local_shop::LocalShop;
use crate::process::run_in_view;
use crate::progress::Progress;
use crate::test_cargo::{cargo, has_nextest, runner};
use crate::test_run::{Part, Run};
use crate::tools::Tools;
use crate::workspace::Workspace;

/// The test target of the journeys over HTTP.
pub const JOURNEYS: &str = "journeys";
/// The journeys that need the shop for themselves: they end what all others hold. Run every night.
const ALONE: &str = "keys::";
/// Whether everybody can use the pages: each kind of page, and the walks along all links. Run every night, as each look takes seconds.
const PAGES: [&str; 2] = ["accessible::", "everywhere::"];
/// How many journeys over HTTP run at once: they wait for most of their time.
const AT_ONCE: &str = "4";
/// How many browsers run at once. `.config/nextest.toml` says it to the other runner.
const BROWSERS: &str = "2";

/// How much of it is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Not only what runs in a browser.
    pub journeys: bool,
    /// What the nightly workflow does.
    pub all: bool,
}

/// Opens a fresh shop and puts it to the test. `weigh` ends what is compiled meanwhile; it is called before a part that must be alone.
pub fn check(
    run: &mut Run<'_>,
    workspace: &Workspace,
    tools: &Tools,
    progress: &Progress,
    extent: Extent,
    weigh: &mut dyn FnMut(&mut Run<'_>),
) {
    let mut opened = None;
    run.part(Part::Shop, || {
        let mut shop = LocalShop::fresh(workspace, progress, workspace.notes().join("test"))?;
        // Where a journey has the company's OpenID provider listen. Nobody else needs it.
        let port = any_port()?;
        shop.state.provider_port = Some(port);
        let issuer = format!("OidcIssuer=http://127.0.0.1:{port}");
        // Or a journey would wait half an hour for an order to expire.
        shop.deploy_all(progress, false, &["PayWithinMinutes=2", &issuer, "OidcClientId=souk-tests"])?;
        shop.seed(progress)?;
        opened = Some(shop);
        Ok(())
    });
    let Some(mut shop) = opened else { return };
    if extent.all {
        run.part(Part::PlainSam, || shop.deploy_by_hand(progress));
    }
    let passed = if extent.journeys {
        all_journeys(run, workspace, &shop, tools, progress, extent.all, weigh)
    } else {
        run.part(Part::Browser, || browse(&shop, tools, progress))
    };
    if extent.all {
        run.part(Part::SecondShop, || second_shop(&shop, progress));
    }
    if !passed && let Some(running) = &shop.state.emulator {
        progress.say(format!("the functions' and the emulator's log: {}", running.log));
    }
}

fn all_journeys(
    run: &mut Run<'_>,
    workspace: &Workspace,
    shop: &LocalShop,
    tools: &Tools,
    progress: &Progress,
    all: bool,
    weigh: &mut dyn FnMut(&mut Run<'_>),
) -> bool {
    let mut passed = true;
    std::thread::scope(|scope| {
        // The journeys wait for most of their time.
        let clients = scope.spawn(|| clients::check(workspace, shop, tools, progress, all));
        let browser = scope.spawn(|| browse(shop, tools, progress));
        let others: &[&str] = if has_nextest(tools) {
            &["--test-threads", AT_ONCE, "--", "--skip", ALONE]
        } else {
            &["--", "--test-threads", AT_ONCE, "--skip", ALONE]
        };
        passed &= run.part(Part::Journeys, || run_in_view(&mut journeys(shop, tools, JOURNEYS, others)?));
        passed &= run.part(Part::Browser, || browser.join().map_err(|_| anyhow!("the browsers broke off"))?);
        let part = if all { Part::AllClients } else { Part::Clients };
        passed &= run.part(part, || clients.join().map_err(|_| anyhow!("the check of the clients broke off"))?);
    });
    if all {
        passed &= run.part(Part::AllPages, || {
            let mut every_page = journeys(shop, tools, browser::TARGET, &[&["--"], &PAGES[..]].concat())?;
            run_in_view(every_page.env("SOUK_PAGES", "all"))
        });
        passed &= run.part(Part::Rotation, || run_in_view(&mut journeys(shop, tools, JOURNEYS, &[ALONE])?));
        // A compiler beside it would cost points.
        weigh(run);
        passed &= run.part(Part::Lighthouse, || lighthouse::check(shop, tools, progress));
    }
    // After the journeys: nonsense in their lists would be in their way.
    let part = if all { Part::AllContract } else { Part::Contract };
    passed & run.part(part, || contract::check(workspace, shop, tools, progress, all))
}

fn browse(shop: &LocalShop, tools: &Tools, progress: &Progress) -> Result<()> {
    // What failed is told at the end, which is what is kept of what a program prints.
    let mut how: Vec<&str> = if has_nextest(tools) {
        vec!["--failure-output", "final", "--"]
    } else {
        vec!["--", "--test-threads", BROWSERS]
    };
    how.extend(PAGES.into_iter().flat_map(|pages| ["--skip", pages]));
    browser::check(tools, progress, journeys(shop, tools, browser::TARGET, &how)?)
}

/// The command that runs the journeys of a target.
fn journeys(shop: &LocalShop, tools: &Tools, target: &str, selection: &[&str]) -> Result<Command> {
    let mut command = cargo(tools);
    // The same selection as for the other tests, so that nothing is compiled a second time.
    command.args(runner(tools)).args(["--workspace", "--no-fail-fast", "--test", target]).args(selection);
    shop.endpoint.apply(&mut command);
    command.env("SOUK_STATE", shop.file()).env("API_URL", &shop.state.api_url);
    // Operators' journeys run this very command.
    command.env("SOUK", std::env::current_exe().context("this command has no path")?);
    Ok(command)
}

/// A shop without pages is an API alone, which answers as one at every path.
fn has_no_pages(shop: &LocalShop) -> Result<()> {
    for path in ["/", "/cart", "/orders", "/account/sign-in", "/assets/catalog/souk.css"] {
        let answer = shop.api().call("GET", path, None, &[])?;
        ensure!(answer.status == 404 && answer.body["type"] == "urn:souk:problem:not_found", "{path}: {answer:?}");
    }
    Ok(())
}

/// Opens another application's shop in the same account and buys something there; the first one still answers.
fn second_shop(first: &LocalShop, progress: &Progress) -> Result<()> {
    let mut second = first.beside("bazaar")?;
    second.deploy_all(progress, false, &["Pages=false"])?;
    has_no_pages(&second)?;
    second.seed(progress)?;
    demo::buy(progress, &second.api(), &second.endpoint, &second.state.demo)?;
    demo::buy(progress, &first.api(), &first.endpoint, &first.state.demo).map(drop)
}
