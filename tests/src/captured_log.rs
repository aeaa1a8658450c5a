//! Captures what this thread logs. Refuses to capture other threads.

use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing::subscriber::{DefaultGuard, NoSubscriber, set_default};
use tracing::{Dispatch, Level};

#[derive(Debug, Clone, Default)]
pub struct CapturedLog(Arc<Mutex<Vec<u8>>>);

impl CapturedLog {
    /// Captures everything that this thread logs until the guard is dropped.
    #[must_use]
    pub fn capture(&self) -> Capturing {
        self.capture_from(Level::DEBUG)
    }

    /// Captures lines of this level or a more important one.
    #[must_use]
    pub fn capture_from(&self, least: Level) -> Capturing {
        let log = self.clone();
        let lines = tracing_subscriber::fmt().json().with_max_level(least).with_writer(move || log.clone());
        Capturing { _lines: set_default(lines.finish()), _other: Dispatch::new(NoSubscriber::default()) }
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Captures until it is dropped.
#[derive(Debug)]
pub struct Capturing {
    _lines: DefaultGuard,
    /// While `tracing` knows a single subscriber, a line that another thread reaches first is switched off for all threads.
    _other: Dispatch,
}

impl Write for CapturedLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
