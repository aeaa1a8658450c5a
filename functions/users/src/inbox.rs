//! From messages to use cases. Refuses to guess: an unreadable message goes to the dead-letter queue.

mod erasing;

use crate::service::{Error, Users, contact_changed};
use chassis::{Failure, Received};
use events::notifications::ContactRequested;
use events::users::GrantRole;
use events::{Actor, Message, Outgoing};

pub(crate) async fn receive(app: &Users, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    match message.kind() {
        GrantRole::TYPE => grant_role(app, message).await.map(|()| Vec::new()),
        ContactRequested::TYPE => contact_of(app, message).await,
        _ => erasing::receive(app, message).await,
    }
}

async fn grant_role(app: &Users, message: &Received) -> Result<(), Failure> {
    let grant: GrantRole = message.data()?;
    // An operator's tool may derive the id from the content. The time tells a repeated message from the same command
    // given again after the role was taken away.
    let input = format!("{}@{}", message.envelope.id, message.envelope.time);
    // No function sends it, so an operator did; older commands do not say so.
    let context = message.context().wanted_by(Actor::operator()).audited_as(GrantRole::TYPE);
    app.grant_role(grant.user_id, grant.role, &input, &context).await.map_err(failure)
}

/// How to reach a user at present, for whom an email waits. Nothing is written, and of nobody nothing is said.
async fn contact_of(app: &Users, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    let ContactRequested { user_id } = message.data()?;
    match app.user(user_id).await {
        Ok(user) => Ok(contact_changed(&user)),
        Err(Error::NotFound) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// What a new attempt cannot mend is dead-lettered with its reason, and not answered as if it were done: the command has no reply, so
/// nothing else would tell the operator that nobody has the role.
fn failure(error: Error) -> Failure {
    match error {
        Error::Rejected(rejection) => Failure::Permanent(rejection.to_string()),
        Error::NotFound => Failure::Permanent("no user has this id".to_owned()),
        other => other.into(),
    }
}
