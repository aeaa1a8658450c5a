//! The form that renames a category or moves it in the tree. Refuses to lose what a colleague saved meanwhile.

use super::categories::{CategoryDraft, Form, put};
use super::comparison::Difference;
use super::faults::Faults;
use super::form::edited_from;
use super::words::StaffWords;
use super::{CATEGORIES, Done, Link, PRODUCTS, done, path_of, places, trail, tree};
use crate::domain::catalogue::Catalogue;
use crate::domain::{Category, CategoryId};
use crate::pages::words::Words;
use crate::service::Catalog;
use ::pages::{Page, Phrase, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "staff_category.html")]
struct CategoryPage {
    page: Page,
    t: &'static StaffWords,
    trail: Vec<Link>,
    catalogue: Arc<Catalogue>,
    category: Category,
    version: String,
    parents: Vec<Link>,
    draft: CategoryDraft,
    faults: Faults,
    differences: Option<Vec<Difference>>,
    notice: Option<&'static Phrase>,
}

/// `GET /staff/catalog/categories/{id}`.
pub(super) async fn page(app: Arc<Catalog>, call: Call<NoBody, Done>) -> Result<Response, Problem> {
    let mut page = CategoryPage::of(&app, &call, &call.param("id")?).await?;
    page.notice = (call.query.done == "saved").then_some(&page.t.saved);
    html(200, &page)
}

/// `POST /staff/catalog/categories/{id}`.
pub(super) async fn replace(app: Arc<Catalog>, mut call: Form) -> Result<Response, Problem> {
    let id: CategoryId = call.param("id")?;
    let version = call.body.version.clone();
    edited_from(&mut call, &version)?;
    let Err(problem) = put(&app, &call, id.clone()).await else {
        return Ok(done(&Page::new(&*app, &call, ""), &path_of(CATEGORIES, id), "saved"));
    };
    let mut shown = CategoryPage::of(&app, &call, &id).await?;
    shown.draft = call.body.draft.clone();
    let (status, t) = (problem.status, shown.t);
    if status == 412 {
        shown.differences = Some(shown.compared());
    } else {
        shown.version = version;
        shown.faults = Faults::of_problem(problem, &shown.page, t, |pointer| places::of_setting(pointer, t))?;
    }
    html(status, &shown)
}

impl CategoryPage {
    async fn of<B, Q>(app: &Catalog, call: &Call<B, Q>, id: &CategoryId) -> Result<Self, Problem> {
        let t = &Words::of(Page::locale(app, call)).staff;
        let (catalogue, _) = app.shown(call.now).await?;
        let category = catalogue.categories.get(id).cloned().ok_or_else(Problem::not_found)?;
        let page = Page::new(app, call, category.name.clone());
        let parents = tree::choices(&catalogue, &t.categories.no_parent).into_iter();
        Ok(Self {
            t,
            trail: trail(&page, t, &[(PRODUCTS, &t.title), (CATEGORIES, &t.categories.title)]),
            version: category.seq.to_string(),
            parents: parents.filter(|(parent, _)| parent != id.as_str()).collect(),
            draft: CategoryDraft::from(&category),
            faults: Faults::default(),
            differences: None,
            notice: None,
            catalogue,
            category,
            page,
        })
    }

    /// What was typed beside what is there.
    fn compared(&self) -> Vec<Difference> {
        let (yours, now) = (&self.draft, CategoryDraft::from(&self.category));
        let name = |id: &str| tree::name_of(&self.catalogue, id);
        let fields = [
            Difference::of(&self.t.fields.name, &yours.name, &now.name),
            Difference::of(&self.t.fields.parent, name(&yours.parent), name(&now.parent)),
        ];
        fields.into_iter().flatten().collect()
    }
}
