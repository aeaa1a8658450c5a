//! A shop on this machine: what it runs on, what was put there, and what is remembered about it.
//! Owns the steps from nothing to a shop with goods, and which of them may run side by side.
//! Refuses to repeat a step whose inputs did not change.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use events::Capability;

use crate::authenticator::Passkey;
use crate::build_functions::{self, Architecture, Build, Destination};
use crate::cloud::Cloud;
use crate::deploy::{self, PLATFORM, Target};
use crate::emulator::{self, Emulator, Start};
use crate::endpoint::Endpoint;
use crate::factors;
use crate::keys::{self, KeyVersions};
use crate::names::{APPLICATION, Names};
use crate::process;
use crate::progress::Progress;
use crate::seed;
use crate::seed_data::{self, Catalogue};
use crate::shop::Shop;
use crate::state::{Credentials, Demo, State};
use crate::tools::{Environment, Tools};
use crate::users;
use crate::workspace::Workspace;

/// The stage of a shop on this machine.
const LOCAL_STAGE: &str = "local";
/// Who mails come from on a local shop: the default of the template's `MailIdentity`.
const MAIL_IDENTITY: &str = "souk.example";

/// A shop on this machine.
pub struct LocalShop {
    workspace: Workspace,
    tools: Tools,
    file: PathBuf,
    /// What is remembered about it.
    pub state: State,
    /// Where AWS calls go.
    pub endpoint: Endpoint,
    names: Names,
    /// Whether somebody else runs what stands in for AWS.
    foreign: bool,
    emulator: Option<Emulator>,
}

impl LocalShop {
    /// Finds what `souk up` left running, follows `AWS_ENDPOINT_URL`, or starts an emulator.
    ///
    /// # Errors
    /// When the tools cannot be installed or the emulator does not start.
    pub fn open(workspace: &Workspace, progress: &Progress, persist: bool) -> Result<Self> {
        let tools = Tools::new(workspace);
        tools.install(progress, Environment::Emulator)?;
        let file = workspace.state_file();
        let mut state = State::load(&file)?;
        if let Some(endpoint) = Endpoint::from_environment() {
            if state.endpoint_url != endpoint.url() {
                state = State::default();
            }
            return Ok(Self { foreign: true, ..Self::at(workspace, tools, file, state, endpoint)? });
        }
        if let Some(running) = state.emulator.clone().filter(emulator::is_running) {
            progress.say(format!("the emulator runs already (process {})", running.pid));
            let endpoint = Endpoint::local(running.port);
            return Self::at(workspace, tools, file, state, endpoint);
        }
        let kept = state.kept_port.filter(|_| persist);
        let port = Some(kept.unwrap_or(emulator::USUAL_PORT));
        let start = Start { folder: workspace.notes().join("emulator"), port, persist };
        let emulator = Emulator::start(&tools, progress, &start)?;
        if kept != Some(emulator.running.port) {
            state = State::default();
        }
        state.kept_port = persist.then_some(emulator.running.port);
        Self::on(workspace, tools, file, state, emulator)
    }

    /// A shop of its own for one test run: a fresh emulator in a folder of its own.
    ///
    /// # Errors
    /// When the tools cannot be installed or the emulator does not start.
    pub fn fresh(workspace: &Workspace, progress: &Progress, folder: PathBuf) -> Result<Self> {
        let tools = Tools::new(workspace);
        tools.install(progress, Environment::Emulator)?;
        let file = folder.join("state.json");
        if let Some(endpoint) = Endpoint::from_environment() {
            return Ok(Self { foreign: true, ..Self::at(workspace, tools, file, State::default(), endpoint)? });
        }
        // An interrupted run may have left one behind.
        if let Some(running) = State::load(&file).ok().and_then(|state| state.emulator) {
            emulator::stop(&running);
        }
        let emulator = Emulator::start(&tools, progress, &Start { folder, port: None, persist: false })?;
        Self::on(workspace, tools, file, State::default(), emulator)
    }

    fn at(workspace: &Workspace, tools: Tools, file: PathBuf, state: State, endpoint: Endpoint) -> Result<Self> {
        let names = Names::new(APPLICATION, LOCAL_STAGE)?;
        Ok(Self { workspace: workspace.clone(), tools, file, state, endpoint, names, foreign: false, emulator: None })
    }

    fn on(workspace: &Workspace, tools: Tools, file: PathBuf, state: State, emulator: Emulator) -> Result<Self> {
        let mut shop = Self::at(workspace, tools, file, state, emulator.endpoint())?;
        shop.state.emulator = Some(emulator.running.clone());
        shop.emulator = Some(emulator);
        // Written at once, so that `souk down` finds the process whatever happens next.
        shop.save()?;
        Ok(shop)
    }

