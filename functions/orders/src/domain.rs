//! The order and its saga as pure functions: [`place`](place_order::place) makes an order of two quotes,
//! [`decide`](saga::decide) decides an input, [`outgoing`](messages::outgoing) renders the messages of a transition,
//! [`overdue`](overdue::overdue) says what a stuck order needs, [`drawing`] and [`milestone`] show people what happened,
//! [`sales`] sums what was sold.
//!
//! Refuses I/O, clocks and HTTP: time and facts are passed in, so the same code runs in Lambda, simulator and model.

pub mod decision;
pub mod diagram;
pub mod drawing;
pub mod effect;
pub mod erasure;
pub mod explanation;
pub mod forgetting;
pub mod input;
pub mod messages;
pub mod milestone;
pub mod note;
pub mod order;
pub mod overdue;
pub mod payment_method;
pub mod place_order;
pub mod rejection;
pub mod saga;
pub mod sales;
pub mod search;
pub mod shopper;
mod state_edges;
pub mod states;
pub mod tracking;
pub mod transition;
mod transition_builder;

pub use diagram::diagram;
pub use rejection::Rejection;
