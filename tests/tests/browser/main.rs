//! What shoppers and staff do in a real browser, against a deployed shop. Finds the shop as the journeys over HTTP do.
//!
//! Needs Chromium and ChromeDriver: `SOUK_CHROMIUM` and `SOUK_CHROMEDRIVER` name others than those on the path. Each journey has a
//! browser and a profile of its own, so all run concurrently and repeatedly.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod address;
mod browser;
mod harness_tests;
mod reference;
mod site;
mod webdriver;

#[path = "../journeys/stage.rs"]
#[allow(dead_code, reason = "the journeys over HTTP use the rest")]
mod stage;
#[path = "../journeys/waiting.rs"]
#[allow(dead_code, reason = "the journeys over HTTP use the rest")]
mod waiting;
