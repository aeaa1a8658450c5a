//! The rules of stock: an order holds all of its lines or none, no unit is promised twice, and a unit that left comes back
//! at most once. Pure: refuses clocks, tables, queues and HTTP.

pub mod adjustment;
pub mod lines;
pub mod replies;
pub mod reservation;
pub mod stock;

pub use adjustment::{Adjustment, Movement, MovementKind, Rejection};
pub use lines::Lines;
pub use reservation::{Decision, HeldLine, Input, Reservation, ReservationRequest, Status, Transition, Write};
pub use stock::Stock;
