//! Reads a function's environment. Refuses defaults: the template sets every variable.

use crate::http::{Edge, InvalidLogo, Logo, Site};
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

/// What a deployment is for. A parameter of its own, never guessed from the name of the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// Play money, open doors, tables that go with their stack.
    Development,
    /// A shop that sells.
    Production,
}

/// Whether whoever may do more than a customer must show a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// Without one, roles do not count.
    Required,
    /// Roles count with the password alone.
    Optional,
}

/// Deployment stage of the process.
const STAGE: &str = "STAGE";
/// Base URL of the API.
const API_URL: &str = "API_URL";

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

    /// A variable that must be `true` or `false`.
    ///
    /// # Errors
    /// If it is neither.
    pub fn flag(&self, name: &'static str) -> Result<bool, ConfigError> {
        let unusable = |_| ConfigError::Unusable { name, why: "neither true nor false".to_owned() };
        self.required(name)?.parse().map_err(unusable)
    }

    /// What the deployment is for: `ENVIRONMENT`, which must agree with the platform's, `PLATFORM_ENVIRONMENT`.
    ///
    /// # Errors
    /// If one is not set or unknown, or they differ.
    pub fn environment(&self) -> Result<Environment, ConfigError> {
        let name = "ENVIRONMENT";
        let (ours, platforms) = (self.required(name)?, self.required("PLATFORM_ENVIRONMENT")?);
        let unusable = |why: String| ConfigError::Unusable { name, why };
        if ours != platforms {
            return Err(unusable(format!("this stack is {ours} and the platform {platforms}")));
        }
        match ours.as_str() {
            "development" => Ok(Environment::Development),
            "production" => Ok(Environment::Production),
            _ => Err(unusable("neither development nor production".to_owned())),
        }
    }

    /// Whether staff must show a second factor: `SECOND_FACTOR`.
    ///
    /// # Errors
    /// If it is not set, or neither `required` nor `optional`.
    pub fn second_factor(&self) -> Result<SecondFactor, ConfigError> {
        let name = "SECOND_FACTOR";
        match self.required(name)?.as_str() {
            "required" => Ok(SecondFactor::Required),
            "optional" => Ok(SecondFactor::Optional),
            _ => Err(ConfigError::Unusable { name, why: "neither required nor optional".to_owned() }),
        }
    }

    /// The picture that stands for the shop's name: `SHOP_LOGO`, if there is one.
    fn logo(&self, address: &str) -> Result<Option<Logo>, ConfigError> {
        let name = "SHOP_LOGO";
        let unusable = |error: InvalidLogo| ConfigError::Unusable { name, why: error.to_string() };
        self.optional(name).map(|text| Logo::parse(&text, address).map_err(unusable)).transpose()
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
        Ok(AccessVerifier::new(self.key_set("USERS_JWKS")?, &self.required(API_URL)?))
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
    /// Deployment stage, e.g. `main`.
    pub stage: String,
    /// Name of the capability's table.
    pub table_name: String,
    /// Every queue URL up to the capability's name.
    pub queue_url_prefix: String,
    /// `info`, `warn` or `error`.
    pub log_level: String,
    /// The edge that requests come through, if there is one.
    pub edge: Edge,
    /// What all pages share.
    pub site: Site,
    /// Whether staff must show a second factor.
    pub second_factor: SecondFactor,
}

impl Common {
    /// Reads `APP`, `RELEASE`, `STAGE`, `TABLE_NAME`, `QUEUE_URL_PREFIX`, `LOG_LEVEL`, `SHOP_NAME`, `SHOP_LOGO`, `PAGES`,
    /// `SECOND_FACTOR` and `EDGE_SECRET_DIGESTS`, which is a comma where there is no edge: a forgotten variable must not open the way past it.
    ///
    /// # Errors
    /// If one other than `RELEASE` and `SHOP_LOGO` is missing, the logo or a digest is malformed, the environment is not the platform's, or a
    /// production API is reached without TLS, which protects tokens.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        let address = env.required(API_URL)?;
        let environment = env.environment()?;
        if environment == Environment::Production && !address.starts_with("https://") {
            let why = "production is reached by https only".to_owned();
            return Err(ConfigError::Unusable { name: API_URL, why });
        }
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
            site: Site {
                name: env.required("SHOP_NAME")?.into(),
                logo: env.logo(&address)?,
                has_pages: env.flag("PAGES")?,
                is_demo: environment == Environment::Development,
            },
            second_factor: env.second_factor()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn common(ours: &str, platforms: &str, url: &str) -> Result<Common, ConfigError> {
        with_logo(ours, platforms, url, "")
    }

    fn with_logo(ours: &str, platforms: &str, url: &str, logo: &str) -> Result<Common, ConfigError> {
        let value = |name: &str| match name {
            "ENVIRONMENT" => ours.to_owned(),
            "PLATFORM_ENVIRONMENT" => platforms.to_owned(),
            "API_URL" => url.to_owned(),
            "SHOP_LOGO" => logo.to_owned(),
            "EDGE_SECRET_DIGESTS" => ",".to_owned(),
            "PAGES" => "true".to_owned(),
            "SECOND_FACTOR" => "optional".to_owned(),
            _ => "any".to_owned(),
        };
        Common::from_env(&Env::from_fn(|name| Some(value(name))))
    }

    #[test]
    fn a_function_does_not_start_on_a_platform_of_another_environment() {
        const URL: &str = "https://shop.example";
        for environment in ["development", "production"] {
            assert!(common(environment, environment, URL).is_ok(), "{environment}");
        }
        let error = common("development", "production", URL).unwrap_err().to_string();
        assert!(error.contains("this stack is development and the platform production"), "{error}");
        assert!(common("production", "development", URL).is_err());
        assert!(common("prod", "prod", URL).unwrap_err().to_string().contains("neither development nor production"));
    }

    #[test]
    fn a_second_factor_is_required_or_optional_and_never_by_default() {
        let read = |value: Option<&str>| Env::from_fn(|_| value.map(str::to_owned)).second_factor();
        assert_eq!(read(Some("required")), Ok(SecondFactor::Required));
        assert_eq!(read(Some("optional")), Ok(SecondFactor::Optional));
        assert_eq!(read(None), Err(ConfigError::Missing("SECOND_FACTOR")));
        assert!(read(Some("yes")).unwrap_err().to_string().contains("neither required nor optional"));
    }

    #[test]
    fn production_is_reached_by_https_only() {
        assert!(common("development", "development", "http://localhost:4566").is_ok());
        let error = common("production", "production", "http://shop.example").unwrap_err().to_string();
        assert!(error.contains("API_URL") && error.contains("https"), "{error}");
    }

    #[test]
    fn a_shop_has_a_logo_or_none_and_one_that_no_page_can_show_stops_the_function_with_the_reason() {
        let logo = |text: &str| {
            let common = with_logo("production", "production", "https://shop.example/tea", text);
            common.map(|common| common.site.logo.map(|logo| logo.src().to_string()))
        };
        assert_eq!(logo(""), Ok(None));
        assert_eq!(logo("/logo.svg"), Ok(Some("/tea/logo.svg".to_owned())));
        let error = logo("http://cdn.example/logo.svg").unwrap_err().to_string();
        assert!(error.contains("SHOP_LOGO is unusable: neither an address with https nor a path"), "{error}");
    }
}
