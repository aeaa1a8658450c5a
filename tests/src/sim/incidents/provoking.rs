//! How each incident is brought about, for every capability that it can happen to. Refuses to mend it.

use super::Incident;
use crate::sim::accounts::PASSWORD;
use crate::sim::invocation::Trigger;
use crate::sim::observed;
use crate::sim::outages::Outage;
use crate::sim::stage::RELAYS;
use crate::sim::visit::{Visit, text};
use crate::template::Template;
use crate::workspace;
use chassis::testing::Request;
use events::flows::received_by;
use events::ids::{OrderId, UserId};
use events::inventory::BackInStock;
use events::payments::Operation;
use events::routes::ROUTES;
use events::{Capability, Message};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
/// Those with a schedule.
const SWEPT: [Capability; 4] = [Capability::Orders, Capability::Payments, Capability::Carts, Capability::Users];

/// Brings an incident about, for a while.
pub(super) async fn provoke(incident: Incident, visit: &Visit) {
    match incident {
        Incident::Unreadable => every(visit, |of| enqueue(visit, of, "{")).await,
        Incident::Absent => is_absent(visit).await,
        Incident::ReadsThrottled => is_throttled(visit, Outage::ThrottledReads).await,
        Incident::WritesThrottled => is_throttled(visit, Outage::ThrottledWrites).await,
        Incident::Failing => fails(visit).await,
        Incident::Hanging => hangs(visit).await,
        Incident::Crashes => crashes(visit).await,
        Incident::NoConcurrency => is_busy(visit, Outage::NoConcurrency).await,
        Incident::SlowTable => is_busy(visit, Outage::Slow).await,
        Incident::Unsendable => is_unsendable(visit).await,
        Incident::UnreadableRecord => every(visit, |of| hand_on_unreadable(visit, of)).await,
        Incident::Loops => loops(visit).await,
        Incident::ProviderRefuses => provider_refuses(visit).await,
        Incident::MailRejected => mail_is_rejected(visit).await,
        Incident::MailComesBack => mail_comes_back(visit).await,
        Incident::TokensReused => tokens_are_reused(visit).await,
        Incident::Guesses => guesses(visit).await,
        Incident::Hoarding => hoards(visit).await,
        Incident::CardTesting => tries_cards(visit).await,
        Incident::Unrecoverable => cannot_be_recovered(visit).await,
        Incident::UnreadableItem => cannot_be_read(visit, 1, &[]).await,
        Incident::SweepHeldUp => cannot_be_read(visit, 8, &SWEPT.map(Outage::DueThrottled)).await,
        Incident::SweepAbsent => during(visit, &SWEPT.map(Outage::Unscheduled), 20 * MINUTE).await,
        Incident::Attack => attack(visit).await,
    }
}

async fn every(visit: &Visit, provoke: impl Fn(Capability)) {
    Capability::ALL.into_iter().for_each(provoke);
    during(visit, &[], 3 * MINUTE).await;
}

async fn during(visit: &Visit, outages: &[Outage], time: Duration) {
    outages.iter().for_each(|outage| visit.shop.stage.outages.begin(*outage));
    tokio::time::sleep(time).await;
}

fn enqueue(visit: &Visit, to: Capability, body: &str) {
    visit.shop.stage.queues.enqueue(to, body, 0, &visit.shop.stage.faults);
}

/// The body of a published sample of a message that a capability receives.
fn sample(of: Capability) -> String {
    // Of a SKU that is back nothing is written where nobody waits for it.
    let is_written = |kind: &str| kind != BackInStock::TYPE;
    let kind = received_by(of).find(|flow| flow.to[0] == of && is_written(flow.kind)).unwrap().kind;
    let event: Value = serde_json::from_str(&workspace::read(&format!("events/samples/{kind}.json"))).unwrap();
    text(&event["Records"][0]["body"])
}

