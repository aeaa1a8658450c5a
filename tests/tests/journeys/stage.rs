//! The shop under test: its address and its demo users.

use serde_json::Value;
use std::path::PathBuf;
use std::sync::OnceLock;

#[derive(Debug)]
pub struct Stage {
    /// Base URL of the API, without a trailing slash.
    pub api_url: String,
    /// The prefix of every queue's name.
    pub prefix: String,
    /// What `souk` keeps of a shop of its own.
    pub state: Value,
}

/// The shop that the environment names.
pub fn stage() -> &'static Stage {
    static STAGE: OnceLock<Stage> = OnceLock::new();
    STAGE.get_or_init(|| {
        let file = std::env::var_os("SOUK_STATE")
            .map_or_else(|| system_tests::workspace::root().join(".souk/state.json"), PathBuf::from);
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{}: {error}; run `cargo souk up`", file.display()));
        let state: Value = serde_json::from_str(&text).unwrap();
        let api_url = std::env::var("API_URL").ok().filter(|url| !url.is_empty());
        let api_url = api_url.unwrap_or_else(|| state["api_url"].as_str().unwrap_or_default().to_owned());
        assert!(!api_url.is_empty(), "no shop: set API_URL, or run `cargo souk up`");
        let prefix =
            format!("{}-{}", state["app"].as_str().unwrap_or("souk"), state["stage"].as_str().unwrap_or("local"));
        Stage { api_url: api_url.trim_end_matches('/').to_owned(), prefix, state }
    })
}

impl Stage {
    /// The stage's name, without the application's.
    pub fn own_name(&self) -> &str {
        self.state["stage"].as_str().unwrap_or("local")
    }

    /// A parameter of the stage, e.g. `jwks/users`.
    pub fn parameter(&self, path: &str) -> String {
        format!("/{}/{}/{path}", self.state["app"].as_str().unwrap_or("souk"), self.own_name())
    }

    /// Endpoint and region of AWS calls, unless they go to AWS itself.
    pub fn endpoint(&self) -> Option<(String, String)> {
        let known = |variable: &str, field: &str| {
            let set = std::env::var(variable).ok().or_else(|| self.state[field].as_str().map(str::to_owned));
            set.filter(|value| !value.is_empty())
        };
        let url = known("AWS_ENDPOINT_URL", "endpoint_url")?;
        Some((
            url.trim_end_matches('/').to_owned(),
            known("AWS_REGION", "region").unwrap_or_else(|| "us-east-1".to_owned()),
        ))
    }

    /// E-mail address and password of a demo user: `staff` or `admin`.
    pub fn demo(&self, who: &str) -> (String, String) {
        let account = &self.state["demo"][who];
        let text = |field: &str| account[field].as_str().unwrap_or_else(|| panic!("no demo user {who}")).to_owned();
        (text("email"), text("password"))
    }

    /// The passkey with which a demo user signs in, if there is one.
    pub fn passkey(&self, who: &str) -> Option<&Value> {
        Some(&self.state["demo"][who]["passkey"]).filter(|passkey| passkey.is_object())
    }
}
