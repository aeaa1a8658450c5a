//! Everything that is known of one signer's keys without reading one. Owns the parameters' names; refuses to change anything.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::cloud::Cloud;
use crate::names::Names;

/// Who signs with keys of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Signer {
    /// Access tokens
    Users,
    /// Price quotes
    Catalog,
    /// Shipping quotes
    Shipping,
    /// Tokens of guests' orders
    OrdersGuest,
}

/// The keys of one signer.
#[derive(Clone, Debug)]
pub struct Ring {
    pub signer: Signer,
    /// Number of the key that signs.
    pub signing: u32,
    /// Since when it signs, in seconds since the Unix epoch; unknown of a stage's first key.
    pub since: Option<i64>,
    /// Descriptions by number.
    pub keys: BTreeMap<u32, String>,
}

impl Signer {
    pub const ALL: [Self; 4] = [Self::Users, Self::Catalog, Self::Shipping, Self::OrdersGuest];

    /// As in the names of parameters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Catalog => "catalog",
            Self::Shipping => "shipping",
            Self::OrdersGuest => "orders-guest",
        }
    }

    /// The part whose stack signs.
    pub const fn part(self) -> &'static str {
        match self {
            Self::OrdersGuest => "orders",
            issuer => issuer.name(),
        }
    }

    /// The private key of that number.
    pub fn parameter(self, names: &Names, number: u32) -> String {
        format!("{}/{number}", self.folder(names))
    }

    /// Where the private keys are.
    pub fn folder(self, names: &Names) -> String {
        names.parameter(&format!("keys/{}", self.name()))
    }

    /// The public keys of an issuer.
    pub fn key_set(self, names: &Names) -> String {
        names.parameter(&format!("jwks/{}", self.name()))
    }

    /// The template parameter with the version of the key set to trust.
    pub fn key_set_parameter(self) -> String {
        let mut letters = self.name().chars();
        let capitalized: String =
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect();
        format!("{capitalized}JwksVersion")
    }

    /// The number of the key that signs.
    pub fn signing(self, names: &Names) -> String {
        names.parameter(&format!("signing/{}", self.name()))
    }
}

impl Ring {
    /// # Errors
    /// If the parameter store refuses, or holds a number that is none.
    pub fn read(cloud: &Cloud, names: &Names, signer: Signer) -> Result<Self> {
        let folder = signer.folder(names);
        let number = |name: &str| name.strip_prefix(&folder)?.strip_prefix('/')?.parse().ok();
        let described = cloud.descriptions(&folder)?.into_iter();
        let keys = described.filter_map(|(name, description)| Some((number(&name)?, description))).collect();
        let marked = cloud.parameter(&signer.signing(names))?;
        let since = marked.as_ref().map(|marked| marked.modified);
        let signing = match marked {
            Some(marked) => marked.value.parse().with_context(|| format!("{} is no number", signer.signing(names)))?,
            None => 1,
        };
        Ok(Self { signer, signing, since, keys })
    }

    /// An issuer's public key of that number.
    ///
    /// # Errors
    /// If there is none.
    pub fn public(&self, number: u32) -> Result<Value> {
        let (signer, described) = (self.signer.name(), self.keys.get(&number));
        let description = described.with_context(|| format!("{signer} has no key {number}"))?;
        serde_json::from_str(description)
            .with_context(|| format!("the description of {signer}'s key {number} is no JWK"))
    }

    /// Keys before the one that signs: something that they signed may be in use.
    pub fn former(&self) -> Vec<u32> {
        self.keys.range(..self.signing).map(|(number, _)| *number).collect()
    }

    /// The key that is to sign after this one.
    pub fn next(&self) -> Option<u32> {
        self.keys.range(self.signing.saturating_add(1)..).map(|(number, _)| *number).next()
    }

    /// The number of the next new key: none is used twice.
    pub fn unused(&self) -> u32 {
        self.keys.keys().copied().chain([self.signing]).max().unwrap_or_default().saturating_add(1)
    }

    /// All numbers, that of the key that signs first.
    pub fn signing_first(&self) -> Vec<u32> {
        let others = self.keys.keys().copied().filter(|number| *number != self.signing);
        [self.signing].into_iter().chain(others).collect()
    }
}
