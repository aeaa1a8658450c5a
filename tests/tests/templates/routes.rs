//! Each route reaches its capability's function.

use events::Capability;
use events::routes::{owned_by, pages_of};
use serde_json::Value;
use std::collections::BTreeSet;
use system_tests::template::{Template, texts};

#[test]
fn a_stack_routes_exactly_what_its_capability_owns() {
    for (capability, template) in Template::of_capabilities() {
        let routes = template.of_type("AWS::ApiGatewayV2::Route");
        let keys: Vec<_> =
            routes.iter().map(|(_, route)| route["Properties"]["RouteKey"].as_str().unwrap().to_owned()).collect();
        let found: BTreeSet<_> = keys.iter().cloned().collect();
        assert_eq!(keys.len(), found.len(), "{capability}: a route is declared twice");
        let mut wanted: BTreeSet<_> = owned_by(capability)
            .chain(pages_of(capability))
            .map(|route| format!("ANY {}", route.gateway_path()))
            .collect();
        if capability == Capability::Catalog {
            wanted.insert("$default".to_owned());
        }
        let (missing, stale): (Vec<_>, Vec<_>) =
            (wanted.difference(&found).collect(), found.difference(&wanted).collect());
        assert!(missing.is_empty() && stale.is_empty(), "{capability}: missing {missing:?}, stale {stale:?}");
    }
}

#[test]
fn the_gateway_has_room_for_the_routes_of_features_to_come() {
    // API Gateway allows 300 routes an API.
    let routes: usize = Template::of_capabilities()
        .iter()
        .map(|(_, template)| template.of_type("AWS::ApiGatewayV2::Route").len())
        .sum();
    assert!(routes <= 200, "{routes} routes");
}

#[test]
fn every_route_goes_to_the_one_integration_of_its_capability() {
    for (capability, template) in Template::of_capabilities() {
        let integrations = template.of_type("AWS::ApiGatewayV2::Integration");
        assert_eq!(integrations.len(), 1, "{capability}");
        let (integration, resource) = integrations[0];
        assert_eq!(resource["Properties"]["PayloadFormatVersion"], "2.0", "{capability}");
        for (name, route) in template.of_type("AWS::ApiGatewayV2::Route") {
            assert_eq!(route["Properties"]["Target"]["Fn::Sub"], format!("integrations/${{{integration}}}"), "{name}");
        }
    }
}

#[test]
fn one_function_answers_for_paths_that_no_route_matches() {
    let templates = Template::of_capabilities();
    let routes = templates.iter().flat_map(|(capability, template)| {
        template.of_type("AWS::ApiGatewayV2::Route").into_iter().map(move |(_, route)| (*capability, route))
    });
    let default: Vec<_> = routes
        .filter(|(_, route)| route["Properties"]["RouteKey"] == "$default")
        .map(|(capability, route)| (capability, route["Condition"].clone()))
        .collect();
    // Without it the gateway says 404 by itself, in its own form.
    assert_eq!(default, [(Capability::Catalog, Value::from("IsRunning"))]);
    let catalog = &templates.iter().find(|(capability, _)| *capability == Capability::Catalog).unwrap().1;
    let source = catalog.properties("CatalogHttpPermission")["SourceArn"]["Fn::Sub"][0].to_string();
    assert!(source.contains("${Api}/*/*"), "{source}: the default route has no method and no path");
}

#[test]
fn browsers_may_send_every_request_header_and_see_every_response_header() {
    let platform = Template::platform();
    let cors = &platform.properties("HttpApi")["CorsConfiguration"]["Fn::If"][1];
    let allows = |list: &Value, header: &str| texts(list).iter().any(|found| found.eq_ignore_ascii_case(header));
    for header in [
        "authorization",
        "content-type",
        "idempotency-key",
        "if-match",
        "if-none-match",
        "traceparent",
        "x-guest-token",
    ] {
        assert!(allows(&cors["AllowHeaders"], header), "{header} is not allowed");
    }
    for header in ["allow", "etag", "retry-after", "x-trace-id"] {
        assert!(allows(&cors["ExposeHeaders"], header), "{header} is not exposed");
    }
}

#[test]
fn the_gateway_throttles_and_logs_routes_and_never_paths() {
    let platform = Template::platform();
    let stage = platform.properties("HttpStage");
    assert!(stage["DefaultRouteSettings"]["ThrottlingRateLimit"]["Ref"].is_string());
    let format = stage["AccessLogSettings"]["Format"].as_str().unwrap();
    assert!(format.contains("$context.routeKey") && !format.contains("$context.path") && !format.contains("sourceIp"));
}
