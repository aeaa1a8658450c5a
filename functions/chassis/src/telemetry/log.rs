//! Logs as JSON lines. A line carries ids and numbers, never a secret, a token or personal data.

use std::str::FromStr;
use tracing::Level;

/// Starts logging at a level. Unknown levels mean `info`. A second start changes nothing.
///
/// Levels below `info` do not exist: the SDK would log its requests and responses, with personal data and secrets.
pub fn start(level: &str) {
    let level = Level::from_str(level).unwrap_or(Level::INFO).min(Level::INFO);
    let lines = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_target(false)
        // CloudWatch stamps every line itself.
        .without_time()
        .with_max_level(level)
        .finish();
    // Fails only if logging has been started already, as in a test with several functions.
    let _ = tracing::subscriber::set_global_default(lines);
}
