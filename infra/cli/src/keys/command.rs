//! `souk keys`: what an operator does with the keys of a stage.
//! Owns the options and what is told. Refuses steps of its own: those are the rotation's.

use anyhow::Result;

use super::rotation::{Patience, Rotation, now};
use super::{Ring, Signer};
use crate::chosen_shop::{Choice, ChosenShop};
use crate::cloud::Cloud;
use crate::progress::Progress;
use crate::workspace::Workspace;

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Action {
    /// Show which keys there are, which signs, and which may be retired
    List {
        #[command(flatten)]
        shop: Choice,
    },
    /// Sign with a new key, once everybody who verifies trusts it; repeat it if it broke off. Refused while a former key is
    /// there
    Rotate {
        /// Whose key
        signer: Signer,
        /// Do not wait until nobody keeps the former key set of `users`
        #[arg(long)]
        now: bool,
        #[command(flatten)]
        shop: Choice,
    },
    /// Delete the keys before the one that signs, when nothing that they signed is alive
    Retire {
        /// Whose keys
        signer: Signer,
        /// Wait until nothing that they signed is alive
        #[arg(long, conflicts_with = "now")]
        wait: bool,
        /// Do not wait: what they signed is refused, as after a key became known. Not at once: in production each stack takes
        /// more than five minutes, one after the other, so for `users` orders, payments and users refuse it after about 6, 12
        /// and 18 minutes, the last after nearly an hour
        #[arg(long)]
        now: bool,
        #[command(flatten)]
        shop: Choice,
    },
}

/// # Errors
/// If there is no such shop, or the step fails.
pub fn keys(workspace: &Workspace, progress: &Progress, options: &Options) -> Result<()> {
    let (Action::List { shop } | Action::Rotate { shop, .. } | Action::Retire { shop, .. }) = &options.action;
    let ChosenShop { names, endpoint } = shop.find(workspace)?;
    let cloud = Cloud::connect(endpoint.as_ref())?;
    let rotation = |signer| Rotation { cloud: &cloud, names: &names, progress, signer };
    match options.action {
        Action::List { .. } => {
            for signer in Signer::ALL {
                let ring = Ring::read(&cloud, &names, signer)?;
                for number in ring.keys.keys() {
                    progress.print(line(&ring, *number, &rotation(signer), now())?);
                }
            }
        }
        Action::Rotate { signer, now, .. } => {
            let number = rotation(signer).rotate(if now { Patience::Skip } else { Patience::Wait })?;
            let name = signer.name();
            progress.print(format!("{name} signs with key {number}; later: cargo souk keys retire {name}"));
        }
        Action::Retire { signer, wait, now, .. } => {
            let patience = match (now, wait) {
                (true, _) => Patience::Skip,
                (false, true) => Patience::Wait,
                (false, false) => Patience::Refuse,
            };
            let retired = rotation(signer).retire(patience)?;
            let name = signer.name();
            progress.print(match retired.as_slice() {
                [] => format!("{name} has no former key"),
                numbers => format!("{name}: retired {}", super::listed(numbers)),
            });
        }
    }
    Ok(())
}

fn line(ring: &Ring, number: u32, rotation: &Rotation<'_>, now: i64) -> Result<String> {
    let state = if number == ring.signing {
        "signs".to_owned()
    } else if number > ring.signing {
        "will sign: `rotate` goes on".to_owned()
    } else {
        let ends = ring.since.map_or(Ok(i64::MAX), |since| Ok(since.saturating_add(rotation.life_of_tokens()?)));
        match ends.map(|ends: i64| ends.saturating_sub(now)) {
            Ok(left) if left > 0 => format!("is honoured; may be retired in {left} s"),
            Ok(_) => "may be retired".to_owned(),
            Err(error) => return Err(error),
        }
    };
    let id = ring.public(number).ok().and_then(|key| key.get("kid")?.as_str().map(str::to_owned));
    Ok(format!("{:<13} {number:>3}  {:<45}{state}", ring.signer.name(), id.unwrap_or_default()))
}
