//! From messages to use cases. Refuses to guess: an unreadable message goes to the dead-letter queue.

use crate::service::{Error, Users};
use chassis::{Failure, Received};
use events::users::GrantRole;
use events::{Actor, Email, Message, Outgoing};

pub(crate) async fn receive(app: &Users, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    match message.kind() {
        GrantRole::TYPE => grant_role(app, message).await.map(|()| Vec::new()),
        _ => Err(message.unknown()),
    }
}

async fn grant_role(app: &Users, message: &Received) -> Result<(), Failure> {
    let grant: GrantRole = message.data()?;
    let email: Email = grant.email.parse().map_err(|error| Failure::Permanent(format!("email {error}")))?;
    // An operator's tool may derive the id from the content. The time tells a repeated message from the same command
    // given again after the role was taken away.
    let input = format!("{}@{}", message.envelope.id, message.envelope.time);
    // No function sends it, so an operator did; older commands do not say so.
    let context = message.context().wanted_by(Actor::operator()).audited_as(GrantRole::TYPE);
    app.grant_role(&email, grant.role, &input, &context).await.or_else(failure)
}

/// A rejection is final; everything else comes again.
fn failure(error: Error) -> Result<(), Failure> {
    match error {
        Error::Rejected(_) => Ok(()),
        // The person may be about to sign up. If nobody does, the dead-letter queue tells the operator.
        Error::NotFound => Err(Failure::Transient("nobody has that email address yet".to_owned())),
        other => Err(other.into()),
    }
}
