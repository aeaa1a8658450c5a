//! The rotation of a signer's key without a refused token: verifiers trust the next key before it signs, and the former until
//! nothing that it signed is alive.
//!
//! Owns the steps, each of which finds what the one before left, so a rotation that broke off goes on when it is asked for
//! again. Refuses to touch code: stacks keep their template and their artifact.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use events::Capability;
use serde_json::Value;

use super::{Ring, Signer, create, ensure_signing_key, key_set, keys_of, listed, publish};
use crate::cloud::Cloud;
use crate::names::Names;
use crate::process;
use crate::progress::Progress;

/// Life of an access token, of a quote and of a shipping quote.
pub const TOKEN_SECONDS: i64 = 15 * 60;
/// For which others may keep the key set that `users` serves.
pub const KEY_SET_SECONDS: i64 = 5 * 60;
/// Differences between clocks, and requests under way.
const SLACK_SECONDS: i64 = 60;
const DAY: i64 = 24 * 60 * 60;

/// Verifiers that act on money and rights. They are told first, since the last may be told an hour later.
const FIRST: [Capability; 3] = [Capability::Orders, Capability::Payments, Capability::Users];

/// What to do about a time that has to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Fail, and say how long it is.
    Refuse,
    /// Wait.
    Wait,
    /// Go on: what is still alive is refused from now on.
    Skip,
}

/// A stage whose keys are rotated.
pub struct Rotation<'a> {
    pub cloud: &'a Cloud,
    pub names: &'a Names,
    pub progress: &'a Progress,
    pub signer: Signer,
}

