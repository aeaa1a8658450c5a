//! An email as blocks, and its two forms. Values from outside are made harmless here and nowhere else: control characters become spaces
//! before they reach a text, markup is escaped by the template of the HTML, only web addresses become links. Refuses words.

use super::branding::{Branding, is_web_address};
use askama::Template;
use askama::filters::Escaper;
use serde::{Deserialize, Serialize};
use std::fmt;

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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Email {
    /// BCP 47.
    pub language: &'static str,
    pub subject: String,
    pub blocks: Vec<Block>,
    /// Who sends it, and why.
    pub footer: Vec<Block>,
}

/// An email ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderedEmail {
    /// One line.
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Where its reader refuses such emails with one click (RFC 8058); none of a transactional one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsubscribe: Option<String>,
}

#[derive(Template)]
#[template(path = "mails/layout.txt")]
struct Text<'a> {
    email: &'a Email,
}

#[derive(Template)]
#[template(path = "mails/layout.html")]
struct Html<'a> {
    email: &'a Email,
    shop: &'a Branding,
}

impl Email {
    /// Reads what a template of words made. A line that begins with `# ` is the subject, one with a tab the row of a table, and one that
    /// begins with `-> ` and has a tab a link; other lines are a paragraph until an empty one. The footer follows a line `--`. A value can
    /// make none of these, as it has neither tab nor end of line.
    pub fn read(language: &'static str, source: &str) -> Self {
        let mut email = Self { language, ..Self::default() };
        let (mut lines, mut in_footer) = (Vec::new(), false);
        // An empty line ends the last paragraph.
        for line in source.lines().chain([""]) {
            let line = line.trim_matches(' ');
            let block = block_of(line);
            if !line.is_empty() && block.is_none() && line != "--" && !line.starts_with("# ") {
                lines.push(line);
                continue;
            }
            let blocks = if in_footer { &mut email.footer } else { &mut email.blocks };
            if !lines.is_empty() {
                blocks.push(Block::Paragraph(lines.join(" ")));
                lines.clear();
            }
            match (block, line.strip_prefix("# ")) {
                (Some(Block::Rows(row)), _) => match blocks.last_mut() {
                    Some(Block::Rows(rows)) => rows.extend(row),
                    _ => blocks.push(Block::Rows(row)),
                },
                (Some(block), _) => blocks.push(block),
                (None, Some(subject)) => subject.clone_into(&mut email.subject),
                (None, None) => in_footer |= line == "--",
            }
        }
        email
    }

    /// Renders it as text and as HTML.
    pub fn render(&self, shop: &Branding) -> RenderedEmail {
        // Writing to a String cannot fail, and the templates have no other reason to.
        let text = Text { email: self }.render().unwrap_or_default();
        let html = Html { email: self, shop }.render().unwrap_or_default();
        RenderedEmail {
            subject: self.subject.clone(),
            text: text.trim_end().to_owned() + "\n",
            html,
            unsubscribe: None,
        }
    }
}

/// What a line is, if it is no part of a paragraph.
fn block_of(line: &str) -> Option<Block> {
    let (label, value) = line.split_once('\t')?;
    let (label, value) = (label.trim().to_owned(), value.trim().to_owned());
    Some(match label.strip_prefix("-> ") {
        Some(label) if is_web_address(&value) => Block::Link { label: label.to_owned(), url: value },
        Some(label) => Block::Paragraph(format!("{label}: {value}")),
        None => Block::Rows(vec![(label, value)]),
    })
}

/// Makes a value harmless where it enters the words of an email: it stays on one line, so that no title can start a paragraph of its own,
/// and it turns no text around. Templates that end in `.txt` use it.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

impl Escaper for Plain {
    fn write_escaped_str<W: fmt::Write>(&self, mut dest: W, text: &str) -> fmt::Result {
        text.chars().map(harmless).try_for_each(|sign| dest.write_char(sign))
    }
}

