//! A key for a machine: made, exchanged, used, rotated and ended. That one expires is shown with a clock of its own, in the tests of users.

use crate::goods::stocked;
use crate::people::{admin, staff};
use crate::shop::{Answer, Caller};
use crate::waiting::until;
use events::Timestamp;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

const MONTH: u64 = 30 * 24 * 60 * 60;

fn wanted(permissions: &[&str]) -> Value {
    let end = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + MONTH;
    let end = Timestamp::from_millis(0).plus_seconds(i64::try_from(end).unwrap());
    json!({"name": "ERP of the journeys", "permissions": permissions, "expires_at": end})
}

fn exchange(secret: &Value) -> Answer {
    Caller::anyone().post("/v1/api-keys/tokens", &json!({"secret": secret}))
}

fn machine(secret: &Value) -> Caller {
    Caller::anyone().bearing(exchange(secret).expect(201)["access_token"].as_str().unwrap())
}

#[test]
fn a_machine_works_with_a_key_with_two_secrets_after_a_rotation_and_with_none_after_its_end() {
    let goods = stocked(3);
    staff().post("/v1/api-keys", &wanted(&["orders.read"])).refused(403, "forbidden");
    let made = admin().post("/v1/api-keys", &wanted(&["orders.read", "stock.read", "stock.write"])).expect(201);
    let (id, first) = (made["id"].as_str().unwrap(), &made["secret"]);
    let erp = machine(first);
    erp.get("/v1/orders?limit=1").expect(200);
    let receive = |erp: &Caller, key: &str| {
        let body = json!({"delta": 2, "reason": "delivery note"});
        erp.with("idempotency-key", key).post(&format!("/v1/stock/{}/adjustments", goods.sku), &body)
    };
    assert!(receive(&erp, "one").status < 300);
    let movements = erp.get(&format!("/v1/stock/{}/movements", goods.sku)).expect(200);
    let mut by = movements["items"].as_array().unwrap().iter().map(|movement| &movement["by"]);
    assert!(by.any(|by| *by == made["id"]), "the key made one: {movements}");
    erp.get("/v1/users/me").refused(403, "forbidden");
    erp.post("/v1/api-keys", &wanted(&["orders.read"])).refused(403, "forbidden");
    erp.send("POST", "/v1/carts", None).refused(403, "forbidden");
    erp.get("/v1/notifications").refused(403, "forbidden");

    let rotated = admin().send("POST", &format!("/v1/api-keys/{id}/rotation"), None).expect(201);
    assert_ne!(&rotated["secret"], first);
    for secret in [first, &rotated["secret"]] {
        machine(secret).get("/v1/orders?limit=1").expect(200);
    }
    let shown = admin().get(&format!("/v1/api-keys/{id}")).expect(200);
    assert!(shown["last_used_at"].is_string() && shown["secret"].is_null(), "{shown}");

    admin().delete(&format!("/v1/api-keys/{id}")).expect(204);
    for secret in [first, &rotated["secret"]] {
        exchange(secret).refused(401, "invalid_api_key");
    }
    until("the warehouse hears that the key has ended", || (receive(&erp, "late").status == 401).then_some(()));
    receive(&erp, "late").refused(401, "session_ended");
}
