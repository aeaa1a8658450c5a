//! The form of a product, new or on sale, with what was typed, what is wrong with it, and empty rows for further variants. Refuses archived
//! products, which nobody can change.

use super::comparison::Difference;
use super::draft::{OptionDraft, PriceDraft, ProductDraft, VariantDraft};
use super::faults::Faults;
use super::words::StaffWords;
use super::{Done, Link, PRODUCTS, path_of, trail, tree};
use crate::domain::Product;
use crate::domain::catalogue::Catalogue;
use crate::pages::words::Words;
use crate::service::Catalog;
use ::pages::{Page, Phrase, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use events::ids::ProductId;
use events::{Currency, Sku};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Empty rows below the variants.
const BLANK_ROWS: u16 = 3;

#[derive(Template)]
#[template(path = "staff_product.html")]
pub(super) struct ProductPage {
    pub(super) page: Page,
    pub(super) t: &'static StaffWords,
    trail: Vec<Link>,
    /// The product as it is; `None` of a new one.
    pub(super) product: Option<Product>,
    /// What the form is made from; empty if it makes a product.
    pub(super) version: String,
    pub(super) draft: ProductDraft,
    pub(super) faults: Faults,
    /// What a colleague changed meanwhile, if one was faster.
    pub(super) differences: Option<Vec<Difference>>,
    pub(super) notice: Option<&'static Phrase>,
    pub(super) catalogue: Arc<Catalogue>,
    categories: Vec<Link>,
    tax_classes: Vec<(&'static str, String)>,
    rows: Vec<Row>,
}

/// A field of a row.
struct Field {
    name: String,
    value: String,
    error: String,
}

/// The form's part of a variant.
struct Row {
    heading: String,
    sku: Field,
    title: Field,
    weight: Field,
    /// Of all options together.
    options_at: Field,
    options: Vec<(Field, Field)>,
    /// Of all prices together.
    prices_at: Field,
    /// Currency and amount.
    prices: Vec<(Field, Field)>,
    removed: Field,
    /// The SKU under which `inventory` knows the variant.
    stock: Option<Sku>,
    is_removed: bool,
}

/// `GET /staff/catalog/products/new`.
pub(super) async fn blank(app: Arc<Catalog>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let draft = ProductDraft { slug: Some(String::new()), ..ProductDraft::default() };
    ProductPage::of(&app, &call, None, Some(draft)).await?.answer(200)
}

/// `GET /staff/catalog/products/{id}`.
pub(super) async fn page(app: Arc<Catalog>, call: Call<NoBody, Done>) -> Result<Response, Problem> {
    let mut shown = ProductPage::of(&app, &call, Some(call.param("id")?), None).await?;
    shown.notice = match call.query.done.as_str() {
        "created" => Some(&shown.t.created),
        "saved" => Some(&shown.t.saved),
        _ => None,
    };
    shown.answer(200)
}

impl ProductPage {
    /// The form of a product as it is, or with what was typed.
    ///
    /// # Errors
    /// 404 if there is no such product on sale; or the table fails.
    pub(super) async fn of<B, Q>(
        app: &Catalog,
        call: &Call<B, Q>,
        id: Option<ProductId>,
        typed: Option<ProductDraft>,
    ) -> Result<Self, Problem> {
        let t = &Words::of(Page::locale(app, call)).staff;
        let (catalogue, _) = app.shown(call.now).await?;
        let found = |id: ProductId| catalogue.product(id).cloned().ok_or_else(Problem::not_found);
        let product = id.map(found).transpose()?;
        let title = product.as_ref().map_or_else(|| t.new_product.to_string(), |product| product.title.clone());
        let mut page = Page::new(app, call, title);
        // A form of the page may have been sent elsewhere, where nothing can be opened.
        page.path = id.map_or_else(|| path_of(PRODUCTS, "new"), |id| path_of(PRODUCTS, id));
        let shown = || product.as_ref().map(|product| ProductDraft::showing(product, page.locale));
        Ok(Self {
            t,
            trail: trail(&page, t, &[(PRODUCTS, &t.title)]),
            version: product.as_ref().map(|product| product.seq.to_string()).unwrap_or_default(),
            draft: typed.or_else(shown).unwrap_or_default(),
            faults: Faults::default(),
            differences: None,
            notice: None,
            categories: tree::choices(&catalogue, &t.choose),
            tax_classes: t.tax_classes.choices(&t.choose),
            rows: Vec::new(),
            product,
            catalogue,
            page,
        })
    }

    pub(super) fn answer(mut self, status: u16) -> Result<Response, Problem> {
        self.rows = self.all_rows();
        html(status, &self)
    }

    /// What was typed, and empty rows.
    fn all_rows(&self) -> Vec<Row> {
        let next = self.draft.variants.last_key_value().map_or(0, |(last, _)| last.saturating_add(1));
        let blank = VariantDraft::default();
        let blanks = (next..next.saturating_add(BLANK_ROWS)).map(|number| (number, &blank));
        let typed = self.draft.variants.iter().map(|(number, variant)| (*number, variant));
        typed.chain(blanks).map(|(number, variant)| self.row(number, variant)).collect()
    }

    fn row(&self, number: u16, variant: &VariantDraft) -> Row {
        let field = |name: &str, value: &str| {
            let name = format!("variants.{number}.{name}");
            Field { error: self.faults.errors.of(&name).to_owned(), value: value.to_owned(), name }
        };
        let is_new = variant.sku.is_empty();
        let heading = if is_new { &self.t.form.new_variant } else { &self.t.form.variant };
        let sku = variant.sku.parse::<Sku>().ok();
        let is_held =
            |sku: &Sku| self.product.iter().flat_map(|product| &product.variants).any(|held| held.sku == *sku);
        let option = |(row, option): (u16, OptionDraft)| {
            (field(&format!("options.{row}.name"), &option.name), field(&format!("options.{row}.value"), &option.value))
        };
        let price = |(row, price): (u16, PriceDraft)| {
            let of_price = |part: &str, value: &str| field(&format!("prices.{row}.{part}"), value);
            (of_price("currency", &price.currency), of_price("amount", &price.amount))
        };
        Row {
            heading: heading.with("number", number.saturating_add(1)).to_string(),
            sku: field("sku", &variant.sku),
            title: field("title", &variant.title),
            weight: field("weight_grams", &variant.weight_grams),
            options_at: field("options", ""),
            options: with_blank(&variant.options, []).into_iter().map(option).collect(),
            prices_at: field("prices", ""),
            prices: with_blank(&variant.prices, self.further_currencies(variant)).into_iter().map(price).collect(),
            removed: field("removed", ""),
            stock: sku.filter(is_held),
            is_removed: variant.is_removed,
        }
    }

    /// The shop's currencies that a variant has no price in yet.
    fn further_currencies(&self, variant: &VariantDraft) -> Vec<PriceDraft> {
        let first = [Currency::EUR];
        let shops = if self.catalogue.currencies.is_empty() { &first[..] } else { &self.catalogue.currencies };
        let named = |currency: &Currency| {
            variant.prices.values().any(|price| price.currency.parse::<Currency>() == Ok(*currency))
        };
        let further = shops.iter().filter(|currency| !named(currency));
        further.map(|currency| PriceDraft { currency: currency.to_string(), amount: String::new() }).collect()
    }
}

/// These rows, further ones, and an empty one.
fn with_blank<T: Clone + Default>(rows: &BTreeMap<u16, T>, further: impl IntoIterator<Item = T>) -> Vec<(u16, T)> {
    let next = rows.last_key_value().map_or(0, |(last, _)| last.saturating_add(1));
    let blank = further.into_iter().chain([T::default()]);
    rows.iter().map(|(number, row)| (*number, row.clone())).chain((next..).zip(blank)).collect()
}
