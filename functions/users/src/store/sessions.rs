//! Sessions in the table.

use super::{Store, key};
use crate::domain::session::Session;
use chassis::table::{Update, Updated};
use chassis::{Cause, Context, StoreError, Written};
use events::ids::{SessionId, UserId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct SessionItem {
    #[serde(flatten)]
    session: Session,
    ttl: i64,
}

impl Store {
    pub async fn open_session(&self, session: &Session, cause: &Cause) -> Result<(), StoreError> {
        let item = SessionItem { session: session.clone(), ttl: session.expires_at.seconds() };
        match self.table.create(&key::session(session.user_id, session.id), &item, &cause.silent()).await? {
            Written::Done => Ok(()),
            // Our write succeeded, its answer was lost, and the SDK wrote again.
            Written::Refused(Some(found)) if found.session == *session => Ok(()),
            Written::Refused(_) => Err(StoreError::Unavailable("the new id is taken".to_owned())),
        }
    }

    pub async fn session(&self, user: UserId, session: SessionId) -> Result<Option<Session>, StoreError> {
        self.table.get_consistent(&key::session(user, session)).await
    }

    /// Replaces a live session by the refreshed one if it still is as it was judged. The caller alone hears of it.
    pub async fn rotate(
        &self,
        judged: &Session,
        refreshed: &Session,
        cause: &Cause,
    ) -> Result<Updated<Session>, StoreError> {
        let update = Update::of(key::session(judged.user_id, judged.id))
            .set("secret_hash = :next")
            .set("successor_key = :key")
            .set("spent = :spent")
            .set("idle_expires_at = :idle_end")
            .when("secret_hash = :judged")
            .when("revoked = :no")
            .value(":next", &refreshed.secret_hash)
            .value(":key", &refreshed.successor_key)
            .value(":spent", &refreshed.spent)
            .value(":idle_end", refreshed.idle_expires_at)
            .value(":judged", &judged.secret_hash)
            .value(":no", false);
        self.table.update(update, &cause.silent()).await
    }

    /// Ends a session, if it exists and was not ended before.
    pub async fn revoke(
        &self,
        user: UserId,
        session: SessionId,
        context: &Context,
        cause: &Cause,
    ) -> Result<(), StoreError> {
        let update = Update::of(key::session(user, session))
            .set("revoked = :yes")
            .set("revoked_at = :now")
            .set("traceparent = :trace")
            .when("revoked = :no")
            .value(":yes", true)
            .value(":no", false)
            .value(":now", context.now)
            .value(":trace", &context.traceparent);
        let _: Updated<Session> = self.table.update(update, cause).await?;
        Ok(())
    }
}