async fn is_absent(visit: &Visit) {
    let stage = &visit.shop.stage;
    for of in Capability::ALL {
        stage.be_absent(of, 1_620_000);
        enqueue(visit, of, &sample(of));
    }
    during(visit, &[], 27 * MINUTE).await;
}

/// Requests and messages, while every table throttles.
async fn is_throttled(visit: &Visit, outage: fn(Capability) -> Outage) {
    let (cart, _) = visit.cart(None).await;
    let order = visit.order_request(None, &cart).await;
    during(visit, &Capability::ALL.map(outage), Duration::ZERO).await;
    Capability::ALL.into_iter().for_each(|of| enqueue(visit, of, &sample(of)));
    for _ in 0..5 {
        let sign_up = json!({"email": "eve@example.com", "password": PASSWORD, "name": "Eve"});
        visit.shop.http(Capability::Users, Request::post("/v1/users", sign_up)).await;
        visit.shop.http(Capability::Carts, Request::new("POST", "/v1/carts")).await;
        visit.shop.http(Capability::Orders, Request::post("/v1/orders", &order)).await;
        look_everywhere(visit).await;
    }
    tokio::time::sleep(10 * MINUTE).await;
}

/// Sends every GET request to its capability.
async fn look_everywhere(visit: &Visit) {
    let order = OrderId::from_bits(7);
    for route in ROUTES.iter().filter(|route| route.method == "GET") {
        let id = match route.owner {
            Capability::Payments => order.payment().to_string(),
            Capability::Users => UserId::from_bits(7).to_string(),
            _ => order.to_string(),
        };
        let path = route.path.replace("{id}", &id).replace("{sku}", "SKU-7");
        let query = if route.owner == Capability::Notifications { format!("?order_id={order}") } else { String::new() };
        let request = Request::get(&format!("{path}{query}")).bearer(&visit.staff());
        visit.shop.http(route.owner, request).await;
    }
}

/// One message to each worker, whose table answers nothing.
async fn fails(visit: &Visit) {
    during(visit, &Capability::ALL.map(Outage::ThrottledWrites), Duration::ZERO).await;
    during(visit, &Capability::ALL.map(Outage::ThrottledReads), Duration::ZERO).await;
    Capability::ALL.into_iter().for_each(|of| enqueue(visit, of, &sample(of)));
    tokio::time::sleep(25 * MINUTE).await;
}

/// More messages than a worker can handle at once, and it hangs with each batch. At first its invocations end together, and for
/// a part of each round no batch but theirs is in flight.
async fn hangs(visit: &Visit) {
    during(visit, &Capability::ALL.map(|of| Outage::Hangs(of, Trigger::Queue)), Duration::ZERO).await;
    for of in Capability::ALL {
        let body = sample(of);
        (0..210).for_each(|_| enqueue(visit, of, &body));
    }
    tokio::time::sleep(10 * MINUTE).await;
}

async fn crashes(visit: &Visit) {
    for of in Capability::ALL {
        let outages = [Trigger::Http, Trigger::Queue, Trigger::Stream].map(|trigger| Outage::Crashes(of, trigger));
        during(visit, &outages, Duration::ZERO).await;
        enqueue(visit, of, &sample(of));
        hand_on_unreadable(visit, of);
    }
    look_everywhere(visit).await;
    tokio::time::sleep(MINUTE).await;
}

