//! Mails that somebody asked for: that a SKU is back, and that a cart was left. People ask, change their minds, and never ask; messages come
//! twice. Refuses to let pass a mail that nobody asked for, and a second one of the same cause.

use super::clock::on_virtual_time;
use super::invocation::{Trigger, Work};
use super::visit::{Visit, text};
use chassis::testing::Request;
use events::carts::{AbandonedLine, CartAbandoned};
use events::ids::{CartId, UserId};
use events::inventory::BackInStock;
use events::message::Origin;
use events::{Capability, Message, Outgoing};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A SKU that was sold out.
const GONE: &str = "GONE";
const WAITS: &str = "gwen@example.com";
const WAITS_NO_MORE: &str = "hugo@example.com";
const GUEST: &str = "ines@example.com";
const FORGETS: &str = "jane@example.com";
/// Longer than a cart lies before its customer is reminded, and than a tick of the sweep.
const LEFT: Duration = Duration::from_secs(4 * 60 * 60 + 10 * 60);

/// What goes wrong, to show that it is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// Carts tell of a cart whose customer did not ask.
    NobodyAsked,
    /// Carts tell of one cart again after a day.
    Repeated,
}

/// Who got which mails.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// Kind of mail and address.
    asked: BTreeSet<(&'static str, &'static str)>,
    /// Message and address of each mail of these kinds.
    mails: BTreeSet<(String, String)>,
    /// Mails that were sent under the same message.
    repeated: usize,
}

impl Told {
    /// Each promise that is broken, and by what.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut causes: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        for (message, address) in &self.mails {
            let kind = message.split('.').nth(1).unwrap_or_default();
            if !self.asked.contains(&(kind, address.as_str())) {
                problems.push(format!("{address} did not ask for {message}"));
            }
            *causes.entry((kind, address)).or_default() += 1;
        }
        problems
            .extend(causes.iter().filter(|(_, times)| **times > 1).map(|(cause, times)| format!("{cause:?}: {times}")));
        problems.extend((self.repeated > 0).then(|| format!("{} mails were sent twice", self.repeated)));
        problems
    }

    /// The addresses that got a mail of a kind.
    pub fn of(&self, kind: &str) -> BTreeSet<&str> {
        let is_it = |message: &str| message.split('.').nth(1) == Some(kind);
        self.mails.iter().filter(|(message, _)| is_it(message)).map(|(_, address)| address.as_str()).collect()
    }
}

/// Lets people ask, and what they asked for happen.
pub fn asked_for(bug: Option<Bug>) -> Told {
    on_virtual_time(async {
        let visit = Visit::begin().await;
        ask_for_mails(&visit, bug).await
    })
}

/// The same in a shop that is open.
pub(super) async fn ask_for_mails(visit: &Visit, bug: Option<Bug>) -> Told {
    let stage = &visit.shop.stage;
    restock(visit, 1).await;
    restock(visit, -1).await;
    let gwen = member(visit, WAITS).await;
    let hugo = member(visit, WAITS_NO_MORE).await;
    let jane = member(visit, FORGETS).await;
    wait(visit, WAITS).await;
    let alert = wait(visit, WAITS_NO_MORE).await;
    let end = Request::new("DELETE", &format!("/v1/stock-alerts/{alert}"));
    visit.ask(Capability::Notifications, end.bearer(&visit.sign_in(WAITS_NO_MORE).await)).await;
    for email in [GUEST, "nobody@example.com"] {
        let pending = json!({"sku": GONE, "email": email});
        visit.ask(Capability::Notifications, Request::post("/v1/stock-alerts", pending)).await;
    }
    let token = stage.mail.tokens_to(GUEST, "stock-alerts").pop().unwrap();
    let confirm = Request::new("PUT", &format!("/v1/stock-alert-confirmations/{token}"));
    visit.ask(Capability::Notifications, confirm).await;

    let reminded = cart(visit, gwen, WAITS, true).await;
    cart(visit, hugo, WAITS_NO_MORE, false).await;
    comes_back(visit).await;
    tokio::time::sleep(LEFT).await;
    visit.settle().await;
    match bug {
        Some(Bug::NobodyAsked) => tell_of_cart(visit, jane, 1),
        Some(Bug::Repeated) => tell_of_cart(visit, reminded, 99),
        None => {}
    }
    visit.settle().await;
    is_unreadable(visit).await;
    let of_these = |(message, _): &(String, String)| {
        [events::notifications::StockAlertDue::TYPE, CartAbandoned::TYPE].iter().any(|kind| message.ends_with(kind))
    };
    Told {
        asked: [("back_in_stock", WAITS), ("back_in_stock", GUEST), ("cart_abandoned", WAITS)].into(),
        mails: stage.mail.addressed().into_iter().filter(of_these).collect(),
        repeated: stage.mail.taken().iter().filter(|(id, times)| id.contains("back_in_stock") && **times > 1).count(),
    }
}

