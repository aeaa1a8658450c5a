//! HTTP: a table of routes with their access, bounded and strict input, problem documents, paging.

mod access;
mod answer;
mod audit;
mod body;
mod call;
pub mod card_number;
pub mod cookies;
pub mod cursor;
mod declared;
mod declaring;
mod documented;
mod edge;
mod etag;
mod input;
mod json;
mod mismatch;
mod network;
#[cfg(feature = "spec")]
mod openapi;
mod origin;
mod page;
mod pointer;
mod problem;
mod query;
mod response;
mod revocation;
mod route;
mod router;
mod screens;
#[cfg(feature = "spec")]
mod shape;
mod site;
mod statement;
mod target;
#[cfg(feature = "spec")]
mod tidy;
mod visit;

pub use access::{Access, Caller, Identity, Machine};
pub use answer::{Answer, Put};
pub use body::{Body, Json, NoBody, SentBody};
pub use call::{Call, Listing, NoQuery, PageQuery};
pub use edge::{Edge, InvalidDigest};
pub use etag::{ETag, Precondition, Tagged, Unmet};
pub use network::network_of;
#[cfg(feature = "spec")]
pub use openapi::{Described, document};
pub use page::redirect;
pub use problem::{Problem, ProblemDocument, STEPPED_UP_SECONDS};
pub use response::Response;
pub use revocation::{KEPT_SECONDS, Revocations};
pub use route::{Kind, RawCall, Route};
pub use router::Router;
pub use screens::Screens;
pub use site::{InvalidLogo, Logo, Site};
pub use statement::Refusal;
pub use target::base_path;
pub use visit::Visit;
