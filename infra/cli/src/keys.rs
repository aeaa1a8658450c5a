//! The keys of a stage: Ed25519 pairs of the capabilities that sign, and secrets for guests' tokens, all with numbers, and the
//! secrets of the pseudonyms by which limits count and guests are known. Owns their place: private parts in SSM SecureStrings, public keys in those
//! parameters' descriptions and, as JWKS, in plain parameters. Refuses to replace a key that exists, and to read a private one:
//! nothing of it comes back to this machine.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::names::Names;
use material::Material;
pub use ring::{Ring, Signer};

pub mod command;
mod material;
mod ring;
pub mod rotation;
#[cfg(test)]
mod tests;

/// Capabilities that sign tokens or quotes.
pub const ISSUERS: [Signer; 3] = [Signer::Users, Signer::Catalog, Signer::Shipping];
/// Whose limits count by pseudonyms, or who knows mailboxes by them. Their secrets are never replaced, and have no number: another one
/// forgets what was counted.
const LIMITERS: [&str; 3] = ["users", "orders", "notifications"];
/// The secret of guests' pseudonyms, which users and orders share. It is not replaced: guests' orders are listed by it.
const GUESTS: &str = "keys/guests";

/// Repeats of a write that somebody else overtook.
const ATTEMPTS: u32 = 20;

/// What the templates must be told about the keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyVersions {
    /// The versions of the public key sets, in the order of [`ISSUERS`].
    pub jwks: [i64; 3],
    /// The numbers of the keys that sign, in the order of [`ISSUERS`].
    pub signing: [u32; 3],
    /// The numbers of the keys of guests' tokens; the first signs.
    pub guest: Vec<u32>,
    /// Whether a key was created.
    pub created: bool,
}

/// Creates the missing keys of a stage and returns what the templates must be told about all. Two who do so at once get
/// the same keys.
///
/// # Errors
/// If the parameter store refuses, or holds a value that is no key.
pub fn ensure(cloud: &Cloud, names: &Names) -> Result<KeyVersions> {
    let mut versions = KeyVersions::default();
    for (place, issuer) in ISSUERS.into_iter().enumerate() {
        let (ring, created) = ensure_signing_key(cloud, names, issuer)?;
        versions.jwks[place] = publish(cloud, names, issuer, &[ring.public(ring.signing)?])?;
        versions.signing[place] = ring.signing;
        versions.created |= created;
    }
    let (ring, created) = ensure_signing_key(cloud, names, Signer::OrdersGuest)?;
    versions.guest = ring.signing_first();
    versions.created |= created;
    versions.created |= ensure_pseudonyms(cloud, names)?;
    Ok(versions)
}

/// Whether a secret of pseudonyms was created here.
fn ensure_pseudonyms(cloud: &Cloud, names: &Names) -> Result<bool> {
    const OF_LIMITS: &str = "Key of the pseudonyms by which limits count";
    const OF_GUESTS: &str = "Key of the pseudonyms of guests, which users and orders share";
    let known = cloud.descriptions(&names.parameter("keys"))?;
    let mut created = false;
    let of_limits = LIMITERS.map(|limiter| (format!("keys/{limiter}-limits"), OF_LIMITS));
    for (name, what) in of_limits.into_iter().chain([(GUESTS.to_owned(), OF_GUESTS)]) {
        let name = names.parameter(&name);
        if !known.iter().any(|(known, _)| *known == name) {
            let Material { private, description } = Material::secret(what)?;
            created |= cloud.create_parameter(&name, &private, Some(&description))?;
        }
    }
    Ok(created)
}

fn ensure_signing_key(cloud: &Cloud, names: &Names, signer: Signer) -> Result<(Ring, bool)> {
    let ring = Ring::read(cloud, names, signer)?;
    if ring.keys.contains_key(&ring.signing) {
        return Ok((ring, false));
    }
    let number = ring.signing;
    create(cloud, names, ring, number)
}

/// The ring with a key of that number, and whether it was made here: only one of two who create it is taken, and the other
/// uses that one's.
fn create(cloud: &Cloud, names: &Names, mut ring: Ring, number: u32) -> Result<(Ring, bool)> {
    let Material { private, description } = Material::of(ring.signer)?;
    let name = ring.signer.parameter(names, number);
    if cloud.create_parameter(&name, &private, Some(&description))? {
        ring.keys.insert(number, description);
        return Ok((ring, true));
    }
    for _ in 0..ATTEMPTS {
        let seen = Ring::read(cloud, names, ring.signer)?;
        if seen.keys.contains_key(&number) {
            return Ok((seen, false));
        }
        // Descriptions may be listed a moment after they were written.
        crate::process::pause(std::time::Duration::from_millis(250))?;
    }
    bail!("{name} exists, but is not listed; try again")
}

/// Has an issuer's key set hold these keys beside those that it holds; its version.
fn publish(cloud: &Cloud, names: &Names, issuer: Signer, keys: &[Value]) -> Result<i64> {
    let name = issuer.key_set(names);
    for _ in 0..ATTEMPTS {
        let Some(published) = cloud.parameter(&name)? else {
            if cloud.create_parameter(&name, &key_set(keys), None)? {
                return Ok(1);
            }
            continue;
        };
        let mut held = keys_of(&published.value).with_context(|| format!("{name} holds no key set"))?;
        let missing: Vec<_> = keys.iter().filter(|key| !held.contains(key)).cloned().collect();
        if missing.is_empty() {
            return Ok(published.version);
        }
        held.extend(missing);
        // Read again: somebody else may have written between, and the last one wins.
        cloud.replace_parameter(&name, &key_set(&held))?;
    }
    bail!("somebody else keeps writing {name}")
}

/// Numbers as a template's parameter holds them.
pub fn listed(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

fn key_set(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

fn keys_of(key_set: &str) -> Option<Vec<Value>> {
    let set: Value = serde_json::from_str(key_set).ok()?;
    set.get("keys").and_then(Value::as_array).cloned()
}