    /// Another application's shop in the same account.
    ///
    /// # Errors
    /// If the name is unusable.
    pub fn beside(&self, app: &str) -> Result<Self> {
        let file = self.file.with_file_name(format!("{app}.json"));
        let names = Names::new(app, LOCAL_STAGE)?;
        let endpoint = self.endpoint.clone();
        let shop = Self::at(&self.workspace, self.tools.clone(), file, State::default(), endpoint)?;
        Ok(Self { names, foreign: self.foreign, ..shop })
    }

    /// Remembers the state.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn save(&self) -> Result<()> {
        self.state.save(&self.file)
    }

    /// Where the state is remembered.
    pub fn file(&self) -> &std::path::Path {
        &self.file
    }

    /// Leaves the emulator running after this command.
    pub fn detach(mut self) {
        if let Some(emulator) = self.emulator.take() {
            emulator.release();
        }
    }

    /// Builds and deploys everything, with these parameters besides what a shop on this machine wants; the platform and the
    /// keys are made while the functions build.
    ///
    /// # Errors
    /// The first step that failed.
    pub fn deploy_all(&mut self, progress: &Progress, release: bool, parameters: &[&str]) -> Result<()> {
        self.state.endpoint_url = self.endpoint.url().to_owned();
        self.state.region = self.endpoint.region().to_owned();
        self.state.names = Some(self.names.clone());
        let target = running_target(&self.workspace, &self.tools, &self.endpoint, &self.names)?;
        // What somebody else started may run functions in containers with an older C library than ours.
        let destination =
            if self.foreign { Destination::Lambda(target.architecture) } else { Destination::ThisMachine };
        let state = &mut self.state;
        let (platform, built) = std::thread::scope(|scope| {
            let platform = scope.spawn(|| deploy_foundations(&target, progress, state));
            let build = Build { destination, release };
            let built = build_functions::build(&self.workspace, &self.tools, progress, &Capability::ALL, build);
            (platform.join(), built)
        });
        let keys = platform.map_err(|_| anyhow!("deploying the platform broke off"))??;
        built?;
        // The address that a browser opens. Programs, whose resolvers know no names below localhost, use `api_url`.
        let public_url = format!("PublicUrl={}", self.state.public_url);
        // Everybody who tries the shop out, tests included, signs up and orders from this machine.
        let own = [&public_url, "SignUpLimit=100000", "OpenOrdersPerNetwork=2000", "DeclinesPerNetwork=2000"];
        let parameters: Vec<_> = own.iter().chain(parameters).map(ToString::to_string).collect();
        let target = Target { parameters: &parameters, ..target };
        let changed = target.deploy_capabilities(progress, &Capability::ALL, &keys, &mut self.state.deployed);
        for part in [PLATFORM].into_iter().chain(Capability::ALL.map(Capability::name)) {
            self.state.stacks.insert(part.to_owned(), self.names.stack(part));
        }
        self.save()?;
        if changed? == 0 {
            progress.say("all stacks are up to date");
        }
        Ok(())
    }

    /// Validates, builds and deploys every stack once more, by the plain SAM CLI and its `samconfig.toml`.
    ///
    /// # Errors
    /// If it refuses any.
    pub fn deploy_by_hand(&mut self, progress: &Progress) -> Result<()> {
        let task = progress.task("deploying all stacks by the plain SAM CLI");
        for part in [PLATFORM].into_iter().chain(Capability::ALL.map(Capability::name)) {
            for action in ["validate", "build", "deploy"] {
                let mut command = self.tools.command(Environment::Sam, "sam");
                self.endpoint.apply(&mut command);
                command.env("SAM_CLI_POLL_DELAY", "0.2");
                process::run(&task, command.args([action, "--config-env", &format!("local-{part}")]))?;
            }
        }
        task.done("");
        self.state.deployed.clear();
        self.save()
    }

    /// Deploys one running shop's capability in another way than `deploy_all` does. Until [`Self::recall`] the stack is
    /// unknown, so that the next `up` deploys it again whatever breaks off in between.
    ///
    /// # Errors
    /// When SAM refuses.
    pub fn deploy_otherwise(
        &mut self,
        progress: &Progress,
        capability: Capability,
        running: bool,
        parameters: &[String],
    ) -> Result<()> {
        self.state.deployed.remove(&self.names.stack(capability.name()));
        self.save()?;
        let keys = keys::ensure(&Cloud::connect(Some(&self.endpoint))?, &self.names)?;
        let mut all = vec![format!("PublicUrl={}", self.state.public_url)];
        all.extend_from_slice(parameters);
        let target = running_target(&self.workspace, &self.tools, &self.endpoint, &self.names)?;
        let target = Target { running, parameters: &all, ..target };
        target.deploy_capabilities(progress, &[capability], &keys, &mut BTreeMap::new()).map(drop)
    }

    /// What is remembered of a capability's stack.
    pub fn remembered(&self, capability: Capability) -> Option<String> {
        self.state.deployed.get(&self.names.stack(capability.name())).cloned()
    }

    /// Says that a stack is again as it was when this was remembered.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn recall(&mut self, capability: Capability, remembered: Option<String>) -> Result<()> {
        let stack = self.names.stack(capability.name());
        self.state.deployed.extend(remembered.map(|fingerprint| (stack, fingerprint)));
        self.save()
    }

    /// What its parts are called.
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// Its public API, for somebody who has not signed in.
    pub fn api(&self) -> Shop {
        Shop::at(&self.state.api_url)
    }

    /// Brings the demo people and the catalogue in, unless this very catalogue is there.
    ///
    /// # Errors
    /// When the shop refuses something.
    pub fn seed(&mut self, progress: &Progress) -> Result<()> {
        let fingerprint = seed_data::fingerprint(&self.workspace)?;
        if self.state.seeded.as_ref() == Some(&fingerprint) && self.state.demo.admin.totp.is_some() {
            return Ok(());
        }
        let catalogue = Catalogue::read(&self.workspace)?;
        let task = progress.task("bringing in the demo catalogue");
        if self.state.demo.customer.email.is_empty() {
            self.state.demo = users::invent()?;
            // The passwords are random: lost in an interruption, they would lock us out of our own shop.
            self.save()?;
        }
        task.note("signing up the demo people");
        let api = self.api();
        users::prepare(&api, &self.endpoint, &self.names, &self.state.demo)?;
        task.note("adding the second factors of staff");
        self.protect_staff(&api)?;
        seed::seed(&task, &api.signed_in(&self.state.demo.staff)?, &catalogue)?;
        task.done(format!("{} products, {} variants", catalogue.products.len(), catalogue.variants()));
        self.state.seeded = Some(fingerprint);
        self.save()
    }

    /// Gives the demo's staff the second factors without which they may do nothing.
    fn protect_staff(&mut self, api: &Shop) -> Result<()> {
        let cloud = Cloud::connect(Some(&self.endpoint))?;
        let staff: [fn(&mut Demo) -> &mut Credentials; 2] = [|demo| &mut demo.staff, |demo| &mut demo.admin];
        for person in staff {
            let mut who = person(&mut self.state.demo).clone();
            if who.passkey.is_none() {
                let user = users::account(&cloud, &self.names, &who)?.id;
                who.passkey = Some(Passkey::new(user, &self.state.public_url)?);
                // Lost in an interruption, it would lock us out, as a password would.
                person(&mut self.state.demo).clone_from(&who);
                self.save()?;
            }
            factors::add(api, &mut who)?;
            *person(&mut self.state.demo) = who;
            self.save()?;
        }
        Ok(())
    }
}

