//! Rust sources as the architecture tests see them: code without comments, literals and tests, each line in its place.

use crate::workspace;

#[derive(Debug, Clone)]
pub struct Source {
    /// Path from the root.
    pub path: String,
    /// The unchanged text.
    pub text: String,
    /// The text with comments and the content of literals blanked.
    pub code: String,
    /// The code with `#[cfg(test)]` items blanked too.
    pub production: String,
}

/// All `.rs` files whose path from the root satisfies `wanted`.
pub fn sources(wanted: impl Fn(&str) -> bool) -> Vec<Source> {
    let paths = workspace::files().into_iter().filter(|path| path.ends_with(".rs") && wanted(path));
    paths.map(|path| Source::of(path.clone(), workspace::read(&path))).collect()
}

impl Source {
    /// A source of this path and text.
    pub fn of(path: String, text: String) -> Self {
        let code = blank(&text);
        // `#[cfg(test)] mod tests;` puts a module's tests beside it, and theirs below that.
        let is_tests = path.ends_with("/tests.rs") || path.contains("/src/") && path.contains("/tests/");
        let production = if is_tests { String::new() } else { without_tests(&code) };
        Self { path, text, code, production }
    }

    /// The capability whose `src` this is part of, and its path there without `.rs`: `("orders", "domain/quote")`.
    pub fn place(&self) -> Option<(&str, &str)> {
        let (crate_name, rest) = self.path.strip_prefix("functions/")?.split_once('/')?;
        Some((crate_name, rest.strip_prefix("src/")?.strip_suffix(".rs")?))
    }

    /// Lines of production code that contain one of the words, as `path:line: word`.
    pub fn uses(&self, words: &[&str]) -> Vec<String> {
        let lines = self.production.lines().enumerate();
        let hits = lines.flat_map(|(number, line)| {
            let found = words.iter().filter(move |word| contains_word(line, word));
            found.map(move |word| format!("{}:{}: {word}", self.path, number + 1))
        });
        hits.collect()
    }
}

/// The position after the brace that closes the one at `open`.
fn closing_brace(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (offset, byte) in code[open..].bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return open + offset + 1;
        }
    }
    code.len()
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether the line has the word, not as part of a longer identifier.
pub fn contains_word(line: &str, word: &str) -> bool {
    let bytes = line.as_bytes();
    let bounded = |at: usize| {
        let starts = !is_word(word.as_bytes()[0]) || at == 0 || !is_word(bytes[at - 1]);
        let ends = !is_word(word.as_bytes()[word.len() - 1]) || bytes.get(at + word.len()).is_none_or(|b| !is_word(*b));
        starts && ends
    };
    line.match_indices(word).any(|(at, _)| bounded(at))
}

fn without_tests(code: &str) -> String {
    let mut kept = code.to_owned();
    for marker in ["#[cfg(test)]", "#[cfg(all(test"] {
        while let Some(start) = kept.find(marker) {
            let open = kept[start..].find(['{', ';']).map_or(kept.len(), |offset| start + offset);
            let end =
                if kept[open..].starts_with('{') { closing_brace(&kept, open) } else { (open + 1).min(kept.len()) };
            let blanked: String = kept[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
            kept.replace_range(start..end, &blanked);
        }
    }
    kept
}

/// Blanks comments and the content of string and character literals; every line stays where it is.
fn blank(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = match (chars[at], chars.get(at + 1)) {
            ('/', Some('/')) => line_end(&chars, at),
            ('/', Some('*')) => block_comment_end(&chars, at),
            ('"', _) => string_end(&chars, at),
            ('r' | 'b' | 'c', Some('"' | '#' | 'r')) if !after_word(&chars, at) => raw_string_end(&chars, at),
            ('\'', _) => char_end(&chars, at),
            _ => at,
        };
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    out
}

fn after_word(chars: &[char], at: usize) -> bool {
    at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_')
}

fn line_end(chars: &[char], at: usize) -> usize {
    chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |offset| at + offset)
}

fn block_comment_end(chars: &[char], at: usize) -> usize {
    let (mut depth, mut here) = (0, at);
    while here + 1 < chars.len() {
        match (chars[here], chars[here + 1]) {
            ('/', '*') => (depth, here) = (depth + 1, here + 2),
            ('*', '/') => (depth, here) = (depth - 1, here + 2),
            _ => here += 1,
        }
        if depth == 0 {
            return here;
        }
    }
    chars.len()
}

fn string_end(chars: &[char], at: usize) -> usize {
    let mut here = at + 1;
    while here < chars.len() && chars[here] != '"' {
        here += if chars[here] == '\\' { 2 } else { 1 };
    }
    (here + 1).min(chars.len())
}

/// The end of a raw, byte or C string that starts here, or `at` if none does.
fn raw_string_end(chars: &[char], at: usize) -> usize {
    let mut here = at;
    while matches!(chars.get(here), Some('r' | 'b' | 'c')) && here < at + 2 {
        here += 1;
    }
    let hashes = chars[here..].iter().take_while(|c| **c == '#').count();
    if chars.get(here + hashes) != Some(&'"') {
        return at;
    }
    if !chars[at..here].contains(&'r') {
        return string_end(chars, here);
    }
    let mut end = here + hashes + 1;
    while end < chars.len() {
        let closes = chars[end] == '"' && chars[end + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
        if closes {
            return end + 1 + hashes;
        }
        end += 1;
    }
    chars.len()
}

/// The end of a character literal that starts here, or `at` if it is a lifetime.
fn char_end(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), _) => {
            let close = chars[at + 3..].iter().position(|c| *c == '\'');
            close.map_or(at, |offset| at + 3 + offset + 1)
        }
        (Some(_), Some('\'')) => at + 3,
        _ => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blank_and_code_stays_on_its_line() {
        let code = blank("let a = \"x // {\\\"\"; // end {\nlet b: &'a str = r#\"}\"#; /* {\n */ let c = '{';");
        assert!(!code.contains(['{', '}', '"']), "{code}");
        assert_eq!(code.lines().count(), 3);
        assert!(code.contains("let b: &'a str =") && code.ends_with("let c =    ;"), "{code}");
    }

    #[test]
    fn tests_are_no_production_code() {
        let source =
            Source::of("a.rs".into(), "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { x.unwrap() } }\nfn c() {}".into());
        assert!(source.production.contains("fn c()") && !source.production.contains("unwrap"));
    }

    #[test]
    fn words_are_whole() {
        assert!(contains_word("let x: f64 = 1", "f64") && !contains_word("let x_f64 = 1", "f64"));
        assert!(contains_word("a.unwrap()", ".unwrap()") && !contains_word("a.unwrap_or(1)", ".unwrap()"));
    }
}
