//! What all stacks depend on.

use chassis::http::Logo;
use serde_json::json;
use system_tests::template::Template;

#[test]
fn what_other_stacks_import_depends_on_no_parameter_that_may_change() {
    // CloudFormation refuses to change an export that is imported: such a parameter could never be set later. That is meant for the
    // environment alone: a stage stays what it is.
    let platform = Template::platform();
    for (name, output) in platform.root["Outputs"].as_object().unwrap() {
        if output["Export"].is_null() || name == "Environment" {
            continue;
        }
        let value = output["Value"].as_object().unwrap();
        let target = value.get("Ref").or_else(|| value.get("Fn::GetAtt")).and_then(|target| target.as_str());
        let resource = target.and_then(|target| target.split('.').next()).unwrap_or_default();
        assert!(platform.resources().contains_key(resource), "{name} is not simply an attribute of a resource");
    }
}

#[test]
fn server_errors_raise_an_alarm_though_no_invocation_fails() {
    let alarm = Template::platform().properties("ApiFailuresAlarm").clone();
    assert_eq!((&alarm["Namespace"], &alarm["MetricName"]), (&"AWS/ApiGateway".into(), &"5xx".into()));
    assert_eq!(alarm["Dimensions"][0]["Value"]["Ref"], "HttpApi");
    assert_eq!(alarm["AlarmActions"][0]["Ref"], "Alarms");
}

#[test]
fn all_capabilities_take_the_same_url_for_the_issuer_of_access_tokens() {
    let own = json!({"Fn::ImportValue": {"Fn::Sub": "${App}-${Stage}-api-url"}});
    let parameter = Template::platform().root["Parameters"]["PublicUrl"].clone();
    for (capability, template) in Template::of_capabilities() {
        let variables = &template.root["Globals"]["Function"]["Environment"]["Variables"];
        let url = json!({"Fn::If": ["HasPublicUrl", {"Ref": "PublicUrl"}, own]});
        assert_eq!(variables["API_URL"], url, "{capability}");
        // An issuer with a slash at the end would be another one.
        let pattern = &template.root["Parameters"]["PublicUrl"]["AllowedPattern"];
        assert_eq!(pattern, "(https?://.*[^/])?", "{capability}");
        assert_eq!(pattern, &parameter["AllowedPattern"], "{capability}");
    }
}

#[test]
fn a_stack_takes_the_logo_that_its_function_takes_and_no_other() {
    const SHOP: &str = "https://shop.example";
    let parameter = Template::named("catalog").root["Parameters"]["ShopLogo"].clone();
    assert_eq!(parameter["Default"], "", "the shop's name stands there");
    for (capability, template) in Template::of_capabilities() {
        // Its default, length and pattern with it.
        assert_eq!(template.root["Parameters"]["ShopLogo"], parameter, "{capability}");
        let variables = &template.root["Globals"]["Function"]["Environment"]["Variables"];
        assert_eq!(variables["SHOP_LOGO"]["Ref"], "ShopLogo", "{capability}");
    }
    let pattern = format!("^(?:{})$", parameter["AllowedPattern"].as_str().unwrap());
    let allowed = jsonschema::validator_for(&json!({"type": "string", "pattern": pattern})).unwrap();
    for (text, is_logo) in [
        ("/logo.svg", true),
        ("/a/logo.png?v=2&w=%20", true),
        ("https://cdn.example/logo.svg", true),
        ("https://cdn.example:8443/a/b.webp", true),
        ("/", false),
        ("logo.svg", false),
        ("//cdn.example/logo.svg", false),
        ("http://cdn.example/logo.svg", false),
        ("https://cdn.example", false),
        ("https://cdn.example/", false),
        ("https://user@cdn.example/logo.svg", false),
        ("https://cdn.example:x/logo.svg", false),
        ("https://cdn.example;x/logo.svg", false),
        ("https://cdn.example/lo go.svg", false),
        ("https://cdn.example/\"x", false),
        ("/'><script>", false),
        ("data:image/png;base64,AAAA", false),
    ] {
        assert_eq!(allowed.is_valid(&json!(text)), is_logo, "{text}");
        assert_eq!(Logo::parse(text, SHOP).is_ok(), is_logo, "{text}");
    }
}
