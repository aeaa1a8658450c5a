//! The form that renames a category or moves it in the tree. Refuses a place below itself to choose.

use super::categories::{CategoryDraft, put};
use super::setting::{Around, Form, Input, Setting, Stored};
use super::{CATEGORIES, PRODUCTS, tree};
use crate::domain::CategoryId;
use crate::http::UpdateCategory;
use crate::service::Catalog;
use chassis::Problem;

impl Setting for CategoryDraft {
    type Id = CategoryId;
    type Request = UpdateCategory;

    const LIST: &'static str = CATEGORIES;

    fn stored(id: &CategoryId, around: &Around) -> Option<Stored<Self>> {
        let category = around.catalogue.categories.get(id)?;
        Some(Stored {
            version: Some(category.seq),
            title: category.name.clone(),
            lists: [(PRODUCTS, &around.t.title), (CATEGORIES, &around.t.categories.title)],
            draft: Self::from(category),
            preview: format!("/categories/{id}"),
            advice: Vec::new(),
        })
    }

    fn inputs(&self, id: &CategoryId, around: &Around) -> Vec<Input> {
        let (t, mut parents) = (&around.t.fields, tree::choices(&around.catalogue, &around.t.categories.no_parent));
        parents.retain(|(parent, _)| parent != id.as_str());
        vec![
            Input::line("name", &t.name, &self.name, "100"),
            Input::choice("parent", &t.parent, &self.parent, parents).optional(),
        ]
    }

    async fn put(app: &Catalog, form: &Form<Self>, id: CategoryId) -> Result<(), Problem> {
        put(app, form, id).await
    }
}
