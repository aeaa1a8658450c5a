//! What operators do with a running shop, by the command `souk`.

use crate::buying::{await_order, buy};
use crate::cloud::{parameter, store_parameter};
use crate::goods::stocked;
use crate::people::Customer;
use crate::shop::Caller;
use crate::stage::stage;
use crate::waiting::until;
use chassis::Env;
use chassis::runtime::Common;
use chassis::testing::signing;
use events::Timestamp;
use events::ids::UserId;
use events::users::Role;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

fn command(arguments: &[&str]) -> Command {
    let program =
        std::env::var_os("SOUK").unwrap_or_else(|| system_tests::workspace::root().join("target/debug/souk").into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(system_tests::workspace::root());
    // Wherever the shop is, nothing is deployed elsewhere, and to AWS only if the shop is there.
    if let Some((url, region)) = stage().endpoint() {
        command.env("AWS_ENDPOINT_URL", url).env("AWS_REGION", &region).env("AWS_DEFAULT_REGION", region);
        command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    }
    command
}

/// Runs the command; returns whether it succeeded, its output and its errors.
fn run(arguments: &[&str]) -> (bool, String, String) {
    let output = command(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

/// Runs the command on the shop under test and returns its output.
pub fn souk(arguments: &[&str]) -> String {
    let (succeeded, output, errors) = run(arguments);
    assert!(succeeded, "souk {arguments:?}: {output}{errors}");
    output
}

#[test]
fn the_logs_tell_an_orders_way_from_its_request_to_its_emails() {
    let (goods, customer) = (stocked(1), Customer::new());
    let order = buy(&customer.caller, &[(&goods, 1)], "pm_card_visa");
    await_order(&customer.caller, &order, &[("fulfillment_state", "created")]);
    let told = until("the way is told to its end", || {
        let told = souk(&["trace", &order]);
        told.contains("shipping.shipment_created.v1").then_some(told)
    });
    let steps = [
        "POST /v1/orders → 202  (orders",
        "inventory.reserve_stock.v1  (inventory",
        "inventory.stock_reserved.v1  (orders",
        "payments.authorize_payment.v1  (payments",
        "payments.payment_authorized.v1  (orders",
        "orders.order_confirmed.v1  (notifications",
    ];
    let depth = |step: &str| {
        let line =
            told.lines().find(|line| line.contains(step)).unwrap_or_else(|| panic!("{step} is missing:\n{told}"));
        line.split_once("ms").unwrap().1.chars().take_while(|c| *c == ' ').count()
    };
    let depths: Vec<_> = steps.into_iter().map(depth).collect();
    assert!(depths.is_sorted_by(|above, below| above < below), "{depths:?}\n{told}");
}

#[test]
fn a_new_key_is_trusted_after_nothing_but_the_version_of_the_key_set_changed() {
    if stage().endpoint().is_none() {
        // On AWS this would change a stage that others use.
        return;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = Timestamp::from_millis(i64::try_from(now.as_millis()).unwrap());
    let user = UserId::from_bits(now.millis().unsigned_abs().into());
    let discovered = Caller::anyone().get("/.well-known/openid-configuration").expect(200);
    let issuer = discovered["issuer"].as_str().unwrap();
    let token = signing::access_token_of(issuer, stage().own_name(), user, &[Role::Customer], now);
    let bearer = Caller::anyone().bearing(&token);
    bearer.post("/v1/carts", &json!({})).refused(401, "unauthenticated");

    let mut keys: Value = serde_json::from_str(&parameter("jwks/users")).unwrap();
    let new: Value = serde_json::from_str(&signing::jwks("users")).unwrap();
    let trusted = keys["keys"].as_array_mut().unwrap();
    // An earlier run's key has the same name.
    trusted.retain(|key| key["kid"] != new["keys"][0]["kid"]);
    trusted.push(new["keys"][0].clone());
    store_parameter("jwks/users", &keys.to_string());
    souk(&["deploy", "--stage", stage().own_name(), "--only", "carts", "--release", "false"]);

    bearer.post("/v1/carts", &json!({})).expect(201);
    Customer::new().caller.post("/v1/carts", &json!({})).expect(201);
}

#[test]
fn what_a_function_needs_is_written_for_a_plain_cargo_lambda_watch() {
    let Some((endpoint, _)) = stage().endpoint() else {
        // The functions of a stage on AWS are not watched.
        return;
    };
    let file = souk(&["watch", "--env-file", "orders"]);
    let variable = |line: &str| {
        let (name, value) = line.split_once('=').unwrap();
        (name.to_owned(), value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).unwrap().to_owned())
    };
    let variables: BTreeMap<_, _> = file.lines().filter(|line| !line.is_empty()).map(variable).collect();
    let env = Env::from_fn(|name| variables.get(name).cloned());
    Common::from_env(&env).unwrap();
    orders::Config::from_env(&env).unwrap();
    assert_eq!(variables["TABLE_NAME"], format!("{}-orders", stage().prefix));
    assert_eq!(variables["CATALOG_JWKS"], parameter("jwks/catalog"));
    assert_eq!(variables["AWS_ENDPOINT_URL"], endpoint);
}

#[test]
fn a_production_stack_with_the_sandbox_is_refused() {
    if stage().endpoint().is_none() {
        // On AWS it would leave a stage's keys behind.
        return;
    }
    // The emulator has no gradual deployments, which alarms watch.
    let production = ["--set", "Environment=production", "--set", "Monitoring=frugal"];
    let deploy = ["deploy", "--stage", "live", "--only", "payments", "--release", "false"];
    let (succeeded, output, errors) = run(&[&deploy[..], &production].concat());
    let told = format!("{output}{errors}");
    assert!(!succeeded && told.contains("Production takes real money, and the sandbox takes none"), "{told}");
}

/// Head and body of one request.
fn request_of(connection: &mut TcpStream) -> String {
    let mut request = String::new();
    loop {
        let mut part = [0; 4096];
        let read = connection.read(&mut part).unwrap();
        request.push_str(&String::from_utf8_lossy(&part[..read]));
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return request;
        }
    }
}

#[test]
fn the_concurrency_that_the_account_grants_is_compared_with_the_bounds() {
    let (_, enough, _) = run(&["doctor", "--stage", stage().own_name()]);
    assert!(enough.contains("✓ concurrency") && enough.contains("functions at once"), "{enough}");
    // A new account grants ten, and has no stack.
    let no_stack = "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id \
                    souk-new-platform does not exist</Message></Error></ErrorResponse>";
    let answer = r#"{"AccountLimit": {"ConcurrentExecutions": 10, "UnreservedConcurrentExecutions": 10}}"#;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let request = request_of(&mut connection);
            let (status, answer) = if request.starts_with("GET /2016-08-19/account-settings") {
                ("200 OK", answer)
            } else {
                assert!(request.contains("Action=DescribeStacks"), "{request}");
                ("400 Bad Request", no_stack)
            };
            let length = answer.len();
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
            connection.write_all((head + answer).as_bytes()).unwrap();
        }
    });
    let output = command(&["doctor", "--stage", "new"]).env("AWS_ENDPOINT_URL", address).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("✗ concurrency") && told.contains("grants 10 functions at once"), "{told}");
    assert!(!output.status.success());
}
