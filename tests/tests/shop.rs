//! The functions on a test bench, and the whole shop simulated. One binary, as linking takes longer than running most of it. Refuses
//! tests of its own.

#[path = "functions/main.rs"]
mod functions;
#[path = "simulation/main.rs"]
mod simulation;
