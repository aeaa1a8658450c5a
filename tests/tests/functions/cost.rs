//! The exact capacity units and messages of one delivered order of three lines. A higher cost needs an argument here; a lower
//! one becomes the new limit. The units of indexes are among them; six of those are three moves in
//! the index of the sweep: the order rests, its goods leave, it rests again. Two are entries of the audit log, for the dispatch and
//! the delivery, and one more kilobyte says who recorded them. Nine are staff's lists: the order in two, the guest's mailbox, three SKUs, the
//! shipment into its list and out of it, and a kilobyte that the order's keys begin.

use super::whole::{Cost, SKUS, Shop, claims};
use chassis::testing::Request;
use chassis::testing::signing::verifier;
use serde_json::{Value, json};

#[tokio::test]
async fn an_order_of_three_lines_costs_no_more_than_it_did() {
    let mut shop = Shop::open().await;
    let body = shop.order_of_three_lines().await;
    shop.take_cost();

    let placed = shop.orders.http(Request::post("/v1/orders", &body)).await;
    assert_eq!(placed.status, 202, "{placed:?}");
    shop.settle().await;
    assert_eq!(order(&shop, &placed.body).await["status"], "confirmed");
    let confirmed = shop.take_cost();

    let shipment = claims(&verifier("catalog"), &body).jti.order().shipment();
    let staff = shop.shipping.staff();
    let dispatch = json!({"carrier": "dhl", "tracking_number": "JD0001"});
    let path = format!("/v1/shipments/{shipment}/dispatch");
    assert_eq!(shop.shipping.http(Request::post(&path, dispatch).bearer(&staff)).await.status, 200);
    shop.settle().await;
    let path = format!("/v1/shipments/{shipment}/delivery");
    assert_eq!(shop.shipping.http(Request::post(&path, json!({})).bearer(&staff)).await.status, 200);
    shop.settle().await;
    assert_eq!(order(&shop, &placed.body).await["status"], "completed");
    let delivered = shop.take_cost();

    // Shown on failure, or with `--nocapture`.
    println!("to confirmed {confirmed:#?}\nfrom there to delivered {delivered:#?}");
    assert_eq!(summary(&confirmed), "37.0 WRU, 9.5 RRU, 12 messages");
    assert_eq!(summary(&delivered), "28.0 WRU, 7.0 RRU, 7 messages");
    assert_adds_up(&shop).await;
}

async fn order(shop: &Shop, placed: &Value) -> Value {
    let path = format!("/v1/orders/{}", placed["id"].as_str().unwrap());
    shop.orders.http(Request::get(&path).header("x-guest-token", placed["guest_token"].as_str().unwrap())).await.body
}

fn summary(cost: &Cost) -> String {
    let (written, read) = (cost.all_written(), cost.all_read());
    format!("{}.{} WRU, {}.{} RRU, {} messages", written / 10, written % 10, read / 10, read % 10, cost.all_messages())
}

async fn assert_adds_up(shop: &Shop) {
    let staff = shop.payments.staff();
    let balances = shop.payments.http(Request::get("/v1/ledger/balances").bearer(&staff)).await;
    assert_eq!(balances.body["sums"], json!([{"amount": 0, "currency": "EUR"}]));
    for sku in SKUS {
        let stock = Request::get(&format!("/v1/stock?sku={sku}")).bearer(&shop.inventory.staff());
        assert_eq!(shop.inventory.http(stock).await.body["items"][0]["available"], 49);
    }
}
