//! Sends the demo catalogue to a shop, through its public API and as a member of staff.
//! Owns the order of the requests and their repetition: every request may be sent again.
//! Refuses the database: the demo catalogue has only what the API allows.

use std::sync::{Mutex, PoisonError};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::progress::Task;
use crate::seed_data::{Catalogue, Named};
use crate::shop::Shop;

/// Threads that receive stock.
const RECEIVERS: usize = 3;

#[derive(Debug)]
struct Step {
    method: &'static str,
    path: String,
    body: Value,
    /// Idempotency key of a POST.
    key: Option<String>,
}

/// Sends the whole catalogue; existing entries stay unchanged.
///
/// # Errors
/// The first refusal, with the API's text.
pub fn seed(task: &Task, staff: &Shop, catalogue: &Catalogue) -> Result<()> {
    let failure = Mutex::new(None);
    std::thread::scope(|scope| {
        for lane in lanes(catalogue) {
            let failure = &failure;
            scope.spawn(move || {
                for step in lane {
                    if lock(failure).is_some() {
                        return;
                    }
                    task.note(format!("{} {}", step.method, step.path));
                    if let Err(error) = step.send(staff) {
                        lock(failure).get_or_insert(error);
                    }
                }
            });
        }
    });
    failure.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

/// The requests in parallel lanes. Writes to one item share a lane: all of the catalogue's touch its revision, and the
/// zones are one item.
fn lanes(catalogue: &Catalogue) -> Vec<Vec<Step>> {
    let (roots, children): (Named, Named) =
        catalogue.categories.clone().into_iter().partition(|(_, category)| category.get("parent").is_none());
    let mut goods = puts("/v1/categories", &roots);
    goods.extend(puts("/v1/categories", &children));
    goods.extend(puts("/v1/tax-rates", &catalogue.tax_rates));
    goods.extend(puts("/v1/legal-pages", &catalogue.legal_pages));
    goods.extend(catalogue.products.iter().map(|product| Step {
        method: "POST",
        path: "/v1/products".to_owned(),
        body: Value::Object(product.clone()),
        key: None,
    }));
    let mut lanes = vec![goods, puts("/v1/shipping-zones", &catalogue.shipping_zones)];
    let receipts: Vec<(&String, &u32)> = catalogue.stock.iter().collect();
    let share = receipts.len().div_ceil(RECEIVERS).max(1);
    lanes.extend(receipts.chunks(share).map(|share| share.iter().map(|(sku, units)| receipt(sku, **units)).collect()));
    lanes
}

fn puts(path: &str, entries: &Named) -> Vec<Step> {
    let put = |(id, body): (&String, &Value)| Step {
        method: "PUT",
        path: format!("{path}/{id}"),
        body: body.clone(),
        key: None,
    };
    entries.iter().map(put).collect()
}

fn receipt(sku: &str, units: u32) -> Step {
    Step {
        method: "POST",
        path: format!("/v1/stock/{sku}/adjustments"),
        body: json!({ "delta": units, "reason": "demo catalogue" }),
        key: Some(format!("demo-catalogue-{sku}")),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Step {
    fn send(&self, staff: &Shop) -> Result<()> {
        let key = self.key.iter().map(|key| ("idempotency-key", key.as_str()));
        let send = |over: Option<(&'static str, &'static str)>| {
            let headers: Vec<(&str, &str)> = key.clone().chain(over).collect();
            staff.call(self.method, &self.path, Some(&self.body), &headers)
        };
        let mut answer = send(None)?;
        if answer.status == 428 {
            // What the demo has takes the place of whatever has its name.
            answer = send(Some(("if-match", "*")))?;
        }
        // A product whose slug or SKU is taken was brought in before.
        let there_already = answer.status == 409 && self.path == "/v1/products";
        if answer.is_success() || there_already {
            return Ok(());
        }
        bail!("{} {}: {answer}", self.method, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;
    use std::collections::BTreeSet;

    #[test]
    fn every_part_of_the_catalogue_is_sent_once_and_stock_is_repeatable() {
        let catalogue = Catalogue::read(&Workspace::find().unwrap()).unwrap();
        let lanes = lanes(&catalogue);
        let steps: Vec<&Step> = lanes.iter().flatten().collect();
        let puts: BTreeSet<_> = steps.iter().filter(|step| step.method == "PUT").map(|step| &step.path).collect();
        let of_goods = catalogue.categories.len() + catalogue.tax_rates.len() + catalogue.legal_pages.len();
        let expected = of_goods + catalogue.shipping_zones.len();
        assert_eq!(puts.len(), expected);
        let keys: BTreeSet<_> = steps.iter().filter_map(|step| step.key.as_ref()).collect();
        assert_eq!(keys.len(), catalogue.stock.len());
        assert_eq!(steps.len(), expected + catalogue.products.len() + catalogue.stock.len());
    }

    #[test]
    fn a_category_is_sent_after_its_parent_and_before_any_product() {
        let catalogue = Catalogue::read(&Workspace::find().unwrap()).unwrap();
        let lane = &lanes(&catalogue)[0];
        let place = |path: &str| lane.iter().position(|step| step.path == path).unwrap();
        assert!(place("/v1/categories/pantry") < place("/v1/categories/tea"));
        assert!(place("/v1/categories/tea") < place("/v1/products"));
    }
}
