//! What `docs/security.md` claims: every requirement of the standard has one row, every row a verdict, and all evidence exists.
//! Refuses to judge whether the evidence is enough: that is for readers.

use super::claims::{defines, quoted, rows, test_names};
use events::routes::ROUTES;
use std::collections::BTreeSet;
use system_tests::source::{Source, sources};
use system_tests::workspace;

const DOCUMENT: &str = "docs/security.md";
const STANDARD: &str = "## ASVS 5.0.0, levels 1 and 2";
const API_RISKS: &str = "## OWASP API Security Top 10, 2023";
const OPEN: &str = "## What is open";

/// A row of one of the two tables of requirements.
#[derive(Debug)]
struct Row {
    number: String,
    verdict: String,
    evidence: String,
}

impl Row {
    fn of(line: &str) -> Self {
        let cells: Vec<_> = line.split('|').map(|cell| cell.trim().to_owned()).collect();
        let [_, number, requirement, verdict, evidence, _] = <[String; 6]>::try_from(cells).expect(line);
        assert!(!requirement.is_empty() && !evidence.is_empty(), "a cell is empty: {line}");
        Self { number, verdict, evidence }
    }
}

fn table(heading: &str) -> Vec<Row> {
    rows(&workspace::read(DOCUMENT), heading).iter().map(|line| Row::of(line)).collect()
}

fn both_tables() -> Vec<Row> {
    let mut all = table(STANDARD);
    all.extend(table(API_RISKS));
    all
}

fn numbers(table: &[Row]) -> Vec<&str> {
    table.iter().map(|row| row.number.as_str()).collect()
}

/// Whether a word in backticks is a test, a route, a file, or a file and words that are in it.
fn is_evidence(word: &str, sources: &[Source]) -> bool {
    let is_test = !test_names(&format!("`{word}`")).is_empty() && sources.iter().any(|source| defines(source, word));
    let is_route = ROUTES.iter().any(|route| format!("{} {}", route.method, route.path) == word);
    let (path, text) = word.split_once(' ').unwrap_or((word, ""));
    let is_file = || workspace::root().join(path).is_file() && workspace::read(path).contains(text);
    is_test || is_route || is_file()
}

/// The names of what is open, as the document lists them.
fn open_names() -> BTreeSet<String> {
    let names = rows(&workspace::read(DOCUMENT), OPEN);
    names.iter().map(|row| row.split('|').nth(1).unwrap().trim().to_owned()).collect()
}

/// The name with which the evidence of an open row begins.
fn awaited(row: &Row) -> &str {
    row.evidence.split(':').next().unwrap()
}

#[test]
fn every_requirement_of_levels_1_and_2_has_one_row_in_the_order_of_the_standard() {
    let list = workspace::read("tests/tests/code/asvs-5.0.0.txt");
    let wanted: Vec<_> = list.lines().filter(|line| !line.starts_with('#')).collect();
    // 70 of level 1 and 183 of level 2, as the standard's own list says.
    assert_eq!(wanted.len(), 253);
    let table = table(STANDARD);
    let found = numbers(&table);
    let (wanted_once, found_once): (BTreeSet<_>, BTreeSet<_>) =
        (wanted.iter().copied().collect(), found.iter().copied().collect());
    let missing: Vec<_> = wanted_once.difference(&found_once).collect();
    let strange: Vec<_> = found_once.difference(&wanted_once).collect();
    assert!(missing.is_empty() && strange.is_empty(), "missing {missing:?}, unknown {strange:?}");
    assert_eq!(found, wanted, "a requirement has two rows, or is out of order");
}

#[test]
fn each_of_the_ten_risks_of_apis_has_one_row() {
    let wanted: Vec<_> = (1..=10).map(|number| format!("API{number}")).collect();
    assert_eq!(numbers(&table(API_RISKS)), wanted);
}

#[test]
fn all_evidence_of_a_requirement_exists_and_what_is_held_has_some() {
    let sources = sources(|_| true);
    let mut wrong = Vec::new();
    for Row { number, verdict, evidence } in both_tables() {
        let named: Vec<_> = quoted(&evidence).collect();
        let lost = named.iter().filter(|word| !is_evidence(word, &sources));
        wrong.extend(lost.map(|word| format!("{number}: there is no {word}")));
        if verdict == "held" && named.is_empty() {
            wrong.push(format!("{number} is held by nothing"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_open_names_what_will_bring_it_and_nothing_is_promised_idly() {
    let (names, rows) = (open_names(), both_tables());
    let known = ["held", "not applicable", "open"];
    let odd: Vec<_> = rows.iter().filter(|row| !known.contains(&row.verdict.as_str())).collect();
    assert!(odd.is_empty(), "neither held, nor not applicable, nor open: {odd:#?}");
    let open: Vec<_> = rows.iter().filter(|row| row.verdict == "open").collect();
    let unnamed: Vec<_> = open.iter().filter(|row| !names.contains(awaited(row))).collect();
    assert!(unnamed.is_empty(), "open, and nothing of {names:?} brings it: {unnamed:#?}");
    let awaited: BTreeSet<_> = open.iter().map(|row| awaited(row).to_owned()).collect();
    assert_eq!(names, awaited, "something is listed as open that no row waits for");
}

#[test]
fn the_sum_of_the_verdicts_is_the_one_in_the_text() {
    let table = table(STANDARD);
    let count = |verdict: &str| table.iter().filter(|row| row.verdict == verdict).count();
    let says = format!(
        "Of {} requirements {} are held, {} are not applicable and {} are open.",
        table.len(),
        count("held"),
        count("not applicable"),
        count("open")
    );
    assert!(workspace::read(DOCUMENT).contains(&says), "{DOCUMENT} does not say: {says}");
}

#[test]
fn evidence_is_a_test_a_route_a_file_or_words_in_a_file_and_nothing_else() {
    let sources = sources(|path| path.starts_with("tests/tests/code/"));
    let own = "evidence_is_a_test_a_route_a_file_or_words_in_a_file_and_nothing_else";
    for word in [own, "POST /v1/sessions", "deny.toml", "Cargo.toml unsafe_code = \"forbid\""] {
        assert!(is_evidence(word, &sources), "{word}");
    }
    for word in
        ["a_test_that_nobody_wrote", "PUT /v1/sessions", "deny.yaml", "Cargo.toml unsafe_code = \"allow\"", "tests"]
    {
        assert!(!is_evidence(word, &sources), "{word}");
    }
}
