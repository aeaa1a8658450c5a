//! Sessions in the table.

use super::{SESSION, Store, key};
use crate::domain::session::Session;
use chassis::table::{Committed, Query, Transaction, Update, Updated};
use chassis::{Cause, Context, Page, StoreError, World, Written};
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

    /// Remembers that a second factor was shown in a session; `None` if there is none that is live.
    pub async fn step_up(
        &self,
        user: UserId,
        session: SessionId,
        context: &Context,
    ) -> Result<Option<Session>, StoreError> {
        let update = Update::of(key::session(user, session))
            .set("second_factor_at = :now")
            .when("revoked = :no")
            .value(":now", context.now)
            .value(":no", false);
        Ok(match self.table.update(update, &context.cause(0).silent()).await? {
            Updated::Done(session) => Some(session),
            Updated::Refused(_) => None,
        })
    }

    /// A page of a user's sessions, newest first, as now. Sessions that ended are among them until their `ttl`.
    pub async fn sessions(
        &self,
        user: UserId,
        after: Option<SessionId>,
        limit: u32,
    ) -> Result<Page<Session>, StoreError> {
        let (partition, after) = (user.to_string(), after.map(key::session_sort));
        let query = Query {
            prefix: Some(SESSION),
            after: after.as_deref(),
            descending: true,
            limit,
            ..Query::partition(&partition)
        };
        let page: Page<Session> = self.table.query_consistent(query).await?;
        let id = |sort: String| sort.strip_prefix(SESSION).map(str::to_owned);
        Ok(Page { items: page.items, next: page.next.and_then(id) })
    }

    /// Ends a session, unless it was ended before; `false` if there is no such session.
    pub async fn revoke(
        &self,
        user: UserId,
        session: SessionId,
        context: &Context,
        cause: &Cause,
    ) -> Result<bool, StoreError> {
        let updated: Updated<Session> = self.table.update(revocation(user, session, context), cause).await?;
        Ok(!matches!(updated, Updated::Refused(None)))
    }

    /// The same with an entry of the audit log, in one transaction; `false` if there is no such session. One that was ended before
    /// leaves no entry. A refresh at the same time is waited for (policy `CONFLICT`).
    pub async fn revoke_audited(
        &self,
        user: UserId,
        session: SessionId,
        context: &Context,
        cause: Cause,
        world: &World,
    ) -> Result<bool, StoreError> {
        let transaction = Transaction::new(cause).update(revocation(user, session, context));
        Ok(match self.table.commit_retrying(transaction, world).await? {
            Committed::Done => true,
            Committed::Refused(reasons) => match reasons.first() {
                Some(reason) => reason.item::<Session>()?.is_some(),
                None => false,
            },
        })
    }
}

fn revocation(user: UserId, session: SessionId, context: &Context) -> Update {
    Update::of(key::session(user, session))
        .set("revoked = :yes")
        .set("revoked_at = :now")
        .set("traceparent = :trace")
        .when("revoked = :no")
        .value(":yes", true)
        .value(":no", false)
        .value(":now", context.now)
        .value(":trace", &context.traceparent)
}
