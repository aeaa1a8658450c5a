//! `/v1/products` and `/v1/products/{id}`: making, reading, changing and archiving one.

use super::views::ProductView;
use super::{fault, problem};
use crate::domain::product::{Draft, Edit};
use crate::domain::{CategoryId, Fault, Slug, TaxClass, Variant};
use crate::service::Catalog;
use chassis::{Call, Json, Problem};
use events::ids::ProductId;
use events::{Money, Sku};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A variant to be.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVariant {
    /// Its stock-keeping unit, unique in the shop.
    pub sku: Sku,
    /// What sets it apart, in words.
    #[schemars(length(min = 1, max = 200))]
    pub title: String,
    /// What sets it apart, by name: at most 10, names up to 50 and values up to 100 characters.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// Weight of one unit in grams.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub weight_grams: u32,
    /// Net price of one unit, at most one a currency; 1 to 100,000,000 minor units.
    #[schemars(length(min = 1))]
    pub prices: Vec<Money>,
}

impl From<NewVariant> for Variant {
    fn from(new: NewVariant) -> Self {
        let NewVariant { sku, title, options, weight_grams, prices } = new;
        Self { sku, title, options, weight_grams, prices }
    }
}

/// A product to be.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    /// Name.
    #[schemars(length(min = 1, max = 200))]
    pub title: String,
    /// Name in URLs, unique among products on sale: 1 to 100 lower-case letters, digits or hyphens. Never changes.
    #[schemars(regex(pattern = "^[a-z0-9-]{1,100}$"))]
    pub slug: String,
    /// What there is to know.
    #[serde(default)]
    #[schemars(length(max = 5000))]
    pub description: String,
    /// A category that exists.
    #[schemars(regex(pattern = "^[a-z0-9-]{1,64}$"))]
    pub category: String,
    /// How it is taxed.
    pub tax_class: TaxClass,
    /// Its forms.
    #[schemars(length(min = 1, max = 97))]
    pub variants: Vec<NewVariant>,
}

/// A change of a product; what is absent stays.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductEdit {
    /// New name.
    #[serde(default)]
    #[schemars(length(min = 1, max = 200))]
    pub title: Option<String>,
    /// New description.
    #[serde(default)]
    #[schemars(length(max = 5000))]
    pub description: Option<String>,
    /// New category; one that exists.
    #[serde(default)]
    #[schemars(regex(pattern = "^[a-z0-9-]{1,64}$"))]
    pub category: Option<String>,
    /// New tax class.
    #[serde(default)]
    pub tax_class: Option<TaxClass>,
    /// All variants anew; at most 98 SKUs may come and go at once.
    #[serde(default)]
    #[schemars(length(min = 1, max = 97))]
    pub variants: Option<Vec<NewVariant>>,
}

fn variants(new: Vec<NewVariant>) -> Vec<Variant> {
    new.into_iter().map(Variant::from).collect()
}

fn slug(text: &str) -> Result<Slug, Fault> {
    text.parse().map_err(|fault: Fault| Fault { field: "slug".to_owned(), ..fault })
}

fn category(text: &str) -> Result<CategoryId, Fault> {
    text.parse().map_err(|fault: Fault| Fault { field: "category".to_owned(), ..fault })
}

fn draft(new: NewProduct) -> Result<Draft, Fault> {
    Draft {
        slug: slug(&new.slug)?,
        category: category(&new.category)?,
        title: new.title,
        description: new.description,
        tax_class: new.tax_class,
        variants: variants(new.variants),
    }
    .checked()
}

fn change(edit: ProductEdit) -> Result<Edit, Fault> {
    Edit {
        title: edit.title,
        description: edit.description,
        category: edit.category.as_deref().map(category).transpose()?,
        tax_class: edit.tax_class,
        variants: edit.variants.map(variants),
    }
    .checked()
}

/// `POST /v1/products`.
///
/// # Errors
/// 409 if a slug or SKU is taken, 422 for what a product may not be.
pub async fn create(app: Arc<Catalog>, call: Call<Json<NewProduct>>) -> Result<ProductView, Problem> {
    let cause = call.cause(0);
    let draft = draft(call.body.0).map_err(|invalid| fault(&invalid))?;
    let product = app.create_product(draft, call.now, &cause).await.map_err(problem)?;
    let levels = app.levels(call.now).await;
    Ok(ProductView::of(&product, &levels))
}

/// `GET /v1/products/{id}`; `{id}` is an id or a slug, which no text can be both of.
///
/// # Errors
/// 404.
pub async fn read(app: Arc<Catalog>, call: Call) -> Result<ProductView, Problem> {
    let (catalogue, levels) = app.shown(call.now).await?;
    let product = match call.param::<ProductId>("id") {
        Ok(id) => catalogue.product(id),
        Err(_) => catalogue.product_by_slug(&call.param("id")?),
    };
    product.map(|product| ProductView::of(product, &levels)).ok_or_else(Problem::not_found)
}

/// `PATCH /v1/products/{id}`.
///
/// # Errors
/// 404, 409 if a SKU is taken, 422 for what a product may not be.
pub async fn edit(app: Arc<Catalog>, call: Call<Json<ProductEdit>>) -> Result<ProductView, Problem> {
    let (id, cause) = (call.param("id")?, call.cause(0));
    let edit = change(call.body.0).map_err(|invalid| fault(&invalid))?;
    let product = app.edit_product(id, &edit, call.now, &cause).await.map_err(problem)?;
    let levels = app.levels(call.now).await;
    Ok(ProductView::of(&product, &levels))
}

/// `DELETE /v1/products/{id}`.
///
/// # Errors
/// 404.
pub async fn archive(app: Arc<Catalog>, call: Call) -> Result<(), Problem> {
    app.archive_product(call.param("id")?, call.now, &call.cause(0)).await.map_err(problem)
}
