//! What is kept of a person, for them to take along. Refuses every secret: hashes, keys and tokens.

use super::{Error, Users};
use crate::domain::address_book::SavedAddress;
use crate::domain::session::Session;
use crate::domain::user::User;
use chassis::Context;
use events::ids::{SessionId, UserId};

/// Sessions that are read together.
const PAGE: u32 = 100;

/// What is kept of a user.
#[derive(Debug)]
pub struct PersonalData {
    pub user: User,
    pub addresses: Vec<SavedAddress>,
    /// Those that have not ended, newest first.
    pub sessions: Vec<Session>,
}

impl Users {
    /// All that is kept of a user here.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn personal_data(&self, id: UserId, context: &Context) -> Result<PersonalData, Error> {
        let user = self.user(id).await?;
        let addresses = self.addresses(id).await?;
        let (mut sessions, mut after) = (Vec::new(), None::<SessionId>);
        loop {
            let page = self.store.sessions(id, after, PAGE).await?;
            sessions.extend(page.items.into_iter().filter(|session| session.is_live(user.session_epoch, context.now)));
            match page.next.and_then(|next| next.parse().ok()) {
                Some(next) => after = Some(next),
                None => return Ok(PersonalData { user, addresses, sessions }),
            }
        }
    }
}
