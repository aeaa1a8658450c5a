//! An email as blocks, and its two renderings. Values from outside are made harmless here and nowhere else: control
//! characters become spaces, markup is escaped, only web addresses become links.

use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// A part of an email, before it is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Paragraph(String),
    /// Rows of a description and a value.
    Rows(Vec<(String, String)>),
    Link {
        label: String,
        url: String,
    },
}

/// An email before it is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// BCP 47.
    pub language: &'static str,
    pub subject: String,
    pub blocks: Vec<Block>,
}

/// An email ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderedEmail {
    /// One line.
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Email {
    /// Renders it as text and as HTML.
    pub fn render(&self) -> RenderedEmail {
        let (mut text, mut html) = (String::new(), String::new());
        for block in &self.blocks {
            // Writing to a String cannot fail.
            let _ = write_text(&mut text, block);
            let _ = write_html(&mut html, block);
        }
        let (language, subject) = (self.language, plain(&self.subject));
        let title = escaped(&subject);
        let html = format!(
            "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
             <body>\n{html}</body></html>\n"
        );
        RenderedEmail { subject, text: text.trim_end().to_owned() + "\n", html }
    }
}

fn write_text(text: &mut String, block: &Block) -> std::fmt::Result {
    match block {
        Block::Paragraph(paragraph) => writeln!(text, "{}\n", plain(paragraph)),
        Block::Rows(rows) => {
            for (label, value) in rows {
                writeln!(text, "  {}: {}", plain(label), plain(value))?;
            }
            writeln!(text)
        }
        Block::Link { label, url } => writeln!(text, "{}: {}\n", plain(label), plain(url)),
    }
}

fn write_html(html: &mut String, block: &Block) -> std::fmt::Result {
    match block {
        Block::Paragraph(paragraph) => writeln!(html, "<p>{}</p>", escaped(paragraph)),
        Block::Rows(rows) => {
            html.push_str("<table>\n");
            for (label, value) in rows {
                writeln!(html, "<tr><td>{}</td><td align=\"right\">{}</td></tr>", escaped(label), escaped(value))?;
            }
            writeln!(html, "</table>")
        }
        Block::Link { label, url } if url.starts_with("https://") || url.starts_with("http://") => {
            writeln!(html, "<p><a href=\"{}\">{}</a></p>", escaped(url), escaped(label))
        }
        Block::Link { label, url } => writeln!(html, "<p>{}: {}</p>", escaped(label), escaped(url)),
    }
}

/// Text on one line, so that no title can start a paragraph of its own.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn email(value: &str, url: &str) -> Email {
        Email {
            language: "en",
            subject: value.to_owned(),
            blocks: vec![
                Block::Paragraph(value.to_owned()),
                Block::Rows(vec![(value.to_owned(), value.to_owned())]),
                Block::Link { label: value.to_owned(), url: url.to_owned() },
            ],
        }
    }

    fn tags(html: &str) -> Vec<&str> {
        html.split('<').skip(1).map(|rest| rest.split_inclusive([' ', '>']).next().unwrap_or("")).collect()
    }

    fn unescaped(html: &str) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .iter()
            .fold(html.to_owned(), |text, (entity, c)| text.replace(entity, c))
    }

    #[test]
    fn an_email_says_the_same_in_text_and_in_html() {
        let rendered = email("Tea & \"more\"", "https://bank.example/?a=1&b=2").render();
        assert_eq!(rendered.subject, "Tea & \"more\"");
        assert_eq!(
            rendered.text,
            "Tea & \"more\"\n\n  Tea & \"more\": Tea & \"more\"\n\nTea & \"more\": https://bank.example/?a=1&b=2\n"
        );
        assert!(rendered.html.contains("<p>Tea &amp; &quot;more&quot;</p>"));
        assert!(rendered.html.contains("<a href=\"https://bank.example/?a=1&amp;b=2\">"));
    }

    #[test]
    fn only_web_addresses_become_links() {
        let rendered = email("Pay", "javascript:alert(1)").render();
        assert!(!rendered.html.contains("<a "));
    }

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(email("Hello\r\nBcc: all@example.com", "").render().subject, "Hello  Bcc: all@example.com");
    }

    proptest! {
        #[test]
        fn no_value_adds_markup(value in any::<String>(), tail in any::<String>()) {
            let harmless = email("x", "https://x").render();
            let rendered = email(&value, &format!("https://{tail}")).render();
            prop_assert_eq!(tags(&rendered.html), tags(&harmless.html));
            prop_assert_eq!(rendered.html.matches('"').count(), harmless.html.matches('"').count());
        }

        #[test]
        fn every_value_is_shown_whole(value in "[^\\p{Cc}\u{2028}\u{2029}]*") {
            let rendered = email(&value, "https://x").render();
            let paragraph = format!("<p>{}</p>", value);
            prop_assert!(unescaped(&rendered.html).contains(&paragraph));
            prop_assert!(rendered.text.contains(value.trim_end()));
        }
    }
}
