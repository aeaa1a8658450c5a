//! A deployed shop through what is made from its document. Clients: each is made, its types are checked strictly, and a program
//! buys something with it and has it refunded. The reference page: it is read as a browser does.
//! Owns which generators and checks run. Refuses to keep what is made, which lies in `target/clients`, and to help a
//! generator: the document must do as it is.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::local_shop::LocalShop;
use crate::process;
use crate::progress::{Progress, Task};
use crate::tools::{Environment, Tools};
use crate::workspace::{self, Workspace};

/// What the programs of every language need.
struct Trial<'a> {
    workspace: &'a Workspace,
    shop: &'a LocalShop,
    tools: &'a Tools,
}

/// Tries the client in Python, with the check of access tokens, and the reference; in full, the client in TypeScript too.
///
/// # Errors
/// When a generator warns, a type does not fit, or a program does not get what it wants.
pub fn check(workspace: &Workspace, shop: &LocalShop, tools: &Tools, progress: &Progress, full: bool) -> Result<()> {
    let trial = Trial { workspace, shop, tools };
    tools.install(progress, Environment::Clients)?;
    let task = progress.task("buying with the Python client");
    trial.python(&task).context("Python")?;
    task.done("and verified its access token");
    tools.install(progress, Environment::Node)?;
    let task = progress.task("reading the API's reference as a browser does");
    process::run(&task, tools.node_script(Environment::Node, "reference.mjs")?.arg(&shop.state.api_url))
        .context("the reference")?;
    task.done("");
    if full {
        let task = progress.task("buying with the TypeScript client");
        trial.typescript(&task).context("TypeScript")?;
        task.done("");
    }
    Ok(())
}

impl Trial<'_> {
    fn python(&self, task: &Task) -> Result<()> {
        let (made, sources) = (self.workspace.made_client("python"), self.workspace.client("python"));
        let package = made.join("souk_client");
        workspace::create_folder(&made)?;
        let python = |name: &str| self.tools.command(Environment::Clients, name);
        let mut generate = python("openapi-python-client");
        generate.args(["generate", "--path"]).arg(self.workspace.api_document());
        generate.arg("--config").arg(sources.join("generator.yml"));
        generate.args(["--meta", "none", "--overwrite", "--fail-on-warning", "--output-path"]).arg(&package);
        process::run(task, &mut generate)?;
        let mut mypy = python("mypy");
        mypy.arg("--strict").arg("--cache-dir").arg(made.join("mypy")).env("MYPYPATH", &made);
        process::run(task, mypy.arg(&package).arg(&sources))?;
        for program in ["shop.py", "tokens.py"] {
            self.use_it(task, python("python").env("PYTHONPATH", &made).arg(sources.join(program)))?;
        }
        Ok(())
    }

    fn typescript(&self, task: &Task) -> Result<()> {
        let made = self.workspace.made_client("typescript");
        workspace::remove_folder(&made)?;
        copy(&self.workspace.client("typescript"), &made)?;
        symlink(self.tools.node_modules(), made.join("node_modules"))?;
        let mut generate = self.tools.node_command("openapi-typescript");
        generate.arg(self.workspace.api_document()).arg("--output").arg(made.join("api.ts"));
        process::run(task, &mut generate)?;
        process::run(task, self.tools.node_command("tsc").arg("--project").arg(&made))?;
        self.use_it(task, self.tools.command(Environment::Node, "node").arg(made.join("shop.ts")))
    }

    fn use_it(&self, task: &Task, program: &mut Command) -> Result<()> {
        let state = &self.shop.state;
        program.env("API_URL", &state.api_url);
        // Staff have a second factor, which no program can show for them.
        program.env("STAFF_TOKEN", self.shop.api().access_token(&state.demo.staff)?);
        process::run(task, program).map(drop)
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    workspace::create_folder(to)?;
    for entry in std::fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
