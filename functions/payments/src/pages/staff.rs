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
use chassis::Access::Staff;
use chassis::Route;

pub(super) fn routes() -> Vec<Route<Payments>> {
    vec![
        ::pages::get("/staff/payments", Staff, exceptions::list),
        Route::fragment("/staff/payments/summary", Staff, overview::show),
        ::pages::get("/staff/payments/ledger", Staff, ledger::show),
        ::pages::get("/staff/payments/ledger.csv", Staff, ledger::download),
        ::pages::get("/staff/payments/figures", Staff, figures::show),
        ::pages::get("/staff/payments/figures.csv", Staff, figures::download),
        Route::fragment("/staff/payments/of/{id}", Staff, of_order::show),
        ::pages::get("/staff/payments/{id}", Staff, payment::show),
        // Named as the API's own, so the audit log has one name for it.
        ::pages::post("/staff/payments/{id}/refunds", Staff, refund::create).rechecked().named("refundPayment"),
    ]
}
