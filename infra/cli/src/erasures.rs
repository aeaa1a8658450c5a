//! Persons and guests' orders that were erased once, erased again: after a restore of any capability's table their data is back.
//! Owns the reading of the tables of erasures, which no restore of another table takes back. Refuses to erase anybody who did not ask for it:
//! `users` and `orders` do nothing to whom their tables do not name.

use crate::chosen_shop::{Choice, ChosenShop};
use crate::cloud::Cloud;
use crate::names::Names;
use crate::progress::Progress;
use crate::users::now;
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use events::message::Origin;
use events::orders::EraseOrder;
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
/// If there is no shop, or the caller may not read the tables of erasures or write to the inboxes of `users` and `orders`.
pub fn erase_again(workspace: &Workspace, progress: &Progress, options: &Options) -> Result<()> {
    let ChosenShop { names, endpoint } = options.shop.find(workspace)?;
    let cloud = Cloud::connect(endpoint.as_ref())?;
    let now = now();
    let [persons, orders] = [Capability::Users, Capability::Orders].map(|of| {
        let erased = cloud.partitions(&table(&names, of))?;
        for id in &erased {
            cloud.send_message(&names.inbox(of), &command(id, now)?)?;
        }
        Ok::<_, anyhow::Error>(erased.len())
    });
    progress.print(format!(
        "{} and {} forgotten again on {} in a moment; `souk status` shows when the queues are empty",
        counted(persons?, "person", "persons"),
        counted(orders?, "guest's order is", "guests' orders are"),
        names.prefix()
    ));
    Ok(())
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The table of erasures, as the template names it.
fn table(names: &Names, of: Capability) -> String {
    format!("{}-erasures", names.stack(of.name()))
}

/// The command about a person to `users`, or about a guest's order to `orders`. Each run has one of its own, as there may be another
/// restore.
fn command(id: &str, now: Timestamp) -> Result<String> {
    let seq = u64::try_from(now.seconds()).unwrap_or_default();
    let actor = Some(Actor::operator());
    let origin = Origin { subject: id.to_owned(), seq, at: now, traceparent: None, actor };
    let outgoing = match (id.parse(), id.parse()) {
        (Ok(user_id), _) => Outgoing::to_one(Capability::Users, &origin, &EraseUser { user_id }),
        (_, Ok(order_id)) => Outgoing::to_one(Capability::Orders, &origin, &EraseOrder { order_id }),
        _ => bail!("{id} is the id of no person and no order"),
    };
    Ok(serde_json::to_string(&outgoing.envelope)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::ids::{OrderId, UserId};
    use events::{Envelope, Message};
    use serde_json::{Value, json};

    #[test]
    fn each_run_commands_anew_what_users_and_orders_understand() {
        let (user, order) = (UserId::from_bits(1), OrderId::from_bits(1));
        let now = Timestamp::from_millis(1_767_225_600_000);
        for (id, kind, data) in [
            (user.to_string(), EraseUser::TYPE, json!({"user_id": user})),
            (order.to_string(), EraseOrder::TYPE, json!({"order_id": order})),
        ] {
            let sent: Envelope<Value> = serde_json::from_str(&command(&id, now).unwrap()).unwrap();
            assert_eq!((sent.kind.as_str(), &sent.data), (kind, &data));
            assert_eq!(sent.actor, Some(Actor::operator()));
            let again: Envelope<Value> = serde_json::from_str(&command(&id, now.plus_seconds(1)).unwrap()).unwrap();
            assert_ne!(sent.id, again.id);
        }
        assert!(command("cart_1", now).is_err());
    }

    #[test]
    fn the_tables_are_those_that_the_templates_declare() {
        let names = Names::new("souk", "dev").unwrap();
        let tables = [Capability::Users, Capability::Orders].map(|of| table(&names, of));
        assert_eq!(tables, ["souk-dev-users-erasures", "souk-dev-orders-erasures"]);
    }
}
