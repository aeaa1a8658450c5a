//! Runs the trials of `cargo souk chaos` on the local shop. Refuses code: the parts lie in the library.

use clap::Parser;
use souk::progress::Progress;
use souk::workspace::Workspace;
use souk::{command_line, process};
use std::process::ExitCode;

fn main() -> ExitCode {
    let options = chaos::Options::parse();
    let try_all = || chaos::chaos(&Workspace::find()?, &Progress::start(), options);
    command_line::conclude(process::watch_for_interrupts().and_then(|()| try_all()))
}
