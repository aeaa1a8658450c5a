//! `GET /v1/variants`: the titles and prices that carts and checkouts show beside SKUs.

use super::resources::Variant;
use crate::domain::ids::Slug;
use crate::domain::tax::TaxClass;
use crate::service::Catalog;
use chassis::{Call, NoBody, Problem};
use events::Sku;
use events::ids::ProductId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// SKUs in one request, at most.
const MAX_SKUS: usize = 50;

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VariantsQuery {
    /// 1 to 50 SKUs, separated by commas.
    sku: String,
}

/// Variants on sale.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Variants {
    /// The variants that are on sale, in the order of the request.
    items: Vec<SoldVariant>,
    /// SKUs that are not on sale.
    unknown: Vec<Sku>,
}

/// A variant on sale and its product.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct SoldVariant {
    product_id: ProductId,
    /// The product's name in URLs.
    product_slug: Slug,
    product_title: String,
    tax_class: TaxClass,
    #[serde(flatten)]
    variant: Variant,
}

fn skus(list: &str) -> Result<Vec<Sku>, Problem> {
    let mut skus: Vec<Sku> = Vec::new();
    for text in list.split(',') {
        let sku = text.trim().parse().map_err(|error| {
            Problem::parameter("sku", &format!("is a list of SKUs with commas, each of which {error}"))
        })?;
        if !skus.contains(&sku) {
            skus.push(sku);
        }
        if skus.len() > MAX_SKUS {
            return Err(Problem::parameter("sku", &format!("must name 1 to {MAX_SKUS} SKUs")));
        }
    }
    Ok(skus)
}

/// `GET /v1/variants`.
pub(super) async fn read(app: Arc<Catalog>, call: Call<NoBody, VariantsQuery>) -> Result<Variants, Problem> {
    let requested = skus(&call.query.sku)?;
    let (catalogue, levels) = app.shown(call.now).await?;
    let (mut items, mut unknown) = (Vec::new(), Vec::new());
    for sku in requested {
        match catalogue.variant(&sku) {
            Some((product, variant)) => items.push(SoldVariant {
                product_id: product.id,
                product_slug: product.slug.clone(),
                product_title: product.title.clone(),
                tax_class: product.tax_class,
                variant: Variant::of(variant, &levels),
            }),
            None => unknown.push(sku),
        }
    }
    Ok(Variants { items, unknown })
}
