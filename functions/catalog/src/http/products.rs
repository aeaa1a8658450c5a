//! `/v1/products` and `/v1/products/{id}`: one product.

use super::resources::Product;
use crate::domain::product::{CreateProduct, UpdateProduct};
use crate::service::Catalog;
use chassis::{Call, Json, Problem};
use events::ids::ProductId;
use std::sync::Arc;

/// `POST /v1/products`.
pub(super) async fn create(app: Arc<Catalog>, call: Call<Json<CreateProduct>>) -> Result<Product, Problem> {
    let context = call.context();
    let product = app.create_product(call.body.0, &context).await?;
    let levels = app.levels(context.now).await;
    Ok(Product::of(&product, &levels))
}

/// `GET /v1/products/{id}`: `{id}` is an id or a slug. No text is both, as only ids have an underscore.
pub(super) async fn read(app: Arc<Catalog>, call: Call) -> Result<Product, Problem> {
    let (catalogue, levels) = app.shown(call.now).await?;
    let product = match call.param::<ProductId>("id") {
        Ok(id) => catalogue.product(id),
        Err(_) => catalogue.product_by_slug(&call.param("id")?),
    };
    product.map(|product| Product::of(product, &levels)).ok_or_else(Problem::not_found)
}

/// `PATCH /v1/products/{id}`.
pub(super) async fn update(app: Arc<Catalog>, call: Call<Json<UpdateProduct>>) -> Result<Product, Problem> {
    let (id, context) = (call.param("id")?, call.context());
    let product = app.update_product(id, call.body.0, &context).await?;
    let levels = app.levels(context.now).await;
    Ok(Product::of(&product, &levels))
}

/// `DELETE /v1/products/{id}`.
pub(super) async fn archive(app: Arc<Catalog>, call: Call) -> Result<(), Problem> {
    app.archive_product(call.param("id")?, &call.context()).await?;
    Ok(())
}
