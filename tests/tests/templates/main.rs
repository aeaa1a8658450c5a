//! The templates agree with the laws and with the code.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod edge;
mod functions;
mod mail_feedback;
mod permissions;
mod platform;
mod production;
mod queues;
mod routes;
mod samconfig;
mod tables;
mod times;
