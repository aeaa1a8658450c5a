//! Logs as JSON lines. A line carries ids and figures, never a secret, a token or a personal datum.

use std::str::FromStr;
use tracing::Level;

/// Starts logging at a level; unknown levels mean `info`. A second start changes nothing.
///
/// There is no level below `info`: there the SDK prints what it sends and receives, people and secrets included.
pub fn start(level: &str) {
    let level = Level::from_str(level).unwrap_or(Level::INFO).min(Level::INFO);
    let lines = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        // CloudWatch stamps every line itself.
        .without_time()
        .with_max_level(level)
        .finish();
    // Refused only if logging has been started, as in a test with several functions.
    let _ = tracing::subscriber::set_global_default(lines);
}
