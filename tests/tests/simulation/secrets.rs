//! Secrets are stored nowhere, and personal data only where it must be: a crowd's visit with all faults on, of which all that is
//! logged, stored, sent, mailed and answered is recorded.

use chassis::testing::Request;
use chassis::testing::signing::stored_key;
use events::Capability::{self, Carts, Catalog, Inventory, Notifications, Orders, Payments, Shipping, Users};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;
use system_tests::captured_log::CapturedLog;
use system_tests::sim::Plan;
use system_tests::sim::clock::on_virtual_time;
use system_tests::sim::customers::Driver;
use system_tests::sim::outages::Outage;
use system_tests::sim::recording::{Entry, Place};
use system_tests::sim::run::{open_shop, run_customers};
use system_tests::source::contains_word;

/// The names, companies, streets, towns and telephones of all customers.
const PEOPLE: [&str; 7] = ["Ada", "Byron", "Engines Ltd", "1 Analytical Way", "2 Other Way", "Berlin", "+49 30 901820"];
/// A part of every e-mail and every network address.
const ADDRESSES: [&str; 2] = ["@example.com", "2001:db8:"];
/// The beginning of every customer's e-mail address, which only `users` tells to anybody.
const CUSTOMERS: &str = "customer-";
/// Card numbers that careless people send.
const CARDS: [&str; 3] = ["4242424242424242", "5555-5555-5555-4444", "3782 822463 10005"];

/// Everything that a visit left behind.
#[derive(Default)]
struct Visit {
    log: String,
    entries: Vec<Entry>,
}

impl Visit {
    /// Of a crowd, until the shop is at rest.
    fn of(plan: &Plan) -> Self {
        let log = CapturedLog::default();
        let capturing = log.capture();
        let entries = on_virtual_time(visit(plan));
        drop(capturing);
        Self { log: log.text(), entries }
    }

    fn at(&self, place: Place) -> impl Iterator<Item = &str> {
        self.entries.iter().filter(move |entry| entry.place == place).map(|entry| entry.text.as_str())
    }

    /// The places other than HTTP requests and responses where something is found.
    fn found(&self, canary: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let behind = |place| !matches!(place, Place::Request(_) | Place::Answer(_));
        let entries = self.entries.iter().filter(|entry| behind(entry.place) && canary(&entry.text));
        let logged = self.log.lines().any(&canary).then(|| "log".to_owned());
        entries.map(|entry| format!("{:?}", entry.place)).chain(logged).collect()
    }
}

async fn visit(plan: &Plan) -> Vec<Entry> {
    let driver = open_shop(plan).await;
    let stage = &driver.shop.stage;
    stage.recording.begin();
    stage.faults.begin();
    let careless = async {
        for card in CARDS {
            is_sent_everywhere(&driver, card).await;
        }
    };
    // Of what the mail service refuses, something is kept.
    let refused = async {
        stage.outages.begin(Outage::MailRejected);
        tokio::time::sleep(Duration::from_secs(1_200)).await;
        stage.outages.end_all();
    };
    let (quiet, (), ()) = tokio::join!(run_customers(&driver, plan.customers), careless, refused);
    assert!(quiet, "the shop comes to rest");
    assert!(!stage.is_broken(), "{:?}", stage.violations());
    stage.recording.entries()
}

/// Sends a card number in every text field; each request is refused.
async fn is_sent_everywhere(driver: &Driver, card: &str) {
    let address = json!({"name": "Ada", "line1": card, "city": "Berlin", "postal_code": "10115", "country": "DE"});
    let order = json!({"quote": "q", "shipping_quote": "q", "payment_method": card, "email": "guest@example.com"});
    let path = card.replace(' ', "%20");
    let id = "01h2xcejqtf2nbrexx3vqjhp41";
    for (to, request) in [
        (Users, Request::post("/v1/users", json!({"email": "a@example.com", "password": card, "name": "Ada"}))),
        (Users, Request::post("/v1/users/me/addresses", &address)),
        (Orders, Request::post("/v1/orders", &order)),
        (Orders, Request::post(&format!("/v1/orders/order_{id}/payment"), json!({"payment_method": card}))),
        (Carts, Request::put(&format!("/v1/carts/cart_{id}/lines/{path}"), json!({"quantity": 1}))),
        (Catalog, Request::get(&format!("/v1/products?q={path}"))),
        (Catalog, Request::put("/v1/categories/tea", json!({"name": card}))),
        (
            Inventory,
            Request::post("/v1/stock/A/adjustments", json!({"delta": 1, "reason": "a"}))
                .header("idempotency-key", card),
        ),
        (
            Payments,
            Request::post(&format!("/v1/payments/pay_{id}/refunds"), json!({"reason": card}))
                .header("idempotency-key", "k"),
        ),
        (
            Shipping,
            Request::post(
                &format!("/v1/shipments/shp_{id}/dispatch"),
                json!({"carrier": "dhl", "tracking_number": card}),
            ),
        ),
        (Notifications, Request::get(&format!("/v1/notifications?order_id={path}"))),
    ] {
        let request = request.bearer(&driver.staff());
        let answer = driver.insist(to, &request, 20).await.unwrap();
        assert_eq!((answer.status, answer.problem()), (422, "card_number_refused"), "{to}: {request:?}");
    }
}

