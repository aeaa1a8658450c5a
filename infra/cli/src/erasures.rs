//! Persons who were erased once, erased again: after a restore of any capability's table their data is back.
//! Owns the reading of the table of erasures, which no restore of another table takes back. Refuses to erase anybody who did not ask for it:
//! `users` does nothing to whom the table does not name.

use crate::chosen_shop::{Choice, ChosenShop};
use crate::cloud::Cloud;
use crate::names::Names;
use crate::progress::Progress;
use crate::users::now;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use events::ids::UserId;
use events::message::Origin;
use events::users::EraseUser;
use events::{Actor, Capability, Outgoing, Timestamp};

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    #[command(flatten)]
    shop: Choice,
}

/// Has everybody erased again whose erasure was ever asked for. It may be run any number of times.
///
/// # Errors
/// If there is no shop, or the caller may not read the table of erasures or write to the inbox of `users`.
pub fn erase_again(workspace: &Workspace, progress: &Progress, options: &Options) -> Result<()> {
    let ChosenShop { names, endpoint } = options.shop.find(workspace)?;
    let cloud = Cloud::connect(endpoint.as_ref())?;
    let (inbox, now) = (names.inbox(Capability::Users), now());
    let erased = cloud.partitions(&table(&names))?;
    for id in &erased {
        let user = id.parse().ok().with_context(|| format!("{id} is no user's id"))?;
        cloud.send_message(&inbox, &command(user, now)?)?;
    }
    progress.print(format!(
        "{} erased again on {} in a moment; `souk status` shows when the queues are empty",
        match erased.len() {
            1 => "1 person is".to_owned(),
            number => format!("{number} persons are"),
        },
        names.prefix()
    ));
    Ok(())
}

/// The table of erasures, as `infra/users.yaml` names it.
fn table(names: &Names) -> String {
    format!("{}-erasures", names.stack(Capability::Users.name()))
}

/// The command to `users`. Each run has one of its own, as there may be another restore.
fn command(user_id: UserId, now: Timestamp) -> Result<String> {
    let seq = u64::try_from(now.seconds()).unwrap_or_default();
    let actor = Some(Actor::operator());
    let origin = Origin { subject: user_id.to_string(), seq, at: now, traceparent: None, actor };
    let outgoing = Outgoing::to_one(Capability::Users, &origin, &EraseUser { user_id });
    Ok(serde_json::to_string(&outgoing.envelope)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::{Envelope, Message};
    use serde_json::{Value, json};

    #[test]
    fn each_run_commands_anew_what_users_understands() {
        let (user, now) = (UserId::from_bits(1), Timestamp::from_millis(1_767_225_600_000));
        let sent: Envelope<Value> = serde_json::from_str(&command(user, now).unwrap()).unwrap();
        assert_eq!((sent.kind.as_str(), &sent.data), (EraseUser::TYPE, &json!({"user_id": user})));
        assert_eq!(sent.actor, Some(Actor::operator()));
        let again: Envelope<Value> = serde_json::from_str(&command(user, now.plus_seconds(1)).unwrap()).unwrap();
        assert_ne!(sent.id, again.id);
    }

    #[test]
    fn the_table_is_the_one_that_the_template_declares() {
        let names = Names::new("souk", "dev").unwrap();
        assert_eq!(table(&names), "souk-dev-users-erasures");
    }
}
