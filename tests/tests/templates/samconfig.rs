//! The plain SAM CLI deploys what `cargo souk deploy` deploys.

use events::Capability;
use std::collections::BTreeMap;
use system_tests::workspace;

/// Values by environment and command, then by key, as they are written.
fn environments() -> BTreeMap<String, BTreeMap<String, String>> {
    let text = workspace::read("samconfig.toml");
    let mut environments: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(".parameters]")) {
            name.clone_into(&mut current);
        } else if let Some((key, value)) = line.split_once(" = ") {
            let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value).to_owned();
            environments.entry(current.clone()).or_default().insert(key.to_owned(), value);
        }
    }
    environments
}

#[test]
fn each_stack_is_an_environment_of_the_sam_cli_and_once_more_for_the_emulator() {
    let environments = environments();
    for (prefix, stage) in [("", "dev"), ("local-", "local")] {
        for part in ["platform"].into_iter().chain(Capability::ALL.map(Capability::name)) {
            let settings = |command: &str| &environments[&format!("{prefix}{part}.{command}")];
            let template = format!("infra/{part}.yaml");
            for command in ["build", "validate", "deploy"] {
                assert_eq!(settings(command)["template_file"], template, "{part}");
            }
            assert_eq!(settings("build")["language_extensions"], "true", "{part}");
            assert_eq!(settings("validate")["lint"], "true", "{part}");
            let deploy = settings("deploy");
            assert_eq!(deploy["stack_name"], format!("souk-{stage}-{part}"));
            assert_eq!(deploy["language_extensions"], "true", "{part}");
            assert_eq!(deploy["capabilities"], "CAPABILITY_IAM CAPABILITY_AUTO_EXPAND", "{part}");
            assert_eq!(deploy["tags"], format!("app=souk stage={stage} part={part}"));
            // A parameter that is left out keeps its value: the alias would serve the version of an earlier release.
            let release = if part == "platform" { "" } else { r#" Release=\"\""# };
            assert_eq!(deploy["parameter_overrides"], format!("App=souk Stage={stage}{release}"));
        }
    }
}

#[test]
fn the_edge_is_an_environment_of_its_own_in_the_one_region_where_cloudfront_is_deployed() {
    let environments = environments();
    let deploy = &environments["edge.deploy"];
    assert_eq!((deploy["template_file"].as_str(), deploy["region"].as_str()), ("infra/edge.yaml", "us-east-1"));
    assert_eq!(
        (deploy["stack_name"].as_str(), deploy["tags"].as_str()),
        ("souk-dev-edge", "app=souk stage=dev part=edge")
    );
    assert_eq!(environments["edge.validate"]["lint"], "true");
    assert!(!deploy["parameter_overrides"].contains("EdgeSecret"), "a secret is in no file");
}

#[test]
fn the_sam_cli_builds_no_function_since_cargo_did() {
    for capability in Capability::ALL {
        let template = system_tests::template::Template::named(capability.name());
        for (name, function) in template.of_type("AWS::Serverless::Function") {
            assert_eq!(function["Metadata"]["SkipBuild"], true, "{name}");
        }
    }
}
