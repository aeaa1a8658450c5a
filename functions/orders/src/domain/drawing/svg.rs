//! SVG markup, piece by piece. Owns escaping; refuses inline styles, scripts and ids, so that a strict policy lets it pass and
//! two pictures never clash on a page.

use super::Caption;
use std::fmt::{Arguments, Write};

pub(super) struct Svg(String);

/// The side to which an arrow points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Towards {
    Left,
    Right,
    Up,
    Down,
}

impl Svg {
    /// Begins a picture of that class and size. It has no width of its own: the page decides.
    pub(super) fn new(class: &str, (width, height): (i32, i32), caption: &Caption<'_>) -> Self {
        let mut svg = Self(String::with_capacity(8 * 1024));
        let (title, description) = (escape(caption.title), escape(caption.description));
        svg.add(format_args!(
            "<svg class=\"saga {class}\" viewBox=\"0 0 {width} {height}\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\">\
             <title>{title}</title><desc>{description}</desc>"
        ));
        svg
    }

    /// Adds markup whose texts are escaped.
    pub(super) fn add(&mut self, markup: Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.0.write_fmt(markup);
    }

    pub(super) fn text(&mut self, class: &str, (x, y): (i32, i32), text: &str) {
        let text = escape(text);
        self.add(format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{text}</text>"));
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push_str("</svg>");
        self.0
    }
}

/// The outline of an arrow's head with its tip at that point.
pub(super) fn head((x, y): (i32, i32), towards: Towards) -> String {
    match towards {
        Towards::Left => format!("M{x} {y}l8-4v8z"),
        Towards::Right => format!("M{x} {y}l-8-4v8z"),
        Towards::Up => format!("M{x} {y}l-4 8h8z"),
        Towards::Down => format!("M{x} {y}l-4-8h8z"),
    }
}

/// A text as XML takes it, in elements and attributes. Characters that XML does not know are left out.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            character if character.is_control() && !character.is_whitespace() => {}
            // Whitespace to Unicode, unknown to XML.
            '\u{b}' | '\u{c}' => {}
            character => escaped.push(character),
        }
    }
    escaped
}
