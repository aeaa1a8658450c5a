//! What every page has: the shop, the visitor's language, the way to other pages. Refuses to know who the visitor is: only what they may do.

use crate::assets;
use crate::countries::countries;
use crate::format;
use crate::locale::Locale;
use crate::words::Words;
use chassis::http::cookies::Cookies;
use chassis::http::{Site, Visit, base_path};
use chassis::{Call, Service};
use events::users::Permissions;
use events::{Capability, Money, Timestamp};
use lambda_http::http::HeaderMap;
use std::sync::Arc;

/// What the layout shows around a page, and what a template builds links and texts with.
#[derive(Debug, Clone)]
pub struct Page {
    /// The shop's name.
    pub shop: Arc<str>,
    /// The address of the picture that stands for the name.
    pub logo: Option<Arc<str>>,
    /// Whether the shop is one to try out.
    pub is_demo: bool,
    /// The visitor's language.
    pub locale: Locale,
    /// Words that all pages share.
    pub words: &'static Words,
    /// What stands in the browser's title, without the shop's name.
    pub title: String,
    /// A sentence for search engines; empty for none.
    pub description: String,
    /// What was searched for, to stay in the field.
    pub search: String,
    /// The currency that the visitor chose; empty for the shop's own. Searches, the way home and to the cart keep it.
    pub currency: &'static str,
    /// Whether search engines may list the page.
    pub is_indexed: bool,
    /// The page's own path, without a query.
    pub path: String,
    /// What the visitor may do: the menu of staff shows nothing else.
    pub(crate) permissions: Permissions,
    query: String,
    address: Arc<str>,
    capability: Capability,
}

impl Page {
    /// The page of a call. `title` goes into the browser's title.
    pub fn new<A: Service, B, Q>(app: &A, call: &Call<B, Q>, title: impl Into<String>) -> Self {
        let wiring = app.wiring();
        let about = About { site: &wiring.site, address: wiring.tokens.issuer(), capability: A::CAPABILITY };
        let permissions = call.caller.identity.as_ref().map(|identity| identity.permissions).unwrap_or_default();
        Self { permissions, ..Self::of(about, &call.headers, &call.target, title.into()) }
    }

    /// The visitor's language, to choose words with before there is a page.
    pub fn locale<A: Service, B, Q>(app: &A, call: &Call<B, Q>) -> Locale {
        Locale::of(&call.headers, Cookies::new(&call.headers, app.wiring().tokens.issuer()))
    }

    pub(crate) fn of_visit<A: Service>(app: &A, visit: &Visit) -> Self {
        let wiring = app.wiring();
        let about = About { site: &wiring.site, address: wiring.tokens.issuer(), capability: A::CAPABILITY };
        Self::of(about, &visit.headers, &visit.target, String::new())
    }

    fn of(about: About<'_>, headers: &HeaderMap, target: &str, title: String) -> Self {
        let locale = Locale::of(headers, Cookies::new(headers, about.address));
        Self {
            shop: Arc::clone(&about.site.name),
            logo: about.site.logo.as_ref().map(|logo| Arc::clone(logo.src())),
            is_demo: about.site.is_demo,
            locale,
            words: Words::of(locale),
            title,
            description: String::new(),
            search: String::new(),
            currency: "",
            is_indexed: false,
            path: target.split('?').next().unwrap_or_default().to_owned(),
            permissions: Permissions::NONE,
            query: target.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default(),
            address: about.address.into(),
            capability: about.capability,
        }
    }

    /// A link to a path of the shop.
    pub fn href(&self, path: &str) -> String {
        format!("{}{path}", base_path(&self.address))
    }

    /// The link to the start page.
    pub fn home(&self) -> String {
        self.in_currency("/")
    }

    /// The link to the cart.
    pub fn cart(&self) -> String {
        self.in_currency("/cart")
    }

    /// A link that keeps the currency.
    fn in_currency(&self, path: &str) -> String {
        let query = if self.currency.is_empty() { String::new() } else { format!("?currency={}", self.currency) };
        self.href(&format!("{path}{query}"))
    }

    /// The whole address of a path of the shop.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// Link to the stylesheet.
    pub fn stylesheet(&self) -> String {
        self.href(&format!("/assets/{}/{}", self.capability, assets::stylesheet()))
    }

    /// Link to the icon.
    pub fn icon(&self) -> String {
        self.href(&format!("/assets/{}/{}", self.capability, assets::icon()))
    }

    /// Link to the script.
    pub fn script(&self) -> String {
        self.href(&format!("/assets/{}/{}", self.capability, assets::script()))
    }

    /// Link to a script of the page's own capability.
    pub fn script_of(&self, script: &assets::Script) -> String {
        self.href(&format!("/assets/{}/{}", self.capability, script.file()))
    }

    /// The name of a country, or its code.
    pub fn country(&self, code: &str) -> String {
        countries(self.locale).find(|(known, _)| *known == code).map_or(code, |(_, name)| name).to_owned()
    }

    /// The other languages of this page.
    pub fn other_locales(&self) -> impl Iterator<Item = Locale> {
        Locale::ALL.into_iter().filter(move |locale| *locale != self.locale)
    }

    /// The link to this page in another language.
    pub fn in_language(&self, locale: Locale) -> String {
        let query = self.query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
        let query: String = query.map(|pair| format!("{pair}&")).collect();
        self.href(&format!("{}?{query}lang={locale}", self.path))
    }

    /// An amount as the visitor writes it.
    pub fn money(&self, amount: Money) -> String {
        format::money(self.locale, amount)
    }

    /// An amount as the visitor types it into a field. [`typed_money`](crate::typed_money) reads it.
    pub fn decimal(&self, amount: Money) -> String {
        format::decimal(self.locale, amount)
    }

    /// A whole number as the visitor writes it.
    pub fn number(&self, number: u64) -> String {
        format::number(self.locale, number)
    }

    /// A day as the visitor writes it.
    pub fn day(&self, at: Timestamp) -> String {
        format::day(self.locale, at)
    }

    /// An instant as the visitor writes it, in UTC. The script puts it into the browser's time zone.
    pub fn instant(&self, at: Timestamp) -> String {
        format::instant(self.locale, at)
    }

    /// Which of eight colors stands for a thing without a picture. The same name has the same color everywhere.
    pub fn tone(&self, name: impl ToString) -> u8 {
        name.to_string().bytes().fold(0, |sum: u8, byte| sum.wrapping_mul(31).wrapping_add(byte)) % 8
    }

    /// The first letter or digit of a name.
    pub fn initial(&self, name: impl ToString) -> String {
        let name = name.to_string();
        name.chars().find(|sign| sign.is_alphanumeric()).map(|sign| sign.to_uppercase().to_string()).unwrap_or_default()
    }
}

struct About<'a> {
    site: &'a Site,
    address: &'a str,
    capability: Capability,
}

#[cfg(test)]
impl Page {
    pub(crate) fn sample(locale: Locale, title: &str) -> Self {
        let site = Site { name: "Souk".into(), logo: None, has_pages: true, is_demo: true };
        let about = About { site: &site, address: "http://shop.example/stage", capability: Capability::Catalog };
        let mut page = Self::of(about, &HeaderMap::new(), "/gallery?x=1", title.to_owned());
        page.locale = locale;
        page.words = Words::of(locale);
        page.permissions = Permissions::all();
        page
    }
}
