//! Users that an operator creates: roles by message, demo users by the public API.
//! Owns the bootstrap of the first admin. Refuses an HTTP back door: granting a role takes the right to write to the
//! inbox of `users`, which on AWS is IAM's.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow, bail};
use aws_lc_rs::rand::fill;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::message::Origin;
use events::users::{GrantRole, Role};
use events::{Actor, Capability, Email, Outgoing, Timestamp};
use serde_json::{Value, json};

use crate::chosen_shop::{Choice, ChosenShop};
use crate::cloud::Cloud;
use crate::fingerprint::Fingerprint;
use crate::names::Names;
use crate::process;
use crate::progress::Progress;
use crate::shop::Shop;
use crate::state::{Credentials, Demo};
use crate::workspace::Workspace;

/// What the demo's member of staff does: everything but what is the admin's.
const STAFF: [Role; 4] = [Role::Support, Role::Fulfillment, Role::Catalog, Role::Finance];

const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The user's email address
    email: Email,
    /// `customer`, `support`, `fulfillment`, `catalog`, `finance` or `admin`
    #[arg(value_parser = role)]
    role: Role,
    #[command(flatten)]
    shop: Choice,
}

fn role(name: &str) -> Result<Role> {
    Role::named(name).context("must be customer, support, fulfillment, catalog, finance or admin")
}

/// Grants a role to a user of a shop.
///
/// # Errors
/// If there is no shop, or the caller may not write to the inbox of its `users`.
pub fn grant(workspace: &Workspace, progress: &Progress, options: &Options) -> Result<()> {
    let ChosenShop { names, endpoint } = options.shop.find(workspace)?;
    let Options { email, role, .. } = options;
    grant_role(&Cloud::connect(endpoint.as_ref())?, &names, email.as_str(), *role)?;
    let shop = names.prefix();
    progress.print(format!(
        "{} will have the role {} on {shop} in a moment; it takes effect with the next sign-in",
        email.as_str(),
        role.name()
    ));
    Ok(())
}

/// # Errors
/// If the queue does not exist or the caller may not write to it.
pub fn grant_role(cloud: &Cloud, names: &Names, email: &str, role: Role) -> Result<()> {
    let message = GrantRole { email: email.to_owned(), role };
    // Granting the same role twice is the same message; its name must not tell who the person is.
    let subject = Fingerprint::default().text(email).text(&format!("{role:?}")).finish();
    let actor = Some(Actor::operator());
    let origin = Origin { subject: format!("grant_{}", &subject[..26]), seq: 1, at: now(), traceparent: None, actor };
    let outgoing = Outgoing::to_one(Capability::Users, &origin, &message);
    cloud.send_message(&names.inbox(Capability::Users), &serde_json::to_string(&outgoing.envelope)?)
}

/// Demo users with fresh passwords.
///
/// # Errors
/// If the machine has no randomness.
pub fn invent() -> Result<Demo> {
    let person = |name: &str| -> Result<Credentials> {
        let mut secret = [0; 15];
        fill(&mut secret).map_err(|_| anyhow!("the machine has no randomness"))?;
        let password = format!("demo-{}", URL_SAFE_NO_PAD.encode(secret));
        Ok(Credentials { email: format!("{name}@souk.example"), password })
    };
    Ok(Demo { customer: person("amina")?, staff: person("basil")?, admin: person("cyrus")? })
}

/// Signs up the demo users that do not exist yet, and gives staff and admin their roles.
///
/// # Errors
/// If the shop refuses, or the roles do not arrive within a minute.
pub fn prepare(shop: &Shop, cloud: &Cloud, names: &Names, demo: &Demo) -> Result<()> {
    sign_up(shop, &demo.customer, "Amina Haddad")?;
    sign_up(shop, &demo.staff, "Basil Okoye")?;
    sign_up(shop, &demo.admin, "Cyrus Farahani")?;
    for role in STAFF {
        grant_role(cloud, names, &demo.staff.email, role)?;
    }
    grant_role(cloud, names, &demo.admin.email, Role::Admin)?;
    for role in STAFF {
        wait_for_role(shop, &demo.staff, role)?;
    }
    wait_for_role(shop, &demo.admin, Role::Admin)
}

fn sign_up(shop: &Shop, who: &Credentials, name: &str) -> Result<()> {
    let body = json!({ "email": who.email, "password": who.password, "name": name });
    let answer = shop.call("POST", "/v1/users", Some(&body), &[])?;
    // Taken already: an earlier run made the user, and signing in shows whether it is ours.
    if answer.is_success() || answer.status == 409 {
        return Ok(());
    }
    bail!("cannot sign up {}: {answer}", who.email)
}

fn wait_for_role(shop: &Shop, who: &Credentials, role: Role) -> Result<()> {
    let session = shop.signed_in(who)?;
    let until = Instant::now() + PATIENCE;
    while !has_role(&session.get("/v1/users/me")?, role) {
        if Instant::now() > until {
            bail!("{} did not get the role {} within a minute; see `cargo souk logs users`", who.email, role.name());
        }
        process::pause(Duration::from_millis(200))?;
    }
    Ok(())
}

fn has_role(user: &Value, role: Role) -> bool {
    let wanted = serde_json::to_value(role).unwrap_or_default();
    user.get("roles").and_then(Value::as_array).is_some_and(|roles| roles.contains(&wanted))
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demo_people_have_passwords_of_their_own() {
        let (one, two) = (invent().unwrap(), invent().unwrap());
        assert_ne!(one.customer.password, two.customer.password);
        assert_ne!(one.customer.email, one.staff.email);
        assert!(one.admin.password.len() >= 15);
    }

    #[test]
    fn roles_are_named_as_in_the_published_language() {
        assert_eq!(role("admin").unwrap(), Role::Admin);
        assert!(role("Admin").is_err());
    }

    #[test]
    fn a_role_is_found_in_a_user() {
        assert!(has_role(&json!({"roles": ["customer", "support"]}), Role::Support));
        assert!(!has_role(&json!({"roles": ["customer"]}), Role::Admin));
        assert!(!has_role(&json!({}), Role::Customer));
    }
}
