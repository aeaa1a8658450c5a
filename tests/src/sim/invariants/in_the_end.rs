//! What must hold when the shop has come to rest, part by part.

pub mod actors;
pub mod books;
pub mod erased;
pub mod goods;
pub mod mailboxes;
pub mod messages;
pub mod money;
pub mod orders;
pub mod people;
pub mod staff;
pub mod stock;
