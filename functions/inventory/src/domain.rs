//! What holds of stock: all of an order's lines are held or none is, nothing is promised twice, everything that left can
//! come back once. Pure: refuses clocks, tables, queues and HTTP.

pub mod adjustment;
pub mod lines;
pub mod replies;
pub mod reservation;
pub mod stock;

pub use adjustment::{Adjustment, AdjustmentRefused, Movement, MovementKind};
pub use lines::Lines;
pub use reservation::{Decided, HeldLine, Input, Reservation, Status, Transition, Wish, Write};
pub use stock::Stock;
