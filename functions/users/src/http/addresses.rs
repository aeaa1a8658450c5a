//! The addresses of the signed-in user. They are stored under the caller's id, so another user's address is not found.

use crate::domain::address_book::SavedAddress;
use crate::service::Users;
use chassis::http::Listing;
use chassis::{Call, Json, Problem};
use events::address::{Address, Country};
use events::ids::AddressId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A saved address.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SavedAddress")]
pub struct SavedAddressResource {
    id: AddressId,
    /// Recipient.
    name: String,
    /// Street and number.
    line1: String,
    /// Flat, floor, company.
    #[serde(skip_serializing_if = "Option::is_none")]
    line2: Option<String>,
    city: String,
    /// State, province or county.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    postal_code: String,
    country: Country,
}

impl From<SavedAddress> for SavedAddressResource {
    fn from(saved: SavedAddress) -> Self {
        let Address { name, line1, line2, city, region, postal_code, country } = saved.address;
        Self { id: saved.id, name, line1, line2, city, region, postal_code, country }
    }
}

fn checked(address: &Address) -> Result<Address, Problem> {
    match address.invalid_field() {
        Some((field, fault)) => Err(Problem::invalid(field, format!("{field} {fault}."))),
        None => Ok(address.clone()),
    }
}

pub(super) async fn list(app: Arc<Users>, call: Call) -> Result<Listing<SavedAddressResource>, Problem> {
    let kept = app.addresses(call.caller.identity()?.user).await?;
    Ok(Listing::whole(kept.into_iter().map(Into::into).collect()))
}

pub(super) async fn add(app: Arc<Users>, call: Call<Json<Address>>) -> Result<SavedAddressResource, Problem> {
    let address = checked(&call.body.0)?;
    Ok(app.add_address(call.caller.identity()?.user, address, &call.context()).await?.into())
}

pub(super) async fn replace(app: Arc<Users>, call: Call<Json<Address>>) -> Result<SavedAddressResource, Problem> {
    let saved = SavedAddress { id: call.param("id")?, address: checked(&call.body.0)? };
    app.replace_address(call.caller.identity()?.user, &saved, &call.context()).await?;
    Ok(saved.into())
}

pub(super) async fn remove(app: Arc<Users>, call: Call) -> Result<(), Problem> {
    Ok(app.remove_address(call.caller.identity()?.user, call.param("id")?).await?)
}
