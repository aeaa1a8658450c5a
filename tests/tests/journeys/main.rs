//! What customers and staff do, over HTTP against a deployed shop.
//!
//! Needs `API_URL` and the demo accounts in the file that `SOUK_STATE` names (`.souk/state.json` unless set), as `souk up` and
//! `souk test` leave them. AWS calls go where `AWS_ENDPOINT_URL` says. Each journey makes its own people and goods, so all run
//! at once and again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod bad_input;
mod buying;
mod canceling;
mod cloud;
mod delivered;
mod goods;
mod guests;
mod limits;
mod paying;
mod people;
mod poison;
mod quotes;
mod refunds;
mod shop;
mod stage;
mod stock;
mod waiting;
