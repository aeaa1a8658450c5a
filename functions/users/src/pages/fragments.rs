//! Parts of other capabilities' pages: who is signed in, and the addresses to send to. Refuses to know people by their access token,
//! which names nobody: the table does.

use super::addresses::envelope;
use super::encoded;
use super::words::Words;
use crate::domain::address_book::{SavedAddress, default_of};
use crate::service::Users;
use ::pages::Page;
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use lambda_http::http::HeaderMap;
use lambda_http::http::header::REFERER;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account_fragment.html")]
struct AccountFragment {
    page: Page,
    t: &'static Words,
    /// Of whoever is signed in.
    name: Option<String>,
    is_staff: bool,
    sign_in: String,
}

#[derive(Template)]
#[template(path = "addresses_fragment.html")]
struct AddressesFragment {
    t: &'static Words,
    choices: Vec<Choice>,
    /// Whether the form begins with the address that is typed.
    is_typed: bool,
}

/// An address to choose.
struct Choice {
    /// The fields of the address, as JSON.
    value: String,
    lines: Vec<String>,
    is_default: bool,
}

/// What the form around the choices holds.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AroundChoices {
    /// Not empty if an address was typed: then the form begins with that one.
    #[serde(default)]
    typed: String,
}

pub(super) async fn account(app: Arc<Users>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let page = Page::new(&*app, &call, "");
    let t = Words::of(page.locale);
    let user = match call.caller.user() {
        Some(id) => app.user_lately(id).await?,
        None => None,
    };
    let name = user.map(|user| user.name.as_str().to_owned());
    let sign_in = match shown_on(&call.headers, app.wiring.tokens.issuer()) {
        Some(then) => page.href(&format!("/account/sign-in?then={}", encoded(&then))),
        None => page.href("/account/sign-in"),
    };
    ::pages::fragment(&AccountFragment { page, t, name, is_staff: call.caller.is_staff(), sign_in })
}

/// Nothing for guests, and for customers who keep none.
pub(super) async fn addresses(app: Arc<Users>, call: Call<NoBody, AroundChoices>) -> Result<Response, Problem> {
    let page = Page::new(&*app, &call, "");
    let kept = match &call.caller.identity {
        Some(identity) => app.addresses(identity.user).await?,
        None => Vec::new(),
    };
    let default = default_of(&kept).filter(|_| call.query.typed.is_empty());
    let choice = |saved: &SavedAddress| {
        let value = serde_json::to_string(&saved.address).map_err(Problem::internal)?;
        Ok(Choice { value, lines: envelope(&page, &saved.address), is_default: default == Some(saved.id) })
    };
    let choices = kept.iter().map(choice).collect::<Result<Vec<_>, Problem>>()?;
    ::pages::fragment(&AddressesFragment { t: Words::of(page.locale), choices, is_typed: default.is_none() })
}

/// The page of the shop that the fragment is a part of, to come back to. Who signs in comes from none of the account's own pages.
fn shown_on(headers: &HeaderMap, address: &str) -> Option<String> {
    let shown = headers.get(REFERER)?.to_str().ok()?.strip_prefix(address)?;
    ::pages::local_target(shown).filter(|path| path != "/" && !path.starts_with("/account"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::http::HeaderValue;

    #[test]
    fn signing_in_leads_back_to_a_page_of_this_shop_and_to_no_other() {
        let back = |sent: &'static str| {
            let headers = HeaderMap::from_iter([(REFERER, HeaderValue::from_static(sent))]);
            shown_on(&headers, "https://shop.example/base")
        };
        assert_eq!(back("https://shop.example/base/search?q=tea").as_deref(), Some("/search?q=tea"));
        for other in [
            "",
            "https://evil.example/cart",
            "https://shop.example/base.evil.example/cart",
            "https://shop.example/base//evil.example",
            "https://shop.example/base/",
            "https://shop.example/base/account/sign-up",
        ] {
            assert_eq!(back(other), None, "{other}");
        }
        assert_eq!(shown_on(&HeaderMap::new(), "https://shop.example"), None);
    }
}
