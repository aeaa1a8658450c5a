//! Events of a change of the table. Refuses every read but the two images.

use crate::domain::user::User;
use crate::store;
use chassis::{Change, Undecodable};
use events::Outgoing;
use events::address::Contact;
use events::message::Origin;
use events::users::UserRegistered;

/// A user's first change is signing up.
const SIGNED_UP: u64 = 1;

pub(crate) fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
    if change.sk() != store::PROFILE {
        return Ok(Vec::new());
    }
    let user: User = change.new_image()?;
    if user.seq != SIGNED_UP {
        return Ok(Vec::new());
    }
    let origin = Origin {
        subject: user.id.to_string(),
        seq: user.seq,
        at: user.created_at,
        traceparent: Some(&user.traceparent),
        // Whoever signs up is nobody yet.
        actor: None,
    };
    let contact = Contact { email: user.email.as_str().to_owned(), name: Some(user.name.as_str().to_owned()) };
    Ok(Outgoing::to_all(&origin, &UserRegistered { user_id: user.id, contact }))
}
