//! The state that an emulator keeps between two runs with `--persist`, and the part of it that must be reset.
//! Refuses to touch tables and queues.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// Resets the position of readers of table streams. The emulator keeps the number of records that each has read, but
/// not the records: after a restart a reader would skip that number of new records.
pub fn rewind_streams(state: &Path) -> Result<()> {
    let file = state.join("lambda.json");
    let Ok(text) = std::fs::read_to_string(&file) else { return Ok(()) };
    let mut kept: Value = serde_json::from_str(&text).with_context(|| format!("{} is damaged", file.display()))?;
    if let Some(positions) = kept.pointer_mut("/payload/dynamodb_stream_positions/data") {
        *positions = json!({});
        std::fs::write(&file, kept.to_string()).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_read_from_their_start_and_the_rest_is_kept() {
        let folder = std::env::temp_dir().join(format!("souk-kept-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let before = json!({"payload": {"dynamodb_stream_positions": {"data": {"a": 192}}, "functions": {"f": 1}}});
        std::fs::write(folder.join("lambda.json"), before.to_string()).unwrap();
        rewind_streams(&folder).unwrap();
        let after: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("lambda.json")).unwrap()).unwrap();
        assert_eq!(after, json!({"payload": {"dynamodb_stream_positions": {"data": {}}, "functions": {"f": 1}}}));
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(rewind_streams(&folder).is_ok(), "nothing was kept yet");
    }
}
