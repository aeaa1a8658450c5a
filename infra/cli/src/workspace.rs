//! Paths: the workspace's root and the folders that this command reads and writes.
//! Owns every path. Refuses to write outside `.souk/` and `target/`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The folder of functions that are built to be weighed.
pub const WEIGHED: &str = "target/weighed";

#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Finds the workspace from the working directory upwards, or from cargo's manifest directory of this command.
    ///
    /// # Errors
    /// If neither is in a folder with `infra/cli`.
    pub fn find() -> Result<Self> {
        let here = std::env::current_dir().context("the working directory is gone")?;
        let by_cargo = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let starts = [Some(here), by_cargo];
        for start in starts.iter().flatten() {
            if let Some(root) = start.ancestors().find(|folder| folder.join("infra/cli/Cargo.toml").is_file()) {
                return Ok(Self { root: root.to_owned() });
            }
        }
        bail!("this is not inside the souk workspace; change into its folder and try again")
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// `part` is `platform` or a capability.
    pub fn template(&self, stack: &str) -> PathBuf {
        self.root.join("infra").join(format!("{stack}.yaml"))
    }

    /// The document of the whole API, made from the routes.
    pub fn api_document(&self) -> PathBuf {
        self.root.join("tests/openapi.json")
    }

    /// Programs that use the API through a client made from its document.
    pub fn client(&self, language: &str) -> PathBuf {
        self.root.join("tests/clients").join(language)
    }

    /// Where that client is made.
    pub fn made_client(&self, language: &str) -> PathBuf {
        self.root.join("target/clients").join(language)
    }

    /// A file of the demo catalogue.
    pub fn seed(&self, file: &str) -> PathBuf {
        self.root.join("infra/seed").join(file)
    }

    /// The folder of one built function, as `cargo lambda build` makes it.
    pub fn built_function(&self, capability: &str) -> PathBuf {
        self.root.join("target/lambda").join(capability)
    }

    /// The folder of one function that was built to be weighed.
    pub fn weighed_function(&self, capability: &str) -> PathBuf {
        self.root.join(WEIGHED).join(capability)
    }

    /// A function as `cargo build` makes it, not optimized.
    pub fn debug_binary(&self, capability: &str) -> PathBuf {
        self.root.join("target/debug").join(capability)
    }

    /// The folder of everything that this command keeps.
    pub fn notes(&self) -> PathBuf {
        self.root.join(".souk")
    }

    /// The state file of the running shop; `SOUK_STATE` names that of another shop.
    pub fn state_file(&self) -> PathBuf {
        let other = std::env::var_os("SOUK_STATE").filter(|file| !file.is_empty());
        other.map_or_else(|| self.notes().join("state.json"), PathBuf::from)
    }

    /// The pinned tools: `sam` and `emulator`, one virtual environment each because their pins conflict.
    pub fn tool_folder(&self, environment: &str) -> PathBuf {
        self.notes().join("tools").join(environment)
    }
}

/// Creates a folder and its parents.
///
/// # Errors
/// If the file system refuses.
pub fn create_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

/// Removes a folder with its content, if it exists.
///
/// # Errors
/// If the file system refuses.
pub fn remove_folder(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("cannot remove {}", folder.display())),
    }
}
