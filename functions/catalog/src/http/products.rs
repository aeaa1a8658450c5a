//! `/v1/products` and `/v1/products/{id}`: one product.

use super::resources::Product;
use crate::domain::catalogue::Levels;
use crate::domain::product::{self, CreateProduct, UpdateProduct};
use crate::service::{Catalog, Error};
use chassis::http::Tagged;
use chassis::{Call, Context, Json, Problem};
use events::ids::ProductId;
use std::sync::Arc;

fn tagged(product: &product::Product, levels: &Levels) -> Tagged<Product> {
    let resource = Product::of(product, levels);
    Tagged { etag: resource.etag(product.seq), resource }
}

/// `POST /v1/products`.
pub(super) async fn create(app: Arc<Catalog>, call: Call<Json<CreateProduct>>) -> Result<Tagged<Product>, Problem> {
    let context = call.context();
    let product = app.create_product(call.body.0, &context).await?;
    Ok(tagged(&product, &*app.levels(context.now).await))
}

/// `GET /v1/products/{id}`: `{id}` is an id or a slug. No text is both, as only ids have an underscore.
pub(super) async fn read(app: Arc<Catalog>, call: Call) -> Result<Tagged<Product>, Problem> {
    let (catalogue, levels) = app.shown(call.now).await?;
    let product = match call.param::<ProductId>("id") {
        Ok(id) => catalogue.product(id),
        Err(_) => catalogue.product_by_slug(&call.param("id")?),
    };
    product.map(|product| tagged(product, &levels)).ok_or_else(Problem::not_found)
}

/// `PATCH /v1/products/{id}`.
pub(super) async fn update(app: Arc<Catalog>, call: Call<Json<UpdateProduct>>) -> Result<Tagged<Product>, Problem> {
    let (id, known, context) = (call.param("id")?, call.precondition()?, call.context());
    match app.update_product(id, call.body.0, &known, &context).await {
        Ok(product) => Ok(tagged(&product, &*app.levels(context.now).await)),
        Err(error) => Err(refusal(&app, id, error, &context).await),
    }
}

/// `DELETE /v1/products/{id}`.
pub(super) async fn archive(app: Arc<Catalog>, call: Call) -> Result<(), Problem> {
    let (id, known, context) = (call.param("id")?, call.precondition()?, call.context());
    match app.archive_product(id, &known, &context).await {
        Ok(_) => Ok(()),
        Err(error) => Err(refusal(&app, id, error, &context).await),
    }
}

/// Whoever edits an old version is told the tag under which the present one is read.
async fn refusal(app: &Catalog, id: ProductId, error: Error, context: &Context) -> Problem {
    let problem = Problem::from(error);
    if problem.status != 412 {
        return problem;
    }
    let shown = app.shown(context.now).await;
    let etag = shown.ok().and_then(|(catalogue, levels)| Some(tagged(catalogue.product(id)?, &levels).etag));
    etag.into_iter().fold(problem, |problem, etag| problem.of_present(&etag))
}
