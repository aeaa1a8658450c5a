//! Everything that is logged while somebody listens.

use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing::subscriber::{DefaultGuard, NoSubscriber, set_default};
use tracing::{Dispatch, Level};

/// What was logged, for a test to read.
#[derive(Debug, Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    /// Hears everything that this thread logs from now on, until the answer is dropped.
    #[must_use]
    pub fn listen(&self) -> Listening {
        self.listen_from(Level::DEBUG)
    }

    /// Hears what is at least as important as that.
    #[must_use]
    pub fn listen_from(&self, least: Level) -> Listening {
        let heard = self.clone();
        let lines = tracing_subscriber::fmt().json().with_max_level(least).with_writer(move || heard.clone());
        Listening { _lines: set_default(lines.finish()), _other: Dispatch::new(NoSubscriber::default()) }
    }

    /// All of it.
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Somebody listens.
#[derive(Debug)]
pub struct Listening {
    _lines: DefaultGuard,
    /// While `tracing` knows of a single subscriber, a line that is first come by on another thread is off for all of them.
    _other: Dispatch,
}

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
