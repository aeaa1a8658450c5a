//! The saga explored in full: the functions that run in Lambda under every order of events that small bounds allow.
//!
//! `stateright` walks all states of a shop of one or two orders over an unordered network, in which a machine may die
//! between any two writes and sends (so its message comes again), messages are repeated and lost, reads are late, the
//! sweep comes early, and people cancel, pay again, answer their bank, dispatch and deliver whenever they can. A `faults`
//! budget bounds all that goes wrong in one run; what goes right is not bounded. The deadline falls whenever its reminder
//! is received, which is: at any moment.
//!
//! The bounds here take seconds. Larger ones take half an hour and 14 GB, nearly all of it for two orders whose customers
//! may both cancel and pay again (98 million states):
//! `SOUK_MODEL=large cargo test --profile prove -p system-tests --test model -- --nocapture`; `--nocapture` also shows how many
//! states were explored, and the path to each planted fault.
//!
//! Transcribed, as it is code around stores and not functions (`participants`): which command a message of `inventory`,
//! `payments` and `shipping` becomes, the conditions of the stores' writes, and in which order services write and send.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod explore;
mod external;
mod interner;
mod laws;
mod mutants;
mod mutation;
mod participants;
mod shop;
mod sound;
