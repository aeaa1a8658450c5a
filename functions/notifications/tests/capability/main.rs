//! Notifications as a whole: real queue batches through the real function, emails out, as a recording mail service sees
//! them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod contacts;
mod contract;
mod emails;
mod erasing;
mod feedback;
mod guest_alerts;
mod harness;
mod listing;
mod resending;
mod staff;
mod staff_pages;
mod stock_alert_pages;
mod stock_alerts;
mod templates;
mod unsubscribing;
mod which;
