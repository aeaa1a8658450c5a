//! What `Environment: production` refuses: the templates' rules, evaluated as CloudFormation does.

use events::Capability;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use system_tests::template::Template;

/// Parameters by name; a list is its items with commas between them.
type Parameters = BTreeMap<String, String>;

/// A template's parameters: their defaults and these.
fn parameters(template: &Template, given: &[(&str, &str)]) -> Parameters {
    let declared = template.root["Parameters"].as_object().unwrap();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let defaults = declared.iter().filter(|(_, parameter)| !parameter["Default"].is_null());
    let defaults = defaults.map(|(name, parameter)| (name.clone(), text(&parameter["Default"])));
    let given = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    defaults.chain(given).collect()
}

fn texts(value: &Value, parameters: &Parameters) -> Vec<String> {
    let text = match value["Ref"].as_str() {
        Some(name) => parameters[name].clone(),
        None => value.as_str().unwrap().to_owned(),
    };
    text.split(',').map(str::to_owned).collect()
}

fn holds(template: &Template, condition: &Value, parameters: &Parameters) -> bool {
    let (function, operands) = condition.as_object().unwrap().iter().next().unwrap();
    if function == "Condition" {
        return is_met(template, operands.as_str().unwrap(), parameters);
    }
    let operands = operands.as_array().unwrap();
    match function.as_str() {
        "Fn::Not" => !holds(template, &operands[0], parameters),
        "Fn::And" => operands.iter().all(|operand| holds(template, operand, parameters)),
        "Fn::Equals" => texts(&operands[0], parameters) == texts(&operands[1], parameters),
        "Fn::Contains" => texts(&operands[0], parameters).contains(&texts(&operands[1], parameters)[0]),
        other => panic!("{other}"),
    }
}

/// Whether a condition of a template, by its name, is met.
fn is_met(template: &Template, name: &str, parameters: &Parameters) -> bool {
    holds(template, &template.root["Conditions"][name], parameters)
}

/// Why a template is not deployed with these parameters.
fn refusals(template: &Template, given: &[(&str, &str)]) -> Vec<String> {
    let parameters = parameters(template, given);
    let rules = template.root["Rules"].as_object().unwrap().values();
    let in_force = rules.filter(|rule| holds(template, &rule["RuleCondition"], &parameters));
    let assertions = in_force.flat_map(|rule| rule["Assertions"].as_array().unwrap());
    let broken = assertions.filter(|assertion| !holds(template, &assertion["Assert"], &parameters));
    broken.map(|assertion| assertion["AssertDescription"].as_str().unwrap().to_owned()).collect()
}

const PRODUCTION: (&str, &str) = ("Environment", "production");
const RELEASE: (&str, &str) = ("Release", "one");
const MAIL: (&str, &str) = ("MailIdentity", "shop.example");
const ALARMS: (&str, &str) = ("AlarmEmail", "ops@shop.example");
const ORIGINS: (&str, &str) = ("AllowedOrigins", "https://shop.example,https://other.example");

#[test]
fn development_refuses_nothing_and_is_the_default() {
    for template in Template::of_capabilities()
        .into_iter()
        .map(|(_, template)| template)
        .chain([Template::platform(), Template::named("edge")])
    {
        assert_eq!(template.root["Parameters"]["Environment"]["Default"], "development", "{}", template.name);
        assert!(refusals(&template, &[]).is_empty(), "{}", template.name);
    }
}

#[test]
fn production_is_a_parameter_and_no_name_of_a_stage_says_it() {
    for (capability, template) in Template::of_capabilities() {
        let production = json!({"Fn::Equals": [{"Ref": "Environment"}, "production"]});
        assert_eq!(template.root["Conditions"]["IsProduction"], production, "{capability}");
        assert!(!refusals(&template, &[PRODUCTION, ("Stage", "anything")]).is_empty(), "{capability}");
        let variables = &template.root["Globals"]["Function"]["Environment"]["Variables"];
        assert_eq!(variables["ENVIRONMENT"]["Ref"], "Environment", "{capability}");
        let exported = "${App}-${Stage}-environment";
        assert_eq!(variables["PLATFORM_ENVIRONMENT"]["Fn::ImportValue"]["Fn::Sub"], exported, "{capability}");
    }
    let export = &Template::platform().root["Outputs"]["Environment"];
    assert_eq!(
        (&export["Value"]["Ref"], &export["Export"]["Name"]["Fn::Sub"]),
        (&json!("Environment"), &json!("${App}-${Stage}-environment"))
    );
}

