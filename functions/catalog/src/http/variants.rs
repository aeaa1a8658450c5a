//! `GET /v1/variants`: what carts and checkouts show beside a SKU.

use super::views::VariantView;
use crate::domain::{Slug, TaxClass};
use crate::service::Catalog;
use chassis::{Call, NoBody, Problem};
use events::Sku;
use events::ids::ProductId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// SKUs in one request, at most.
const MAX_SKUS: usize = 50;

/// Which variants.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantsQuery {
    /// 1 to 50 SKUs, separated by commas.
    pub sku: String,
}

/// Variants on sale.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Variants {
    /// Those there are, in the order asked for.
    pub items: Vec<SoldVariant>,
    /// SKUs of which nothing is on sale.
    pub unknown: Vec<Sku>,
}

/// A variant and the product it is of.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SoldVariant {
    /// The product.
    pub product_id: ProductId,
    /// The product's name in URLs.
    pub product_slug: Slug,
    /// The product's name.
    pub product_title: String,
    /// How it is taxed.
    pub tax_class: TaxClass,
    /// The variant.
    #[serde(flatten)]
    pub variant: VariantView,
}

fn skus(list: &str) -> Result<Vec<Sku>, Problem> {
    let mut skus: Vec<Sku> = Vec::new();
    for text in list.split(',') {
        let sku = text.trim().parse().map_err(|error| Problem::invalid("sku", format!("{error}.")))?;
        if !skus.contains(&sku) {
            skus.push(sku);
        }
        if skus.len() > MAX_SKUS {
            return Err(Problem::invalid("sku", format!("sku must name 1 to {MAX_SKUS} SKUs.")));
        }
    }
    Ok(skus)
}

/// `GET /v1/variants`.
///
/// # Errors
/// 422 for too many or malformed SKUs.
pub async fn read(app: Arc<Catalog>, call: Call<NoBody, VariantsQuery>) -> Result<Variants, Problem> {
    let wanted = skus(&call.query.sku)?;
    let (catalogue, levels) = app.shown(call.now).await?;
    let (mut items, mut unknown) = (Vec::new(), Vec::new());
    for sku in wanted {
        match catalogue.variant(&sku) {
            Some((product, variant)) => items.push(SoldVariant {
                product_id: product.id,
                product_slug: product.slug.clone(),
                product_title: product.title.clone(),
                tax_class: product.tax_class,
                variant: VariantView::of(variant, &levels),
            }),
            None => unknown.push(sku),
        }
    }
    Ok(Variants { items, unknown })
}
