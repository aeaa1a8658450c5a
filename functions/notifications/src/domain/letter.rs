//! A letter as blocks, and its two renderings. Values from outside are made harmless here and nowhere else: control
//! characters become spaces, markup is escaped, only web addresses become links.

use std::fmt::Write;

/// A part of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// Rows of a description and what stands beside it; the last one sums up.
    Rows(Vec<(String, String)>),
    /// Somewhere to go.
    Link {
        /// What is there.
        label: String,
        /// Its address.
        url: String,
    },
}

/// A letter before it is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The language of the text (BCP 47).
    pub language: &'static str,
    /// The subject.
    pub subject: String,
    /// The parts, in order.
    pub blocks: Vec<Block>,
}

/// A letter ready to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

impl Letter {
    /// Both renderings.
    pub fn mail(&self) -> Mail {
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
        Mail { subject, text: text.trim_end().to_owned() + "\n", html }
    }
}

fn write_text(text: &mut String, block: &Block) -> std::fmt::Result {
    match block {
        Block::Text(paragraph) => writeln!(text, "{}\n", plain(paragraph)),
        Block::Rows(rows) => {
            for (what, beside) in rows {
                writeln!(text, "  {}: {}", plain(what), plain(beside))?;
            }
            writeln!(text)
        }
        Block::Link { label, url } => writeln!(text, "{}: {}\n", plain(label), plain(url)),
    }
}

fn write_html(html: &mut String, block: &Block) -> std::fmt::Result {
    match block {
        Block::Text(paragraph) => writeln!(html, "<p>{}</p>", escaped(paragraph)),
        Block::Rows(rows) => {
            html.push_str("<table>\n");
            for (what, beside) in rows {
                writeln!(html, "<tr><td>{}</td><td align=\"right\">{}</td></tr>", escaped(what), escaped(beside))?;
            }
            writeln!(html, "</table>")
        }
        Block::Link { label, url } if url.starts_with("https://") || url.starts_with("http://") => {
            writeln!(html, "<p><a href=\"{}\">{}</a></p>", escaped(url), escaped(label))
        }
        Block::Link { label, url } => writeln!(html, "<p>{}: {}</p>", escaped(label), escaped(url)),
    }
}

/// Text on one line: nobody's title starts a paragraph of its own.
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

    fn letter(value: &str, url: &str) -> Letter {
        Letter {
            language: "en",
            subject: value.to_owned(),
            blocks: vec![
                Block::Text(value.to_owned()),
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
    fn a_letter_says_the_same_in_text_and_in_html() {
        let mail = letter("Tea & \"more\"", "https://bank.example/?a=1&b=2").mail();
        assert_eq!(mail.subject, "Tea & \"more\"");
        assert_eq!(
            mail.text,
            "Tea & \"more\"\n\n  Tea & \"more\": Tea & \"more\"\n\nTea & \"more\": https://bank.example/?a=1&b=2\n"
        );
        assert!(mail.html.contains("<p>Tea &amp; &quot;more&quot;</p>"));
        assert!(mail.html.contains("<a href=\"https://bank.example/?a=1&amp;b=2\">"));
    }

    #[test]
    fn only_web_addresses_become_links() {
        let mail = letter("Pay", "javascript:alert(1)").mail();
        assert!(!mail.html.contains("<a "));
    }

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(letter("Hello\r\nBcc: all@example.com", "").mail().subject, "Hello  Bcc: all@example.com");
    }

    proptest! {
        #[test]
        fn no_value_adds_markup(value in any::<String>(), tail in any::<String>()) {
            let harmless = letter("x", "https://x").mail();
            let mail = letter(&value, &format!("https://{tail}")).mail();
            prop_assert_eq!(tags(&mail.html), tags(&harmless.html));
            prop_assert_eq!(mail.html.matches('"').count(), harmless.html.matches('"').count());
        }

        #[test]
        fn every_value_is_shown_whole(value in "[^\\p{Cc}\u{2028}\u{2029}]*") {
            let mail = letter(&value, "https://x").mail();
            let paragraph = format!("<p>{}</p>", value);
            prop_assert!(unescaped(&mail.html).contains(&paragraph));
            prop_assert!(mail.text.contains(value.trim_end()));
        }
    }
}
