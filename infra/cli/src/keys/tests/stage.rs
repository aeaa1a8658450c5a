//! A stage on the wire: as much of SSM and CloudFormation as the keys use, which looks at every change whether a token could be
//! refused by it. It may break off after a number of writes, as a command does that is killed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use events::Capability;
use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::endpoint::Endpoint;
use crate::keys::{ISSUERS, Signer, keys_of};
use crate::names::Names;

/// Looks at a stack until its change ends, with the answer to the change itself: a command that does not wait passes it by.
const LOOKS: usize = 2;

/// A parameter: whether it is secret, its description, and its values by version.
#[derive(Clone, Default)]
pub struct Parameter {
    pub secret: bool,
    pub description: String,
    /// In seconds since the Unix epoch.
    pub modified: i64,
    pub values: Vec<String>,
}

/// A stack. While it changes, it names the parameters that it is to have, and others are in force.
#[derive(Clone, Default)]
pub struct Stack {
    pub parameters: BTreeMap<String, String>,
    pub in_force: BTreeMap<String, String>,
    pub change: Option<Change>,
}

/// A change under way.
#[derive(Clone, Copy)]
pub struct Change {
    /// Looks at the stack until it ends.
    pub looks: usize,
    pub fails: bool,
}

#[derive(Clone, Default)]
pub struct State {
    pub parameters: BTreeMap<String, Parameter>,
    pub stacks: BTreeMap<String, Stack>,
    /// Writes until it breaks off. After the last one nothing is answered, so what that one began is under way.
    pub left: Option<usize>,
    /// When something is written now, in seconds since the Unix epoch.
    pub clock: i64,
    /// Stacks in the order of their changes.
    pub changed: Vec<String>,
    /// What must not happen.
    pub faults: Vec<String>,
    /// What signed so far, by issuer and number: it must be honoured.
    pub signed: BTreeSet<(String, String)>,
}

/// The stage, and where it answers.
pub struct Stage {
    pub state: Arc<Mutex<State>>,
    pub names: Names,
    endpoint: Endpoint,
}

impl Stage {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = Endpoint::local(listener.local_addr().unwrap().port());
        let endpoint = Endpoint::known(&endpoint.url().replace("localhost", "127.0.0.1"));
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = shared.clone();
                std::thread::spawn(move || serve(&stream, &state));
            }
        });
        Self { state, names: Names::new("souk", "test").unwrap(), endpoint }
    }

    pub fn cloud(&self) -> Cloud {
        Cloud::connect(Some(&self.endpoint)).unwrap()
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Deploys every capability with these keys, once no stack changes.
    pub fn deploy(&self, keys: &crate::keys::KeyVersions) {
        let stacks = Capability::ALL.map(|capability| {
            let mut parameters = BTreeMap::from([("Release".to_owned(), "0123-1".to_owned())]);
            for (place, issuer) in ISSUERS.into_iter().enumerate() {
                if issuer == Signer::Users || capability == Capability::Orders {
                    parameters.insert(issuer.key_set_parameter(), keys.jwks[place].to_string());
                }
                if issuer.part() == capability.name() {
                    parameters.insert("SigningKey".to_owned(), keys.signing[place].to_string());
                }
            }
            if capability == Capability::Orders {
                parameters.insert("GuestKeys".to_owned(), crate::keys::listed(&keys.guest));
                parameters.insert("GuestTokenDays".to_owned(), "90".to_owned());
            }
            let stack = Stack { in_force: parameters.clone(), parameters, change: None };
            (self.names.stack(capability.name()), stack)
        });
        let mut state = self.state();
        state.stacks.extend(stacks);
        state.look();
    }
}

impl Stack {
    /// Its status. Each look brings the end of a change nearer.
    fn look(&mut self) -> &'static str {
        match self.change {
            None => "UPDATE_COMPLETE",
            Some(Change { looks: 0, fails: false }) => {
                self.change = None;
                self.in_force.clone_from(&self.parameters);
                "UPDATE_COMPLETE"
            }
            Some(Change { looks: 0, fails: true }) => {
                self.change = None;
                self.parameters.clone_from(&self.in_force);
                "UPDATE_ROLLBACK_COMPLETE"
            }
            Some(Change { looks, fails }) => {
                self.change = Some(Change { looks: looks - 1, fails });
                if fails { "UPDATE_ROLLBACK_IN_PROGRESS" } else { "UPDATE_IN_PROGRESS" }
            }
        }
    }
}

impl State {
    /// Looks for tokens that would be refused: each key that signed must exist, and be trusted by every verifier.
    pub fn look(&mut self) {
        let parameter = |name: &str| self.parameters.get(&format!("/souk/test/{name}"));
        let of_stack =
            |part: &str, name: &str| self.stacks.get(&format!("souk-test-{part}"))?.in_force.get(name).cloned();
        let mut faults = Vec::new();
        for issuer in ISSUERS.map(Signer::name) {
            let signing = of_stack(issuer, "SigningKey").map(|number| (issuer.to_owned(), number));
            self.signed.extend(signing);
        }
        for (issuer, number) in &self.signed {
            let Some(key) = parameter(&format!("keys/{issuer}/{number}")) else {
                faults.push(format!("{issuer} has no key {number}"));
                continue;
            };
            let public: Value = serde_json::from_str(&key.description).unwrap();
            let name = format!("{}{}JwksVersion", issuer[..1].to_uppercase(), &issuer[1..]);
            for (stack, Stack { in_force, .. }) in &self.stacks {
                let Some(version) = in_force.get(&name) else { continue };
                let sets = parameter(&format!("jwks/{issuer}")).unwrap();
                let trusted = keys_of(&sets.values[version.parse::<usize>().unwrap() - 1]).unwrap();
                if !trusted.contains(&public) {
                    faults.push(format!("{stack} does not trust {issuer}'s key {number}"));
                }
            }
        }
        for number in of_stack("orders", "GuestKeys").iter().flat_map(|numbers| numbers.split(',')) {
            if parameter(&format!("keys/orders-guest/{number}")).is_none() {
                faults.push(format!("there is no guest key {number}"));
            }
        }
        self.faults.extend(faults);
    }

