//! Whether an access token still says the truth, and whether roles count without a second factor. Here it is read from user and session; other capabilities keep what they are told.

use super::Users;
use chassis::StoreError;
use chassis::http::Identity;

impl Users {
    /// Whether roles count only in a session in which a second factor was shown.
    pub(crate) fn requires_factor(&self) -> bool {
        self.wiring.second_factor == chassis::SecondFactor::Required
    }

    /// Whether the session of an access token ended, or the user lost one of its permissions. What is not there is no reason to
    /// trust the token.
    ///
    /// # Errors
    /// The table.
    pub async fn is_outdated(&self, identity: &Identity) -> Result<bool, StoreError> {
        let (user, session) =
            tokio::try_join!(self.store.user(identity.user), self.store.session(identity.user, identity.session))?;
        let counts = user.zip(session).is_some_and(|(user, session)| {
            let counting = user.permissions_in(&session, self.requires_factor());
            !session.is_over(user.session_epoch) && counting.covers(identity.permissions)
        });
        Ok(!counts)
    }
}
