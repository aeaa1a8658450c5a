//! The chassis as a capability uses it: a made-up service behind real payloads, the embedded table and recorded queues.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod actor;
mod audit;
mod card_numbers;
mod deeds;
mod edge;
mod fixtures;
mod gateway;
mod hanging;
mod http;
mod inbox;
mod input;
mod json_service;
mod media_types;
mod one_shape;
mod openapi;
mod payloads;
mod people;
mod permanent;
mod probe;
mod queues;
mod relay;
mod second_factor;
mod shards;
mod sweep;
mod table;
mod text;
mod token;
mod versions;
mod xray;
