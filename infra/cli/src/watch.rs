//! `souk watch`: hot-reloaded functions over the tables and queues of the running shop.
//! Owns the environment of each function: read from the deployed one, handed to the process that cargo starts.
//! Refuses a second configuration: the watched functions see what the templates set.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use events::Capability;

use crate::emulator;
use crate::endpoint::Endpoint;
use crate::logs;
use crate::process;
use crate::progress::Progress;
use crate::state::State;
use crate::tools::Tools;
use crate::workspace::{self, Workspace};

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Print the environment of this capability's function, for the option `--env-file` of a plain `cargo lambda watch`
    #[arg(long, value_name = "CAPABILITY", value_parser = logs::capability)]
    env_file: Option<Capability>,
}

/// Starts `cargo lambda watch` for all functions, or says what one needs to be watched without this command.
///
/// # Errors
/// If no shop runs.
pub fn watch(workspace: &Workspace, progress: &Progress, options: &Options) -> Result<()> {
    let state = State::load(&workspace.state_file())?;
    let endpoint = Endpoint::known(&state.endpoint_url);
    let Some(names) = state.names.as_ref().filter(|_| emulator::answers(&endpoint)) else {
        bail!("no shop runs; start one with `cargo souk up --detach`");
    };
    let variables_of = |capability: Capability| -> Result<BTreeMap<String, String>> {
        Ok(emulator::function_environment(&endpoint, &names.function(capability, "api"))?.into_iter().collect())
    };
    if let Some(capability) = options.env_file {
        let endpoint = endpoint.environment().into_iter().map(|(name, value)| (name.to_owned(), value));
        progress.print(env_file(&endpoint.chain(variables_of(capability)?).collect())?);
        return Ok(());
    }
    let folder = workspace.notes().join("watch");
    workspace::create_folder(&folder)?;
    for capability in Capability::ALL {
        let variables = variables_of(capability)?;
        std::fs::write(folder.join(format!("{capability}.json")), serde_json::to_string_pretty(&variables)?)?;
    }
    progress.print(
        "HTTP:    curl 'http://localhost:9000/v1/products'\n\
         Message: cargo lambda invoke orders --data-file events/samples/<file>.json\n\
         A saved file reloads what it is part of. Ctrl-C ends.\n",
    );
    let own_path = own_path()?;
    let tools = Tools::new(workspace);
    // Built beforehand: the first request to a function would wait for its compilation and give up.
    let mut build = tools.cargo();
    build.args(["build", "--workspace"]);
    for capability in Capability::ALL {
        build.args(["--bin", capability.name()]);
    }
    process::run_in_view(&mut build)?;
    let mut command = tools.cargo();
    endpoint.apply(&mut command);
    command
        .args(["lambda", "watch", "--invoke-address", address()])
        // Cargo starts each function through this command, which knows what each one's environment is.
        .env(runner_variable(), format!("{own_path} function-process {}", folder.display()));
    process::run_in_view(&mut command)
}

/// The variables as lines that `cargo lambda watch --env-file` reads. A quoted value stands as it is, so it cannot hold a quote.
fn env_file(variables: &BTreeMap<String, String>) -> Result<String> {
    let lines = variables.iter().map(|(name, value)| {
        if value.contains(['\'', '\n']) {
            bail!("{name} cannot be written to an environment file");
        }
        Ok(format!("{name}='{value}'"))
    });
    Ok(lines.collect::<Result<Vec<_>>>()?.join("\n"))
}

/// Becomes the function's process, with the environment that was written for it.
///
/// # Errors
/// If the program cannot be started.
pub fn become_function(folder: &Path, program: &Path, arguments: &[String]) -> Result<()> {
    let name = program.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let file = folder.join(format!("{name}.json"));
    let variables: BTreeMap<String, String> = match std::fs::read_to_string(&file) {
        Ok(text) => serde_json::from_str(&text).with_context(|| format!("{} is damaged", file.display()))?,
        // Not one of our functions: a build helper or an example.
        Err(_) => BTreeMap::new(),
    };
    let failure = Command::new(program).args(arguments).envs(variables).exec();
    Err(failure).with_context(|| format!("cannot start {}", program.display()))
}

/// Default address of `cargo lambda invoke`, if this machine has it. Never beyond the loopback.
fn address() -> &'static str {
    if TcpListener::bind("[::1]:0").is_ok() { "::1" } else { "127.0.0.1" }
}

fn own_path() -> Result<String> {
    Ok(std::env::current_exe().context("where is this command?")?.display().to_string())
}

fn runner_variable() -> String {
    let (machine, system) = (std::env::consts::ARCH, std::env::consts::OS);
    format!("CARGO_TARGET_{machine}_UNKNOWN_{system}_GNU_RUNNER").to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = &'static events::routes::Route> {
        events::routes::ROUTES.iter().chain(events::routes::PAGES)
    }

    /// The route table in the form of `[workspace.metadata.lambda.watch.router]`.
    fn router() -> BTreeMap<&'static str, Capability> {
        all().map(|route| (route.path, route.owner)).collect()
    }

    #[test]
    fn every_path_has_one_owner_whatever_the_method() {
        for route in all() {
            assert_eq!(router().get(route.path), Some(&route.owner), "{}", route.path);
        }
    }

    #[test]
    fn the_workspace_routes_watched_requests_as_the_route_table_says() {
        let manifest = std::fs::read_to_string(Workspace::find().unwrap().root().join("Cargo.toml")).unwrap();
        let (_, section) =
            manifest.split_once("[workspace.metadata.lambda.watch.router]\n").expect("the manifest has a router");
        let section: Vec<&str> = section.lines().take_while(|line| line.starts_with('"')).collect();
        let expected: Vec<String> = router().iter().map(|(path, owner)| format!("\"{path}\" = \"{owner}\"")).collect();
        assert_eq!(section, expected, "replace the section's lines with:\n{}", expected.join("\n"));
    }

    #[test]
    fn an_environment_file_quotes_values_and_refuses_what_quotes_cannot_hold() {
        let variables = |value: &str| {
            BTreeMap::from([("KEYS".to_owned(), value.to_owned()), ("STAGE".to_owned(), "local".to_owned())])
        };
        assert_eq!(env_file(&variables(r#"{"keys": [1]}"#)).unwrap(), "KEYS='{\"keys\": [1]}'\nSTAGE='local'");
        for value in ["it's", "two\nlines"] {
            assert!(env_file(&variables(value)).is_err(), "{value}");
        }
    }

    #[test]
    fn the_runner_is_named_after_this_machines_target() {
        if cfg!(all(target_arch = "x86_64", target_os = "linux")) {
            assert_eq!(runner_variable(), "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER");
        }
    }
}
