//! The workflows of continuous integration and delivery.

use events::Capability;
use serde_json::Value;
use system_tests::workspace;

fn workflow(name: &str) -> String {
    workspace::read(&format!(".github/workflows/{name}.yml"))
}

#[test]
fn each_capability_is_deployed_alone_when_its_files_change_and_has_an_owner() {
    let owners = workspace::read(".github/CODEOWNERS");
    for capability in Capability::ALL {
        let text = workflow(&format!("deploy-{capability}"));
        for path in [
            format!("functions/{capability}/**"),
            format!("infra/{capability}.yaml"),
            "functions/chassis/**".to_owned(),
        ] {
            assert!(text.contains(&format!("- {path}\n")), "{capability}: {path}");
        }
        let others = Capability::ALL.into_iter().filter(|other| *other != capability);
        let foreign: Vec<_> = others.filter(|other| text.contains(&format!("/{other}"))).collect();
        assert!(foreign.is_empty(), "{capability} is deployed for {foreign:?}");
        assert!(text.contains(&format!("part: {capability}\n")), "{capability}");
        assert!(owners.contains(&format!("/functions/{capability}/")), "{capability} has no owner");
    }
    assert!(workflow("deploy-platform").contains("- infra/platform.yaml\n"));
}

#[test]
fn a_part_reaches_production_after_the_other_stage_and_with_a_role_instead_of_a_key() {
    let (part, stage) = (workflow("deploy-part"), workflow("deploy-stage"));
    assert!(part.contains("prod:\n    needs: dev\n"));
    assert!(stage.contains("environment: ${{ inputs.stage }}") && stage.contains("role-to-assume"));
    assert!(!stage.contains("secrets."), "no key is stored");
}

#[test]
fn every_action_is_pinned_by_its_commit() {
    let is_commit = |text: &str| text.len() == 40 && text.chars().all(|c| c.is_ascii_hexdigit());
    let mut pinned = 0;
    for path in workspace::files().into_iter().filter(|path| path.starts_with(".github/workflows/")) {
        let text = workspace::read(&path);
        for used in text.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("uses: ")) {
            let commit = used.split_once('@').and_then(|(_, commit)| commit.split_whitespace().next());
            assert!(used.starts_with("./") || commit.is_some_and(is_commit), "{path}: {used}");
            pinned += 1;
        }
    }
    assert!(pinned > 10, "only {pinned}");
}

#[test]
fn every_python_tool_is_pinned_with_the_hashes_of_its_files() {
    for path in
        workspace::files().into_iter().filter(|path| path.starts_with("infra/requirements") && path.ends_with(".txt"))
    {
        let text = workspace::read(&path);
        let packages = text.lines().filter(|line| line.contains("==")).count();
        // Each package's line goes on, and its first hash follows.
        let hashed = text
            .lines()
            .zip(text.lines().skip(1))
            .filter(|(one, next)| one.contains("==") && next.contains("--hash=sha256:"))
            .count();
        assert!(packages > 0 && packages == hashed, "{path}: {hashed} of {packages}");
        let direct = workspace::read(&path.replace(".txt", ".in"));
        for wanted in direct.lines().filter(|line| line.contains("==")) {
            let wanted = wanted.replace("[full]", "");
            assert!(text.lines().any(|line| line.replace("[full]", "").starts_with(&wanted)), "{path}: {wanted}");
        }
    }
}

#[test]
fn every_tool_for_node_is_pinned_with_the_hashes_of_its_files() {
    ["infra/node", "infra/lighthouse"].into_iter().for_each(is_pinned);
}

fn is_pinned(folder: &str) {
    let read = |file: &str| -> Value { serde_json::from_str(&workspace::read(&format!("{folder}/{file}"))).unwrap() };
    let (wanted, lock) = (read("package.json"), read("package-lock.json"));
    let packages = lock["packages"].as_object().unwrap();
    let is_version =
        |text: &str| text.split('.').count() == 3 && text.split('.').all(|part| part.parse::<u32>().is_ok());
    for (name, version) in wanted["dependencies"].as_object().unwrap() {
        assert!(version.as_str().is_some_and(is_version), "{name}: {version}");
        assert_eq!(&packages[&format!("node_modules/{name}")]["version"], version, "{name}");
    }
    for (path, package) in packages.iter().filter(|(path, _)| !path.is_empty()) {
        assert!(package["integrity"].as_str().is_some_and(|hash| hash.starts_with("sha512-")), "{path}");
        assert!(package["resolved"].is_null(), "{path} names a registry");
    }
}
