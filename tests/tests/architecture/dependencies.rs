//! Which crate may depend on which.

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use events::Capability;
use std::collections::BTreeSet;
use system_tests::workspace;

fn metadata() -> Metadata {
    let manifest = workspace::root().join("Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).no_deps().exec().unwrap()
}

/// The workspace's crates among a crate's dependencies.
fn own_dependencies(package: &Package, kind: Option<DependencyKind>) -> BTreeSet<String> {
    let own = package.dependencies.iter().filter(|dependency| dependency.path.is_some());
    own.filter(|dependency| kind.is_none_or(|kind| dependency.kind == kind))
        .map(|dependency| dependency.name.clone())
        .collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn dependencies_point_one_way_and_never_from_capability_to_capability() {
    for package in &metadata().packages {
        let allowed = match package.name.as_str() {
            "events" => set(&[]),
            // Its own tests use its `testing` feature.
            "chassis" => set(&["chassis", "events", "workspace-hack"]),
            "pages" => set(&["chassis", "events"]),
            // Its tests sign in by it.
            "users" => set(&["chassis", "events", "oidc", "pages"]),
            name if Capability::named(name).is_some() => set(&["chassis", "events", "pages"]),
            "baselines" | "oidc" | "workspace-hack" => set(&[]),
            // It operates a shop as the command does.
            "chaos" => set(&["events", "souk"]),
            // Its micro-benchmarks measure these two domains.
            "bench" => set(&["catalog", "chassis", "events", "orders"]),
            "souk" | "system-tests" => continue,
            other => panic!("{other}: unknown crate: list here what it may depend on"),
        };
        let found = own_dependencies(package, None);
        assert!(found.is_subset(&allowed), "{} depends on {found:?}", package.name);
    }
}

#[test]
fn nothing_depends_on_the_command_or_on_these_tests() {
    for package in &metadata().packages {
        let mut found = own_dependencies(package, None);
        // This package enables a feature of its own.
        found.retain(|name| *name != package.name.as_str());
        if package.name.as_str() == "chaos" {
            found.remove("souk");
        }
        assert!(!found.contains("souk") && !found.contains("system-tests"), "{}", package.name);
    }
}

#[test]
fn what_only_tests_need_is_never_deployed() {
    for package in metadata().packages.iter().filter(|package| Capability::named(&package.name).is_some()) {
        for dependency in package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal) {
            let testing = dependency.features.iter().any(|feature| feature == "testing" || feature == "spec");
            assert!(
                !testing && dependency.name != "oidc",
                "{} deploys {} with {:?}",
                package.name,
                dependency.name,
                dependency.features
            );
        }
    }
}

#[test]
fn every_capability_is_a_crate_of_its_name_with_one_binary_of_that_name() {
    let metadata = metadata();
    for capability in Capability::ALL {
        let package = metadata.packages.iter().find(|package| package.name == capability.name()).unwrap();
        let folder = workspace::root().join("functions").join(capability.name());
        assert_eq!(package.manifest_path.parent().unwrap().as_std_path(), folder);
        let binaries: Vec<_> =
            package.targets.iter().filter(|target| target.is_bin()).map(|target| &target.name).collect();
        assert_eq!(binaries, [capability.name()]);
    }
}

#[test]
fn one_http_stack_is_linked_and_not_the_old_one_beside_it() {
    let lock = workspace::read("Cargo.lock");
    for (name, first) in [("hyper", "0."), ("rustls", "0.21"), ("http", "0.1"), ("openssl-sys", "")] {
        let found = format!("name = \"{name}\"\nversion = \"{first}");
        assert!(!lock.contains(&found), "{name} {first} is in the tree; see deny.toml");
    }
}

#[test]
fn the_router_of_cargo_lambda_watch_sends_each_path_to_its_owner() {
    let metadata = metadata();
    let router = metadata.workspace_metadata["lambda"]["watch"]["router"].as_object().unwrap();
    let found: BTreeSet<_> = router.iter().map(|(path, owner)| (path.as_str(), owner.as_str().unwrap())).collect();
    let wanted: BTreeSet<_> = events::routes::ROUTES
        .iter()
        .chain(events::routes::PAGES)
        .map(|route| (route.path, route.owner.name()))
        .collect();
    let (missing, stale): (Vec<_>, Vec<_>) = (wanted.difference(&found).collect(), found.difference(&wanted).collect());
    assert!(missing.is_empty() && stale.is_empty(), "missing: {missing:?}; stale: {stale:?}");
}
