//! Which modules of a crate import which, read from its sources. A module is a file; an import is a `use` or a path in
//! code. A name that a module only re-exports counts as an import of the module that it comes from.

use crate::source::Source;
use std::collections::{BTreeMap, BTreeSet};

/// A module's path in its crate; the root is empty.
pub type Module = Vec<String>;

/// The modules of one crate.
#[derive(Debug, Default)]
pub struct Modules(BTreeMap<Module, Contents>);

#[derive(Debug, Default)]
struct Contents {
    /// What each `use` brings in: its path, and the name that it has here.
    uses: Vec<(Vec<String>, String)>,
    /// The paths in the rest of the code.
    paths: Vec<Vec<String>>,
}

impl Modules {
    /// The modules of the sources below `folder`, e.g. `events/src/`. A binary beside a library is no part of it.
    pub fn of(folder: &str, sources: &[Source]) -> Self {
        let is_library = sources.iter().any(|source| source.path == format!("{folder}lib.rs"));
        let mut modules = Self::default();
        for source in sources {
            let Some(place) = source.path.strip_prefix(folder).and_then(|place| place.strip_suffix(".rs")) else {
                continue;
            };
            let module = match place {
                "lib" => Module::new(),
                "main" if is_library => continue,
                "main" => Module::new(),
                _ if place.starts_with("bin/") => continue,
                _ => place.split('/').map(str::to_owned).collect(),
            };
            modules.0.insert(module, Contents::of(&source.production));
        }
        modules
    }

    /// Every import of one module by another, except between a module and those inside it.
    pub fn imports(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let mut imports = BTreeMap::new();
        for (module, contents) in &self.0 {
            let paths = contents.uses.iter().map(|(path, _)| path).chain(&contents.paths);
            let found = paths.filter_map(|path| self.resolve(module, path, 0));
            let others = found.filter(|other| !other.starts_with(module) && !module.starts_with(other));
            imports.insert(module.clone(), others.collect());
        }
        imports
    }

    /// The module of this crate in which a path written in `module` ends.
    fn resolve(&self, module: &Module, path: &[String], depth: u32) -> Option<Module> {
        let mut here = module.clone();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => (here, rest) = (Module::new(), &path[1..]),
            "self" => rest = &path[1..],
            "super" => {}
            child if !self.0.contains_key(&inside(module, child)) => return None,
            _ => {}
        }
        while let Some((_, after)) = rest.split_first().filter(|(first, _)| *first == "super") {
            here.pop();
            rest = after;
        }
        while let Some((first, after)) =
            rest.split_first().filter(|(first, _)| self.0.contains_key(&inside(&here, first)))
        {
            here.push(first.clone());
            rest = after;
        }
        let used = &self.0.get(&here)?.uses;
        let imported = rest.first().and_then(|item| used.iter().find(|(_, name)| name == item));
        match imported {
            // Two modules that re-export each other's names never end.
            Some((path, _)) if depth < 8 => self.resolve(&here, path, depth + 1),
            _ => Some(here),
        }
    }

    /// Every group of modules that import each other in a circle.
    pub fn circles(&self) -> Vec<BTreeSet<Module>> {
        let imports = self.imports();
        let reached: BTreeMap<_, _> = imports.keys().map(|module| (module, reachable(&imports, module))).collect();
        let mut circles = BTreeSet::new();
        for (module, others) in &reached {
            if others.contains(*module) {
                circles.insert(others.iter().filter(|other| reached[other].contains(*module)).cloned().collect());
            }
        }
        circles.into_iter().collect()
    }
}

fn inside(module: &Module, child: &str) -> Module {
    module.iter().cloned().chain([child.to_owned()]).collect()
}

/// All that a module imports, directly or through others.
fn reachable(imports: &BTreeMap<Module, BTreeSet<Module>>, from: &Module) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut ahead: Vec<&Module> = imports[from].iter().collect();
    while let Some(module) = ahead.pop() {
        if reached.insert(module.clone()) {
            ahead.extend(&imports[module]);
        }
    }
    reached
}

