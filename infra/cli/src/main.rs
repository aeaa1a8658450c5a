//! The command `souk`. Refuses code: the parts lie in the library, so that `tests` can use them too.

use std::process::ExitCode;

fn main() -> ExitCode {
    souk::command_line::main()
}
