//! The capabilities' code agrees with the templates, the tables in `events` and the generated documents.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod claims;
mod commits;
mod documents;
mod environment;
mod invariants;
mod lifetimes;
mod openapi;
mod operations;
mod refusals;
mod retries;
mod routes;
mod security;
mod workflows;

/// Calls a generic function for every capability's service type.
macro_rules! for_each_capability {
    ($function:ident) => {
        [
            $function::<users::Users>(),
            $function::<catalog::Catalog>(),
            $function::<inventory::Inventory>(),
            $function::<carts::Carts>(),
            $function::<orders::Orders>(),
            $function::<payments::Payments>(),
            $function::<shipping::Shipping>(),
            $function::<notifications::Notifications>(),
        ]
    };
}
pub(crate) use for_each_capability;
