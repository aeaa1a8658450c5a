//! The postal addresses that a person keeps.

use super::{Error, Users};
use crate::domain::Rejection;
use crate::domain::address_book::{MAX_ADDRESSES, SavedAddress};
use chassis::{Context, Written, digest};
use events::address::Address;
use events::ids::{AddressId, UserId};

impl Users {
    /// Oldest first.
    pub async fn addresses(&self, user: UserId) -> Result<Vec<SavedAddress>, Error> {
        Ok(self.store.addresses(user).await?)
    }

    /// # Errors
    /// `NotFound` if the person has no such address.
    pub async fn address(&self, user: UserId, id: AddressId) -> Result<SavedAddress, Error> {
        self.store.address(user, id).await?.ok_or(Error::NotFound)
    }

    /// An address that the person has already is kept once: whoever sends it again gets that one. Requests at the same time may exceed
    /// the limit, each by one.
    ///
    /// # Errors
    /// `TooManyAddresses`; `NotFound` of who was erased, whom an access token outlives by minutes.
    pub async fn add_address(&self, user: UserId, address: Address, context: &Context) -> Result<SavedAddress, Error> {
        let read = async { Ok(self.store.addresses(user).await?) };
        let (known, mut kept) = tokio::try_join!(self.user_lately(user), read)?;
        known.ok_or(Error::NotFound)?;
        if let Some(same) = kept.iter().position(|saved| saved.address == address) {
            return Ok(kept.swap_remove(same));
        }
        if kept.len() >= MAX_ADDRESSES {
            return Err(Error::Rejected(Rejection::TooManyAddresses));
        }
        // Made of the address, so that two requests at once make one.
        let id = AddressId::from_bits(digest::bits128(format!("{user}\n{}", digest::of_json(&address)).as_bytes()));
        let saved = SavedAddress { id, address, added_at: Some(context.now) };
        match self.store.add_address(user, &saved, &context.cause(0)).await? {
            Written::Done => Ok(saved),
            Written::Refused(Some(found)) if found.address == saved.address => Ok(*found),
            Written::Refused(_) => self.add_another(user, saved, context).await,
        }
    }

    /// Adds an address whose id belongs to one that was replaced since.
    async fn add_another(&self, user: UserId, saved: SavedAddress, context: &Context) -> Result<SavedAddress, Error> {
        let saved = SavedAddress { id: self.wiring.world.fresh(AddressId::new), ..saved };
        match self.store.add_address(user, &saved, &context.cause(0)).await? {
            Written::Done => Ok(saved),
            // Our write succeeded, its answer was lost, and the SDK wrote again.
            Written::Refused(Some(found)) if *found == saved => Ok(saved),
            Written::Refused(_) => Err(Error::Contended),
        }
    }

    /// The address keeps its id, so it may become the same as another one that the person has.
    ///
    /// # Errors
    /// `NotFound` if the person has no such address.
    pub async fn replace_address(
        &self,
        user: UserId,
        id: AddressId,
        address: &Address,
        context: &Context,
    ) -> Result<SavedAddress, Error> {
        self.store.replace_address(user, id, address, &context.cause(0)).await?.ok_or(Error::NotFound)
    }

    /// # Errors
    /// `NotFound` if the person has no such address.
    pub async fn remove_address(&self, user: UserId, address: AddressId) -> Result<(), Error> {
        self.address(user, address).await?;
        Ok(self.store.remove_address(user, address).await?)
    }
}