    fn answer(&mut self, target: &str, body: &str) -> (u16, String) {
        let writes = ["PutParameter", "DeleteParameter"].iter().any(|action| target.ends_with(action))
            || body.contains("Action=UpdateStack");
        if self.left == Some(0) {
            return (400, json!({"__type": "AccessDeniedException", "message": "broken off"}).to_string());
        }
        self.left = self.left.map(|left| left - usize::from(writes));
        let answer = match target.rsplit('.').next() {
            Some(action) if !target.is_empty() => self.parameter_store(action, &serde_json::from_str(body).unwrap()),
            _ => self.stacks(&form(body)),
        };
        self.look();
        answer
    }

    fn parameter_store(&mut self, action: &str, body: &Value) -> (u16, String) {
        let refused = |kind: &str| (400, json!({"__type": kind, "message": kind}).to_string());
        let name = body["Name"].as_str().unwrap_or_default().to_owned();
        let answer = match (action, self.parameters.get_mut(&name)) {
            ("PutParameter", Some(_)) if body["Overwrite"] != true => return refused("ParameterAlreadyExists"),
            ("PutParameter", _) => {
                let kept = self.parameters.entry(name).or_default();
                kept.modified = self.clock;
                kept.secret = body["Type"] == "SecureString";
                kept.description = body["Description"].as_str().unwrap_or_default().to_owned();
                kept.values.push(body["Value"].as_str().unwrap().to_owned());
                json!({"Version": kept.values.len(), "Tier": "Standard"})
            }
            ("GetParameter", Some(kept)) => {
                if kept.secret || body["WithDecryption"] == true {
                    self.faults.push(format!("{name} was read"));
                }
                let value = kept.values.last().unwrap();
                let (version, modified) = (kept.values.len(), kept.modified);
                json!({"Parameter": {"Name": name, "Value": value, "Version": version, "LastModifiedDate": modified}})
            }
            ("DescribeParameters", _) => {
                let path = format!("{}/", body["ParameterFilters"][0]["Values"][0].as_str().unwrap());
                let below = self.parameters.iter().filter(|(name, _)| name.starts_with(&path));
                let described = below.map(|(name, kept)| json!({"Name": name, "Description": kept.description}));
                json!({"Parameters": described.collect::<Vec<_>>()})
            }
            ("DeleteParameter", Some(_)) => {
                self.parameters.remove(&name);
                json!({})
            }
            ("GetParameter" | "DeleteParameter", None) => return refused("ParameterNotFound"),
            _ => panic!("{action} {body}"),
        };
        (200, answer.to_string())
    }

    fn stacks(&mut self, form: &BTreeMap<String, String>) -> (u16, String) {
        let name = &form["StackName"];
        let Some(stack) = self.stacks.get_mut(name) else {
            let why =
                "<Error><Type>Sender</Type><Code>ValidationError</Code><Message>it does not exist</Message></Error>";
            return (400, format!("<ErrorResponse>{why}</ErrorResponse>"));
        };
        let action = &form["Action"];
        if action == "UpdateStack" {
            assert_eq!(form["UsePreviousTemplate"], "true");
            assert!(stack.change.is_none(), "CloudFormation refuses two changes at once");
            self.changed.push(name.clone());
            stack.change = Some(Change { looks: LOOKS, fails: false });
            for (key, field) in form.iter().filter(|(field, _)| field.ends_with(".ParameterKey")).map(|(f, k)| (k, f)) {
                let value = form.get(&field.replace(".ParameterKey", ".ParameterValue"));
                let present = stack.parameters.get_mut(key).unwrap();
                assert!(value.is_some() || form[&field.replace(".ParameterKey", ".UsePreviousValue")] == "true");
                present.clone_from(value.unwrap_or(&present.clone()));
            }
        }
        let status = stack.look();
        let members: String = stack
            .parameters
            .iter()
            .map(|(key, value)| {
                format!("<member><ParameterKey>{key}</ParameterKey><ParameterValue>{value}</ParameterValue></member>")
            })
            .collect();
        let stack = format!(
            "<StackName>{name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>{status}</StackStatus>\
             <Parameters>{members}</Parameters>"
        );
        let result = format!("<Stacks><member>{stack}</member></Stacks>");
        (200, format!("<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"))
    }
}

fn serve(stream: &TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream);
    loop {
        let (mut line, mut length, mut target) = (String::new(), 0, String::new());
        while reader.read_line(&mut line).unwrap_or(0) > 0 && !line.trim().is_empty() {
            if let Some((name, value)) = line.split_once(':') {
                match name.to_ascii_lowercase().as_str() {
                    "content-length" => length = value.trim().parse().unwrap(),
                    "x-amz-target" => value.trim().clone_into(&mut target),
                    _ => {}
                }
            }
            line.clear();
        }
        if line.is_empty() {
            return;
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let (status, answer) = state.lock().unwrap().answer(&target, std::str::from_utf8(&body).unwrap());
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", answer.len());
        let mut writer = stream;
        if writer.write_all((head + &answer).as_bytes()).is_err() {
            return;
        }
    }
}

fn form(body: &str) -> BTreeMap<String, String> {
    let decoded = |text: &str| text.replace("%2C", ",");
    body.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}
