//! Staff at work while one capability is away: what they find, what they can still do, and how they free what waited for it.

use super::whole::Shop;
use chassis::Service;
use chassis::testing::{Bench, Request, Response};
use events::Capability;
use events::ids::OrderId;
use serde_json::json;

/// The sweep sends again what had no answer for a minute.
const MORE_THAN_A_MINUTE: i64 = 61;

async fn as_staff<S: Service>(bench: &Bench<S>, request: Request) -> Response {
    bench.http(request.header("cookie", &format!("__Host-souk_access={}", bench.staff()))).await
}

async fn page<S: Service>(bench: &Bench<S>, target: &str) -> String {
    let answer = as_staff(bench, Request::get(target)).await;
    assert_eq!(answer.status, 200, "{target}: {answer:?}");
    answer.body.as_str().unwrap().to_owned()
}

/// Sends a form, which must lead on.
async fn send<S: Service>(bench: &Bench<S>, target: &str, fields: &[(&str, &str)]) {
    let answer = as_staff(bench, Request::form(target, fields)).await;
    assert_eq!(answer.status, 303, "{target}: {answer:?}");
}

/// A guest's order whose parcel left, so that its money is taken.
async fn sent_and_paid(shop: &mut Shop) -> OrderId {
    let body = shop.order_of_three_lines().await;
    let order = placed(shop, &body).await;
    shop.settle().await;
    let tracking = json!({"carrier": "dhl", "tracking_number": "JD0001"});
    let dispatch = Request::post(&format!("/v1/shipments/{}/dispatch", order.shipment()), tracking);
    assert_eq!(shop.shipping.http(dispatch.bearer(&shop.shipping.staff())).await.status, 200);
    shop.settle().await;
    order
}

async fn placed(shop: &Shop, body: &serde_json::Value) -> OrderId {
    let answer = shop.orders.http(Request::post("/v1/orders", body)).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.body["id"].as_str().unwrap().parse().unwrap()
}

/// An order that waits for shipping, which gave up two commands to it.
async fn stuck(shop: &mut Shop, body: &serde_json::Value) -> OrderId {
    let order = placed(shop, body).await;
    shop.settle_without(Some(Capability::Shipping)).await;
    shop.orders.world.pass_seconds(MORE_THAN_A_MINUTE);
    shop.orders.tick().await.unwrap();
    shop.settle_without(Some(Capability::Shipping)).await;
    order
}

/// What the start page says of orders without an answer.
async fn without_an_answer(shop: &Shop) -> String {
    let summary = page(&shop.orders, "/staff/orders/summary").await;
    let (_, rest) = summary.split_once("Without an answer").unwrap();
    rest.split("</div>").next().unwrap().to_owned()
}

#[tokio::test]
async fn staff_find_look_at_and_refund_orders_while_shipping_is_away() {
    let mut shop = Shop::open().await;
    let order = sent_and_paid(&mut shop).await;
    let number = order.number().to_string();
    let (to_payment, to_order) = (format!("/staff/payments/{}", order.payment()), format!("/staff/orders/{order}"));

    let start = page(&shop.users, "/staff").await;
    let gap = r#"src="/staff/shipping/summary" data-away="This part of the shop is not available at the moment.""#;
    assert!(start.contains(gap), "{start}");
    for query in [format!("number={number}"), "email=ada%40example.com".to_owned(), "sku=TEA-1".to_owned()] {
        let list = page(&shop.orders, &format!("/staff/orders?{query}")).await;
        assert!(list.contains(&to_order) && list.contains(&number), "{query}: {list}");
    }
    let shown = page(&shop.orders, &to_order).await;
    assert!(shown.contains("JD0001") && shown.contains("Captured"), "{shown}");

    let payment = page(&shop.payments, &to_payment).await;
    let (_, key) = payment.split_once(r#"name="key" value=""#).unwrap();
    let key = key.split('"').next().unwrap();
    let refund = [("key", key), ("amount", "1.50"), ("reason", "a broken cup"), ("confirm", "yes")];
    send(&shop.payments, &format!("{to_payment}/refunds"), &refund).await;
    shop.settle_without(Some(Capability::Shipping)).await;
    let refunded = page(&shop.orders, &to_order).await;
    assert!(refunded.contains("Partially refunded"), "{refunded}");
}

#[tokio::test]
async fn an_order_that_waits_for_who_is_away_is_found_explained_and_freed_by_a_button() {
    let mut shop = Shop::open().await;
    let body = shop.order_of_three_lines().await;
    assert!(without_an_answer(&shop).await.contains("<dd>0"));
    let order = stuck(&mut shop, &body).await;
    let to_order = format!("/staff/orders/{order}");

    let waits = without_an_answer(&shop).await;
    assert!(waits.contains("<dd>1") && waits.contains(&to_order), "{waits}");
    let shown = page(&shop.orders, &to_order).await;
    for why in ["Waits for shipping (create_shipment) since", "Commands were sent again 1 times without an answer."] {
        assert!(shown.contains(why), "{why}: {shown}");
    }
    assert!(page(&shop.shipping, "/staff/shipping").await.contains("The list is empty"));

    // Shipping is back.
    send(&shop.orders, &format!("{to_order}/redrive"), &[]).await;
    shop.settle().await;
    let freed = page(&shop.orders, &to_order).await;
    assert!(freed.contains("To be packed") && !freed.contains("were sent again"), "{freed}");
    assert!(without_an_answer(&shop).await.contains("<dd>0"));
    assert!(page(&shop.shipping, "/staff/shipping").await.contains(&order.number().to_string()));
}
