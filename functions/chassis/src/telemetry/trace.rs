//! The W3C trace context (`traceparent`): one trace id through everything that a request starts.

use crate::runtime::World;
use std::fmt::Write;

/// A version-00 `traceparent`: trace id, parent id and flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace(String);

impl Trace {
    /// Continues a valid `traceparent` or starts a new trace. Invalid ones are dropped (W3C Trace Context §3.2).
    pub fn continue_or_start(traceparent: Option<&str>, world: &World) -> Self {
        match traceparent {
            Some(text) if is_valid(text) => Self(text.to_owned()),
            _ => Self::start(world),
        }
    }

    fn start(world: &World) -> Self {
        let mut text = String::from("00-");
        push_hex(&mut text, &world.random::<16>());
        text.push('-');
        push_hex(&mut text, &world.random::<8>());
        text.push_str("-01");
        Self(text)
    }

    /// The whole header value.
    pub fn parent(&self) -> &str {
        &self.0
    }

    /// The trace id: 32 hexadecimal digits.
    pub fn id(&self) -> &str {
        Self::id_in(Some(&self.0))
    }

    /// The trace id in a `traceparent`; empty if there is none.
    pub fn id_in(traceparent: Option<&str>) -> &str {
        traceparent.and_then(|text| text.get(3..35)).unwrap_or_default()
    }
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
}

fn is_valid(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    matches!(parts[..], [version, trace, parent, flags]
        if version == "00" && hex(trace, 32) && hex(parent, 16) && hex(flags, 2)
            && trace.bytes().any(|b| b != b'0') && parent.bytes().any(|b| b != b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_well_formed_trace_parents_are_continued() {
        assert!(is_valid("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
        for bad in [
            "",
            "00-0",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert!(!is_valid(bad), "{bad}");
        }
    }
}
