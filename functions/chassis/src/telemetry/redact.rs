//! Error texts without the values they quote. Parsers quote malformed input, which may be an address or a name, and
//! error texts end up in logs.

use std::error::Error;

/// A parser's message without the input it quotes. The expected form and the place stay.
pub(crate) fn without_values(message: &str) -> String {
    let quoted = message.find(['"', '`']).filter(|_| !message.starts_with("missing field"));
    match quoted {
        None => message.to_owned(),
        Some(start) => {
            let kept = message.get(..start).unwrap_or_default();
            let expected = message.rfind(", expected").and_then(|end| message.get(end..)).unwrap_or_default();
            format!("{kept}…{expected}")
        }
    }
}

/// An error and its causes as text. The SDK's own rendering adds the raw response, which may hold items.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_left_out_and_what_was_expected_stays() {
        for (message, kept) in [
            (r#"invalid type: string "ada@example.com", expected u32"#, "invalid type: string …, expected u32"),
            ("unknown variant `ada`, expected `a` or `b`", "unknown variant …, expected `a` or `b`"),
            ("missing field `order_id`", "missing field `order_id`"),
            ("not an id of the form order_…", "not an id of the form order_…"),
            ("unknown field `ada`", "unknown field …"),
        ] {
            assert_eq!(without_values(message), kept);
        }
    }
}
