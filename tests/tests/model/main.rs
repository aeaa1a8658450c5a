//! The saga explored in full: the functions that run in Lambda under every order of events that small bounds allow.
//!
//! `stateright` visits all states of a shop of one or two orders over an unordered network. A process may crash between any
//! two writes and sends, so that its message is delivered again; messages are repeated and lost, reads are stale, the sweep
//! comes early, and people cancel, pay again, answer their bank, dispatch and deliver whenever they can. The budget `faults`
//! bounds all that goes wrong in one run. The deadline passes when its reminder is received, which may be at any moment.
//!
//! These bounds take seconds. Larger ones take half an hour and 14 GB, nearly all of it for two orders whose customers may
//! both cancel and pay again (98 million states):
//! `SOUK_MODEL=large cargo test --profile prove -p system-tests --test model -- --nocapture`; `--nocapture` also shows how many
//! states were explored, and the path to each mutant's broken law.
//!
//! `participants` repeats what services do around their stores: which command a message of `inventory`, `payments` and
//! `shipping` becomes, the conditions of the writes, and the order of writes and sends.

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
