//! What customers and staff do, over HTTP against a deployed shop.
//!
//! Needs `API_URL` and the demo users in the file that `SOUK_STATE` names (by default `.souk/state.json`), as `souk up` and
//! `souk test` leave them. AWS calls go to `AWS_ENDPOINT_URL`. Each journey makes its own users and products, so all run
//! concurrently and repeatedly.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod alerts;
mod api_keys;
mod bad_input;
mod bounces;
mod buying;
mod canceling;
mod cases;
mod cloud;
mod delivered;
mod forgotten;
mod goods;
mod guests;
mod keys;
mod limits;
mod operating;
mod paying;
mod people;
mod poison;
mod quotes;
mod refunds;
mod shop;
mod stage;
mod stock;
mod users;
mod waiting;
