//! What shoppers and staff do in a real browser, against a deployed shop. Finds the shop as the journeys over HTTP do.
//!
//! Needs Chromium and ChromeDriver: `SOUK_CHROMIUM` and `SOUK_CHROMEDRIVER` name others than those on the path. Each journey has a
//! browser and a profile of its own, so all run concurrently and repeatedly.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accessible;
mod address;
mod alerts;
mod back_office;
mod browser;
mod canceling;
mod customers;
mod day;
mod everywhere;
mod expired;
mod forged;
mod german;
mod guests;
mod harness_tests;
mod mails;
mod passkeys;
mod paying;
mod phone;
mod plain;
mod provider;
mod reference;
mod repeated;
mod script;
mod shopping;
mod site;
mod staff;
mod webdriver;

#[path = "../journeys/buying.rs"]
#[allow(dead_code, reason = "the journeys over HTTP use the rest")]
mod buying;
#[path = "../journeys/cloud.rs"]
#[allow(dead_code, reason = "the journeys over HTTP use the rest")]
mod cloud;
#[path = "../journeys/goods.rs"]
#[allow(dead_code, reason = "the journeys over HTTP use the rest")]
mod goods;
#[path = "../journeys/people.rs"]
#[allow(dead_code, reason = "the journeys over HTTP use the rest")]
mod people;
#[path = "../journeys/shop.rs"]
#[allow(dead_code, reason = "the journeys over HTTP use the rest")]
mod shop;
#[path = "../journeys/stage.rs"]
#[allow(dead_code, reason = "the journeys over HTTP use the rest")]
mod stage;
#[path = "../journeys/waiting.rs"]
#[allow(dead_code, reason = "the journeys over HTTP use the rest")]
mod waiting;
