//! The OpenAPI document and the received messages agree with the code.

use crate::harness::{bench, every_message, sold_out};
use chassis::testing::contract;
use events::Capability;
use events::flows::received_by;
use notifications::Notifications;
use std::collections::BTreeSet;

/// Messages that bring no email: of staff who lost their access. Those of every capability are tried together.
const OF_STAFF: [&str; 2] = ["users.access_changed.v1", "users.session_ended.v1"];
/// The message of a changed address, which brings no email either. See `contacts.rs`.
const OF_CONTACTS: &str = "users.contact_changed.v1";
/// Messages after which emails are forgotten. See `erasing.rs`.
const OF_ERASURE: [&str; 2] = ["users.user_erased.v1", "orders.order_erased.v1"];

#[test]
fn the_openapi_document_is_made_from_the_routes() {
    contract::openapi_document_is_made_from_the_routes::<Notifications>(
        env!("CARGO_MANIFEST_DIR"),
        env!("CARGO_PKG_DESCRIPTION"),
    );
}

#[test]
fn every_message_type_that_is_received_is_tried_in_these_tests() {
    let (bench, _) = bench();
    let mut tried: BTreeSet<_> = every_message(&bench).into_iter().map(|message| message.kind).collect();
    tried.insert(bench.envelope("TEA", 3, &sold_out()).kind);
    tried.insert(OF_CONTACTS.to_owned());
    tried.extend(OF_STAFF.map(str::to_owned));
    tried.extend(OF_ERASURE.map(str::to_owned));
    let received: BTreeSet<_> = received_by(Capability::Notifications).map(|flow| flow.kind.to_owned()).collect();
    assert_eq!(tried, received);
}
