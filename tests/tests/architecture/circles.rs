//! No two modules of one crate import each other in a circle, so each can be read after those that it imports. A module and
//! those inside it are one: a child may use what its parent defines.

use std::collections::BTreeSet;
use system_tests::modules::{Module, Modules};
use system_tests::source::sources;

/// The `src` folder of a file.
fn folder(path: &str) -> &str {
    path.find("/src/").map_or("", |at| &path[..at + "/src/".len()])
}

fn shown(circle: &BTreeSet<Module>) -> String {
    circle.iter().map(|module| module.join("::")).collect::<Vec<_>>().join(", ")
}

#[test]
fn no_two_modules_import_each_other_in_a_circle() {
    let mut circles = Vec::new();
    let sources = sources(|path| path.contains("/src/"));
    let folders: BTreeSet<&str> = sources.iter().map(|source| folder(&source.path)).collect();
    for folder in folders {
        let modules = Modules::of(folder, &sources);
        circles.extend(modules.circles().iter().map(|circle| format!("{folder}: {}", shown(circle))));
    }
    assert!(circles.is_empty(), "{circles:#?}");
}
