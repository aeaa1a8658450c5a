//! Users that an operator creates: roles by message, demo users by the public API.
//! Owns the bootstrap of the first admin. Refuses an HTTP back door: granting a role takes the right to write to the
//! inbox of `users` and to read its table, which on AWS is IAM's. Refuses whoever has not shown to read the mail of
//! their address.

use std::io::{self, BufRead, Write};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow, bail};
use aws_lc_rs::rand::fill;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::ids::UserId;
use events::message::Origin;
use events::users::{GrantRole, Role};
use events::{Actor, Capability, Email, Outgoing, Timestamp};
use serde_json::{Value, json};

use crate::accounts::{self, Account};
use crate::chosen_shop::{Choice, ChosenShop};
use crate::cloud::Cloud;
use crate::emulator;
use crate::endpoint::Endpoint;
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
    /// Do not ask: the account is who it should be
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    shop: Choice,
}

fn role(name: &str) -> Result<Role> {
    Role::named(name).context("must be customer, support, fulfillment, catalog, finance or admin")
}

/// Grants a role to a user of a shop, after showing who that is.
///
/// # Errors
/// If there is no shop or no such user, the address is not verified, nobody says yes, or the caller may not write to the inbox of
/// its `users`.
pub fn grant(workspace: &Workspace, progress: &Progress, options: &Options) -> Result<()> {
    let ChosenShop { names, endpoint } = options.shop.find(workspace)?;
    let Options { email, role, yes, .. } = options;
    let cloud = Cloud::connect(endpoint.as_ref())?;
    let account = accounts::find(&cloud, &names, email)?;
    let shop = names.prefix();
    progress.print(account.told(email, now()));
    may_have(&account, *role)?;
    if !yes && !agreed(progress, &format!("Make this user {} of {shop}? [y/N]", role.name()), &mut io::stdin().lock())?
    {
        bail!("nothing was granted");
    }
    grant_role(&cloud, &names, account.id, *role)?;
    progress.print(format!(
        "{} will have the role {} on {shop} in a moment; it takes effect with the next sign-in, or once a second factor is added",
        account.id,
        role.name()
    ));
    Ok(())
}

/// `users` would refuse it as well, and nobody would be told why.
fn may_have(account: &Account, role: Role) -> Result<()> {
    if role.is_privileged() && account.verified_at.is_none() {
        bail!("the address is not verified, so it may be anybody's; its owner opens the link in the mail first");
    }
    Ok(())
}

/// Whether somebody says yes. No answer is a no.
fn agreed(progress: &Progress, question: &str, answers: &mut impl BufRead) -> Result<bool> {
    progress.print(question);
    io::stdout().flush()?;
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// # Errors
/// If the queue does not exist or the caller may not write to it.
pub fn grant_role(cloud: &Cloud, names: &Names, user_id: UserId, role: Role) -> Result<()> {
    let message = GrantRole { user_id, role };
    // Granting the same role twice is the same message.
    let subject = Fingerprint::default().text(&user_id.to_string()).text(&format!("{role:?}")).finish();
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
        Ok(Credentials { email: format!("{name}@souk.example"), password, ..Credentials::default() })
    };
    Ok(Demo { customer: person("amina")?, staff: person("basil")?, admin: person("cyrus")? })
}

/// Signs up the demo users that do not exist yet, verifies their addresses by the mails that the endpoint keeps, and gives staff and
/// admin their roles.
///
/// # Errors
/// If the shop refuses, or mails or roles do not arrive within a minute.
pub fn prepare(shop: &Shop, endpoint: &Endpoint, names: &Names, demo: &Demo) -> Result<()> {
    let cloud = &Cloud::connect(Some(endpoint))?;
    sign_up(shop, &demo.customer, "Amina Haddad")?;
    sign_up(shop, &demo.staff, "Basil Okoye")?;
    sign_up(shop, &demo.admin, "Cyrus Farahani")?;
    let people = [&demo.customer, &demo.staff, &demo.admin];
    for who in people {
        ask_for_verification(shop, cloud, names, who)?;
    }
    for who in people {
        verify(shop, cloud, endpoint, names, who)?;
    }
    let staff = STAFF.into_iter().map(|role| (&demo.staff, role));
    let granted: Vec<_> = staff.chain([(&demo.admin, Role::Admin)]).collect();
    for (who, role) in &granted {
        grant_role(cloud, names, account(cloud, names, who)?.id, *role)?;
    }
    granted.into_iter().try_for_each(|(who, role)| wait_for_role(shop, who, role))
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

/// The account of a demo user.
///
/// # Errors
/// If there is none.
pub fn account(cloud: &Cloud, names: &Names, who: &Credentials) -> Result<Account> {
    let email: Email = who.email.parse().map_err(|error| anyhow!("{} {error}", who.email))?;
    accounts::find(cloud, names, &email)
}

/// Has a mail with a token sent, if the address is not verified yet.
fn ask_for_verification(shop: &Shop, cloud: &Cloud, names: &Names, who: &Credentials) -> Result<()> {
    if account(cloud, names, who)?.verified_at.is_none() {
        let answer = shop.signed_in(who)?.call("POST", "/v1/email-verifications", None, &[])?;
        // Verified meanwhile, or mails were sent enough.
        if !answer.is_success() && !matches!(answer.status, 409 | 429) {
            bail!("cannot have a mail sent that verifies {}: {answer}", who.email);
        }
    }
    Ok(())
}

/// Opens the links in the mails to an address, the latest first, until it is verified.
fn verify(shop: &Shop, cloud: &Cloud, endpoint: &Endpoint, names: &Names, who: &Credentials) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    while account(cloud, names, who)?.verified_at.is_none() {
        let opens = |token: &String| -> Result<bool> {
            let answer = shop.call("PUT", &format!("/v1/email-verifications/{token}"), None, &[])?;
            Ok(answer.is_success())
        };
        for token in emulator::tokens_sent(endpoint, &who.email, "/account/email-verifications/")? {
            if opens(&token)? {
                return Ok(());
            }
        }
        if Instant::now() > until {
            bail!("no mail to {} verified it within a minute; see `cargo souk logs notifications`", who.email);
        }
        process::pause(Duration::from_millis(200))?;
    }
    Ok(())
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

/// The time of this machine.
pub fn now() -> Timestamp {
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
    fn only_a_verified_address_may_get_more_than_a_customer_and_no_answer_is_a_no() {
        let now = Timestamp::from_millis(0);
        let account = |verified_at| Account {
            id: UserId::from_bits(1),
            name: "Ada".to_owned(),
            created_at: now,
            verified_at,
            roles: vec!["customer".to_owned()],
        };
        assert!(may_have(&account(None), Role::Admin).unwrap_err().to_string().contains("not verified"));
        assert!(may_have(&account(None), Role::Customer).is_ok() && may_have(&account(Some(now)), Role::Admin).is_ok());
        for (answer, expected) in [("y\n", true), ("Yes\n", true), ("\n", false), ("", false), ("nearly\n", false)] {
            assert_eq!(agreed(&Progress::start(), "Sure?", &mut answer.as_bytes()).unwrap(), expected, "{answer:?}");
        }
    }

    #[test]
    fn a_role_is_found_in_a_user() {
        assert!(has_role(&json!({"roles": ["customer", "support"]}), Role::Support));
        assert!(!has_role(&json!({"roles": ["customer"]}), Role::Admin));
        assert!(!has_role(&json!({}), Role::Customer));
    }
}
