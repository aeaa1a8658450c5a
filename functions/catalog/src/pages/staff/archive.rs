//! Taking a product off sale, once its box was ticked. Refuses to archive what a colleague changed since the page was opened.

use super::faults::{Faults, Place};
use super::form::edited_from;
use super::product::ProductPage;
use super::{PRODUCTS, done, places};
use crate::service::Catalog;
use ::pages::{Form, Page};
use chassis::http::Response;
use chassis::{Call, Problem};
use events::ids::ProductId;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Confirmation {
    /// Empty if the box was not ticked.
    confirmed: String,
    version: String,
}

/// `POST /staff/catalog/products/{id}/archiving`.
pub(super) async fn archive(app: Arc<Catalog>, mut call: Call<Form<Confirmation>>) -> Result<Response, Problem> {
    let id: ProductId = call.param("id")?;
    let Form(Confirmation { confirmed, version }) = call.body.clone();
    edited_from(&mut call, &version)?;
    if confirmed.is_empty() {
        let mut page = ProductPage::of(&app, &call, Some(id), None).await?;
        page.faults = Faults::at(Place { name: "confirmed".to_owned(), row: None, words: &page.t.form.confirm });
        return page.answer(422);
    }
    let problem = match app.archive_product(id, &call.precondition()?, &call.context()).await {
        Ok(_) => return Ok(done(&Page::new(&*app, &call, ""), PRODUCTS, "archived")),
        Err(error) => Problem::from(error),
    };
    let mut page = ProductPage::of(&app, &call, Some(id), None).await?;
    let (status, t) = (problem.status, page.t);
    page.faults = match status {
        412 => Faults::above(&t.refusals.overtaken, None),
        _ => Faults::of_problem(problem, &page.page, t, |pointer| places::of_product(pointer, t))?,
    };
    page.answer(status)
}
