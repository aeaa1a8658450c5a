//! The tree of categories, and the form that adds one. Refuses to replace a category that is there: that is its own page's form.

use super::faults::Faults;
use super::form::{Draft, Sent, creating};
use super::words::StaffWords;
use super::{CATEGORIES, Done, Link, PRODUCTS, done, path_of, places, trail, tree};
use crate::domain::listing::{Filter, Sort, list as listing};
use crate::domain::{Category, CategoryId};
use crate::http::UpdateCategory;
use crate::pages::words::Words;
use crate::service::Catalog;
use ::pages::{Page, Phrase, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use serde::Serialize;
use std::sync::Arc;

/// A category as it is typed, by the names that the API has.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct CategoryDraft {
    /// Only a new category's, which has it in its path over the API.
    #[serde(skip)]
    pub(super) id: String,
    pub(super) name: String,
    pub(super) parent: String,
}

impl Draft for CategoryDraft {
    fn of(fields: &[(String, String)]) -> Self {
        let text = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
        let [id, name, parent] = ["id", "name", "parent"].map(|name| text(name).unwrap_or_default());
        Self { id, name, parent }
    }
}

impl From<&Category> for CategoryDraft {
    fn from(category: &Category) -> Self {
        let parent = category.parent.as_ref().map(ToString::to_string).unwrap_or_default();
        Self { id: String::new(), name: category.name.clone(), parent }
    }
}

pub(super) type Form = Call<Sent<CategoryDraft, UpdateCategory>>;

/// A category in the list.
struct Listed {
    href: String,
    name: String,
    /// Those above it.
    above: String,
    products: usize,
    to_products: String,
}

#[derive(Template)]
#[template(path = "staff_categories.html")]
struct CategoriesPage {
    page: Page,
    t: &'static StaffWords,
    trail: Vec<Link>,
    categories: Vec<Listed>,
    parents: Vec<Link>,
    draft: CategoryDraft,
    faults: Faults,
    notice: Option<&'static Phrase>,
}

/// `GET /staff/catalog/categories`.
pub(super) async fn list(app: Arc<Catalog>, call: Call<NoBody, Done>) -> Result<Response, Problem> {
    let mut page = CategoriesPage::of(&app, &call).await?;
    page.notice = (call.query.done == "created").then_some(&page.t.created);
    html(200, &page)
}

/// `POST /staff/catalog/categories`.
pub(super) async fn create(app: Arc<Catalog>, mut call: Form) -> Result<Response, Problem> {
    creating(&mut call);
    let draft = call.body.draft.clone();
    let made = match draft.id.parse::<CategoryId>() {
        Ok(id) => put(&app, &call, id).await,
        Err(error) => Err(error.into()),
    };
    let Err(problem) = made else {
        return Ok(done(&Page::new(&*app, &call, ""), CATEGORIES, "created"));
    };
    let shown = CategoriesPage::of(&app, &call).await?;
    let (status, t) = (problem.status, shown.t);
    let faults = match status {
        412 => Faults::exists(t, shown.page.href(&path_of(CATEGORIES, &draft.id))),
        _ => Faults::of_problem(problem, &shown.page, t, |pointer| places::of_setting(pointer, t))?,
    };
    html(status, &CategoriesPage { draft, faults, ..shown })
}

/// Carries out what `PUT /v1/categories/{id}` carries out.
pub(super) async fn put(app: &Catalog, call: &Form, id: CategoryId) -> Result<(), Problem> {
    let wanted = call.body.request()?.category(id)?;
    app.put_category(wanted, &call.precondition()?, &call.context()).await?;
    Ok(())
}

impl CategoriesPage {
    async fn of<B, Q>(app: &Catalog, call: &Call<B, Q>) -> Result<Self, Problem> {
        let t = &Words::of(Page::locale(app, call)).staff;
        let page = Page::new(app, call, t.categories.title.to_string());
        let (catalogue, levels) = app.shown(call.now).await?;
        let counts = listing(&catalogue, &levels, &Filter::default(), Sort::Title, None, 0).facets.categories;
        let count = |id: &str| id.parse().ok().and_then(|id: CategoryId| counts.get(&id).copied()).unwrap_or_default();
        let parents = tree::choices(&catalogue, &t.categories.no_parent);
        let named = parents.iter().filter(|(id, _)| !id.is_empty());
        let listed = named.map(|(id, names)| {
            let name = tree::name_of(&catalogue, id);
            Listed {
                href: page.href(&path_of(CATEGORIES, id)),
                above: names.strip_suffix(&name).unwrap_or_default().trim_end_matches(tree::BELOW).to_owned(),
                name,
                products: count(id),
                to_products: format!("{}?category={id}", page.href(PRODUCTS)),
            }
        });
        Ok(Self {
            t,
            trail: trail(&page, t, &[(PRODUCTS, &t.title)]),
            categories: listed.collect(),
            parents,
            draft: CategoryDraft::default(),
            faults: Faults::default(),
            notice: None,
            page,
        })
    }
}
