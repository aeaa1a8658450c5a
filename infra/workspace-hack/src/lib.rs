//! Nothing but a manifest: the features that all builds of the workspace share, so that what one of them compiled the others
//! need not. Refuses code. The pattern is known by the name that `cargo hakari` gives it.

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::process::Command;

    /// What people and `cargo souk` build, beside the workspace as a whole.
    const SELECTIONS: [&[&str]; 6] = [
        &["--workspace", "--edges", "normal,build"],
        &["--package", "souk", "--edges", "normal,build"],
        &["--package", "chassis", "--edges", "normal,build,dev"],
        &["--package", "orders", "--edges", "normal,build,dev"],
        &["--package", "notifications", "--edges", "normal,build,dev"],
        &["--package", "system-tests", "--edges", "normal,build,dev"],
    ];
    const WHOLE: [&str; 3] = ["--workspace", "--edges", "normal,build,dev"];

    /// The sets of features that each foreign package is built with.
    fn features(selection: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let mut command = Command::new(cargo);
        command.args(["tree", "--quiet", "--offline", "--prefix", "none", "--format", "{p} [{f}]"]).args(selection);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let Some((package, rest)) = line.split_once(" [") else { continue };
            // The workspace's own packages stand with their paths.
            if package.contains(" (/") {
                continue;
            }
            let package = package.trim_end_matches(" (proc-macro)").to_owned();
            found.entry(package).or_default().insert(rest.split(']').next().unwrap_or_default().to_owned());
        }
        found
    }

    #[test]
    fn what_two_builds_share_is_compiled_once_as_both_want_the_same_features() {
        let whole = features(&WHOLE);
        let mut other = Vec::new();
        for selection in SELECTIONS {
            for (package, sets) in features(selection) {
                let wanted = &whole[&package];
                if !sets.is_subset(wanted) {
                    let selection = selection.join(" ");
                    other.push(format!("{package} has {sets:?} with {selection}, and {wanted:?} with all"));
                }
            }
        }
        assert!(other.is_empty(), "name these features in infra/workspace-hack/Cargo.toml:\n{}", other.join("\n"));
    }
}
