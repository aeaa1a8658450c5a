//! `/staff/payments` and below: what is wrong, one payment with its refunds, the same in short
//! for the order's page, the ledger, and the money of each day. Refuses a path of
//! its own to anything: a form does what the API does, and leaves the same entry in the audit log.

mod exceptions;
mod figures;
mod ledger;
mod of_order;
mod overview;
mod payment;
mod refund;
mod refund_form;
mod shown;

use crate::service::Payments;
use chassis::{Access, Route};
use events::users::Permission;

/// Access of those who see payments.
const READ: Access = Access::Needs(Permission::PaymentsRead);
/// Access of those who give money back.
const REFUND: Access = Access::Needs(Permission::RefundsWrite);
/// Access of those who read the books.
const LEDGER: Access = Access::Needs(Permission::LedgerRead);

pub(super) fn routes() -> Vec<Route<Payments>> {
    vec![
        ::pages::get("/staff/payments", READ, exceptions::list),
        Route::fragment("/staff/payments/summary", READ, overview::show),
        ::pages::get("/staff/payments/ledger", LEDGER, ledger::show),
        ::pages::get("/staff/payments/ledger.csv", LEDGER, ledger::download),
        ::pages::get("/staff/payments/figures", LEDGER, figures::show),
        ::pages::get("/staff/payments/figures.csv", LEDGER, figures::download),
        Route::fragment("/staff/payments/of/{id}", READ, of_order::show),
        ::pages::get("/staff/payments/{id}", READ, payment::show),
        // Named as the API's own, so the audit log has one name for it.
        ::pages::post("/staff/payments/{id}/refunds", REFUND, refund::create)
            .rechecked()
            .stepped_up()
            .named("refundPayment"),
    ]
}
