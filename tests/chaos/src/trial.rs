//! One capability goes and comes back while people shop.
//! Owns what is done to it, and that it stands as before in the end. Refuses to touch any other.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use events::Capability;
use serde_json::json;

use crate::crowd::{CUSTOMERS, Crowd};
use crate::settling::{self, Queues, Settled};
use crate::table::Row;
use crate::tally::Tally;
use crate::ways::Trial;
use souk::emulator;
use souk::local_shop::LocalShop;
use souk::process;
use souk::progress::Progress;
use souk::shop::text;
use souk::state::RunningEmulator;

const BEFORE: Duration = Duration::from_secs(3);
const KILLING: Duration = Duration::from_secs(15);
const BETWEEN_KILLS: Duration = Duration::from_secs(1);
/// Another environment, and the usual one: a parameter that is left out keeps its value.
const LOG_LEVELS: [&str; 2] = ["warn", "info"];

/// Where trials take place.
pub struct Scene<'a> {
    /// The running shop.
    pub local_shop: &'a mut LocalShop,
    /// Tells what happens.
    pub progress: &'a Progress,
    /// Its queues.
    pub queues: Queues<'a>,
    /// The emulator, whose children the functions are.
    pub emulator: RunningEmulator,
    /// What is bought.
    pub skus: &'a [String],
    /// An order that was placed before.
    pub known_order: &'a str,
    /// How long an absence lasts.
    pub away: Duration,
}

impl Scene<'_> {
    /// Puts one capability through one trial.
    ///
    /// # Errors
    /// When the shop cannot be prepared or a deployment fails; what the trial finds is no error.
    pub fn perform(&mut self, capability: Capability, trial: Trial) -> Result<Row> {
        let people = &self.local_shop.state.demo;
        let (guest, staff) = (self.local_shop.api(), self.local_shop.api().signed_in(&people.staff)?);
        let cart = text(&staff.post("/v1/carts", &json!({}))?, "id")?;
        let dead_before = settling::dead_letters(self.queues)?;
        let tally = Tally::new(capability);
        let crowd = Crowd::new(&tally, (guest, staff), self.skus, self.known_order, cart);
        let (deed, settled) = std::thread::scope(|scope| {
            for number in 0..CUSTOMERS {
                let crowd = &crowd;
                scope.spawn(move || crowd.shop(number));
            }
            scope.spawn(|| crowd.look_around());
            let course = self.course(capability, trial, &crowd);
            crowd.leave();
            course
        })?;
        let dead = settling::dead_letters(self.queues)?.saturating_sub(dead_before);
        Ok(Row { capability, trial, deed, counts: tally.counts(), placed: crowd.orders().len(), settled, dead })
    }

    fn course(&mut self, capability: Capability, trial: Trial, crowd: &Crowd<'_>) -> Result<(String, Settled)> {
        process::pause(BEFORE)?;
        let deed = match trial {
            Trial::Killed => self.kill(capability)?,
            Trial::Absent => self.take_away(capability)?,
            Trial::Redeployed => self.redeploy(capability)?,
        };
        let returned = Instant::now();
        crowd.stop_shopping();
        let task = self.progress.task(format!("{capability} {}: waiting for what is under way", trial.name()));
        let settled = settling::settle(&task, crowd, self.queues, (capability, returned))?;
        task.done("");
        Ok((deed, settled))
    }

    fn kill(&self, capability: Capability) -> Result<String> {
        let began = Instant::now();
        let functions = self.queues.names.function(capability, "");
        let mut killed = 0;
        while began.elapsed() < KILLING {
            killed += emulator::kill_functions(&self.emulator, &functions)?;
            process::pause(BETWEEN_KILLS)?;
        }
        killed += emulator::kill_functions(&self.emulator, &functions)?;
        if killed == 0 {
            bail!("no process of {capability} was found to kill");
        }
        Ok(format!("{killed} processes"))
    }

    fn take_away(&mut self, capability: Capability) -> Result<String> {
        let remembered = self.local_shop.remembered(capability);
        self.local_shop.deploy_otherwise(self.progress, capability, false, &[])?;
        let gone = Instant::now();
        process::pause(self.away)?;
        self.local_shop.deploy_otherwise(self.progress, capability, true, &[])?;
        let deed = format!("for {} s", gone.elapsed().as_secs());
        self.local_shop.recall(capability, remembered)?;
        Ok(deed)
    }

    fn redeploy(&mut self, capability: Capability) -> Result<String> {
        let remembered = self.local_shop.remembered(capability);
        for level in LOG_LEVELS {
            self.local_shop.deploy_otherwise(self.progress, capability, true, &[format!("LogLevel={level}")])?;
        }
        self.local_shop.recall(capability, remembered)?;
        Ok("twice".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use souk::workspace::Workspace;

    #[test]
    fn every_stack_may_be_deployed_with_the_levels_of_the_trial() -> Result<()> {
        for capability in Capability::ALL {
            let template = std::fs::read_to_string(Workspace::find()?.template(capability.name()))?;
            let declared = template.lines().find(|line| line.trim_start().starts_with("LogLevel:")).unwrap_or_default();
            let allowed = declared.split(['[', ']']).nth(1).unwrap_or_default();
            let allowed: Vec<_> = allowed.split(", ").collect();
            assert!(LOG_LEVELS.iter().all(|level| allowed.contains(level)), "{capability}: {allowed:?}");
        }
        Ok(())
    }
}
