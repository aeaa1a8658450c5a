//! What holds without running a function: the architecture's rules, and the agreement of code, templates and documents. One binary,
//! as linking takes longer than running. Refuses tests of its own.

#[path = "architecture/main.rs"]
mod architecture;
#[path = "code/main.rs"]
mod code;
#[path = "templates/main.rs"]
mod templates;