/// Customers look at everything for some minutes.
async fn is_busy(visit: &Visit, outage: fn(Capability) -> Outage) {
    during(visit, &Capability::ALL.map(outage), Duration::ZERO).await;
    let until = visit.shop.stage.clock.millis() + 600_000;
    while visit.shop.stage.clock.millis() < until {
        look_everywhere(visit).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}

/// A record that cannot even be named in the dead letters.
async fn is_unsendable(visit: &Visit) {
    during(visit, &Capability::ALL.map(Outage::Unsendable), Duration::ZERO).await;
    Capability::ALL.into_iter().for_each(|of| hand_on_unreadable(visit, of));
    tokio::time::sleep(3 * MINUTE).await;
}

/// A record of a form that no relay knows.
fn hand_on_unreadable(visit: &Visit, of: Capability) {
    if RELAYS.contains(&of) {
        let (stage, image) = (&visit.shop.stage, json!({"pk": {"S": "a"}, "sk": {"S": "b"}}));
        let record = json!({"eventSource": "aws:dynamodb", "eventName": "INSERT",
            "dynamodb": {"Keys": image, "NewImage": image}});
        stage.tables[&of].hand_on(record, stage.clock.millis());
    }
}

/// A chain that comes back to each worker more often than Lambda's guard allows.
async fn loops(visit: &Visit) {
    during(visit, &Capability::ALL.map(Outage::LoopGuard), Duration::ZERO).await;
    for _ in 0..18 {
        Capability::ALL.into_iter().for_each(|of| enqueue(visit, of, &sample(of)));
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    tokio::time::sleep(2 * MINUTE).await;
}

async fn placed(visit: &Visit, method: &str) -> OrderId {
    let (cart, _) = visit.cart(None).await;
    let mut body = visit.order_request(None, &cart).await;
    body["payment_method"] = json!(method);
    visit.place(None, &body).await.0
}

async fn delivered(visit: &Visit) -> OrderId {
    let order = placed(visit, "pm_card_visa").await;
    visit.until(order, "fulfillment_state", "created").await;
    visit.deliver(order).await;
    order
}

async fn refund(visit: &Visit, order: OrderId) {
    let refund = json!({"amount": {"amount": 100, "currency": "EUR"}, "reason": "a broken cup"});
    let refund = Request::post(&format!("/v1/payments/{}/refunds", order.payment()), refund);
    visit.ask(Capability::Payments, refund.bearer(&visit.staff()).header("idempotency-key", "first")).await;
}

async fn provider_refuses(visit: &Visit) {
    let paid = delivered(visit).await;
    let [sent, canceled] = [placed(visit, "pm_card_visa").await, placed(visit, "pm_card_visa").await];
    for order in [sent, canceled] {
        visit.until(order, "fulfillment_state", "created").await;
    }
    visit.shop.stage.bank.refuse(&[Operation::Capture, Operation::Void, Operation::Refund]);
    visit.dispatch(sent).await;
    let cancellation = Request::post(&format!("/v1/orders/{canceled}/cancellation"), json!({}));
    visit.ask(Capability::Orders, cancellation.bearer(&visit.staff())).await;
    refund(visit, paid).await;
    tokio::time::sleep(10 * MINUTE).await;
}

async fn mail_is_rejected(visit: &Visit) {
    during(visit, &[Outage::MailRejected], Duration::ZERO).await;
    placed(visit, "pm_card_visa").await;
    tokio::time::sleep(5 * MINUTE).await;
}

/// A guest's mailbox that does not exist, and one whose reader calls the shop's emails spam.
async fn mail_comes_back(visit: &Visit) {
    for (outage, guest) in [(Outage::MailBounces, "nobody@example.com"), (Outage::MailIsSpam, "mallory@example.com")] {
        visit.shop.stage.outages.end_all();
        during(visit, &[outage], Duration::ZERO).await;
        let (cart, _) = visit.cart(None).await;
        let mut body = visit.order_request(None, &cart).await;
        body["email"] = json!(guest);
        visit.place(None, &body).await;
        tokio::time::sleep(2 * MINUTE).await;
    }
}

async fn tokens_are_reused(visit: &Visit) {
    for _ in 0..6 {
        let credentials = json!({"email": "ada@example.com", "password": PASSWORD});
        let session = visit.ask(Capability::Users, Request::post("/v1/sessions", credentials)).await;
        for _ in 0..2 {
            let exchange = json!({"refresh_token": session["refresh_token"]});
            visit.shop.http(Capability::Users, Request::post("/v1/sessions/refresh", exchange)).await;
            // Longer than a client may take to try again.
            tokio::time::sleep(Duration::from_secs(15)).await;
        }
    }
}

async fn guesses(visit: &Visit) {
    for guess in 0..80 {
        let guess = json!({"email": "ada@example.com", "password": format!("a long guess {guess}")});
        visit.shop.http(Capability::Users, Request::post("/v1/sessions", guess)).await;
    }
}

/// A customer who orders and never pays.
async fn hoards(visit: &Visit) {
    let hoarder = Some(UserId::from_bits(1_234));
    let token = visit.token(UserId::from_bits(1_234), &[events::users::Role::Customer]);
    let (cart, _) = visit.cart(hoarder).await;
    for _ in 0..40 {
        let mut body = visit.order_request(hoarder, &cart).await;
        body["payment_method"] = json!("pm_card_requires_action");
        visit.shop.http(Capability::Orders, Request::post("/v1/orders", body).bearer(&token)).await;
    }
}

/// One customer tries cards for a few orders, long after too many were declined.
async fn tries_cards(visit: &Visit) {
    let tester = Some(UserId::from_bits(1_235));
    let token = visit.token(UserId::from_bits(1_235), &[events::users::Role::Customer]);
    let (cart, _) = visit.cart(tester).await;
    let mut orders = Vec::new();
    for _ in 0..3 {
        let mut body = visit.order_request(tester, &cart).await;
        body["payment_method"] = json!("pm_card_declined");
        let placed = visit.shop.http(Capability::Orders, Request::post("/v1/orders", body).bearer(&token)).await;
        orders.push(placed.unwrap().body["id"].as_str().unwrap().to_owned());
    }
    for _ in 0..30 {
        tokio::time::sleep(Duration::from_secs(5)).await;
        for id in &orders {
            let pay = Request::post(&format!("/v1/orders/{id}/payment"), json!({"payment_method": "pm_card_declined"}));
            visit.shop.http(Capability::Orders, pay.bearer(&token)).await;
        }
    }
}

/// An order and a refund that only the sweeps know of, while their messages cannot be sent.
async fn cannot_be_recovered(visit: &Visit) {
    let stage = &visit.shop.stage;
    let paid = delivered(visit).await;
    stage.lose_every_record(true);
    during(visit, &SWEPT.map(Outage::Unsendable), Duration::ZERO).await;
    placed(visit, "pm_card_visa").await;
    refund(visit, paid).await;
    tokio::time::sleep(18 * MINUTE).await;
    stage.lose_every_record(false);
}

/// Items of another form in the indexes of the sweeps; at last somebody removes them.
async fn cannot_be_read(visit: &Visit, count: u64, outages: &[Outage]) {
    let stage = &visit.shop.stage;
    let items: Vec<_> =
        SWEPT.into_iter().flat_map(|of| (0..count).map(move |number| (of, format!("broken-{number}")))).collect();
    let now = stage.clock.now().to_string();
    for (of, pk) in &items {
        let item = json!({"pk": {"S": pk}, "sk": {"S": "x"}, "due": {"S": "0"}, "due_at": {"S": now}});
        stage.tables[of].dynamo().put(&item);
    }
    during(visit, outages, 33 * MINUTE).await;
    for (of, pk) in &items {
        stage.tables[of].dynamo().put(&json!({"pk": {"S": pk}, "sk": {"S": "x"}}));
    }
}

/// One address sends more requests than the firewall lets through in five minutes.
async fn attack(visit: &Visit) {
    let (stage, mut passed) = (&visit.shop.stage, VecDeque::new());
    let limit = Template::named("edge").root["Parameters"]["RequestsPerAddress"]["Default"].clone();
    let (limit, web_acl) = (usize::try_from(limit.as_u64().unwrap()).unwrap(), format!("{}-edge", observed::stack()));
    for _ in 0..10 * 60 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = stage.clock.millis();
        passed.retain(|at| at + 300_000 > now);
        for _ in 0..10 {
            // What is blocked counts as well.
            passed.push_back(now);
            if passed.len() > limit {
                stage.observed.note(|cloud| cloud.blocked(&web_acl, now));
            }
        }
    }
}
