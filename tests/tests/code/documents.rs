//! Parts of documents that are made from code, and links between documents.

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
    blocks::assert_block("docs/messages.md", "messages", &table);
}

#[test]
fn the_drawing_of_the_saga_is_the_one_that_its_transitions_make() {
    let drawing = format!("```mermaid\n{}```\n", orders::domain::diagram());
    blocks::assert_block("docs/order-states.md", "states", &drawing);
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
fn the_architecture_stays_one_page_to_read() {
    let lines = workspace::read("ARCHITECTURE.md").lines().count();
    assert!(lines <= 200, "{lines} lines; figures, decisions and recipes belong in docs");
}

#[test]
fn every_decision_is_dated_and_in_the_index() {
    let index = links(&workspace::read("docs/decisions/README.md"));
    let decisions =
        workspace::files().into_iter().filter_map(|path| path.strip_prefix("docs/decisions/").map(str::to_owned));
    let decisions: Vec<_> = decisions.filter(|name| name != "README.md").collect();
    assert!(decisions.len() >= 10, "only {} decisions", decisions.len());
    let mut wrong = Vec::new();
    for name in decisions {
        let date: String = name.chars().take(11).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        let text = workspace::read(&format!("docs/decisions/{name}"));
        let compares = ["## Alternatives", "## Options"].iter().any(|section| text.contains(section));
        let is_complete = date == "0000-00-00-" && compares && index.contains(&name);
        wrong.extend((!is_complete).then_some(name));
    }
    assert!(wrong.is_empty(), "without a date, alternatives or a line in the index: {wrong:#?}");
}
