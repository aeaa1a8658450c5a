#![doc = include_str!("../README.md")]

mod address;
mod assets;
mod countries;
pub mod csv;
mod dead_letters;
mod errors;
mod file;
mod form;
mod format;
mod html;
mod locale;
mod page;
pub mod plot;
mod problem;
mod routes;
mod staff;
mod words;

pub use address::AddressFields;
pub use assets::{Script, assets, assets_with};
pub use countries::countries;
pub use dead_letters::dead_letters;
pub use errors::Errors;
pub use file::json_file;
pub use form::{CardNumbers, Form, Typed, TypedForm, card_number_refused, unreadable_form};
pub use format::{instant, money, typed_decimal, typed_money};
pub use html::{cacheable, fragment, html, step};
pub use locale::Locale;
pub use page::Page;
pub use problem::screens;
pub use routes::{get, local_target, post};
pub use staff::{AREAS, StaffArea, StaffPart};
pub use words::{Phrase, ProblemWords, Told, Words, fault, read};
