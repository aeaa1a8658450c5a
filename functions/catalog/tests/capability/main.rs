//! The catalog on its bench: real events through the real handler, on the table that the template declares.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod browsing;
mod checkout;
mod contract;
mod harness;
mod legal_pages;
mod levels;
mod lines;
mod listing;
mod products;
mod quotes;
mod races;
mod reference;
mod searching;
mod settings;
mod site_map;
mod staff_legal_pages;
mod staff_list;
mod staff_product_versions;
mod staff_products;
mod staff_settings;
mod staff_shop_settings;
mod store;
mod versions;
