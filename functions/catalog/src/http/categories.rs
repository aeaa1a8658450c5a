//! `/v1/categories`.

use super::paging::page;
use crate::domain::category::Category;
use crate::domain::rejection::Rejection;
use crate::service::Catalog;
use chassis::http::{Listing, PageQuery};
use chassis::{Call, Json, NoBody, Problem};
use events::text::{FieldError, optional};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// A category to create or replace.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateCategory {
    #[schemars(length(min = 1, max = 100))]
    name: String,
    /// The id of the category above it, which exists already.
    #[serde(default, deserialize_with = "optional")]
    #[schemars(regex(pattern = "^[a-z0-9-]{1,64}$"))]
    parent: Option<String>,
}

/// `GET /v1/categories`: the whole tree, or pages of it.
pub(super) async fn list(app: Arc<Catalog>, call: Call<NoBody, PageQuery>) -> Result<Listing<Category>, Problem> {
    let (catalogue, _) = app.shown(call.now).await?;
    page(&catalogue.categories, &call.query)
}

/// `PUT /v1/categories/{id}`.
pub(super) async fn put(app: Arc<Catalog>, call: Call<Json<UpdateCategory>>) -> Result<Category, Problem> {
    let id = call.param::<String>("id")?;
    let wanted = category(&id, &call.body.0).map_err(Rejection::from)?;
    Ok(app.put_category(wanted, &call.context()).await?)
}

fn category(id: &str, request: &UpdateCategory) -> Result<Category, FieldError> {
    let parent = request.parent.as_deref().map(str::parse).transpose();
    let parent = parent.map_err(|error: FieldError| error.of_field("parent"))?;
    Category::parse(id.parse()?, &request.name, parent)
}
