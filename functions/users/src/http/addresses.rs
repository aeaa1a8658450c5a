//! The addresses of the signed-in user. They are stored under the caller's id, so another user's address is not found.

use crate::domain::address_book::{SavedAddress, default_of};
use crate::service::Users;
use chassis::http::Listing;
use chassis::{Call, Json, Problem};
use events::address::typed::TypedAddress;
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
    /// Name of the recipient.
    name: String,
    /// Company of the recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<String>,
    /// Street and number.
    line1: String,
    /// Apartment, floor or building.
    #[serde(skip_serializing_if = "Option::is_none")]
    line2: Option<String>,
    city: String,
    /// State, province or county: its code in Australia, Brazil, Canada and the United States.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    /// As the country writes it. Absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code: Option<String>,
    country: Country,
    /// Telephone number for the carrier.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// Forms begin with it. One address of a user at most is the default.
    is_default: bool,
}

impl SavedAddressResource {
    pub(super) fn of(saved: SavedAddress, default: Option<AddressId>) -> Self {
        let is_default = default == Some(saved.id);
        let Address { name, company, line1, line2, city, region, postal_code, country, phone } = saved.address;
        Self { id: saved.id, name, company, line1, line2, city, region, postal_code, country, phone, is_default }
    }
}

pub(super) async fn list(app: Arc<Users>, call: Call) -> Result<Listing<SavedAddressResource>, Problem> {
    let kept = app.addresses(call.caller.identity()?.user).await?;
    let default = default_of(&kept);
    Ok(Listing::whole(kept.into_iter().map(|saved| SavedAddressResource::of(saved, default)).collect()))
}

pub(super) async fn add(app: Arc<Users>, call: Call<Json<TypedAddress>>) -> Result<SavedAddressResource, Problem> {
    let address = call.body.0.parsed()?;
    let (saved, default) = app.add_address(call.caller.identity()?.user, address, &call.context()).await?;
    Ok(SavedAddressResource::of(saved, default))
}

pub(super) async fn replace(app: Arc<Users>, call: Call<Json<TypedAddress>>) -> Result<SavedAddressResource, Problem> {
    let (me, id, address) = (call.caller.identity()?.user, call.param("id")?, call.body.0.parsed()?);
    let saved = app.replace_address(me, id, &address, &call.context()).await?;
    Ok(SavedAddressResource::of(saved, default_of(&app.addresses(me).await?)))
}

pub(super) async fn make_default(app: Arc<Users>, call: Call) -> Result<SavedAddressResource, Problem> {
    let saved = app.make_default_address(call.caller.identity()?.user, call.param("id")?, &call.context()).await?;
    let default = Some(saved.id);
    Ok(SavedAddressResource::of(saved, default))
}

pub(super) async fn remove(app: Arc<Users>, call: Call) -> Result<(), Problem> {
    Ok(app.remove_address(call.caller.identity()?.user, call.param("id")?).await?)
}
