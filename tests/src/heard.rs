//! Everything that is logged while somebody listens.

use std::io::Write;
use std::sync::{Arc, Mutex};

/// What was logged, for a subscriber to write and a test to read.
#[derive(Debug, Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    /// Where a subscriber writes to.
    pub fn writer(&self) -> impl Fn() -> Self + Send + Sync + 'static {
        let heard = self.clone();
        move || heard.clone()
    }

    /// All of it.
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
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