impl Contents {
    fn of(code: &str) -> Self {
        let (mut contents, mut rest) = (Self::default(), code);
        while let Some(at) = next_use(rest) {
            contents.paths.extend(paths(&rest[..at]));
            let (tree, after) = rest[at + USE.len()..].split_once(';').unwrap_or_default();
            add_uses(tree, &[], &mut contents.uses);
            rest = after;
        }
        contents.paths.extend(paths(rest));
        contents
    }
}

const USE: &str = "use ";

fn next_use(code: &str) -> Option<usize> {
    code.match_indices(USE).map(|(at, _)| at).find(|&at| !code[..at].ends_with(is_in_word))
}

fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Every path of more than one word.
fn paths(code: &str) -> impl Iterator<Item = Vec<String>> {
    let runs = code.split(|c| !is_in_word(c) && c != ':').filter(|run| run.contains("::"));
    runs.map(segments)
}

fn segments(path: &str) -> Vec<String> {
    path.split("::").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Adds each path of a `use` tree with the name that it has from then on.
fn add_uses(tree: &str, before: &[String], uses: &mut Vec<(Vec<String>, String)>) {
    if let Some((head, list)) = tree.split_once('{') {
        let path = [before, &segments(head)].concat();
        let list = list.rsplit_once('}').map_or(list, |(list, _)| list);
        items(list).iter().for_each(|item| add_uses(item, &path, uses));
        return;
    }
    let (path, alias) = tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path, Some(alias.trim())));
    let mut path = [before, &segments(path)].concat();
    path.pop_if(|last| last == "self");
    if let Some(last) = path.last().cloned() {
        uses.push((path, alias.map_or(last, str::to_owned)));
    }
}

/// The items of a list, whose own lists may have commas.
fn items(list: &str) -> Vec<String> {
    let (mut depth, mut items, mut item) = (0, Vec::new(), String::new());
    for c in list.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        match c {
            ',' if depth == 0 => items.push(std::mem::take(&mut item)),
            _ => item.push(c),
        }
    }
    items.push(item);
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modules(files: &[(&str, &str)]) -> Modules {
        let sources: Vec<_> =
            files.iter().map(|(path, text)| Source::of((*path).to_owned(), (*text).to_owned())).collect();
        Modules::of("a/src/", &sources)
    }

    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        let circles = modules(files).circles();
        let names = |circle: &BTreeSet<Module>| circle.iter().map(|module| module.join("::")).collect::<Vec<_>>();
        circles.iter().map(|circle| names(circle).join(" ")).collect()
    }

    #[test]
    fn a_circle_is_found_whether_it_is_imported_or_written_out() {
        let one = ("a/src/one.rs", "use crate::{two::{self, X}, three};");
        assert_eq!(circles(&[one, ("a/src/two.rs", "fn f() { super::one::g() }")]), ["one two"]);
        assert_eq!(circles(&[one, ("a/src/two.rs", "use std::one;")]), [] as [&str; 0]);
        let three = ("a/src/three.rs", "use crate::one::Y as Z;");
        assert_eq!(circles(&[one, ("a/src/two.rs", "use crate::three::A;"), three]), ["one three two"]);
    }

    #[test]
    fn a_re_export_is_an_import_of_what_it_comes_from() {
        let parent = ("a/src/top.rs", "mod one;\nmod two;\npub use one::One;\nstruct Own;");
        let one = ("a/src/top/one.rs", "use super::two::Two;");
        assert_eq!(circles(&[parent, one, ("a/src/top/two.rs", "use super::One;")]), ["top::one top::two"]);
    }

    #[test]
    fn a_module_and_those_inside_it_are_one() {
        let parent = ("a/src/top.rs", "mod one;\nfn f() { one::g() }\nstruct Own;");
        assert_eq!(circles(&[parent, ("a/src/top/one.rs", "use super::Own;")]), [] as [&str; 0]);
    }

    #[test]
    fn tests_and_other_binaries_are_no_part_of_it() {
        let one = ("a/src/one.rs", "use crate::two::X;");
        let two = ("a/src/two.rs", "struct X;\n#[cfg(test)]\nmod tests { use crate::one::Y; }");
        assert_eq!(circles(&[("a/src/lib.rs", "mod one;"), ("a/src/main.rs", "use a::X;"), one, two]), [] as [&str; 0]);
    }
}
