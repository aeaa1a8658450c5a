//! A person is in every part of the shop and is forgotten: a search that finds the person in each place before finds nothing afterwards, and
//! nothing once old tables are put back and the list of the erased is applied again. Refuses what the shop does not keep: mails that
//! were delivered.

use super::whole::Shop;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::digest;
use chassis::testing::{EmbeddedDynamo, Request};
use events::Capability;
use events::ids::{OrderId, UserId};
use events::users::{EmailVerified, EraseUser};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use system_tests::captured_log::CapturedLog;

const NAME: &str = "Mnemosyne Vale";
const EMAIL: &str = "mnemosyne@lethe.example";
const STREET: &str = "7 Riverbank Row";
const PHONE: &str = "+44 20 7946 0999";
const PARCEL: &str = "JD-MNEMOSYNE-1";
const PASSWORD: &str = "a river that forgets";
const NETWORK: &str = "198.51.100.77";
const GUEST: &str = "other@lethe.example";
const GUESTS_NAME: &str = "Ameles Plain";

/// By which orders know an address, or a guest's mailbox.
fn pseudonym(kind: &str, email: &str) -> String {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &URL_SAFE_NO_PAD.decode("I".repeat(43)).unwrap());
    URL_SAFE_NO_PAD.encode(&aws_lc_rs::hmac::sign(&key, format!("{kind}\0{email}").as_bytes()).as_ref()[..16])
}

/// Of the person: particulars, what staff wrote, and digests by which somebody who knows the address would find it.
fn traces(name: &'static str, email: &'static str) -> Vec<String> {
    let [exact, mailbox] = ["address", "guest"].map(|kind| pseudonym(kind, email));
    let digests = [digest::of_bytes(email.as_bytes()), digest::hex_of_bytes(email.as_bytes()), exact, mailbox];
    [name, email].map(str::to_owned).into_iter().chain(digests).collect()
}

fn persons() -> Vec<String> {
    let others = [STREET, PHONE, PARCEL, NETWORK].map(str::to_owned);
    traces(NAME, EMAIL).into_iter().chain(others).collect()
}

/// In which tables anything of these is. What ends by itself within hours is a bounded leftover.
fn found(shop: &Shop, traces: &[String]) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut found: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for (of, dynamo) in shop.tables() {
        for item in dynamo.items().iter().filter(|item| item.get("ttl").is_none()) {
            let text = item.to_string();
            let inside = traces.iter().filter(|trace| text.contains(trace.as_str())).cloned();
            let inside: Vec<_> = inside.collect();
            if !inside.is_empty() {
                found.entry(of).or_default().extend(inside);
            }
        }
    }
    found
}

async fn body(shop: &Shop) -> Value {
    let mut body = shop.order_of_three_lines().await;
    for (part, value) in [("name", NAME), ("line1", STREET), ("phone", PHONE)] {
        body["ship_to"][part] = json!(value);
    }
    body["email"] = json!(EMAIL);
    body["billing_address"] = body["ship_to"].clone();
    body["billing_address"]["city"] = json!("Hades");
    body
}

async fn place(shop: &mut Shop, body: &Value, token: Option<&str>) -> (OrderId, Option<String>) {
    let mut request = Request::post("/v1/orders", body).from_address(NETWORK);
    if let Some(token) = token {
        request = request.bearer(token);
    }
    let placed = shop.orders.http(request).await;
    assert_eq!(placed.status, 202, "{placed:?}");
    shop.settle().await;
    let id = placed.body["id"].as_str().unwrap().parse().unwrap();
    (id, placed.body["guest_token"].as_str().map(str::to_owned))
}

async fn deliver(shop: &mut Shop, order: OrderId) {
    let path = format!("/v1/shipments/{}", order.shipment());
    let tracking = json!({"carrier": "dhl", "tracking_number": PARCEL});
    for (what, body) in [("dispatch", tracking), ("delivery", json!({}))] {
        let staff = shop.shipping.staff();
        let done = shop.shipping.http(Request::post(&format!("{path}/{what}"), body).bearer(&staff)).await;
        assert_eq!(done.status, 200, "{done:?}");
        shop.settle().await;
    }
}

/// The person as a whole shop knows them.
struct Known {
    user: UserId,
    token: String,
    /// Under way when the person is erased.
    open: OrderId,
    /// Of another guest, with the guest's token.
    guests: (OrderId, String),
}

