//! What documents claim about the code: every test, file and command that they name exists.

use cargo_metadata::MetadataCommand;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use system_tests::source::{Source, sources};
use system_tests::workspace;

/// Places from which a document may name a file, besides its own folder; the last stands for any capability.
const BASES: [&str; 4] = ["", "functions/", "tests/tests/", "functions/orders/"];

/// Every document, READMEs of crates included.
fn documents() -> Vec<(String, String)> {
    let paths = workspace::files().into_iter().filter(|path| path.ends_with(".md"));
    paths.map(|path| (path.clone(), workspace::read(&path))).collect()
}

/// The file that a document means by a path, from the root.
fn named_by(document: &str, path: &str) -> Option<String> {
    let own = document.rsplit_once('/').map(|(folder, _)| format!("{folder}/{path}"));
    own.filter(|path| is_kept(path)).or_else(|| resolved(path))
}

/// Whether a file or a folder with files is in every clone: what a command makes, such as a local shop's state, is on some machines only.
fn is_kept(path: &str) -> bool {
    static KEPT: LazyLock<Vec<String>> = LazyLock::new(workspace::files);
    let path = path.trim_end_matches('/');
    let below = |file: &String| file.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    KEPT.iter().any(below)
}

/// The words in backticks of a line.
pub(super) fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Names of tests in a line: words in backticks that are sentences.
pub(super) fn test_names(line: &str) -> Vec<&str> {
    let sentence = |word: &&str| {
        word.matches('_').count() >= 3 && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    quoted(line).filter(sentence).collect()
}

/// Files and folders in a line: paths in backticks that begin in the project or end like a file.
fn paths(line: &str) -> Vec<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "./_-".contains(c);
    let tops = ["functions/", "events/", "infra/", "tests/", "docs/", ".github/"];
    let file = [".rs", ".md", ".yaml", ".yml", ".json", ".toml", ".svg"];
    let names = |word: &&str| {
        word.contains('/')
            && word.chars().all(plain)
            && (tops.iter().any(|top| word.starts_with(top)) || file.iter().any(|end| word.ends_with(end)))
    };
    quoted(line).filter(names).collect()
}

/// The file that a document means, from the root.
fn resolved(path: &str) -> Option<String> {
    BASES.iter().map(|base| format!("{base}{path}")).find(|path| is_kept(path))
}

pub(super) fn defines(source: &Source, test: &str) -> bool {
    source.code.contains(&format!("fn {test}("))
}

/// The rows of the tables in a section, without heads; the section ends at the next heading of its level.
pub(super) fn rows(text: &str, heading: &str) -> Vec<String> {
    let level = format!("\n{} ", heading.split(' ').next().unwrap());
    let start = text.find(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("there is no section {heading}"));
    let section = &text[start + 1..];
    let section = &section[..section[1..].find(&level).map_or(section.len(), |end| end + 1)];
    let tables =
        section.split("|---").skip(1).flat_map(|table| table.lines().skip(1).take_while(|l| l.starts_with('|')));
    tables.map(str::to_owned).collect()
}

/// Complaints about rows that name no test, or a test that is in none of the files that they name.
fn unfounded(document: &str, rows: &[String]) -> Vec<String> {
    let sources = sources(|_| true);
    let mut wrong = Vec::new();
    for row in rows {
        let files: Vec<_> = paths(row).into_iter().filter_map(resolved).collect();
        let named: Vec<_> = sources.iter().filter(|source| files.contains(&source.path)).collect();
        if test_names(row).is_empty() {
            wrong.push(format!("{document}: names no test: {row}"));
        }
        for test in test_names(row) {
            if !named.iter().any(|source| defines(source, test)) {
                wrong.push(format!("{document}: {test} is in none of {files:?}"));
            }
        }
    }
    wrong
}

