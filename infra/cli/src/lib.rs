//! The parts of `souk`, the developer's and operator's command: from a clone to a running shop, its tests and its deployment.
//!
//! Owns opening, operating and deploying a shop. Refuses business: what a shop does is in the functions; this command only
//! starts, fills, watches and asks it, through the same interfaces as everybody else. What puts a whole shop to the test
//! lies in `tests` and uses these parts.

pub mod accounts;
pub mod answer;
pub mod authenticator;
pub mod bench;
pub mod browser;
pub mod budgets;
pub mod build_functions;
pub mod chaos;
pub mod chosen_shop;
pub mod clients;
pub mod cloud;
pub mod command_line;
pub mod contract;
pub mod cost;
pub mod demo;
pub mod deploy;
pub mod deploy_stage;
pub mod doctor;
pub mod documents;
pub mod down;
pub mod emulator;
pub mod endpoint;
pub mod erasures;
pub mod factors;
pub mod fingerprint;
pub mod indexes;
pub mod keys;
pub mod lighthouse;
pub mod local_shop;
pub mod logs;
pub mod names;
pub mod process;
pub mod progress;
pub mod prove;
pub mod python;
pub mod quota;
pub mod seed;
pub mod seed_data;
pub mod shop;
pub mod sizes;
pub mod state;
pub mod status;
pub mod test;
pub mod test_cargo;
pub mod test_run;
pub mod test_shop;
pub mod tools;
pub mod trace;
pub mod up;
pub mod users;
pub mod watch;
pub mod workspace;
