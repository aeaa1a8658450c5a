//! The address book of a signed-in user. Refuses addresses of anybody else: they are not found.

use super::go;
use super::words::Words;
use crate::domain::Rejection;
use crate::domain::address_book::{MAX_ADDRESSES, SavedAddress, default_of};
use crate::service::{Error, Users};
use ::pages::{AddressFields, Errors, Form, Page, TypedForm, countries};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use events::address::Address;
use events::ids::AddressId;
use futures_util::future::try_join;
use serde::Deserialize;
use std::sync::Arc;

const ADDRESSES: &str = "/account/addresses";

/// A form that is a button.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct NoFields {}

#[derive(Template)]
#[template(path = "addresses.html")]
struct AddressesPage {
    page: Page,
    t: &'static Words,
    kept: Vec<SavedAddress>,
    default: Option<AddressId>,
    address: AddressFields,
    countries: Vec<(&'static str, String)>,
    errors: Errors,
    notice: Option<String>,
}

#[derive(Template)]
#[template(path = "address.html")]
struct AddressPage {
    page: Page,
    t: &'static Words,
    id: AddressId,
    address: AddressFields,
    countries: Vec<(&'static str, String)>,
    errors: Errors,
}

pub(super) async fn list(app: Arc<Users>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let me = call.caller.identity()?.user;
    let (kept, user) = try_join(app.addresses(me), app.user_lately(me)).await?;
    let name = user.map(|user| user.name.as_str().to_owned()).unwrap_or_default();
    let named = AddressFields { name, ..AddressFields::default() };
    ::pages::html(200, &AddressesPage::of(&app, &call, kept, named))
}

pub(super) async fn add(app: Arc<Users>, call: Call<TypedForm<AddressFields>>) -> Result<Response, Problem> {
    let me = call.caller.identity()?.user;
    let TypedForm { fields, card_numbers } = call.body.clone();
    let locale = Page::locale(&*app, &call);
    let (errors, notice) = match fields.read(&card_numbers, ::pages::Words::of(locale)) {
        Ok(address) => match app.add_address(me, address, &call.context()).await {
            Ok(_) => return Ok(go(&app, 303, ADDRESSES, [])),
            Err(Error::Rejected(Rejection::TooManyAddresses)) => (
                Errors::default(),
                Some(Words::of(locale).errors.too_many_addresses.with("most", MAX_ADDRESSES).to_string()),
            ),
            Err(error) => return Err(error.into()),
        },
        Err(errors) => (errors, None),
    };
    let kept = app.addresses(me).await?;
    ::pages::html(422, &AddressesPage { errors, notice, ..AddressesPage::of(&app, &call, kept, fields) })
}

pub(super) async fn edit(app: Arc<Users>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let kept = app.address(call.caller.identity()?.user, call.param("id")?).await?;
    ::pages::html(200, &AddressPage::of(&app, &call, kept.id, AddressFields::of(&kept.address)))
}

pub(super) async fn replace(app: Arc<Users>, call: Call<TypedForm<AddressFields>>) -> Result<Response, Problem> {
    let (me, id) = (call.caller.identity()?.user, call.param("id")?);
    let TypedForm { fields, card_numbers } = call.body.clone();
    match fields.read(&card_numbers, ::pages::Words::of(Page::locale(&*app, &call))) {
        Ok(address) => {
            app.replace_address(me, id, &address, &call.context()).await?;
            Ok(go(&app, 303, ADDRESSES, []))
        }
        Err(errors) => {
            // A form about an address of somebody else tells nothing, not even what is wrong with it.
            app.address(me, id).await?;
            ::pages::html(422, &AddressPage { errors, ..AddressPage::of(&app, &call, id, fields) })
        }
    }
}

pub(super) async fn remove(app: Arc<Users>, call: Call<Form<NoFields>>) -> Result<Response, Problem> {
    app.remove_address(call.caller.identity()?.user, call.param("id")?).await?;
    Ok(go(&app, 303, ADDRESSES, []))
}

pub(super) async fn make_default(app: Arc<Users>, call: Call<Form<NoFields>>) -> Result<Response, Problem> {
    app.make_default_address(call.caller.identity()?.user, call.param("id")?, &call.context()).await?;
    Ok(go(&app, 303, ADDRESSES, []))
}

/// The lines of an address, as on an envelope. The country has its name in the reader's language.
pub(super) fn envelope(page: &Page, address: &Address) -> Vec<String> {
    let place = [address.postal_code.as_deref(), Some(&*address.city), address.region.as_deref()];
    let place = place.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let code = address.country.as_str();
    let country = countries(page.locale).find(|(known, _)| *known == code).map_or(code, |(_, name)| name);
    let lines = [
        Some(&*address.name),
        address.company.as_deref(),
        Some(&*address.line1),
        address.line2.as_deref(),
        Some(&place),
        Some(country),
    ];
    lines.into_iter().flatten().map(ToOwned::to_owned).collect()
}

/// The countries to choose from; none is chosen before somebody does.
fn to_choose(page: &Page) -> Vec<(&'static str, String)> {
    let named = countries(page.locale).map(|(code, name)| (code, name.to_owned()));
    std::iter::once(("", page.words.address.choose_country.to_string())).chain(named).collect()
}

impl AddressesPage {
    fn of<B, Q>(app: &Users, call: &Call<B, Q>, kept: Vec<SavedAddress>, address: AddressFields) -> Self {
        let t = Words::of(Page::locale(app, call));
        let page = Page::new(app, call, t.addresses.title.to_string());
        let countries = to_choose(&page);
        let default = default_of(&kept);
        Self { page, t, kept, default, address, countries, errors: Errors::default(), notice: None }
    }

    fn envelope(&self, saved: &SavedAddress) -> Vec<String> {
        envelope(&self.page, &saved.address)
    }
}

impl AddressPage {
    fn of<B, Q>(app: &Users, call: &Call<B, Q>, id: AddressId, address: AddressFields) -> Self {
        let t = Words::of(Page::locale(app, call));
        let page = Page::new(app, call, t.addresses.edit_title.to_string());
        let countries = to_choose(&page);
        Self { page, t, id, address, countries, errors: Errors::default() }
    }
}
