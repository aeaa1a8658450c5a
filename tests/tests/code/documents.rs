//! Parts of the documents that are made from code.

use events::flows::FLOWS;
use std::fmt::Write;
use system_tests::{blocks, workspace};

#[test]
fn the_message_table_is_the_one_in_events() {
    let mut table = String::from("| message | from | to |\n|---|---|---|\n");
    for flow in FLOWS {
        let to: Vec<_> = flow.to.iter().map(|to| to.name()).collect();
        writeln!(table, "| `{}` | {} | {} |", flow.kind, flow.from, to.join(", ")).unwrap();
    }
    blocks::assert_block("ARCHITECTURE.md", "messages", &table);
}

#[test]
fn the_drawing_of_the_saga_is_the_one_that_its_transitions_make() {
    let drawing = format!("```mermaid\n{}```\n", orders::domain::diagram());
    blocks::assert_block("ARCHITECTURE.md", "states", &drawing);
}

/// The relative targets of a Markdown document's links.
fn links(text: &str) -> Vec<String> {
    let targets = text.match_indices("](").map(|(at, opening)| &text[at + opening.len()..]);
    let targets = targets.filter_map(|rest| rest.split([')', '#']).next());
    targets.filter(|target| !target.is_empty() && !target.contains("://")).map(str::to_owned).collect()
}

#[test]
fn links_between_documents_lead_somewhere() {
    let documents = workspace::files().into_iter().filter(|path| path.ends_with(".md"));
    let mut broken = Vec::new();
    for path in documents {
        let folder = workspace::root().join(&path).parent().unwrap().to_owned();
        let missing = links(&workspace::read(&path)).into_iter().filter(|target| !folder.join(target).exists());
        broken.extend(missing.map(|target| format!("{path}: {target}")));
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_invariant_of_the_architecture_names_a_test_that_exists() {
    let text = workspace::read("ARCHITECTURE.md");
    let named: Vec<_> = text.lines().filter(|line| line.starts_with("- **")).flat_map(test_names).collect();
    assert!(named.len() >= 20, "only {} tests are named", named.len());
    let sources = system_tests::source::sources(|_| true);
    let missing: Vec<_> =
        named.iter().filter(|name| !sources.iter().any(|s| s.code.contains(&format!("fn {name}(")))).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    for line in text.lines().filter(|line| line.starts_with("- **")) {
        assert!(!test_names(line).is_empty(), "names no test: {line}");
    }
}

/// Names of tests in a line: words in backticks that are sentences.
fn test_names(line: &str) -> Vec<String> {
    let quoted = line.split('`').skip(1).step_by(2);
    let sentence =
        |word: &&str| word.matches('_').count() >= 3 && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    quoted.filter(sentence).map(str::to_owned).collect()
}
