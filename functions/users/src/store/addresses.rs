//! Postal addresses in the table, one item each.

use super::{Store, key};
use crate::domain::address_book::{MAX_ADDRESSES, SavedAddress};
use chassis::table::{Query, Update, Updated};
use chassis::{Cause, StoreError, Written};
use events::Timestamp;
use events::address::Address;
use events::ids::{AddressId, UserId};

impl Store {
    /// Oldest first.
    pub async fn addresses(&self, user: UserId) -> Result<Vec<SavedAddress>, StoreError> {
        let partition = user.to_string();
        // Twice the limit, since requests at the same time may exceed it.
        let limit = u32::try_from(MAX_ADDRESSES * 2).unwrap_or(u32::MAX);
        let query = Query { prefix: Some(key::ADDRESSES), limit, ..Query::partition(&partition) };
        let mut kept: Vec<SavedAddress> = self.table.query_all_consistent(query).await?;
        kept.sort_by_key(|saved| (saved.added_at, saved.id));
        Ok(kept)
    }

    pub async fn address(&self, user: UserId, address: AddressId) -> Result<Option<SavedAddress>, StoreError> {
        self.table.get_consistent(&key::address(user, address)).await
    }

    /// Refused if the user has an address with that id.
    pub async fn add_address(
        &self,
        user: UserId,
        saved: &SavedAddress,
        cause: &Cause,
    ) -> Result<Written<SavedAddress>, StoreError> {
        self.table.create(&key::address(user, saved.id), saved, cause).await
    }

    /// `None` if the user has no such address.
    pub async fn replace_address(
        &self,
        user: UserId,
        id: AddressId,
        address: &Address,
        cause: &Cause,
    ) -> Result<Option<SavedAddress>, StoreError> {
        let update = Update::of(key::address(user, id))
            .set("#address = :address")
            .when("attribute_exists(pk)")
            .name("#address", "address")
            .value(":address", address);
        self.updated(update, cause).await
    }

    /// `None` if the user has no such address.
    pub async fn make_default_address(
        &self,
        user: UserId,
        id: AddressId,
        now: Timestamp,
        cause: &Cause,
    ) -> Result<Option<SavedAddress>, StoreError> {
        let update = Update::of(key::address(user, id))
            .set("default_since = :now")
            .when("attribute_exists(pk)")
            .value(":now", now);
        self.updated(update, cause).await
    }

    async fn updated(&self, update: Update, cause: &Cause) -> Result<Option<SavedAddress>, StoreError> {
        Ok(match self.table.update(update, cause).await? {
            Updated::Done(saved) => Some(saved),
            Updated::Refused(_) => None,
        })
    }

    pub async fn remove_address(&self, user: UserId, address: AddressId) -> Result<(), StoreError> {
        self.table.delete(&key::address(user, address)).await
    }
}
