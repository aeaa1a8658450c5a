//! The order and the saga that it conducts, as pure functions: [`place`](place::place) makes an order of two quotes,
//! [`step`](step::step) answers one input, [`messages`](messages::messages) says what follows from a transition,
//! [`overdue`](overdue::overdue) says what a stuck order needs.
//!
//! Refuses I/O, clocks and HTTP: time and facts are passed in, so that the very same code runs in Lambda and in a simulator.

pub mod diagram;
pub mod messages;
pub mod method;
pub mod order;
pub mod overdue;
pub mod place;
pub mod shopper;
pub mod step;

pub use diagram::diagram;
