//! `/v1/categories`.

use super::{fault, problem};
use crate::domain::{Category, CategoryId, Fault};
use crate::service::Catalog;
use chassis::http::{Listing, PageQuery};
use chassis::{Call, Json, NoBody, Problem, cursor};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

/// A category.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Category")]
pub struct CategoryView {
    /// Its id.
    pub id: CategoryId,
    /// What it is called.
    pub name: String,
    /// The category that it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<CategoryId>,
}

impl From<Category> for CategoryView {
    fn from(Category { id, name, parent }: Category) -> Self {
        Self { id, name, parent }
    }
}

/// What a category is to be.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryBody {
    /// What it is called.
    #[schemars(length(min = 1, max = 100))]
    pub name: String,
    /// The category that it is part of; one that exists.
    #[serde(default)]
    #[schemars(regex(pattern = "^[a-z0-9-]{1,64}$"))]
    pub parent: Option<String>,
}

/// The entries of a map by id after a cursor: all of them, or a page if a limit is given.
///
/// # Errors
/// 400 for a cursor or limit that cannot be.
pub fn page<Id, Entry, View>(entries: &BTreeMap<Id, Entry>, query: &PageQuery) -> Result<Listing<View>, Problem>
where
    Id: Ord + FromStr + ToString,
    Entry: Clone,
    View: From<Entry>,
{
    let limit = match query.limit {
        None => usize::MAX,
        Some(_) => usize::try_from(cursor::limit(query.limit)?).unwrap_or(usize::MAX),
    };
    let foreign = || Problem::bad_request("invalid_cursor", "The cursor is not one of ours.");
    let read = |cursor: &String| cursor::decode(cursor)?.parse::<Id>().map_err(|_| foreign());
    let after = query.cursor.as_ref().map(read).transpose()?;
    let mut rest = entries.iter().filter(|(id, _)| after.as_ref().is_none_or(|after| *id > after)).peekable();
    let (mut items, mut last) = (Vec::new(), None);
    while items.len() < limit
        && let Some((id, entry)) = rest.next()
    {
        items.push(View::from(entry.clone()));
        last = Some(id);
    }
    let cursor = last.filter(|_| rest.peek().is_some()).map(|id| cursor::encode(&id.to_string()));
    Ok(Listing { items, cursor })
}

/// `GET /v1/categories`: all of them, as a tree is of use only as a whole, or pages.
///
/// # Errors
/// 400 for a cursor or limit that cannot be.
pub async fn list(app: Arc<Catalog>, call: Call<NoBody, PageQuery>) -> Result<Listing<CategoryView>, Problem> {
    let (catalogue, _) = app.shown(call.now).await?;
    page(&catalogue.categories, &call.query)
}

/// `PUT /v1/categories/{id}`.
///
/// # Errors
/// 422 for what a category may not be.
pub async fn put(app: Arc<Catalog>, call: Call<Json<CategoryBody>>) -> Result<CategoryView, Problem> {
    let parse = || {
        let in_parent = |fault: Fault| Fault { field: "parent".to_owned(), ..fault };
        let parent = call.body.0.parent.as_deref().map(|parent| parent.parse().map_err(in_parent)).transpose()?;
        Category::parse(call.param::<String>("id").unwrap_or_default().parse()?, &call.body.0.name, parent)
    };
    let wanted = parse().map_err(|invalid| fault(&invalid))?;
    app.put_category(wanted, &call.cause(0)).await.map(CategoryView::from).map_err(problem)
}
