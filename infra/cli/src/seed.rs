//! Bringing the demo catalogue into a shop, through its public API and with a staff account.
//! Owns the order of things and their repetition: everything may be sent again and nothing comes twice.
//! Refuses the database: whatever the API does not allow, the demo catalogue does not have.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::progress::Task;
use crate::seed_data::{Catalogue, Named};
use crate::shop::Shop;

const AT_ONCE: usize = 6;

/// One request of the seed.
struct Step {
    method: &'static str,
    path: String,
    body: Value,
    /// Makes a POST repeatable.
    key: Option<String>,
}

/// Sends the whole catalogue; what is there already stays as it is.
///
/// # Errors
/// The first refusal, with the API's own words.
pub fn seed(task: &Task, staff: &Shop, catalogue: &Catalogue) -> Result<()> {
    // Parents before children, rules before goods: each wave needs what the ones before it made.
    let (roots, children): (Named, Named) =
        catalogue.categories.clone().into_iter().partition(|(_, category)| category.get("parent").is_none());
    let mut rules = puts("/v1/categories", &children);
    rules.extend(puts("/v1/tax-rates", &catalogue.tax_rates));
    rules.extend(puts("/v1/shipping-zones", &catalogue.shipping_zones));
    let mut goods: Vec<Step> = catalogue
        .products
        .iter()
        .map(|product| Step {
            method: "POST",
            path: "/v1/products".to_owned(),
            body: Value::Object(product.clone()),
            key: None,
        })
        .collect();
    goods.extend(catalogue.stock.iter().map(|(sku, quantity)| receipt(sku, *quantity)));
    for wave in [puts("/v1/categories", &roots), rules, goods] {
        send(task, staff, &wave)?;
    }
    Ok(())
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

fn receipt(sku: &str, quantity: u32) -> Step {
    Step {
        method: "POST",
        path: format!("/v1/stock/{sku}/adjustments"),
        body: json!({ "delta": quantity, "reason": "demo catalogue" }),
        key: Some(format!("demo-catalogue-{sku}")),
    }
}

fn send(task: &Task, staff: &Shop, steps: &[Step]) -> Result<()> {
    let next = AtomicUsize::new(0);
    let failure = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(steps.len()) {
            scope.spawn(|| {
                while let Some(step) = steps.get(next.fetch_add(1, Ordering::SeqCst)) {
                    task.note(format!("{} {}", step.method, step.path));
                    if let Err(error) = step.send(staff) {
                        failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                        next.store(steps.len(), Ordering::SeqCst);
                    }
                }
            });
        }
    });
    failure.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

impl Step {
    fn send(&self, staff: &Shop) -> Result<()> {
        let headers: Vec<(&str, &str)> = self.key.iter().map(|key| ("idempotency-key", key.as_str())).collect();
        let answer = staff.call(self.method, &self.path, Some(&self.body), &headers)?;
        // A product whose slug or SKU is taken was brought in before.
        let there_already = answer.status == 409 && self.method == "POST" && self.key.is_none();
        if answer.is_success() || there_already {
            return Ok(());
        }
        bail!("{} {}: {answer}", self.method, self.path)
    }
}
