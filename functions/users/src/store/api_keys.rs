//! Keys for machines in the table, one item each in one partition: there are a hundred at most, and a machine asks four times an hour.

use super::{API_KEY, Store, key};
use crate::domain::api_key::ApiKey;
use chassis::table::{Committed, Query, Reason, Transaction, Update, Updated};
use chassis::{Cause, Context, StoreError, World, Written};
use events::Timestamp;
use events::ids::ApiKeyId;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct ApiKeyItem {
    #[serde(flatten)]
    key: ApiKey,
    /// Deletes the item some time after the key counts no more.
    ttl: i64,
}

impl Store {
    pub async fn api_key(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        self.table.get_consistent(&key::api_key(id)).await
    }

    /// All that are kept, newest first.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        let query = Query { prefix: Some(API_KEY), descending: true, ..Query::partition(key::API_KEYS) };
        self.table.query_all_consistent(query).await
    }

    /// Puts a new key with its entry of the audit log.
    pub async fn make_api_key(&self, made: &ApiKey, cause: &Cause) -> Result<(), StoreError> {
        let item = ApiKeyItem { key: made.clone(), ttl: made.kept_until() };
        match self.table.create(&key::api_key(made.id), &item, cause).await? {
            Written::Done => Ok(()),
            // Our write succeeded, its answer was lost, and the SDK wrote again.
            Written::Refused(Some(found)) if found.key == *made => Ok(()),
            Written::Refused(_) => Err(StoreError::Unavailable("the new id is taken".to_owned())),
        }
    }

    /// Replaces the secret of a key, with an entry of the audit log, if the key still is as it was judged: `false` if it is not.
    pub async fn rotate_api_key(
        &self,
        judged: &ApiKey,
        rotated: &ApiKey,
        cause: Cause,
        world: &World,
    ) -> Result<bool, StoreError> {
        let update = Update::of(key::api_key(judged.id))
            .set("secret_hash = :next")
            .set("secret_at = :now")
            .set("previous = :previous")
            .set("second_factor_at = :factor")
            .when("secret_hash = :judged")
            .when("attribute_not_exists(ended_at)")
            .value(":next", &rotated.secret_hash)
            .value(":now", rotated.secret_at)
            .value(":previous", &rotated.previous)
            .value(":factor", rotated.second_factor_at)
            .value(":judged", &judged.secret_hash);
        Ok(match self.table.commit_retrying(Transaction::new(cause).update(update), world).await? {
            Committed::Done => true,
            // Our write succeeded, its answer was lost, and it was made again.
            Committed::Refused(reasons) => {
                let found = reasons.first().map(Reason::item::<ApiKey>).transpose()?.flatten();
                found.is_some_and(|found| found.secret_hash == rotated.secret_hash)
            }
        })
    }

    /// Ends a key with an entry of the audit log, unless it was ended before, which leaves none; `false` if there is no such key.
    pub async fn end_api_key(
        &self,
        ended: &ApiKey,
        context: &Context,
        cause: Cause,
        world: &World,
    ) -> Result<bool, StoreError> {
        let update = Update::of(key::api_key(ended.id))
            .set("ended_at = :now")
            .set("traceparent = :trace")
            .set("#ttl = :kept")
            .name("#ttl", "ttl")
            .when("attribute_exists(pk)")
            .when("attribute_not_exists(ended_at)")
            .value(":now", context.now)
            .value(":trace", &context.traceparent)
            .value(":kept", ApiKey { ended_at: Some(context.now), ..ended.clone() }.kept_until());
        Ok(match self.table.commit_retrying(Transaction::new(cause).update(update), world).await? {
            Committed::Done => true,
            Committed::Refused(reasons) => match reasons.first() {
                Some(reason) => reason.item::<ApiKey>()?.is_some(),
                None => false,
            },
        })
    }

    /// Notes that a key was used. Nobody else needs to hear of it.
    pub async fn note_use(&self, id: ApiKeyId, now: Timestamp, cause: &Cause) -> Result<(), StoreError> {
        let update = Update::of(key::api_key(id))
            .set("last_used_at = :now")
            .when("attribute_exists(pk)")
            .when("attribute_not_exists(ended_at)")
            .value(":now", now);
        let _: Updated<ApiKey> = self.table.update(update, &cause.silent()).await?;
        Ok(())
    }
}
