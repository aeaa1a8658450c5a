//! The state that the command keeps between runs: `.souk/state.json`.
//! Owns the shape that journeys and other tools read: `api_url`, `public_url`, `endpoint_url`, `stacks`, `demo` credentials.
//! Refuses secrets of a real stage: only demo passwords and demo second factors of a local shop are written here.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::authenticator::Passkey;
use crate::names::Names;

/// The state of one local shop.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Base address of the public API, without a slash at the end.
    pub api_url: String,
    /// Address of the shop in a browser, without a slash at the end.
    pub public_url: String,
    /// Base URL for AWS calls.
    pub endpoint_url: String,
    pub region: String,
    /// Application and stage.
    #[serde(flatten)]
    pub names: Option<Names>,
    /// Stack name by part: `platform` and each capability.
    pub stacks: BTreeMap<String, String>,
    /// The emulator that this command started, if it runs detached.
    pub emulator: Option<RunningEmulator>,
    /// The port of an emulator whose tables and queues survive a stop.
    pub kept_port: Option<u16>,
    /// The port at which a journey puts the company's OpenID provider, if the shop knows one.
    pub provider_port: Option<u16>,
    /// Credentials of demo users.
    pub demo: Demo,
    /// Fingerprint of the deployed template, artifact and parameters, by stack name.
    pub deployed: BTreeMap<String, String>,
    /// Fingerprint of the demo catalogue that was last seeded.
    pub seeded: Option<String>,
    /// Id of the last demo order.
    pub demo_order: Option<String>,
    /// Path of the page of an order that waits to be sent.
    pub order_on_its_way: Option<String>,
}

/// An emulator started by this command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningEmulator {
    /// Process id, which is also its process group: the functions it starts are members.
    pub pid: u32,
    /// TCP port on the loopback address.
    pub port: u16,
    /// Whether tables and queues survive a stop.
    pub persist: bool,
    /// Log file of the emulator and the functions.
    pub log: String,
}

/// The demo users of a local shop.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Demo {
    pub customer: Credentials,
    pub staff: Credentials,
    pub admin: Credentials,
}

/// A demo user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Credentials {
    pub email: String,
    /// Random for every shop.
    pub password: String,
    /// Of staff: commands and journeys sign in with it.
    pub passkey: Option<Passkey>,
    /// Of staff: the secret of their authenticator app, in base32.
    pub totp: Option<String>,
}

impl State {
    /// Reads the state; empty if the file is missing.
    ///
    /// # Errors
    /// If the file cannot be read or parsed.
    pub fn load(file: &Path) -> Result<Self> {
        match std::fs::read_to_string(file) {
            Ok(text) => serde_json::from_str(&text)
                .with_context(|| format!("{} is damaged; run `cargo souk down` and delete it", file.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
        }
    }

    /// Writes the file atomically.
    ///
    /// # Errors
    /// If the file system refuses.
    pub fn save(&self, file: &Path) -> Result<()> {
        if let Some(folder) = file.parent() {
            crate::workspace::create_folder(folder)?;
        }
        let text = serde_json::to_string_pretty(self)?;
        let beside = file.with_extension("json.new");
        std::fs::write(&beside, text + "\n").with_context(|| format!("cannot write {}", beside.display()))?;
        std::fs::rename(&beside, file).with_context(|| format!("cannot write {}", file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> std::path::PathBuf {
        std::env::temp_dir().join(format!("souk-state-{}-{name}", std::process::id())).join("state.json")
    }

    #[test]
    fn a_state_never_written_is_empty() {
        assert_eq!(State::load(&file("absent")).unwrap(), State::default());
    }

    #[test]
    fn what_is_saved_is_read_back() {
        let path = file("kept");
        let state = State {
            api_url: "http://localhost:1".into(),
            stacks: [("orders".to_owned(), "souk-local-orders".to_owned())].into(),
            emulator: Some(RunningEmulator { pid: 7, port: 4566, persist: true, log: "x".into() }),
            ..State::default()
        };
        state.save(&path).unwrap();
        assert_eq!(State::load(&path).unwrap(), state);
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn fields_of_a_newer_or_older_version_are_no_obstacle() {
        let state: State = serde_json::from_str(r#"{"api_url":"http://a","tomorrow":1}"#).unwrap();
        assert_eq!(state.api_url, "http://a");
        assert_eq!(state.seeded, None);
    }

    #[test]
    fn a_damaged_file_is_an_error_and_not_an_empty_state() {
        let path = file("damaged");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "{").unwrap();
        assert!(State::load(&path).is_err());
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}