#[test]
fn every_invariant_names_a_test_and_the_file_that_has_it() {
    let invariants = rows(&workspace::read("ARCHITECTURE.md"), "## Invariants");
    let others = rows(&workspace::read("docs/proof.md"), "## Further promises");
    assert!(invariants.len() >= 20 && others.len() >= 5, "{} and {} rows", invariants.len(), others.len());
    let mut wrong = unfounded("ARCHITECTURE.md", &invariants);
    wrong.extend(unfounded("docs/proof.md", &others));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_test_that_a_document_names_exists() {
    let sources = sources(|_| true);
    let functions = sources.iter().flat_map(|source| source.code.split("fn ").skip(1));
    let defined: BTreeSet<_> = functions.filter_map(|rest| rest.split_once('(')).map(|(name, _)| name).collect();
    let mut missing = Vec::new();
    for document in ["ARCHITECTURE.md", "docs/proof.md", "docs/cost.md", "docs/security.md", "CONTRIBUTING.md"] {
        let text = workspace::read(document);
        let lost = text.lines().flat_map(test_names).filter(|name| !defined.contains(name));
        missing.extend(lost.map(|name| format!("{document}: {name}")));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_point_of_the_proof_is_held_by_a_test_or_a_command() {
    let points = rows(&workspace::read("docs/proof.md"), "## Points, and what holds them");
    assert!(points.len() >= 7, "only {} points", points.len());
    let is_held = |row: &String| !test_names(row).is_empty() || quoted(row).any(|word| word.starts_with("cargo "));
    let loose: Vec<_> = points.iter().filter(|row| !is_held(row)).collect();
    assert!(loose.is_empty(), "{loose:#?}");
}

#[test]
fn every_walk_names_at_most_three_files() {
    let walks = rows(&workspace::read("CONTRIBUTING.md"), "## Five things to find");
    assert!(walks.len() >= 5, "only {} walks", walks.len());
    let long = walks.iter().filter(|row| !(1..=3).contains(&paths(row).len())).collect::<Vec<_>>();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn every_file_that_a_document_names_exists() {
    let (mut missing, documents) = (Vec::new(), documents());
    for wanted in ["README.md", "events/README.md", "functions/chassis/README.md", "functions/orders/README.md"] {
        assert!(documents.iter().any(|(document, _)| document == wanted), "{wanted} is not read");
    }
    for (document, text) in documents {
        let lost = text.lines().flat_map(paths).filter(|path| named_by(&document, path).is_none());
        missing.extend(lost.map(|path| format!("{document}: {path}")));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The subcommands of `cargo souk`, as clap makes them of the variants of its one `Subcommand`.
fn subcommands() -> BTreeSet<String> {
    let sources = sources(|path| path.starts_with("infra/cli/src/"));
    let code = sources.iter().find_map(|source| source.code.split_once("Subcommand)]\n"));
    let (_, rest) = code.expect("the command line has subcommands");
    let (mut depth, mut names) = (0, BTreeSet::new());
    for line in rest[rest.find('{').unwrap() + 1..].lines() {
        let word: String = line.trim_start().chars().take_while(char::is_ascii_alphanumeric).collect();
        if depth == 0 && word.starts_with(|c: char| c.is_ascii_uppercase()) {
            names.insert(kebab(&word));
        }
        depth += line.matches(['{', '(']).count();
        let closed = line.matches(['}', ')']).count();
        if closed > depth {
            break;
        }
        depth -= closed;
    }
    names
}

fn kebab(variant: &str) -> String {
    let words = variant.char_indices().map(|(at, c)| {
        let dash = if at > 0 && c.is_ascii_uppercase() { "-" } else { "" };
        format!("{dash}{}", c.to_ascii_lowercase())
    });
    words.collect()
}

/// The words that follow each occurrence of `opening` in a text.
fn words_after<'a>(text: &'a str, opening: &'a str) -> impl Iterator<Item = &'a str> {
    let rests = text.match_indices(opening).map(move |(at, _)| &text[at + opening.len()..]);
    rests.map(|rest| rest.split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c))).next().unwrap())
}

#[test]
fn every_command_that_a_document_names_exists() {
    let known = subcommands();
    assert!(known.contains("up") && known.contains("test"), "{known:?}");
    let metadata = MetadataCommand::new().manifest_path(workspace::root().join("Cargo.toml")).no_deps().exec().unwrap();
    let packages: BTreeSet<_> = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let targets: BTreeSet<_> = metadata.packages.iter().flat_map(|p| &p.targets).map(|t| t.name.clone()).collect();
    let mut wrong = Vec::new();
    for (document, text) in documents() {
        let lost = words_after(&text, "cargo souk ").filter(|word| !word.is_empty() && !known.contains(*word));
        wrong.extend(lost.map(|word| format!("{document}: cargo souk {word}")));
        for line in text.lines().filter(|line| line.contains("cargo ")) {
            let lost = words_after(line, " -p ").filter(|word| !packages.contains(*word));
            wrong.extend(lost.map(|word| format!("{document}: -p {word}")));
            let lost = words_after(line, " --test ").filter(|word| !targets.contains(*word));
            wrong.extend(lost.map(|word| format!("{document}: --test {word}")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_scan_of_documents_sees_what_it_should() {
    let line = "| held | `orders/tests/capability/laws.rs` | `what_is_held_is_held` and `a_b`, `docs/`, `functions/<name>/x.rs` |";
    assert_eq!(test_names(line), ["what_is_held_is_held"]);
    assert_eq!(paths(line), ["orders/tests/capability/laws.rs", "docs/"]);
    assert_eq!(kebab("GrantRole"), "grant-role");
    let text = "# T\n\n## A\n\n| x |\n|---|\n| 1 |\n| 2 |\n\n## B\n\n| y |\n|---|\n| 3 |\n";
    assert_eq!(rows(text, "## A"), ["| 1 |", "| 2 |"]);
    assert_eq!(words_after("`cargo souk up` and cargo souk …", "cargo souk ").collect::<Vec<_>>(), ["up", ""]);
}
