//! The second factors of a demo's staff: a passkey, with which commands and journeys sign in, and an authenticator app, whose code
//! `souk code` shows to people. Owns how a demo gets both. Refuses to know a factor of anybody else: both lie in the state of a local shop.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::authenticator::{self, Passkey, STEP_SECONDS};
use crate::progress::Progress;
use crate::shop::{Shop, text};
use crate::state::{Credentials, Demo, State};
use crate::workspace::Workspace;

/// A code may lose its time on the way to the shop.
const ATTEMPTS: u32 = 3;

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// `staff`, `admin`, or the address of one of them
    #[arg(default_value = "staff")]
    who: String,
}

/// Shows the code that the app of a demo person shows now.
///
/// # Errors
/// If no shop runs here, or it has no such person.
pub fn code(workspace: &Workspace, progress: &Progress, options: &Options) -> Result<()> {
    let state = State::load(&workspace.state_file())?;
    let secret = secret_of(&state.demo, &options.who)?;
    let now = now();
    progress.print(authenticator::code(secret, now)?);
    progress.say(format!("it counts once; the next one comes in {} s", STEP_SECONDS - now % STEP_SECONDS));
    Ok(())
}

fn secret_of<'a>(demo: &'a Demo, who: &str) -> Result<&'a str> {
    let people = [("staff", &demo.staff), ("admin", &demo.admin)];
    let found = people.into_iter().find(|(name, person)| *name == who || person.email.eq_ignore_ascii_case(who));
    let secret = found.and_then(|(_, person)| person.totp.as_deref());
    secret.with_context(|| format!("no shop with {who} runs here; `cargo souk up` opens one with `staff` and `admin`"))
}

/// Adds both factors to an account, unless an earlier run did. The passkey is known before, so that no interruption locks anybody out.
///
/// # Errors
/// If the shop refuses.
pub fn add(shop: &Shop, who: &mut Credentials) -> Result<()> {
    let passkey = who.passkey.clone().context("no passkey was made")?;
    let token = match shop.token_by_passkey(&passkey)? {
        Some(token) => token,
        None => {
            add_passkey(shop, who, &passkey)?;
            shop.token_by_passkey(&passkey)?.context("the shop refuses the passkey that it was given")?
        }
    };
    if who.totp.is_none() {
        who.totp = Some(add_app(&shop.bearing(token))?);
    }
    Ok(())
}

fn add_passkey(shop: &Shop, who: &Credentials, passkey: &Passkey) -> Result<()> {
    let session = shop.signed_in(who)?;
    let credential = passkey.made(&session.challenge()?)?;
    let body = json!({"name": "souk", "password": who.password, "credential": credential});
    session.post("/v1/passkeys", &body).map(drop)
}

/// The secret of the new app.
fn add_app(session: &Shop) -> Result<String> {
    let secret = text(&session.post("/v1/totp", &json!({}))?, "secret")?;
    let mut told = String::new();
    for _ in 0..ATTEMPTS {
        // The code of the step before counts, too: the present one is left to whoever signs in now.
        let first = json!({"code": authenticator::code(&secret, now().saturating_sub(STEP_SECONDS))?});
        let answer = session.call("PUT", "/v1/totp", Some(&first), &[])?;
        if answer.is_success() {
            return Ok(secret);
        }
        told = answer.to_string();
    }
    bail!("the shop refuses the codes of an authenticator app: {told}")
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_person_is_found_by_role_or_address_and_a_customer_has_no_app() {
        let person = |email: &str, totp: Option<&str>| Credentials {
            email: email.to_owned(),
            totp: totp.map(str::to_owned),
            ..Credentials::default()
        };
        let demo = Demo {
            customer: person("amina@souk.example", None),
            staff: person("basil@souk.example", Some("A")),
            admin: person("cyrus@souk.example", Some("B")),
        };
        for (who, secret) in [("staff", "A"), ("admin", "B"), ("Cyrus@souk.example", "B")] {
            assert_eq!(secret_of(&demo, who).unwrap(), secret, "{who}");
        }
        assert!(secret_of(&demo, "amina@souk.example").is_err() && secret_of(&Demo::default(), "staff").is_err());
    }
}
