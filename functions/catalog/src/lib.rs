#![doc = include_str!("../README.md")]

pub mod config;
pub mod domain;
pub mod http;
pub mod inbox;
pub mod service;
pub mod store;

pub use config::Config;
pub use service::Catalog;
