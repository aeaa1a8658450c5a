//! The screens of inventory for staff: all stock and what is short, the stock of a SKU with its movements and a form to receive and
//! write off units, and what the start page says of it. Refuses decisions: those are the service's, as the API makes them.

mod adjust;
mod form;
mod list;
mod stock;
mod summary;
mod words;

use crate::service::Inventory;
use ::pages::{assets, dead_letters, get, post};
use chassis::{Access, Route};
use events::users::Permission;

/// Access of those who see units.
const READ: Access = Access::Needs(Permission::StockRead);
/// Access of those who change them.
const WRITE: Access = Access::Needs(Permission::StockWrite);

pub(crate) fn routes() -> Vec<Route<Inventory>> {
    vec![
        get("/staff/inventory", READ, list::list),
        get("/staff/inventory/{sku}", READ, stock::show),
        // The operation of the API, so that the audit log says the same of both.
        post("/staff/inventory/{sku}/adjustments", WRITE, adjust::adjust).named("adjustStock").rechecked(),
        // Links name SKUs in capitals, so this is the page of none.
        Route::fragment("/staff/inventory/summary", READ, summary::summary),
        dead_letters("/staff/inventory/dead-letters"),
        assets("/assets/inventory/{file}"),
    ]
}
