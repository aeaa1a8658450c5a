//! Notifications through its real function: queue batches in, mails out, as a recording mail service sees them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod contract;
mod deliveries;
mod listing;
mod post;
