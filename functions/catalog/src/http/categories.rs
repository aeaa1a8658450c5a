//! `/v1/categories`.

use super::paging::page;
use crate::domain::category;
use crate::domain::ids::CategoryId;
use crate::domain::rejection::Rejection;
use crate::service::Catalog;
use chassis::http::{Listing, PageQuery, Put, Tagged};
use chassis::{Call, Json, NoBody, Problem};
use events::text::{FieldError, optional};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A category.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Category {
    id: CategoryId,
    name: String,
    /// The category above it; absent at the top of the tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<CategoryId>,
}

impl From<category::Category> for Category {
    fn from(category::Category { id, name, parent, .. }: category::Category) -> Self {
        Self { id, name, parent }
    }
}

/// A category to create or replace.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateCategory {
    #[schemars(length(min = 1, max = 100))]
    name: String,
    /// The id of the category above it, which exists already. Taking it away needs `If-Match`.
    #[serde(default, deserialize_with = "optional")]
    #[schemars(regex(pattern = "^[a-z0-9-]{1,64}$"))]
    parent: Option<String>,
}

fn tagged(category: category::Category) -> Tagged<Category> {
    Tagged::new(category.seq, category.into())
}

/// `GET /v1/categories`: the whole tree, or pages of it.
pub(super) async fn list(app: Arc<Catalog>, call: Call<NoBody, PageQuery>) -> Result<Listing<Category>, Problem> {
    let (catalogue, _) = app.shown(call.now).await?;
    page("categories", &catalogue.categories, &call.query)
}

/// `GET /v1/categories/{id}`.
pub(super) async fn read(app: Arc<Catalog>, call: Call) -> Result<Tagged<Category>, Problem> {
    let (catalogue, _) = app.shown(call.now).await?;
    let category = catalogue.categories.get(&call.param::<CategoryId>("id")?);
    category.cloned().map(tagged).ok_or_else(Problem::not_found)
}

/// `PUT /v1/categories/{id}`.
pub(super) async fn put(app: Arc<Catalog>, call: Call<Json<UpdateCategory>>) -> Result<Put<Tagged<Category>>, Problem> {
    let id = call.named::<CategoryId>("id")?;
    let wanted = call.body.0.category(id).map_err(Rejection::from)?;
    Ok(app.put_category(wanted, &call.precondition()?, &call.context()).await?.map(tagged))
}

impl UpdateCategory {
    /// The category that is wanted.
    ///
    /// # Errors
    /// The first field that is not allowed.
    pub(crate) fn category(&self, id: CategoryId) -> Result<category::Category, FieldError> {
        let parent = self.parent.as_deref().map(str::parse).transpose();
        let parent = parent.map_err(|error: FieldError| error.of_field("parent"))?;
        category::Category::parse(id, &self.name, parent)
    }
}
