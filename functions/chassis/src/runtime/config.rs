//! Reads a function's environment. Refuses defaults: the template sets every variable.

use crate::http::Edge;
use crate::tokens::{AccessVerifier, Verifier};
use std::fmt;
use std::num::ParseIntError;

/// A variable is missing or malformed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not set, or empty.
    #[error("environment variable {0} is not set")]
    Missing(&'static str),
    /// Set to a malformed value.
    #[error("environment variable {name} is unusable: {why}")]
    Unusable {
        /// Name of the variable.
        name: &'static str,
        /// What is wrong with the value.
        why: String,
    },
}

/// Deployment stage of the process.
const STAGE: &str = "STAGE";

type Answer<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// Source of variables: the process, or a test.
pub struct Env<'a>(Box<Answer<'a>>);

impl<'a> Env<'a> {
    /// The process's own environment.
    #[expect(clippy::disallowed_methods, reason = "the environment is read here")]
    pub fn process() -> Self {
        Self(Box::new(|name| std::env::var(name).ok()))
    }

    /// Variables from a function, which may also record which were read.
    pub fn from_fn(answer: impl Fn(&str) -> Option<String> + 'a) -> Self {
        Self(Box::new(answer))
    }

    /// A variable that must be set.
    ///
    /// # Errors
    /// If it is not set or empty.
    pub fn required(&self, name: &'static str) -> Result<String, ConfigError> {
        self.optional(name).ok_or(ConfigError::Missing(name))
    }

    /// A variable that may be missing.
    pub fn optional(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// A variable that must be a number.
    ///
    /// # Errors
    /// If it is not set, empty or no `u32`.
    pub fn number(&self, name: &'static str) -> Result<u32, ConfigError> {
        let unusable = |error: ParseIntError| ConfigError::Unusable { name, why: error.to_string() };
        self.required(name)?.parse().map_err(unusable)
    }

    /// A variable that must be a JSON Web Key Set: the public keys of this stage.
    ///
    /// # Errors
    /// If it or `STAGE` is not set, or it is no key set.
    pub fn key_set(&self, name: &'static str) -> Result<Verifier, ConfigError> {
        Verifier::from_jwks(&self.required(name)?, &self.required(STAGE)?)
            .map_err(|error| ConfigError::Unusable { name, why: error.to_string() })
    }

    /// What verifies access tokens: `USERS_JWKS` holds the keys, `API_URL` is the issuer.
    ///
    /// # Errors
    /// If one is not set, or the keys are no key set.
    pub fn access_verifier(&self) -> Result<AccessVerifier, ConfigError> {
        Ok(AccessVerifier::new(self.key_set("USERS_JWKS")?, &self.required("API_URL")?))
    }
}

impl fmt::Debug for Env<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Env")
    }
}

/// The variables that every function reads.
#[derive(Debug, Clone)]
pub struct Common {
    /// Name of the application, e.g. `souk`: the namespace of its metrics.
    pub app: String,
    /// What was deployed; `None` if no version was published.
    pub release: Option<String>,
    /// Deployment stage, e.g. `prod`.
    pub stage: String,
    /// Name of the capability's table.
    pub table_name: String,
    /// Every queue URL up to the capability's name.
    pub queue_url_prefix: String,
    /// `info`, `warn` or `error`.
    pub log_level: String,
    /// The edge that requests come through, if there is one.
    pub edge: Edge,
}

impl Common {
    /// Reads `APP`, `RELEASE`, `STAGE`, `TABLE_NAME`, `QUEUE_URL_PREFIX`, `LOG_LEVEL` and `EDGE_SECRET_DIGESTS`, which is
    /// a comma where there is no edge: a forgotten variable must not open the way past it.
    ///
    /// # Errors
    /// If one other than `RELEASE` is missing, or a digest is malformed.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        let name = "EDGE_SECRET_DIGESTS";
        let edge = Edge::from_digests(&env.required(name)?)
            .map_err(|error| ConfigError::Unusable { name, why: error.to_string() })?;
        Ok(Self {
            app: env.required("APP")?,
            release: env.optional("RELEASE"),
            stage: env.required(STAGE)?,
            table_name: env.required("TABLE_NAME")?,
            queue_url_prefix: env.required("QUEUE_URL_PREFIX")?,
            log_level: env.required("LOG_LEVEL")?,
            edge,
        })
    }
}
