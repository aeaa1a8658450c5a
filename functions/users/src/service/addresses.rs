//! The postal addresses that a person keeps.

use super::{Error, Users};
use crate::domain::Rejection;
use crate::domain::address_book::{MAX_ADDRESSES, SavedAddress};
use chassis::Context;
use events::address::Address;
use events::ids::{AddressId, UserId};

impl Users {
    /// Oldest first.
    pub async fn addresses(&self, user: UserId) -> Result<Vec<SavedAddress>, Error> {
        Ok(self.store.addresses(user).await?)
    }

    /// Requests at the same time may exceed the limit, each by one.
    ///
    /// # Errors
    /// `TooManyAddresses`.
    pub async fn add_address(&self, user: UserId, address: Address, context: &Context) -> Result<SavedAddress, Error> {
        if self.store.addresses(user).await?.len() >= MAX_ADDRESSES {
            return Err(Error::Rejected(Rejection::TooManyAddresses));
        }
        let saved = SavedAddress { id: self.wiring.world.fresh(AddressId::new), address };
        self.store.add_address(user, &saved, &context.cause(0)).await?;
        Ok(saved)
    }

    /// # Errors
    /// `NotFound` if the person has no such address.
    pub async fn replace_address(&self, user: UserId, saved: &SavedAddress, context: &Context) -> Result<(), Error> {
        let found = self.store.replace_address(user, saved, &context.cause(0)).await?;
        if found { Ok(()) } else { Err(Error::NotFound) }
    }

    /// # Errors
    /// `NotFound` if the person has no such address.
    pub async fn remove_address(&self, user: UserId, address: AddressId) -> Result<(), Error> {
        self.store.address(user, address).await?.ok_or(Error::NotFound)?;
        Ok(self.store.remove_address(user, address).await?)
    }
}
