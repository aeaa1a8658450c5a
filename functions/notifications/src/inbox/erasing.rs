//! Who is to be forgotten, and the answer that it is done. Refuses to answer before.

use super::failure;
use crate::service::Notifications;
use chassis::{Failure, Received};
use events::message::Origin;
use events::notifications::{MailsOfOrderErased, MailsOfUserErased};
use events::orders::OrderErased;
use events::users::UserErased;
use events::{Message, Outgoing};

pub(super) async fn receive(app: &Notifications, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    match message.kind() {
        UserErased::TYPE => {
            let UserErased { user_id, .. } = message.data()?;
            app.erase_user(user_id, &message.context()).await.map_err(failure)?;
            Ok(Outgoing::to_all(&answering(message), &MailsOfUserErased { user_id }))
        }
        _ => {
            let OrderErased { order_id, .. } = message.data()?;
            app.erase_order(order_id, &message.context()).await.map_err(failure)?;
            Ok(Outgoing::to_all(&answering(message), &MailsOfOrderErased { order_id }))
        }
    }
}

/// A message that comes again gets the same answer.
fn answering(message: &Received) -> Origin<'_> {
    let envelope = &message.envelope;
    Origin {
        subject: envelope.subject.clone(),
        seq: envelope.seq().unwrap_or(1),
        at: envelope.time,
        traceparent: message.traceparent(),
        actor: envelope.actor.clone(),
    }
}
