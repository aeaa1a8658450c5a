//! What staff do with an order that no page lets them do yet, and how somebody becomes one of them: over the API. Refuses what people
//! have a page for.

use crate::buying::dispatch;
use crate::people::{Customer, admin, staff};
use serde_json::json;

/// What the demo's member of staff has.
const ROLES: [&str; 5] = ["customer", "support", "fulfillment", "catalog", "finance"];

/// The address of a new colleague, who has everybody's password and no second factor yet. One for each browser, as a code counts once.
pub fn new_colleague() -> String {
    let colleague = Customer::new();
    assert!(colleague.verify(), "a role takes a verified address, and nobody but its owner sees the mail here");
    let path = format!("/v1/users/{}/roles", colleague.id);
    admin().with("if-match", "*").put(&path, &json!({"roles": ROLES})).expect(200);
    colleague.email
}

/// Sends the parcel of an order.
pub fn sends(order: &str) -> String {
    dispatch(order)
}

/// Says that a parcel has arrived.
pub fn delivers(shipment: &str) {
    staff().post(&format!("/v1/shipments/{shipment}/delivery"), &json!({})).expect(200);
}
