//! Creating and updating a product by its form: the requests of the API, with its validation and its versions. A form that is refused is
//! shown with all that was typed; one that a colleague overtook, beside what is there now.

use super::comparison::of_product;
use super::draft::ProductDraft;
use super::faults::Faults;
use super::form::{Sent, edited_from};
use super::product::ProductPage;
use super::{PRODUCTS, done, path_of, places};
use crate::domain::product::{CreateProduct, UpdateProduct};
use crate::service::Catalog;
use ::pages::Page;
use chassis::http::Response;
use chassis::{Call, Problem};
use events::ids::ProductId;
use serde_json::Value;
use std::sync::Arc;

type Form<R> = Call<Sent<ProductDraft, R>>;

/// `POST /staff/catalog/products/new`.
pub(super) async fn create(app: Arc<Catalog>, call: Form<CreateProduct>) -> Result<Response, Problem> {
    let problem = match call.body.request.clone() {
        None => return shown(&app, &call, None).await?.answer(200),
        Some(Err(problem)) => problem,
        Some(Ok(request)) => match app.create_product(request, &call.context()).await {
            Ok(product) => return Ok(done(&Page::new(&*app, &call, ""), &path_of(PRODUCTS, product.id), "created")),
            Err(error) => error.into(),
        },
    };
    refused(shown(&app, &call, None).await?, problem)
}

/// `POST /staff/catalog/products/{id}`.
pub(super) async fn update(app: Arc<Catalog>, mut call: Form<UpdateProduct>) -> Result<Response, Problem> {
    let id: ProductId = call.param("id")?;
    let version = call.body.version.clone();
    edited_from(&mut call, &version)?;
    let request = match call.body.request.clone() {
        None => return shown(&app, &call, Some(id)).await?.answer(200),
        Some(Err(problem)) => return refused(shown(&app, &call, Some(id)).await?, problem),
        Some(Ok(request)) => request,
    };
    let problem = match app.update_product(id, request.clone(), &call.precondition()?, &call.context()).await {
        Ok(product) => return Ok(done(&Page::new(&*app, &call, ""), &path_of(PRODUCTS, product.id), "saved")),
        Err(error) => Problem::from(error),
    };
    let mut again = shown(&app, &call, Some(id)).await?;
    match &again.product {
        Some(product) if problem.status == 412 => {
            again.version = product.seq.to_string();
            again.differences = Some(of_product(&request, product, &again.page, again.t, &again.catalogue));
            again.answer(412)
        }
        _ => refused(again, problem),
    }
}

/// The form with what was typed, made from the version that it was made from.
async fn shown<R>(app: &Catalog, call: &Form<R>, id: Option<ProductId>) -> Result<ProductPage, Problem> {
    let mut page = ProductPage::of(app, call, id, Some(call.body.draft.clone())).await?;
    page.version.clone_from(&call.body.version);
    Ok(page)
}

fn refused(mut page: ProductPage, problem: Problem) -> Result<Response, Problem> {
    let (status, t) = (problem.status, page.t);
    let problem = at_its_row(problem, &page.draft);
    page.faults = Faults::of_problem(problem, &page.page, t, |pointer| places::of_product(pointer, t))?;
    page.answer(status)
}

/// A SKU that another product has is told by its text; the form says it at the variant that would have it.
fn at_its_row(problem: Problem, draft: &ProductDraft) -> Problem {
    let taken = problem.members.get("sku").and_then(Value::as_str).unwrap_or_default();
    let row = draft.variants.iter().find(|(_, variant)| variant.sku.eq_ignore_ascii_case(taken));
    match row.filter(|_| problem.kind == "sku_taken").map(|(row, _)| format!("variants.{row}.sku")) {
        Some(field) => problem.of_field(&field),
        None => problem,
    }
}
