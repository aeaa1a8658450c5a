//! Requests of staff to create or update a product, and the bounds of their fields. Refuses unknown fields.

use super::variant::{self, Variant};
use crate::domain::ids::{CategoryId, Slug};
use crate::domain::tax::TaxClass;
use events::text::{self, FieldError};
use schemars::JsonSchema;
use serde::Deserialize;

const MAX_TITLE: usize = 200;
const MAX_DESCRIPTION: usize = 5_000;

/// A product to create.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateProduct {
    #[schemars(length(min = 1, max = 200))]
    pub title: String,
    /// The product's name in URLs: 1 to 100 lower-case letters, digits or hyphens. Products on sale have different slugs, and a
    /// slug never changes.
    #[schemars(regex(pattern = "^[a-z0-9-]{1,100}$"))]
    pub slug: String,
    #[serde(default)]
    #[schemars(length(max = 5000))]
    pub description: String,
    /// The id of an existing category.
    #[schemars(regex(pattern = "^[a-z0-9-]{1,64}$"))]
    pub category: String,
    pub tax_class: TaxClass,
    #[schemars(length(min = 1, max = 96))]
    pub variants: Vec<Variant>,
}

impl CreateProduct {
    pub(super) fn slug(&self) -> Result<Slug, FieldError> {
        self.slug.parse().map_err(|error: FieldError| error.of_field("slug"))
    }

    pub(super) fn category(&self) -> Result<CategoryId, FieldError> {
        category(&self.category)
    }

    /// The same request with its texts trimmed.
    pub(super) fn checked(self) -> Result<Self, FieldError> {
        Ok(Self {
            title: title(&self.title)?,
            description: description(&self.description)?,
            variants: variant::checked(self.variants)?,
            ..self
        })
    }
}

/// An update of a product. Fields that are absent stay as they are; none can be null. An empty description takes it away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateProduct {
    #[serde(default, deserialize_with = "text::sent")]
    #[schemars(with = "String", length(min = 1, max = 200))]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "text::sent")]
    #[schemars(with = "String", length(max = 5000))]
    pub description: Option<String>,
    /// The id of an existing category.
    #[serde(default, deserialize_with = "text::sent")]
    #[schemars(with = "String", regex(pattern = "^[a-z0-9-]{1,64}$"))]
    pub category: Option<String>,
    #[serde(default, deserialize_with = "text::sent")]
    #[schemars(with = "TaxClass")]
    pub tax_class: Option<TaxClass>,
    /// All variants of the product: they replace those that it has. At most 97 SKUs can be added and removed in one request.
    #[serde(default, deserialize_with = "text::sent")]
    #[schemars(with = "Vec<Variant>", length(min = 1, max = 96))]
    pub variants: Option<Vec<Variant>>,
}

impl UpdateProduct {
    /// The category that the product moves to.
    ///
    /// # Errors
    /// If it is no category id.
    pub fn category(&self) -> Result<Option<CategoryId>, FieldError> {
        self.category.as_deref().map(category).transpose()
    }

    /// The same request with its texts trimmed.
    ///
    /// # Errors
    /// The first field that is not allowed.
    pub fn checked(self) -> Result<Self, FieldError> {
        self.category()?;
        Ok(Self {
            title: self.title.as_deref().map(title).transpose()?,
            description: self.description.as_deref().map(description).transpose()?,
            variants: self.variants.map(variant::checked).transpose()?,
            ..self
        })
    }
}

fn title(text: &str) -> Result<String, FieldError> {
    text::line("title", text, MAX_TITLE)
}

fn description(text: &str) -> Result<String, FieldError> {
    text::prose("description", text, MAX_DESCRIPTION)
}

fn category(text: &str) -> Result<CategoryId, FieldError> {
    text.parse().map_err(|error: FieldError| error.of_field("category"))
}
