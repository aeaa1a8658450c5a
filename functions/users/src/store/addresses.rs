//! Postal addresses in the table: an item each.

use super::{Store, key};
use crate::domain::address_book::{MAX_ADDRESSES, SavedAddress};
use chassis::table::{Query, Update, Updated};
use chassis::{Cause, StoreError, Written};
use events::ids::{AddressId, UserId};

impl Store {
    /// A person's addresses, oldest first.
    pub async fn addresses(&self, user: UserId) -> Result<Vec<SavedAddress>, StoreError> {
        let partition = user.to_string();
        // Twice what is allowed, as requests at once may each find room.
        let limit = u32::try_from(MAX_ADDRESSES * 2).unwrap_or(u32::MAX);
        let query = Query { prefix: Some(key::ADDRESSES), limit, ..Query::partition(&partition) };
        self.table.query_all_consistent(query).await
    }

    /// One of a person's addresses.
    pub async fn address(&self, user: UserId, address: AddressId) -> Result<Option<SavedAddress>, StoreError> {
        self.table.get_consistent(&key::address(user, address)).await
    }

    /// Puts a new address.
    pub async fn add_address(&self, user: UserId, saved: &SavedAddress, cause: &Cause) -> Result<(), StoreError> {
        match self.table.create(&key::address(user, saved.id), saved, cause).await? {
            Written::Done => Ok(()),
            // The write was done, its answer lost, and this is its repetition.
            Written::Refused(Some(found)) if *found == *saved => Ok(()),
            Written::Refused(_) => Err(StoreError::Unavailable("the new id is taken".to_owned())),
        }
    }

    /// Replaces an address, if the person has it: `false` otherwise.
    pub async fn replace_address(&self, user: UserId, saved: &SavedAddress, cause: &Cause) -> Result<bool, StoreError> {
        let update = Update::of(key::address(user, saved.id))
            .set("#address = :address")
            .when("attribute_exists(pk)")
            .name("#address", "address")
            .value(":address", &saved.address);
        let updated: Updated<SavedAddress> = self.table.update(update, cause).await?;
        Ok(matches!(updated, Updated::Done(_)))
    }

    /// Removes an address, if it is there.
    pub async fn remove_address(&self, user: UserId, address: AddressId) -> Result<(), StoreError> {
        self.table.delete(&key::address(user, address)).await
    }
}
