//! Payments as a whole: real event payloads through the real function, on the table that its template declares.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bank_page;
mod called_off;
mod challenge;
mod commands;
mod contract;
mod crashes;
mod erasing;
mod exceptions;
mod figures;
mod harness;
mod ledger;
mod races;
mod reading;
mod refunds;
mod rush;
mod sequences;
mod settled;
mod silent_provider;
mod staff_figures;
mod staff_ledger;
mod staff_pages;
mod staff_refund;
mod sweep;
mod trial_balance;
mod voids;
