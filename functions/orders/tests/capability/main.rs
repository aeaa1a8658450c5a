//! Orders as its clients and the other capabilities meet it: real events through the real function, on the table that its
//! template declares.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod actors;
mod addresses;
mod canceling;
mod claims;
mod contract;
mod decline_limits;
mod due;
mod erasing;
mod erasing_many;
mod free_orders;
mod guest_tokens;
mod guests;
mod harness;
mod invalid_input;
mod journey;
mod lapsing_authorization;
mod lost_records;
mod mail_links;
mod notes;
mod open_order_limits;
mod order_page;
mod pages;
mod paying;
mod payment_keys;
mod placing;
mod reading;
mod recovery;
mod retractions;
mod saga_properties;
mod sales;
mod sales_counting;
mod searching;
mod staff_notes;
mod staff_pages;
mod staff_sales;
mod sweep_of_many;
mod unreadable_order;
mod unreliable_queues;