#[test]
fn production_refuses_a_platform_that_nobody_watches_or_that_any_origin_may_call() {
    let platform = Template::platform();
    let refused = |given: &[(&str, &str)]| refusals(&platform, &[&[PRODUCTION], given].concat());
    assert!(refused(&[ALARMS, ORIGINS]).is_empty());
    assert!(refused(&[ALARMS, ("AllowedOrigins", "")]).is_empty(), "no origin is the safest");
    assert_eq!(refused(&[ORIGINS]).len(), 1, "no address for alarms");
    assert_eq!(refused(&[ALARMS, ORIGINS, ("Monitoring", "frugal")]).len(), 1);
    for any in ["*", "https://*", "http://*", "https://shop.example,*"] {
        assert_eq!(refused(&[ALARMS, ("AllowedOrigins", any)]).len(), 1, "{any}");
    }
    let cors = &platform.properties("HttpApi")["CorsConfiguration"]["Fn::If"];
    assert_eq!((&cors[0], &cors[2]["Ref"]), (&json!("HasOrigins"), &json!("AWS::NoValue")));
}

#[test]
fn production_refuses_an_edge_that_takes_old_tls_or_that_nobody_watches() {
    let edge = Template::named("edge");
    let refused = |given: &[(&str, &str)]| refusals(&edge, &[&[PRODUCTION], given].concat());
    let domain = ("DomainName", "shop.example");
    assert!(refused(&[domain, ALARMS]).is_empty());
    assert_eq!(refused(&[ALARMS]), ["Production has a DomainName, since CloudFront takes TLS 1.0 under its own"]);
    assert_eq!(refused(&[domain]).len(), 1, "no address for alarms");
    assert_eq!(refused(&[domain, ALARMS, ("Monitoring", "frugal")]).len(), 1);
}

#[test]
fn production_refuses_a_capability_without_release_alarms_or_identity_of_its_mails() {
    for (capability, template) in Template::of_capabilities().into_iter().filter(|(c, _)| *c != Capability::Payments) {
        let refused = |given: &[(&str, &str)]| refusals(&template, &[&[PRODUCTION, MAIL], given].concat());
        assert!(refused(&[RELEASE]).is_empty(), "{capability}");
        assert_eq!(refused(&[]).len(), 1, "{capability}: no release");
        assert_eq!(refused(&[RELEASE, ("Monitoring", "frugal")]).len(), 1, "{capability}");
    }
    assert_eq!(refusals(&Template::named("notifications"), &[PRODUCTION, RELEASE]).len(), 1, "mails from any identity");
}

#[test]
fn production_refuses_every_payment_provider_that_there_is() {
    let payments = Template::named("payments");
    let providers = payments.root["Parameters"]["PaymentProvider"]["AllowedValues"].as_array().unwrap();
    assert_eq!(providers, &[json!("sandbox")], "a provider of real money may be deployed: say so here");
    let why = refusals(&payments, &[PRODUCTION, RELEASE]);
    assert_eq!(why, ["Production takes real money, and the sandbox takes none"]);
}

#[test]
fn the_sandboxs_page_is_in_no_production_stack() {
    for (name, played) in [
        ("payments", vec!["/payments/{id}/challenge", "/v1/sandbox/payments/{id}/challenge"]),
        ("shipping", vec!["/fragments/shipments/{id}", "/shipments/{id}/demo"]),
    ] {
        let template = Template::named(name);
        let routed = |given: &[(&str, &str)]| {
            let parameters = parameters(&template, given);
            let routes = template.of_type("AWS::ApiGatewayV2::Route").into_iter();
            let there =
                routes.filter(|(_, route)| is_met(&template, route["Condition"].as_str().unwrap(), &parameters));
            let paths = there.map(|(_, route)| route["Properties"]["RouteKey"].as_str().unwrap().replace("ANY ", ""));
            paths.collect::<BTreeSet<_>>()
        };
        let left_out: Vec<_> = routed(&[]).difference(&routed(&[PRODUCTION])).cloned().collect();
        assert_eq!(left_out, played, "{name}");
        let without_pages: Vec<_> = played.into_iter().filter(|path| path.starts_with("/v1/")).collect();
        let only_api = |given: &[(&str, &str)]| routed(&[&[("Pages", "false")], given].concat());
        let left_out: Vec<_> = only_api(&[]).difference(&only_api(&[PRODUCTION])).cloned().collect();
        assert_eq!(left_out, without_pages, "{name} without pages");
        assert!(routed(&[("Running", "false")]).is_empty(), "{name}");
    }
}
