//! The shop's settings on one page: each with its value, what it is for and where it is changed. Refuses changes: what is data has a form
//! of its own, and the rest are parameters of the stacks, which a deployment changes for all capabilities at once.

use super::words::{SettingWords, StaffWords};
use super::{CATEGORIES, LEGAL_PAGES, Link, PRODUCTS, TAX_RATES, trail};
use crate::domain::LegalPageName;
use crate::domain::catalogue::{Catalogue, MAX_VARIANTS};
use crate::domain::category::MAX_CATEGORIES;
use crate::domain::pricing::{MAX_LINES, MAX_QUANTITY};
use crate::pages::legal::title_of;
use crate::pages::words::Words;
use crate::service::Catalog;
use crate::service::quotes::QUOTE_SECONDS;
use ::pages::{Locale, Page, Phrase, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::Arc;

/// The templates of all capabilities.
const ALL_STACKS: &str = "infra/*.yaml";

/// Settings of a kind.
struct Group {
    title: &'static Phrase,
    rows: Vec<Row>,
}

struct Row {
    words: &'static SettingWords,
    value: String,
    /// Where it is data.
    link: Option<Link>,
    /// The parameter, with the templates that have it; empty if there is none.
    parameter: String,
    /// What changes the parameter.
    command: String,
}

/// What another capability owns.
struct Elsewhere {
    href: String,
    words: &'static SettingWords,
}

#[derive(Template)]
#[template(path = "staff_catalog_settings.html")]
struct SettingsPage {
    page: Page,
    t: &'static StaffWords,
    trail: Vec<Link>,
    groups: Vec<Group>,
    elsewhere: Vec<Elsewhere>,
}

/// `GET /staff/catalog/settings`.
pub(super) async fn list(app: Arc<Catalog>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let (catalogue, _) = app.shown(call.now).await?;
    let t = &Words::of(Page::locale(&*app, &call)).staff;
    let page = Page::new(&*app, &call, t.settings.title.to_string());
    let settings = Settings { app: &app, catalogue: &catalogue, page: &page, t };
    let groups = vec![
        Group { title: &t.settings.shop, rows: settings.shop() },
        Group { title: &t.settings.limits, rows: settings.limits() },
        Group { title: &t.settings.operation, rows: settings.operation() },
    ];
    let elsewhere = settings.elsewhere();
    html(200, &SettingsPage { groups, elsewhere, t, trail: trail(&page, t, &[]), page })
}

/// What settings are read from.
struct Settings<'a> {
    app: &'a Catalog,
    catalogue: &'a Catalogue,
    page: &'a Page,
    t: &'static StaffWords,
}

impl Settings<'_> {
    fn shop(&self) -> Vec<Row> {
        let (site, rows) = (&self.app.wiring.site, &self.t.settings.rows);
        let logo = site.logo.as_ref().map(|logo| logo.src().to_string());
        let address = self.app.wiring.tokens.issuer();
        let legal_pages = LegalPageName::ALL.into_iter().filter(|name| self.catalogue.legal_pages.contains_key(name));
        let countries: BTreeSet<_> = self.catalogue.tax_rates.values().map(|rate| &rate.country).collect();
        let categories = self.catalogue.categories.len();
        vec![
            self.parameter(&rows.shop_name, &site.name, "ShopName", ALL_STACKS),
            self.parameter(&rows.logo, self.or_none(logo), "ShopLogo", ALL_STACKS),
            self.parameter(&rows.address, address, "PublicUrl", ALL_STACKS),
            fixed(&rows.languages, Locale::ALL.map(Locale::name).join(", ")),
            self.data(&rows.currencies, self.listed(&self.catalogue.currencies), (PRODUCTS, &self.t.title)),
            self.data(
                &rows.legal_pages,
                self.listed(legal_pages.map(|name| title_of(name, self.page.words))),
                (LEGAL_PAGES, &self.t.legal_pages.title),
            ),
            self.data(&rows.countries, self.number(countries.len()), (TAX_RATES, &self.t.tax_rates.title)),
            self.data(&rows.categories, self.number(categories), (CATEGORIES, &self.t.categories.title)),
        ]
    }

    fn limits(&self) -> Vec<Row> {
        let (t, rows) = (&self.t.settings, &self.t.settings.rows);
        let of = |count: usize, most: u64| t.of.with("count", self.number(count)).with("most", self.page.number(most));
        let variants: usize = self.catalogue.products().iter().map(|product| product.variants.len()).sum();
        let most_categories = u64::try_from(MAX_CATEGORIES).unwrap_or(u64::MAX);
        let units = self.page.number(self.app.config.max_units.into());
        vec![
            self.parameter(&rows.order_units, units, "UnitsPerOrder", "infra/catalog.yaml, infra/carts.yaml"),
            fixed(&rows.order_lines, self.number(MAX_LINES)),
            fixed(&rows.line_units, self.page.number(MAX_QUANTITY.into())),
            fixed(&rows.quote_age, t.minutes.with("count", QUOTE_SECONDS / 60)),
            fixed(&rows.variants, of(variants, MAX_VARIANTS)),
            fixed(&rows.all_categories, of(self.catalogue.categories.len(), most_categories)),
        ]
    }

    fn operation(&self) -> Vec<Row> {
        let (t, rows) = (&self.t.settings, &self.t.settings.rows);
        let wiring = &self.app.wiring;
        let environment = if wiring.site.is_demo { &t.development } else { &t.production };
        let stage = Row {
            parameter: t.option.to_string(),
            command: "cargo souk deploy --stage …".to_owned(),
            ..fixed(&rows.stage, &wiring.stage)
        };
        vec![
            self.parameter(&rows.environment, environment, "Environment", ALL_STACKS),
            stage,
            // Who reads this has pages.
            self.parameter(&rows.pages, &t.on, "Pages", ALL_STACKS),
        ]
    }

    /// Pages of capabilities that each shop has.
    fn elsewhere(&self) -> Vec<Elsewhere> {
        let rows = &self.t.settings.rows;
        let areas =
            [("/staff/shipping/zones", &rows.zones), ("/staff/inventory", &rows.stock), ("/staff/users", &rows.users)];
        areas.into_iter().map(|(path, words)| Elsewhere { href: self.page.href(path), words }).collect()
    }

    /// What a deployment changes.
    fn parameter(&self, words: &'static SettingWords, value: impl Display, name: &str, stacks: &str) -> Row {
        Row {
            parameter: self.t.settings.parameter.with("name", name).with("stacks", stacks).to_string(),
            command: format!("cargo souk deploy --stage {} --set {name}=…", self.app.wiring.stage),
            ..fixed(words, value)
        }
    }

    /// What a form changes.
    fn data(&self, words: &'static SettingWords, value: impl Display, (path, title): (&str, &Phrase)) -> Row {
        Row { link: Some((self.page.href(path), title.to_string())), ..fixed(words, value) }
    }

    fn number(&self, number: usize) -> String {
        self.page.number(u64::try_from(number).unwrap_or(u64::MAX))
    }

    fn listed(&self, names: impl IntoIterator<Item: Display>) -> String {
        let names: Vec<_> = names.into_iter().map(|name| name.to_string()).collect();
        self.or_none((!names.is_empty()).then(|| names.join(", ")))
    }

    fn or_none(&self, value: Option<String>) -> String {
        value.unwrap_or_else(|| self.t.settings.none.to_string())
    }
}

/// What is part of the program.
fn fixed(words: &'static SettingWords, value: impl Display) -> Row {
    Row { words, value: value.to_string(), link: None, parameter: String::new(), command: String::new() }
}
