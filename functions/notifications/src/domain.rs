//! What mails say, and when one may be sent. Pure: no clock, no table, no mail service.

pub mod delivery;
pub mod english;
pub mod letter;
pub mod news;
