//! Messages: an inbox that handles each delivery alone, a relay that sends what follows from a table's stream, and the
//! queues between them.

mod batch;
mod change;
mod dead_letter;
mod delivery;
mod inbox;
mod queues;
mod relay;

pub use batch::{back_off_seconds, receive_batch};
pub use change::{Change, StreamRecord, Undecodable};
pub use dead_letter::{DeadLetter, ORIGINAL_MESSAGE_ID, REASON, SEQUENCE_NUMBER, TABLE_KEY};
pub use delivery::{BatchAnswer, DeliveredAttribute, Delivery, ItemFailure};
pub(crate) use inbox::in_time;
pub use inbox::{Failure, Received};
pub use queues::{CountError, Queues, SendError};
pub use relay::relay_batch;
