//! The edge before the API: what it keeps, what it forwards, and by what the functions know it.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use system_tests::template::{Template, texts};

fn edge() -> Template {
    Template::named("edge")
}

fn distribution(edge: &Template) -> &Value {
    &edge.properties("Distribution")["DistributionConfig"]
}

#[test]
fn the_edge_reaches_the_api_by_tls_alone_and_shows_it_the_secret() {
    let edge = edge();
    let origins = distribution(&edge)["Origins"].as_array().unwrap();
    let [origin] = origins.as_slice() else { panic!("{origins:?}") };
    let connection = &origin["CustomOriginConfig"];
    assert_eq!(
        (&connection["OriginProtocolPolicy"], &connection["OriginSSLProtocols"]),
        (&json!("https-only"), &json!(["TLSv1.2"]))
    );
    assert_eq!(
        origin["OriginCustomHeaders"],
        json!([{"HeaderName": "x-origin-secret", "HeaderValue": {"Ref": "EdgeSecret"}}])
    );
    // CloudFront adds no header of these names for anybody.
    let name = origin["OriginCustomHeaders"][0]["HeaderName"].as_str().unwrap();
    assert!(!["x-amz-", "x-edge-"].iter().any(|prefix| name.starts_with(prefix)), "{name}");
    let secret = &edge.root["Parameters"]["EdgeSecret"];
    assert_eq!(secret["NoEcho"], true);
    assert!(secret["Default"].is_null() && secret["MinLength"].as_u64().unwrap() >= 32, "{secret}");
    assert!(!texts(&edge.root["Outputs"]).contains(&"EdgeSecret"));
    assert!(distribution(&edge)["WebACLId"]["Fn::GetAtt"].as_str().unwrap().starts_with("Firewall."));
}

#[test]
fn the_edge_keeps_only_what_the_api_says_and_never_an_error() {
    let edge = edge();
    let behavior = &distribution(&edge)["DefaultCacheBehavior"];
    assert_eq!(behavior["CachePolicyId"]["Ref"], "CachePolicy");
    assert_eq!(behavior["CachedMethods"], json!(["GET", "HEAD"]));
    assert!(distribution(&edge)["CacheBehaviors"].is_null(), "one behavior for every path");
    let policy = &edge.properties("CachePolicy")["CachePolicyConfig"];
    assert_eq!((&policy["MinTTL"], &policy["DefaultTTL"]), (&json!(0), &json!(0)));
    let key = &policy["ParametersInCacheKeyAndForwardedToOrigin"];
    assert_eq!(key["QueryStringsConfig"]["QueryStringBehavior"], "all");
    // Host in the key would reach the gateway, which knows no such API.
    assert_eq!(key["HeadersConfig"]["Headers"], json!(["Accept-Language", "Origin"]));
    assert_eq!(
        key["CookiesConfig"]["Cookies"],
        json!(["__Host-souk_lang"]),
        "a page is kept for readers of its language"
    );
    let errors = distribution(&edge)["CustomErrorResponses"].as_array().unwrap();
    assert!(errors.iter().all(|error| error["ErrorCachingMinTTL"] == 0 && error["ResponsePagePath"].is_null()));
    let codes: BTreeSet<_> = errors.iter().map(|error| error["ErrorCode"].as_u64().unwrap()).collect();
    // What CloudFront would keep by itself.
    assert_eq!(codes, [400, 403, 404, 405, 414, 500, 501, 502, 503, 504].into());
}

