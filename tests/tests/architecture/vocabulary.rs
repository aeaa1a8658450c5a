//! Words that stood where the trade has its own may not come back. Each is listed with what it became. Owns the worst of
//! them; refuses taste: ordinary words are free in every other role.

use system_tests::source::sources;
use system_tests::workspace;

/// Words, also as parts of identifiers, in any text; and what says the same.
const WORDS: [(&str, &str); 21] = [
    ("wish", "request, or command"),
    ("wishes", "request"),
    ("misfit", "mismatch"),
    ("unplaced", "error of placing an order"),
    ("unpriceable", "pricing error"),
    ("undertaking", "operation"),
    ("acquirer", "payment gateway"),
    ("bury", "dead_letter"),
    ("buried", "dead_lettered"),
    ("carriage", "shipping"),
    ("nudge", "resend"),
    ("nudges", "resends"),
    ("nudged", "resent"),
    ("fulfilment", "fulfillment"),
    ("cancelled", "canceled"),
    ("cancelling", "canceling"),
    ("manieth", "number"),
    ("told_again", "republish"),
    ("retold", "republish"),
    ("let_go", "compensate, or release"),
    ("unannounced", "silent"),
];

/// The few roles in which such a word is right, by a part of the line.
const ROLES: [(&str, &str); 1] = [
    // The character.
    ("carriage", "carriage return"),
];

/// Names of types and functions in code; and what says the same. As English words they are free.
const NAMES: [(&str, &str); 17] = [
    ("Ask", "Command"),
    ("Asked", "PendingCommand, or Context"),
    ("Occasion", "Context"),
    ("Moment", "Context"),
    ("Letter", "Delivery, or Email"),
    ("Party", "Participant"),
    ("Notice", "OrderEvent"),
    ("Tell", "Effect::Publish"),
    ("Remind", "Effect::Schedule"),
    ("Handover", "Tracking"),
    ("Plant", "Mutant"),
    ("NoMethod", "InvalidPaymentMethod"),
    ("BadQuote", "InvalidQuote"),
    ("Access::Anyone", "Access::OptionalAuth"),
    ("Access::Public", "Access::Unauthenticated"),
    ("in_common", "group_key"),
    ("receive_together", "receive_group"),
];

/// Phrases in any text; and what says the same.
const PHRASES: [(&str, &str); 3] =
    [("means of payment", "payment method"), ("stands still", "is stuck"), ("stand still", "are stuck")];

/// Names of files; and what says the same. A capability's harness is `harness.rs`.
const FILES: [(&str, &str); 8] = [
    ("tests/capability/desk.rs", "harness.rs"),
    ("tests/capability/shop.rs", "harness.rs"),
    ("tests/capability/shelf.rs", "harness.rs"),
    ("tests/capability/shopper.rs", "harness.rs"),
    ("tests/capability/post.rs", "harness.rs"),
    ("/house.rs", "workspace.rs"),
    ("/plants.rs", "mutants.rs"),
    ("/shelf.rs", "cache, stock or harness"),
];

/// Every word of a line and every part of an identifier, in lower case between underscores: `QuoteWishes` is `_quote_wishes_`.
fn parts(line: &str) -> String {
    let (mut parts, mut before) = (String::from("_"), ' ');
    for c in line.chars() {
        let begins = c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit());
        if begins || !c.is_ascii_alphanumeric() {
            parts.push('_');
        }
        if c.is_ascii_alphanumeric() {
            parts.push(c.to_ascii_lowercase());
        } else if c != '_' {
            // What is between two words keeps them apart: `told again` is not `told_again`.
            parts.push_str(" _");
        }
        before = c;
    }
    parts + "_"
}

fn has_role(word: &str, line: &str) -> bool {
    ROLES.iter().any(|(known, role)| *known == word && line.to_ascii_lowercase().contains(role))
}

/// What a line says that the trade says otherwise.
fn in_text(line: &str) -> Vec<String> {
    let lower = line.to_ascii_lowercase();
    let joined = lower.replace('_', "");
    let mut suspects = WORDS.iter().filter(|(word, _)| joined.contains(&word.replace('_', ""))).peekable();
    let parts = if suspects.peek().is_some() { parts(line) } else { String::new() };
    let words = suspects.filter(|(word, _)| parts.contains(&format!("_{word}_")) && !has_role(word, line));
    let phrases = PHRASES.iter().filter(|(phrase, _)| lower.contains(phrase));
    words.chain(phrases).map(|(word, better)| format!("{word} → {better}")).collect()
}

/// The names in a line of code that have others now.
fn in_code(line: &str) -> Vec<String> {
    let names = NAMES.iter().filter(|(name, _)| system_tests::source::contains_word(line, name));
    names.map(|(name, better)| format!("{name} → {better}")).collect()
}

fn lines(path: &str, text: &str, faults: fn(&str) -> Vec<String>) -> Vec<String> {
    let found = text.lines().enumerate().flat_map(|(number, line)| {
        let at = format!("{path}:{}", number + 1);
        faults(line).into_iter().map(move |fault| format!("{at}: {fault}"))
    });
    found.collect()
}

#[test]
fn no_word_stands_where_the_trade_has_its_own() {
    // This file names them.
    let others = |path: &String| !path.ends_with("/vocabulary.rs");
    let readable = |path: &String| [".rs", ".md", ".yaml", ".json"].iter().any(|ending| path.ends_with(ending));
    let files: Vec<String> = workspace::files().into_iter().filter(others).collect();
    let mut wrong: Vec<String> = Vec::new();
    for path in files.iter().filter(|path| readable(path)) {
        wrong.extend(lines(path, &workspace::read(path), in_text));
    }
    for source in sources(|path| others(&path.to_owned())) {
        wrong.extend(lines(&source.path, &source.code, in_code));
    }
    for (name, better) in FILES {
        let named = files.iter().filter(|path| path.ends_with(name));
        wrong.extend(named.map(|path| format!("{path} → {better}")));
    }
    assert!(wrong.is_empty(), "{} old words:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn old_words_are_seen_in_text_and_in_identifiers_and_in_no_other_role() {
    assert_eq!(in_text("struct QuoteWishes; // told_again, and told again").len(), 2);
    assert_eq!(in_text("a carriage return, undertakingly").len(), 0);
    assert_eq!(in_text("the customer's how-manieth try; `cancelled_at`").len(), 2);
    assert_eq!(in_code("fn f(asked: Asked) -> OrderNotice").len(), 1);
}