/// A shop whose capabilities run, with the templates' own parameters.
fn running_target<'a>(
    workspace: &'a Workspace,
    tools: &'a Tools,
    endpoint: &'a Endpoint,
    names: &'a Names,
) -> Result<Target<'a>> {
    Ok(Target {
        workspace,
        tools,
        names,
        endpoint: Some(endpoint),
        architecture: Architecture::of_this_machine()?,
        running: true,
        parameters: &[],
    })
}

/// Everything that does not need the functions: tools, keys, the platform's stack.
fn deploy_foundations(target: &Target<'_>, progress: &Progress, state: &mut State) -> Result<KeyVersions> {
    target.tools.install(progress, Environment::Sam)?;
    let endpoint = target.endpoint.context("a local shop needs an endpoint")?;
    emulator::create_bucket(endpoint, deploy::BUCKET)?;
    emulator::verify_sender(endpoint, MAIL_IDENTITY)?;
    let keys = keys::ensure(&Cloud::connect(Some(endpoint))?, target.names)?;
    if keys.created {
        progress.say("made the signing keys");
    }
    if target.deploy_platform(progress, &mut state.deployed)? || state.public_url.is_empty() {
        let id = target.api()?.id;
        state.api_url = emulator::api_url(endpoint, &id)?;
        state.public_url = emulator::public_url(endpoint, &id)?;
    }
    Ok(keys)
}