#[test]
fn the_edge_passes_every_method_and_all_that_a_viewer_sends_but_the_host() {
    let edge = edge();
    let behavior = &distribution(&edge)["DefaultCacheBehavior"];
    let methods: BTreeSet<_> = texts(&behavior["AllowedMethods"]).into_iter().collect();
    assert_eq!(methods, ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"].into());
    // AllViewerExceptHostHeader.
    assert_eq!(behavior["OriginRequestPolicyId"], "b689b0a8-53d0-40ab-baf2-68738e2966ac");
}

#[test]
fn the_edge_answers_nothing_without_tls() {
    let edge = edge();
    assert_eq!(distribution(&edge)["DefaultCacheBehavior"]["ViewerProtocolPolicy"], "https-only");
}

#[test]
fn the_edge_adds_to_answers_that_no_function_makes_what_functions_say_themselves() {
    let edge = edge();
    assert_eq!(distribution(&edge)["DefaultCacheBehavior"]["ResponseHeadersPolicyId"]["Ref"], "Headers");
    let headers = &edge.properties("Headers")["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"];
    let tls = json!({"AccessControlMaxAgeSec": 63_072_000, "IncludeSubdomains": true, "Override": false});
    assert_eq!(headers["StrictTransportSecurity"], tls);
    let policy = "default-src 'none'; frame-ancestors 'none'";
    assert_eq!(headers["ContentSecurityPolicy"], json!({"ContentSecurityPolicy": policy, "Override": false}));
    assert_eq!(headers["ReferrerPolicy"], json!({"ReferrerPolicy": "no-referrer", "Override": false}));
    assert_eq!(headers["ContentTypeOptions"], json!({"Override": true}));
}

#[test]
fn the_firewall_bounds_each_address_and_refuses_no_order_for_its_length() {
    let edge = edge();
    let firewall = edge.properties("Firewall");
    assert_eq!((&firewall["Scope"], &firewall["DefaultAction"]), (&json!("CLOUDFRONT"), &json!({"Allow": {}})));
    let rules = firewall["Rules"].as_array().unwrap();
    let rate = &rules[0]["Statement"]["RateBasedStatement"];
    assert_eq!((&rules[0]["Action"], &rate["AggregateKeyType"]), (&json!({"Block": {}}), &json!("IP")));
    assert_eq!(rate["Limit"]["Ref"], "RequestsPerAddress");
    let common = &rules[1]["Statement"]["ManagedRuleGroupStatement"];
    assert_eq!(common["Name"], "AWSManagedRulesCommonRuleSet");
    let count = |rule: &str| json!({"Name": rule, "ActionToUse": {"Count": {}}});
    let counted = json!([count("SizeRestrictions_BODY"), count("SizeRestrictions_QUERYSTRING")]);
    assert_eq!(common["RuleActionOverrides"], counted);
    let metric = &firewall["VisibilityConfig"]["MetricName"];
    assert_eq!(&edge.properties("BlockedAlarm")["Dimensions"][0]["Value"], metric);
}

#[test]
fn every_function_knows_the_edge_by_two_digests_and_no_template_holds_its_secret() {
    for (capability, template) in Template::of_capabilities() {
        let variables = &template.root["Globals"]["Function"]["Environment"]["Variables"];
        let digests = "${EdgeSecretDigest1},${EdgeSecretDigest2}";
        assert_eq!(variables["EDGE_SECRET_DIGESTS"]["Fn::Sub"], digests, "{capability}");
        for name in ["EdgeSecretDigest1", "EdgeSecretDigest2"] {
            let parameter = &template.root["Parameters"][name];
            assert_eq!((&parameter["Default"], &parameter["AllowedPattern"]), (&json!(""), &json!("([0-9a-f]{64})?")));
        }
        assert!(template.root["Parameters"]["EdgeSecret"].is_null(), "{capability}");
    }
}

#[test]
fn the_edge_has_no_import_since_exports_do_not_cross_regions_and_names_begin_like_all() {
    let edge = edge();
    assert!(!edge.root.to_string().contains("Fn::ImportValue"));
    for (resource, pointer) in [
        ("Firewall", "/Name"),
        ("CachePolicy", "/CachePolicyConfig/Name"),
        ("Headers", "/ResponseHeadersPolicyConfig/Name"),
        ("BlockedAlarm", "/AlarmName"),
        ("Alarms", "/TopicName"),
    ] {
        let name = &edge.properties(resource).pointer(pointer).unwrap()["Fn::Sub"];
        assert!(name.as_str().unwrap().starts_with("${App}-${Stage}-edge"), "{resource}: {name}");
    }
    assert_eq!(edge.resources()["BlockedAlarm"]["Condition"], "IsWatched");
}