/// The sign, or a space for one that ends a line or changes the direction of what follows.
fn harmless(sign: char) -> char {
    match sign {
        '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
        sign if sign.is_control() => ' ',
        sign => sign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Template)]
    #[template(
        source = "# On {{ v }}\n\nFor {{ v }}\n\nWas {{ v }}\tis {{ v }}\n\n-> See {{ v }}\t{{ url }}\n--\nFrom {{ v }}",
        ext = "txt"
    )]
    struct Words<'a> {
        v: &'a str,
        url: &'a str,
    }

    fn email(value: &str, url: &str) -> Email {
        Email::read("en", &Words { v: value, url }.render().unwrap())
    }

    fn rendered(value: &str, url: &str) -> RenderedEmail {
        email(value, url).render(&Branding::default())
    }

    fn tags(html: &str) -> Vec<&str> {
        html.split('<').skip(1).map(|rest| rest.split_inclusive([' ', '>']).next().unwrap_or("")).collect()
    }

    fn unescaped(html: &str) -> String {
        [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")]
            .iter()
            .fold(html.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
    }

    #[test]
    fn an_email_says_the_same_in_text_and_in_html() {
        let rendered = rendered("tea & \"more\"", "https://bank.example/?a=1&b=2");
        assert_eq!(rendered.subject, "On tea & \"more\"");
        assert_eq!(
            rendered.text,
            "For tea & \"more\"\n\n  Was tea & \"more\": is tea & \"more\"\n\nSee tea & \"more\": https://bank.example/?a=1&b=2\n\n\
             --\nFrom tea & \"more\"\n"
        );
        assert!(rendered.html.contains("<p>For tea &#38; &#34;more&#34;</p>"), "{}", rendered.html);
        assert!(rendered.html.contains("<a href=\"https://bank.example/?a=1&#38;b=2\">"), "{}", rendered.html);
    }

    #[test]
    fn only_web_addresses_become_links() {
        let rendered = rendered("Pay", "javascript:alert(1)");
        assert!(!rendered.html.contains("<a ") && rendered.text.contains("javascript:alert(1)"), "{rendered:?}");
    }

    #[test]
    fn a_subject_is_one_line_and_no_value_turns_it_around() {
        assert_eq!(rendered("Hello\r\nBcc: all@example.com", "").subject, "On Hello  Bcc: all@example.com");
        assert_eq!(rendered("a\u{202e}b\u{2066}c", "").subject, "On a b c");
    }

    #[test]
    fn rows_that_follow_each_other_are_one_table_whatever_lines_are_empty_between_them() {
        let email = Email::read("en", "# S\n\na\t1\n\n  \nb\t2\n\nText\nof two lines\nc\t3\n");
        let rows = |rows: &[(&str, &str)]| {
            Block::Rows(rows.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect())
        };
        let text = Block::Paragraph("Text of two lines".to_owned());
        assert_eq!(email.blocks, [rows(&[("a", "1"), ("b", "2")]), text, rows(&[("c", "3")])]);
        assert_eq!((email.subject.as_str(), email.footer.len()), ("S", 0));
    }

    proptest! {
        #[test]
        fn no_value_adds_markup_or_a_block(value in any::<String>(), tail in any::<String>()) {
            let url = format!("https://x{tail}");
            let (plain, odd) = (email("x", "https://x"), email(&value, &url));
            prop_assert_eq!((odd.blocks.len(), odd.footer.len()), (plain.blocks.len(), plain.footer.len()));
            let (harmless, rendered) = (rendered("x", "https://x"), rendered(&value, &url));
            prop_assert_eq!(tags(&rendered.html), tags(&harmless.html));
            prop_assert_eq!(rendered.html.matches('"').count(), harmless.html.matches('"').count());
        }

        #[test]
        fn every_value_is_shown_whole(value in "[^\\p{Cc}\u{2028}\u{2029}\u{202a}-\u{202e}\u{2066}-\u{2069} ]{1,9}") {
            let rendered = rendered(&value, "https://x");
            let paragraph = format!("<p>For {value}</p>");
            prop_assert!(unescaped(&rendered.html).contains(&paragraph));
            prop_assert!(rendered.text.contains(&value));
        }
    }
}