async fn seed(shop: &mut Shop) -> Known {
    let account = json!({"email": EMAIL, "password": PASSWORD, "name": NAME});
    let registered = shop.users.http(Request::post("/v1/users", account).from_address(NETWORK)).await;
    assert_eq!(registered.status, 201, "{registered:?}");
    shop.settle().await;
    let user: UserId = registered.body["id"].as_str().unwrap().parse().unwrap();
    let credentials = json!({"email": EMAIL, "password": PASSWORD});
    let session = shop.users.http(Request::post("/v1/sessions", credentials).from_address(NETWORK)).await.body;
    let token = session["access_token"].as_str().unwrap().to_owned();
    let home = json!({"name": NAME, "line1": STREET, "city": "Hades", "postal_code": "10115", "country": "DE", "phone": PHONE});
    let kept = shop.users.http(Request::post("/v1/users/me/addresses", home).bearer(&token)).await;
    assert_eq!(kept.status, 201, "{kept:?}");

    // An order as a guest, claimed since; one that is delivered, refunded and written about; one that is under way.
    let request = body(shop).await;
    let (claimed, _) = place(shop, &request, None).await;
    let message =
        EmailVerified { user_id: user, guest: pseudonym("guest", EMAIL), address: Some(pseudonym("address", EMAIL)) };
    shop.orders.receive(&user.to_string(), 90, &message).await;
    shop.settle().await;
    deliver(shop, claimed).await;
    let request = body(shop).await;
    let (delivered, _) = place(shop, &request, Some(&token)).await;
    deliver(shop, delivered).await;
    let staff = shop.payments.staff();
    let refund = json!({"amount": {"amount": 100, "currency": "EUR"}, "reason": format!("{NAME} got a broken cup")});
    let refund = Request::post(&format!("/v1/payments/{}/refunds", delivered.payment()), refund);
    let refunded = shop.payments.http(refund.bearer(&staff).header("idempotency-key", "k")).await;
    assert!(refunded.status < 300, "{refunded:?}");
    let note = Request::post(&format!("/v1/orders/{delivered}/notes"), json!({"text": format!("{NAME} called.")}));
    assert_eq!(shop.orders.http(note.bearer(&staff).header("idempotency-key", "k")).await.status, 201);
    shop.settle().await;
    let request = body(shop).await;
    let (open, _) = place(shop, &request, Some(&token)).await;

    let mut request = body(shop).await;
    (request["ship_to"]["name"], request["email"]) = (json!(GUESTS_NAME), json!(GUEST));
    request.as_object_mut().unwrap().remove("billing_address");
    let (guests, guest_token) = place(shop, &request, None).await;
    deliver(shop, guests).await;
    Known { user, token, open, guests: (guests, guest_token.unwrap()) }
}

/// Everything that waits for its time goes on.
async fn pass_time(shop: &mut Shop) {
    for _ in 0..3 {
        for world in [
            &shop.users.world,
            &shop.orders.world,
            &shop.payments.world,
            &shop.shipping.world,
            &shop.notifications.world,
        ] {
            world.pass_seconds(120);
        }
        shop.orders.tick().await.unwrap();
        shop.settle().await;
    }
}

fn images(shop: &Shop) -> Vec<Vec<Value>> {
    shop.tables().map(|(_, dynamo)| dynamo.items()).to_vec()
}

/// A restored table has its items and no stream of them.
fn restore(dynamo: &EmbeddedDynamo, items: Vec<Value>) {
    dynamo.put_all(items.into_iter());
    while !dynamo.new_stream_records().is_empty() {}
}

#[tokio::test]
async fn of_a_person_who_is_forgotten_a_search_of_everything_finds_nothing_also_after_a_restore() {
    let log = CapturedLog::default();
    let capturing = log.capture();
    let mut shop = Shop::open().await;
    let Known { user, token, open, guests } = seed(&mut shop).await;
    let before = found(&shop, &persons());
    let places: Vec<_> = before.keys().copied().collect();
    assert_eq!(
        places,
        ["notifications", "orders", "payments", "shipping", "users"],
        "the search finds what is there: {before:?}"
    );
    let pseudonyms = traces(GUESTS_NAME, GUEST);
    assert!(
        found(&shop, &pseudonyms)["orders"].contains(pseudonyms.last().unwrap()),
        "a guest's list has the address's pseudonym"
    );
    let old = images(&shop);

    let request = Request::new("DELETE", "/v1/users/me").body(json!({"password": PASSWORD}).to_string());
    assert_eq!(shop.users.http(request.bearer(&token).from_address(NETWORK)).await.status, 202);
    let request = Request::new("DELETE", &format!("/v1/orders/{}/personal-data", guests.0));
    assert_eq!(shop.orders.http(request.header("x-guest-token", &guests.1)).await.status, 202);
    shop.settle().await;
    let waiting = found(&shop, &persons());
    assert_eq!(
        waiting.keys().copied().collect::<Vec<_>>(),
        ["orders", "shipping"],
        "one order is under way: {waiting:?}"
    );
    deliver(&mut shop, open).await;
    pass_time(&mut shop).await;
    let everybody: Vec<_> = persons().into_iter().chain(pseudonyms).collect();
    assert_eq!(found(&shop, &everybody), BTreeMap::new());

    for ((_, dynamo), items) in shop.tables().into_iter().zip(old) {
        restore(dynamo, items);
    }
    assert!(found(&shop, &everybody).len() >= 5, "old tables are back");
    pass_time(&mut shop).await;
    shop.users.receive("operator", 1, &EraseUser { user_id: user }).await;
    // A guest has no account whose erasure is listed: staff apply it again by the order.
    let again = Request::new("DELETE", &format!("/v1/orders/{}/personal-data", guests.0));
    let staff = shop.orders.staff();
    assert_eq!(shop.orders.http(again.bearer(&staff)).await.status, 202);
    shop.settle().await;
    deliver(&mut shop, open).await;
    pass_time(&mut shop).await;
    assert_eq!(found(&shop, &everybody), BTreeMap::new());
    for (of, dead) in shop.dead_lettered() {
        assert_eq!(dead, Vec::<String>::new(), "{of}");
    }

    drop(capturing);
    let log = log.text();
    assert!(log.lines().count() > 30, "something is logged");
    let leak = log.lines().find(|line| everybody.iter().any(|trace| line.contains(trace.as_str())));
    assert_eq!(leak, None);
}

#[tokio::test]
async fn a_search_that_looks_at_one_table_less_would_miss_the_person_there() {
    let mut shop = Shop::open().await;
    seed(&mut shop).await;
    let everywhere = found(&shop, &persons());
    for (of, particular) in
        [("users", EMAIL), ("orders", STREET), ("shipping", PARCEL), ("payments", NAME), ("notifications", EMAIL)]
    {
        assert!(everywhere[of].iter().any(|trace| trace == particular), "{of}: {everywhere:?}");
        assert!(Capability::named(of).is_some());
    }
}