/// A customer with a verified address.
async fn member(visit: &Visit, email: &str) -> UserId {
    visit.sign_up(email).await;
    visit.verify(email).await
}

/// Waits for the SKU as a customer; the alert.
async fn wait(visit: &Visit, email: &str) -> String {
    let pending = Request::post("/v1/stock-alerts", json!({"sku": GONE})).bearer(&visit.sign_in(email).await);
    text(&visit.ask(Capability::Notifications, pending).await["id"])
}

async fn restock(visit: &Visit, delta: i64) {
    let key = format!("{delta}-at-{}", visit.shop.stage.clock.millis());
    let receipt = Request::post(&format!("/v1/stock/{GONE}/adjustments"), json!({"delta": delta, "reason": "receipt"}));
    let receipt = receipt.bearer(&visit.staff()).header("idempotency-key", &key);
    visit.ask(Capability::Inventory, receipt).await;
    visit.settle().await;
}

/// It comes back, is told twice, is sold out and comes back once more.
async fn comes_back(visit: &Visit) {
    restock(visit, 3).await;
    let stage = &visit.shop.stage;
    let (sku, now) = (GONE.parse().unwrap(), stage.clock.now());
    let origin = Origin { subject: GONE.to_owned(), seq: 3, at: now, traceparent: None, actor: None };
    let again = Outgoing::to_one(Capability::Notifications, &origin, &BackInStock { sku, available: 3, seq: 3 });
    stage.queues.enqueue(Capability::Notifications, &json!(again.envelope).to_string(), 0, &stage.faults);
    visit.settle().await;
    restock(visit, -3).await;
    restock(visit, 2).await;
}

/// Fills a customer's cart, and has them reminded of it.
async fn cart(visit: &Visit, user: UserId, email: &str, enabled: bool) -> UserId {
    let (cart, _) = visit.cart(Some(user)).await;
    let reminder = Request::put(&format!("/v1/carts/{cart}/reminder"), json!({"enabled": enabled}));
    visit.ask(Capability::Carts, reminder.bearer(&visit.sign_in(email).await)).await;
    user
}

/// What carts would say wrongly.
fn tell_of_cart(visit: &Visit, user_id: UserId, seq: u64) {
    let stage = &visit.shop.stage;
    let lines = vec![AbandonedLine { sku: GONE.parse().unwrap(), title: None, quantity: 1 }];
    let message = CartAbandoned { user_id, cart_id: CartId::from_bits(user_id.bits()), lines, seq };
    let at = stage.clock.now();
    let origin = Origin { subject: user_id.to_string(), seq, at, traceparent: None, actor: None };
    let outgoing = Outgoing::to_one(Capability::Notifications, &origin, &message);
    stage.queues.enqueue(Capability::Notifications, &json!(outgoing.envelope).to_string(), 0, &stage.faults);
}

/// A cart that the sweep cannot read is looked at later.
async fn is_unreadable(visit: &Visit) {
    let stage = &visit.shop.stage;
    let now = stage.clock.now().to_string();
    let item = json!({"pk": {"S": "cart_x"}, "sk": {"S": "cart"}, "due": {"S": "0"}, "due_at": {"S": now}});
    stage.tables[&Capability::Carts].dynamo().put(&item);
    let event: Value = json!({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}});
    visit.shop.invoke(Capability::Carts, Trigger::Schedule, &event, Work::of("sweep".to_owned())).await;
}
