//! Where AWS calls go: an address, a region, and the environment that makes child processes go there too.
//! Owns the reading of `AWS_ENDPOINT_URL`. Refuses to mix: with an endpoint, the machine's profiles and sessions are not
//! used.

use std::process::Command;

/// The region of a local shop unless the environment names another.
const LOCAL_REGION: &str = "us-east-1";
/// Emulators take it for the root user's key.
const LOCAL_KEY: &str = "test";

/// An endpoint other than AWS that speaks its protocols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: String,
    region: String,
    access_key: String,
    secret_key: String,
}

impl Endpoint {
    pub fn local(port: u16) -> Self {
        Self::at(&format!("http://localhost:{port}"), LOCAL_REGION, LOCAL_KEY, LOCAL_KEY)
    }

    /// An endpoint at this address, with the region and the keys of the environment.
    pub fn known(url: &str) -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let region = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
        Self::at(
            url,
            region.as_deref().unwrap_or(LOCAL_REGION),
            variable("AWS_ACCESS_KEY_ID").as_deref().unwrap_or(LOCAL_KEY),
            variable("AWS_SECRET_ACCESS_KEY").as_deref().unwrap_or(LOCAL_KEY),
        )
    }

    /// The endpoint in `AWS_ENDPOINT_URL`, if set.
    pub fn from_environment() -> Option<Self> {
        let url = std::env::var("AWS_ENDPOINT_URL").ok()?;
        (!url.is_empty()).then(|| Self::known(&url))
    }

    /// Without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn region(&self) -> &str {
        &self.region
    }

    pub fn access_key(&self) -> &str {
        &self.access_key
    }

    pub fn secret_key(&self) -> &str {
        &self.secret_key
    }

    /// Variables that send all AWS calls of a process to this endpoint.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", self.url.clone()),
            ("AWS_REGION", self.region.clone()),
            ("AWS_DEFAULT_REGION", self.region.clone()),
            ("AWS_ACCESS_KEY_ID", self.access_key.clone()),
            ("AWS_SECRET_ACCESS_KEY", self.secret_key.clone()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }

    /// Sets these variables for a command.
    pub fn apply(&self, command: &mut Command) {
        for name in ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
            command.env_remove(name);
        }
        command.envs(self.environment());
    }

    fn at(url: &str, region: &str, access_key: &str, secret_key: &str) -> Self {
        Self {
            url: url.trim_end_matches('/').to_owned(),
            region: region.to_owned(),
            access_key: access_key.to_owned(),
            secret_key: secret_key.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_at_the_end_of_the_address_is_dropped() {
        assert_eq!(Endpoint::known("http://localhost:4566/").url(), "http://localhost:4566");
    }

    #[test]
    fn every_child_process_is_sent_to_the_endpoint_with_the_root_key() {
        let environment = Endpoint::local(4567).environment();
        assert!(environment.contains(&("AWS_ENDPOINT_URL", "http://localhost:4567".to_owned())));
        assert!(environment.contains(&("AWS_ACCESS_KEY_ID", "test".to_owned())));
    }
}
