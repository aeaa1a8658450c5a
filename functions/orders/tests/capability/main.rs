//! Orders as others meet it: real events through the real function, on the table that its template declares.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod canceling;
mod contract;
mod desk;
mod healing;
mod input;
mod journey;
mod lapsing;
mod laws;
mod lost_records;
mod paying;
mod placing;
mod postman;
mod reading;
mod shoppers;
mod unreadable;