impl Rotation<'_> {
    /// Publishes the next key, has every verifier trust it, and signs with it; the number of the key that signs.
    ///
    /// # Errors
    /// If a former key is to be retired first, and nothing is done; if AWS refuses, or `patience` does. Asked again, it goes on.
    pub fn rotate(&self, patience: Patience) -> Result<u32> {
        let (ring, _) = ensure_signing_key(self.cloud, self.names, self.signer)?;
        let (name, signing, former) = (self.signer.name(), ring.signing, listed(&ring.former()));
        if !former.is_empty() {
            bail!(
                "nothing was done: {name} signs with key {signing}, and key {former} is to be retired first \
                 (cargo souk keys retire {name})"
            );
        }
        let next = ring.next().unwrap_or_else(|| ring.unused());
        let (ring, created) =
            if ring.keys.contains_key(&next) { (ring, false) } else { create(self.cloud, self.names, ring, next)? };
        self.say(format!("{} key {next}", if created { "made" } else { "found" }));
        self.trust(&ring, &[ring.signing, next])?;
        if self.signer == Signer::Users {
            // Counted from now, also if it goes on: `users` may have served the key set before until a moment ago.
            self.pass(now(), KEY_SET_SECONDS, patience)?;
        }
        self.sign(next)?;
        Ok(next)
    }

    /// Ends the keys before the one that signs: no verifier trusts them, and they are deleted. Their numbers. A rotation that is
    /// not done goes on first, also one that a deployment undid.
    ///
    /// # Errors
    /// If AWS refuses, or `patience` does since what they signed may be alive. Asked again, it goes on.
    pub fn retire(&self, patience: Patience) -> Result<Vec<u32>> {
        self.mark_what_signs()?;
        let mut ring = Ring::read(self.cloud, self.names, self.signer)?;
        if ring.next().is_some() && ring.former().is_empty() {
            self.rotate(patience)?;
            ring = Ring::read(self.cloud, self.names, self.signer)?;
        }
        let former = ring.former();
        if former.is_empty() {
            return Ok(former);
        }
        let kept = [&[ring.signing][..], ring.next().as_slice()].concat();
        let since = ring.since.context("nothing says since when the key signs")?;
        self.pass(since, self.life_of_tokens()?, patience)?;
        if self.signer == Signer::OrdersGuest {
            self.update("orders", "GuestKeys", &listed(&kept))?;
        } else {
            let kept = kept.iter().map(|number| ring.public(*number)).collect::<Result<Vec<_>>>()?;
            self.have_trusted(self.reduce_key_set(&kept)?)?;
        }
        for number in &former {
            self.cloud.delete_parameter(&self.signer.parameter(self.names, *number))?;
        }
        Ok(former)
    }

    /// Seconds for which something that was just signed is alive.
    ///
    /// # Errors
    /// If AWS does not say.
    pub fn life_of_tokens(&self) -> Result<i64> {
        if self.signer != Signer::OrdersGuest {
            return Ok(TOKEN_SECONDS + SLACK_SECONDS);
        }
        let parameters = self.cloud.stack_parameters(&self.names.stack("orders"))?.unwrap_or_default();
        // Without a stack no token was made.
        let days = parameters.get("GuestTokenDays").map_or(Ok(0), |days| days.parse::<i64>());
        Ok(days.context("GuestTokenDays is no number")?.saturating_mul(DAY) + SLACK_SECONDS)
    }

    fn trust(&self, ring: &Ring, numbers: &[u32]) -> Result<()> {
        if self.signer == Signer::OrdersGuest {
            return self.update("orders", "GuestKeys", &listed(numbers));
        }
        let keys = numbers.iter().map(|number| ring.public(*number)).collect::<Result<Vec<_>>>()?;
        self.have_trusted(publish(self.cloud, self.names, self.signer, &keys)?)
    }

    /// Has every verifier trust a version of the key set. The others of its keys are trusted on.
    fn have_trusted(&self, version: i64) -> Result<()> {
        let others = Capability::ALL.into_iter().filter(|capability| !FIRST.contains(capability));
        for capability in FIRST.into_iter().chain(others) {
            self.update(capability.name(), &self.signer.key_set_parameter(), &version.to_string())?;
        }
        Ok(())
    }

    fn sign(&self, number: u32) -> Result<()> {
        if self.signer == Signer::OrdersGuest {
            let ring = Ring { signing: number, ..Ring::read(self.cloud, self.names, self.signer)? };
            self.update("orders", "GuestKeys", &listed(&ring.signing_first()))?;
        } else {
            self.update(self.signer.part(), "SigningKey", &number.to_string())?;
        }
        // After the stack: from now on nothing signs with the former key.
        self.mark(number)
    }

    /// Writes which key signs, and by that since when. `deploy` reads it, too.
    fn mark(&self, number: u32) -> Result<()> {
        self.cloud.replace_parameter(&self.signer.signing(self.names), &number.to_string())?;
        Ok(())
    }

    /// Marks the key with which the stack signs, if the marker says another. A deployment may have read the marker before a
    /// rotation and reached the stack after it; then the rotation is not done.
    fn mark_what_signs(&self) -> Result<()> {
        let ring = Ring::read(self.cloud, self.names, self.signer)?;
        let name = if self.signer == Signer::OrdersGuest { "GuestKeys" } else { "SigningKey" };
        let parameters = self.cloud.settled_parameters(&self.names.stack(self.signer.part()))?.unwrap_or_default();
        let first = parameters.get(name).and_then(|numbers| numbers.split(',').next()?.parse().ok());
        match first.filter(|number| *number != ring.signing && ring.keys.contains_key(number)) {
            Some(number) => self.mark(number),
            None => Ok(()),
        }
    }

    /// Gives a part's stack a parameter, if it has that parameter with another value once no change is under way. A part that is
    /// not deployed gets it when it is.
    fn update(&self, part: &str, name: &str, value: &str) -> Result<()> {
        let stack = self.names.stack(part);
        let parameters = self.cloud.settled_parameters(&stack)?.unwrap_or_default();
        if parameters.get(name).is_none_or(|present| present == value) {
            return Ok(());
        }
        let task = self.progress.task(format!("updating {stack}"));
        let mut changed = vec![(name.to_owned(), value.to_owned())];
        // Another release publishes versions; without one the function itself serves.
        changed.extend(another_release(&parameters).map(|release| ("Release".to_owned(), release)));
        self.cloud.update_stack(&stack, &changed)?;
        task.done(format!("{name}={value}"));
        Ok(())
    }

    fn reduce_key_set(&self, kept: &[Value]) -> Result<i64> {
        let name = self.signer.key_set(self.names);
        let published = self.cloud.parameter(&name)?.with_context(|| format!("there is no {name}"))?;
        match keys_of(&published.value) {
            Some(held) if held == kept => Ok(published.version),
            _ => self.cloud.replace_parameter(&name, &key_set(kept)),
        }
    }

    fn pass(&self, since: i64, seconds: i64, patience: Patience) -> Result<()> {
        let left = since.saturating_add(seconds).saturating_sub(now());
        if left <= 0 || patience == Patience::Skip {
            return Ok(());
        }
        if patience == Patience::Refuse {
            bail!(
                "wait {left} s more, as what was signed or kept before is alive; `--wait` waits, `--now` does not care"
            );
        }
        let task = self.progress.task(format!("waiting {left} s for what was signed or kept before"));
        process::pause(Duration::from_secs(left.unsigned_abs()))?;
        task.done("");
        Ok(())
    }

    fn say(&self, what: String) {
        self.progress.say(format!("{} of {}: {what}", self.signer.name(), self.names.prefix()));
    }
}

/// `<what is deployed>-<when>`, as `deploy` makes it, with the time of now.
fn another_release(parameters: &BTreeMap<String, String>) -> Option<String> {
    let release = parameters.get("Release").filter(|release| !release.is_empty())?;
    let what = release.rsplit_once('-').map_or(release.as_str(), |(what, _)| what);
    Some(format!("{what}-{}", SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()))
}

pub(super) fn now() -> i64 {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    i64::try_from(seconds).unwrap_or(i64::MAX)
}
