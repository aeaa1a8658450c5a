//! Logs contain no personal data and no secret: canaries go in wherever a person or a secret does, and none is logged.

use super::whole::Shop;
use chassis::testing::Request;
use events::{Address, Contact};
use serde_json::{Value, json};
use system_tests::captured_log::CapturedLog;

const NAME: &str = "Canary Bird";
const EMAIL: &str = "canary@cage.example";
const STREET: &str = "7 Canary Wharf";
const COMPANY: &str = "Aviary Ltd";
const PHONE: &str = "+44 20 7946 0123";
const PAYER: &str = "Feathered Friend";
const PASSWORD: &str = "a canary sings at dawn";

/// Signs up and in; returns the secrets that this made.
async fn signs_up_and_in(shop: &mut Shop) -> Vec<String> {
    let account = json!({"email": EMAIL, "password": PASSWORD, "name": NAME});
    assert_eq!(shop.users.http(Request::post("/v1/users", account)).await.status, 201);
    shop.settle().await;
    let wrong = json!({"email": EMAIL, "password": "a canary sleeps at dawn"});
    assert_eq!(shop.users.http(Request::post("/v1/sessions", wrong)).await.status, 401);
    let session =
        shop.users.http(Request::post("/v1/sessions", json!({"email": EMAIL, "password": PASSWORD}))).await.body;
    let token = |name: &str| session[name].as_str().unwrap().to_owned();
    let used = json!({"refresh_token": token("refresh_token")});
    for pause in [0, 0, 10] {
        shop.users.world.pass_seconds(pause);
        shop.users.http(Request::post("/v1/sessions/refresh", &used)).await;
    }
    vec![token("access_token"), token("refresh_token")]
}

async fn orders(shop: &mut Shop, caller: &str) -> Vec<String> {
    let mut body = shop.order_of_three_lines().await;
    body["email"] = json!(EMAIL);
    body["ship_to"]["name"] = json!(NAME);
    body["ship_to"]["line1"] = json!(STREET);
    body["ship_to"]["company"] = json!(COMPANY);
    body["ship_to"]["phone"] = json!(PHONE);
    body["billing_address"] = body["ship_to"].clone();
    body["billing_address"]["name"] = json!(PAYER);
    let placed = shop.orders.http(Request::post("/v1/orders", &body)).await;
    assert_eq!(placed.status, 202, "{placed:?}");
    shop.settle().await;
    shop.orders.http(Request::get("/v1/orders").bearer(caller)).await;
    // The caller gets the details of an error, the log does not.
    body["ship_to"]["country"] = json!(STREET);
    assert_eq!(shop.orders.http(Request::post("/v1/orders", &body)).await.status, 422);
    body["ship_to"]["phone"] = json!([PHONE]);
    assert_eq!(shop.orders.http(Request::post("/v1/orders", &body)).await.status, 422);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    vec![text(&placed.body["guest_token"]), text(&body["quote"]), text(&body["shipping_quote"])]
}

/// Almost valid messages with personal data in the wrong place.
async fn is_sent_nonsense(shop: &Shop) {
    let envelope = |kind: &str, data: Value| {
        json!({"specversion": "1.0", "id": format!("a/1/{kind}"), "source": "/souk/orders", "type": kind, "subject": "a",
            "time": "2026-01-01T00:00:00Z", "data": data})
        .to_string()
    };
    let contact = serde_json::to_value(Contact { email: EMAIL.parse().unwrap(), name: Some(NAME.to_owned()) }).unwrap();
    shop.notifications
        .deliver_raw(&[
            envelope("users.user_registered.v1", json!({"user_id": EMAIL, "contact": contact})),
            envelope("users.user_registered.v1", json!({"user_id": contact, "contact": EMAIL})),
            format!("{{\"specversion\": \"1.0\", \"id\": 7, \"subject\": \"{EMAIL}\"}}"),
            format!("\"{EMAIL}\""),
        ])
        .await;
    let (company, phone) = (Some(COMPANY.to_owned()), Some(PHONE.to_owned()));
    let address = Address { name: NAME.to_owned(), company, phone, ..address() };
    let create = json!({"order_id": STREET, "ship_to": address, "lines": NAME});
    shop.shipping.deliver_raw(&[envelope("shipping.create_shipment.v1", create)]).await;
}

fn address() -> Address {
    let text = json!({"name": "", "line1": STREET, "city": "London", "postal_code": "E14", "country": "GB"});
    serde_json::from_value(text).unwrap()
}

#[tokio::test]
async fn a_whole_order_leaves_no_trace_of_the_person_in_the_logs() {
    let log = CapturedLog::default();
    let capturing = log.capture();
    let mut shop = Shop::open().await;
    let mut secrets = signs_up_and_in(&mut shop).await;
    secrets.extend(orders(&mut shop, &secrets[0].clone()).await);
    is_sent_nonsense(&shop).await;
    drop(capturing);

    let log = log.text();
    assert!(log.lines().count() > 30 && log.contains("dead-letter"), "something is logged: {log}");
    secrets.extend([NAME, EMAIL, STREET, COMPANY, PHONE, PAYER, PASSWORD, "canary", "192.0.2.1"].map(str::to_owned));
    for secret in secrets {
        let leak = log.lines().find(|line| line.contains(&secret));
        assert!(leak.is_none(), "{secret} is in {leak:?}");
    }
}
