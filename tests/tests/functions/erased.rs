//! A person is in every part of the shop and is forgotten: a search that finds the person in each place before finds nothing afterwards, and
//! nothing once old tables are put back and the lists of the erased are applied again. Refuses what the shop does not keep: mails that
//! were delivered.

use super::whole::Shop;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::digest;
use chassis::testing::signing::verified_access_token;
use chassis::testing::{EmbeddedDynamo, Request};
use events::Capability;
use events::ids::{OrderId, UserId};
use events::orders::EraseOrder;
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
const BOUNCE: &str = include_str!("../../../functions/notifications/tests/fixtures/ses_bounce_permanent.json");

/// What capabilities make of an address or a network with their keys, by the kind of the pseudonym.
const PSEUDONYMS: [(char, &str); 8] = [
    ('I', "guest"),
    ('I', "address"),
    ('A', "mailbox"),
    ('A', "new mailbox"),
    ('A', "account"),
    ('A', "reset"),
    ('A', "network"),
    ('I', "network"),
];
/// Counts against guessing and hoarding end within a day and a quarter of an hour.
const BOUNDED_SECONDS: i64 = 25 * 60 * 60;

/// By which capabilities know an address, a mailbox or a network.
fn pseudonym(key: char, kind: &str, text: &str) -> String {
    let key = URL_SAFE_NO_PAD.decode(key.to_string().repeat(43)).unwrap();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key);
    URL_SAFE_NO_PAD.encode(&aws_lc_rs::hmac::sign(&key, format!("{kind}\0{text}").as_bytes()).as_ref()[..16])
}

/// Digests by which somebody who knows a text would find it.
fn digests(text: &'static str) -> impl Iterator<Item = String> {
    let plain = [digest::of_bytes(text.as_bytes()), digest::hex_of_bytes(text.as_bytes())];
    PSEUDONYMS.map(|(key, kind)| pseudonym(key, kind, text)).into_iter().chain(plain)
}

/// Of a person: particulars, what staff wrote, and digests of them.
fn traces(name: &'static str, email: &'static str) -> Vec<String> {
    [name, email].map(str::to_owned).into_iter().chain(digests(email)).collect()
}

fn persons() -> Vec<String> {
    let others = [STREET, PHONE, PARCEL, NETWORK].map(str::to_owned);
    traces(NAME, EMAIL).into_iter().chain(others).chain(digests(NETWORK)).chain(digests(PHONE)).collect()
}

/// In which tables anything of these is, but what ends by itself within hours, which is a bounded leftover.
fn found(shop: &Shop, traces: &[String]) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut found: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    let bound = shop.users.world.now().plus_seconds(BOUNDED_SECONDS).seconds();
    let ends_soon = |item: &Value| item["ttl"]["N"].as_str().is_some_and(|ttl| ttl.parse::<i64>().unwrap() < bound);
    for (of, dynamo) in shop.tables() {
        for item in dynamo.items().iter().filter(|item| !ends_soon(item)) {
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

/// The mail service tells that the mailbox refused the newest mail about an order for good.
async fn bounce(shop: &mut Shop, order: OrderId, email: &str) {
    let mut event: Value = serde_json::from_str(BOUNCE).unwrap();
    event["bounce"]["bouncedRecipients"][0]["emailAddress"] = json!(email);
    let mails = Request::get(&format!("/v1/notifications?order_id={order}")).bearer(&shop.notifications.staff());
    let mails = shop.notifications.http(mails).await.body;
    let newest = mails["items"][0]["id"].as_str().unwrap_or_else(|| panic!("no mail was sent: {mails}"));
    event["mail"]["tags"]["message"] = json!([newest.replace('~', "-").replace('.', "--")]);
    let told = json!({"Type": "Notification", "MessageId": "1", "TopicArn": "mail_feedback_topic",
        "Message": event.to_string(), "Timestamp": "2026-01-01T00:00:04.000Z"});
    assert!(shop.notifications.deliver_raw(&[told.to_string()]).await.is_empty());
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
    let message = EmailVerified {
        user_id: user,
        guest: pseudonym('I', "guest", EMAIL),
        address: Some(pseudonym('I', "address", EMAIL)),
    };
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
    // A mailbox of each refuses a mail; the customer, who has verified the address, waits for a SKU and is reminded of a cart.
    bounce(shop, open, EMAIL).await;
    bounce(shop, guests, GUEST).await;
    let verified = verified_access_token(user, shop.users.world.now());
    let waits = Request::post("/v1/stock-alerts", json!({"sku": "TEA-9"})).bearer(&verified);
    assert_eq!(shop.notifications.http(waits).await.status, 202);
    let cart = shop.carts.http(Request::new("POST", "/v1/carts").bearer(&verified)).await.body;
    let reminder =
        Request::put(&format!("/v1/carts/{}/reminder", cart["id"].as_str().unwrap()), json!({"enabled": true}));
    assert_eq!(shop.carts.http(reminder.bearer(&verified)).await.status, 200);
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
    let guest = traces(GUESTS_NAME, GUEST);
    for (of, kind, key) in [("orders", "guest", 'I'), ("notifications", "mailbox", 'A')] {
        assert!(found(&shop, &guest)[of].contains(&pseudonym(key, kind, GUEST)), "{of} knows the guest by a pseudonym");
    }
    let old = images(&shop);
    let request = Request::new("DELETE", "/v1/users/me").body(json!({"password": PASSWORD}).to_string());
    assert_eq!(shop.users.http(request.bearer(&token).from_address(NETWORK)).await.status, 202);
    let request = Request::new("DELETE", &format!("/v1/orders/{}/personal-data", guests.0));
    assert_eq!(shop.orders.http(request.header("x-guest-token", &guests.1)).await.status, 202);
    shop.settle().await;
    let waiting = found(&shop, &persons());
    assert_eq!(
        waiting.keys().copied().collect::<Vec<_>>(),
        ["notifications", "orders", "shipping"],
        "one order is under way: {waiting:?}"
    );
    deliver(&mut shop, open).await;
    pass_time(&mut shop).await;
    let everybody: Vec<_> = persons().into_iter().chain(guest).collect();
    assert_eq!(found(&shop, &everybody), BTreeMap::new());
    let listed = [&shop.users.dynamo, &shop.orders.dynamo].map(|dynamo| dynamo.beside("erasures").items());
    assert_eq!(listed.each_ref().map(Vec::len), [1, 1], "the person, and the guest's order");
    let listed = json!(listed).to_string();
    assert!(everybody.iter().all(|trace| !listed.contains(trace.as_str())), "ids alone: {listed}");

    for ((_, dynamo), items) in shop.tables().into_iter().zip(old) {
        restore(dynamo, items);
    }
    assert!(found(&shop, &everybody).len() >= 5, "old tables are back");
    pass_time(&mut shop).await;
    shop.users.receive("operator", 1, &EraseUser { user_id: user }).await;
    shop.orders.receive("operator", 1, &EraseOrder { order_id: guests.0 }).await;
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
