//! Postal addresses in the table, one item each.

use super::{Store, key};
use crate::domain::address_book::{MAX_ADDRESSES, SavedAddress};
use chassis::table::{Query, Update, Updated};
use chassis::{Cause, StoreError, Written};
use events::ids::{AddressId, UserId};

impl Store {
    /// Oldest first.
    pub async fn addresses(&self, user: UserId) -> Result<Vec<SavedAddress>, StoreError> {
        let partition = user.to_string();
        // Twice the limit, since requests at the same time may exceed it.
        let limit = u32::try_from(MAX_ADDRESSES * 2).unwrap_or(u32::MAX);
        let query = Query { prefix: Some(key::ADDRESSES), limit, ..Query::partition(&partition) };
        self.table.query_all_consistent(query).await
    }

    pub async fn address(&self, user: UserId, address: AddressId) -> Result<Option<SavedAddress>, StoreError> {
        self.table.get_consistent(&key::address(user, address)).await
    }

    pub async fn add_address(&self, user: UserId, saved: &SavedAddress, cause: &Cause) -> Result<(), StoreError> {
        match self.table.create(&key::address(user, saved.id), saved, cause).await? {
            Written::Done => Ok(()),
            // Our write succeeded, its answer was lost, and the SDK wrote again.
            Written::Refused(Some(found)) if *found == *saved => Ok(()),
            Written::Refused(_) => Err(StoreError::Unavailable("the new id is taken".to_owned())),
        }
    }

    /// `false` if the user has no such address.
    pub async fn replace_address(&self, user: UserId, saved: &SavedAddress, cause: &Cause) -> Result<bool, StoreError> {
        let update = Update::of(key::address(user, saved.id))
            .set("#address = :address")
            .when("attribute_exists(pk)")
            .name("#address", "address")
            .value(":address", &saved.address);
        let updated: Updated<SavedAddress> = self.table.update(update, cause).await?;
        Ok(matches!(updated, Updated::Done(_)))
    }

    pub async fn remove_address(&self, user: UserId, address: AddressId) -> Result<(), StoreError> {
        self.table.delete(&key::address(user, address)).await
    }
}