/// Every secret in requests and responses, by field name.
#[derive(Default)]
struct Secrets(BTreeMap<&'static str, BTreeSet<String>>);

impl Secrets {
    fn of(visit: &Visit) -> Self {
        let mut secrets = Self::default();
        for entry in visit.entries.iter().filter(|p| matches!(p.place, Place::Request(_) | Place::Answer(_))) {
            let event: Value = serde_json::from_str(&entry.text).unwrap();
            secrets.take(&event["headers"]);
            let body = event["body"].as_str().and_then(|body| serde_json::from_str(body).ok());
            secrets.take(&body.unwrap_or(Value::Null));
        }
        secrets
    }

    fn take(&mut self, fields: &Value) {
        const NAMES: [&str; 10] = [
            "authorization",
            "x-guest-token",
            "password",
            "access_token",
            "refresh_token",
            "device_token",
            "guest_token",
            "quote",
            "shipping_quote",
            "secret",
        ];
        for (name, value) in fields.as_object().into_iter().flatten() {
            match (NAMES.into_iter().find(|known| known == name), value) {
                // Shorter texts are the card numbers of careless people.
                (Some(known), Value::String(text)) if text.len() > 16 => {
                    self.0.entry(known).or_default().insert(text.trim_start_matches("Bearer ").to_owned());
                }
                (_, Value::Array(items)) => items.iter().for_each(|item| self.take(item)),
                (_, value) => self.take(value),
            }
        }
    }

    /// Those with which guests open their orders, which mails link to, and all others.
    fn of_links_and_others(self) -> (Self, Self) {
        let opens_an_order = |secret: &String| {
            let parts: Vec<_> = secret.split('.').collect();
            parts.len() == 3 && parts[..2].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let (mut links, mut others) = (Self::default(), Self::default());
        for (name, secrets) in self.0 {
            let (of_links, of_others) = secrets.into_iter().partition(opens_an_order);
            links.0.insert(name, of_links);
            others.0.insert(name, of_others);
        }
        (links, others)
    }

    /// Finds a secret in a text, or a part of one: each part of a signed token is secret.
    fn seeker(&self) -> impl Fn(&str) -> bool {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let all = self.0.values().flatten().cloned().chain(["users", "catalog", "shipping"].map(private_key));
        let (tokens, phrases): (Vec<_>, Vec<_>) =
            all.partition(|secret| secret.chars().all(|c| is_part(c) || c == '.'));
        let tokens: HashSet<String> = tokens.iter().flat_map(|token| token.split('.')).map(str::to_owned).collect();
        move |text| {
            text.split(|c| !is_part(c)).any(|word| word.len() > 16 && tokens.contains(word))
                || phrases.iter().any(|phrase| text.contains(phrase))
        }
    }
}

fn private_key(of: &str) -> String {
    let stored: Value = serde_json::from_str(&stored_key(of)).unwrap();
    stored["pkcs8"].as_str().unwrap().to_owned()
}

fn names_somebody(text: &str) -> bool {
    PEOPLE.iter().any(|name| contains_word(text, name))
}

fn tells_an_address(text: &str) -> bool {
    ADDRESSES.iter().any(|address| text.contains(address))
}

/// Of a customer, not of a guest.
fn tells_a_customers_address(text: &str) -> bool {
    let mut after = text.split(CUSTOMERS).skip(1);
    after.any(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(ADDRESSES[0]))
}

fn shows_a_card(text: &str) -> bool {
    CARDS.iter().any(|card| text.contains(card) || text.contains(&card.replace(['-', ' '], "")))
}

fn places(places: &[Place]) -> BTreeSet<String> {
    places.iter().map(|place| format!("{place:?}")).collect()
}

#[test]
fn secrets_are_kept_nowhere_and_people_only_where_they_must_be_known() {
    let visit = Visit::of(&Plan { customers: 30, ..Plan::of(4) });
    assert!(visit.log.lines().count() > 1_000 && visit.log.contains("metric"), "something is logged");
    for of in Capability::ALL {
        assert!(visit.at(Place::Table(of)).count() > 0 || of == Catalog, "{of} stores something");
    }

    let secrets = Secrets::of(&visit);
    // A machine gets the secret of its key if the mail to its maker comes in time.
    let kinds = secrets.0.keys().filter(|name| **name != "secret").count();
    assert_eq!(kinds, 9, "every kind of secret is sent: {:?}", secrets.0.keys());
    let notified = [Place::Inbox(Notifications), Place::Mail];
    // What is kept of refused emails says how to reach people, and opens no order.
    let written = [&notified[..], &[Place::Table(Notifications)]].concat();
    let (links, others) = secrets.of_links_and_others();
    assert_eq!(visit.found(others.seeker()), places(&[]));
    assert_eq!(visit.found(links.seeker()), places(&notified));
    assert_eq!(visit.found(shows_a_card), places(&[]));
    let answers = visit.entries.iter().filter(|entry| matches!(entry.place, Place::Answer(_)));
    assert_eq!(answers.filter(|answer| shows_a_card(&answer.text)).count(), 0);

    let named = [Place::Table(Users), Place::Table(Orders), Place::Table(Shipping), Place::Inbox(Shipping)];
    assert_eq!(visit.found(names_somebody), places(&[&named[..], &written].concat()));
    assert_eq!(visit.found(tells_an_address), places(&[&named[..2], &written].concat()));
    let by_orders = |entry: &&Entry| {
        entry.place == Place::Inbox(Notifications)
            && entry.text.contains("/orders")
            && entry.text.contains("order_placed")
    };
    let placed: Vec<_> = visit.entries.iter().filter(by_orders).collect();
    assert!(placed.iter().any(|entry| entry.text.contains("user_")), "customers place orders, too");
    assert!(placed.iter().all(|entry| !tells_a_customers_address(&entry.text)));
    assert_eq!(visit.found(tells_a_customers_address), places(&[&[Place::Table(Users)], &written[..]].concat()));
}

#[test]
fn a_secret_or_a_person_out_of_place_is_found_wherever_it_is() {
    let (token, guest) =
        ("eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c2VyXzEifQ.c2lnbmF0dXJlLW9mLWEtdG9rZW4", "Z3Vlc3QtdG9rZW4tb2Ytb3JkZXI");
    let answer = json!({"statusCode": 202, "headers": {}, "body": json!({"guest_token": guest}).to_string()});
    let request = json!({"headers": {"authorization": format!("Bearer {token}")},
        "body": json!({"password": "a long green kettle"}).to_string()});
    let http = [(Place::Answer(Orders), &answer), (Place::Request(Users), &request)];
    let http = http.map(|(place, event)| Entry { place, text: event.to_string() });
    for leak in [token, "c2lnbmF0dXJlLW9mLWEtdG9rZW4", guest, "a long green kettle", &private_key("users")] {
        let text = json!({"field": format!("leaked: {leak}.")}).to_string();
        for place in [Place::Table(Carts), Place::Inbox(Orders), Place::DeadLetters(Payments), Place::Mail] {
            let leaked = Entry { place, text: text.clone() };
            let visit = Visit { log: String::new(), entries: [&http[..], &[leaked]].concat() };
            assert_eq!(visit.found(Secrets::of(&visit).seeker()), places(&[place]), "{leak}");
        }
        let visit = Visit { log: format!("quiet\n{text}\n"), entries: http.to_vec() };
        assert_eq!(visit.found(Secrets::of(&visit).seeker()), BTreeSet::from(["log".to_owned()]), "{leak}");
    }
    assert!(names_somebody(r#"{"name":"Ada"}"#) && names_somebody("to 1 Analytical Way") && !names_somebody("xAdax"));
    assert!(
        tells_a_customers_address(r#"{"S":"customer-12@example.com"}"#)
            && !tells_a_customers_address("guest-1@example.com")
    );
    assert!(tells_an_address("customer-1@example.com") && tells_an_address("2001:db8:0:1::1"));
    assert!(shows_a_card("3782 822463 10005") && shows_a_card("378282246310005"));
}
