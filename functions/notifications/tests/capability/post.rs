//! A notifications capability on the bench, with a mail service that records, and the messages it is fed with.

use chassis::testing::Bench;
use chassis::testing::connector::{WireRequest, sdk_config};
use events::ids::{OrderId, UserId};
use events::inventory::{MissingLine, StockLevel, StockLevelChanged};
use events::orders::*;
use events::users::UserRegistered;
use events::{Contact, Currency, Envelope, Money, Timestamp};
use notifications::{Mailer, Notifications};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

pub const ORDER: OrderId = OrderId::from_bits(7);
pub const ADDRESS: &str = "ada@example.com";

type Meanwhile = Box<dyn FnOnce() + Send>;

/// A mail service: takes every mail, unless it was told to answer otherwise.
#[derive(Clone, Default)]
pub struct Post {
    mails: Arc<Mutex<Vec<Value>>>,
    troubles: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
    meanwhile: Arc<Mutex<Option<Meanwhile>>>,
}

impl Post {
    /// The mails taken since last asked.
    pub fn take(&self) -> Vec<Value> {
        std::mem::take(&mut *self.mails.lock().unwrap())
    }

    /// Answers the next so many requests with an error of that name, and of that text after a colon, which is followed by an
    /// address as the real one's is (the SDK itself tries passing ones three times).
    pub fn refuse_next(&self, requests: usize, status: u16, name: &'static str) {
        self.troubles.lock().unwrap().extend(std::iter::repeat_n((status, name), requests));
    }

    /// Does something while the next mail is under way.
    pub fn meanwhile(&self, what: impl FnOnce() + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some(Box::new(what));
    }

    fn answer(&self, request: &WireRequest<'_>) -> (u16, String) {
        assert_eq!(request.method, "POST");
        assert!(request.uri.contains("/v2/email/outbound-emails"), "{}", request.uri);
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(what) = meanwhile {
            what();
        }
        if let Some((status, name)) = self.troubles.lock().unwrap().pop_front() {
            let (name, text) = name.split_once(": ").unwrap_or((name, "Trouble with"));
            return (status, json!({"__type": name, "message": format!("{text} {ADDRESS}")}).to_string());
        }
        let mut mails = self.mails.lock().unwrap();
        mails.push(serde_json::from_str(request.body).unwrap());
        (200, json!({"MessageId": format!("ses-{}", mails.len())}).to_string())
    }
}

pub fn bench() -> (Bench<Notifications>, Post) {
    let post = Post::default();
    let office = post.clone();
    let bench = Bench::new(|parts| {
        let sdk = sdk_config(Arc::new(move |request| office.answer(&request)), &parts.wiring.world);
        let mailer = Mailer::new(aws_sdk_sesv2::Client::new(&sdk), "orders@souk.example".to_owned());
        Notifications::new(parts.wiring.clone(), parts.table.clone(), mailer)
    });
    (bench, post)
}

pub fn contact() -> Contact {
    Contact { email: ADDRESS.to_owned(), name: Some("Ada".to_owned()) }
}

pub fn order() -> OrderDetails {
    let euro = |amount| Money::new(amount, Currency::EUR);
    let line = OrderLine {
        sku: "TEA".parse().unwrap(),
        title: "Tea <b>strong</b>".to_owned(),
        quantity: 2,
        total: euro(1998),
    };
    OrderDetails { order_id: ORDER, customer: None, contact: Some(contact()), lines: vec![line], total: euro(2629) }
}

pub fn placed() -> OrderPlaced {
    OrderPlaced { order: order(), cart_id: None, lines: Vec::new() }
}

/// One message of every type that calls for a mail, in the order of their transitions.
pub fn every_message(bench: &Bench<Notifications>) -> Vec<Envelope<Value>> {
    let order = order();
    let pay_until = Timestamp::parse("2026-01-01T00:30:00Z").unwrap();
    let missing = vec![MissingLine { sku: "TEA".parse().unwrap(), requested: 2, available: 1 }];
    let (carrier, tracking_number) = ("dhl".to_owned(), "0034".to_owned());
    let url = "https://bank.example/7".to_owned();
    let id = ORDER.to_string();
    let with = |order: &OrderDetails| order.clone();
    vec![
        bench.envelope(&id, 1, &placed()),
        bench.envelope(
            &id,
            2,
            &OrderPaymentDeclined { order: with(&order), reason: "card_declined".into(), pay_until },
        ),
        bench.envelope(&id, 3, &OrderPaymentActionRequired { order: with(&order), url, pay_until }),
        bench.envelope(&id, 4, &OrderConfirmed { order: with(&order) }),
        bench.envelope(&id, 5, &OrderCancellationRefused { order: with(&order) }),
        bench.envelope(&id, 6, &OrderDispatched { order: with(&order), carrier, tracking_number }),
        bench.envelope(&id, 7, &OrderDelivered { order: with(&order) }),
        bench.envelope(&id, 8, &OrderRefunded { amount: order.total, order: with(&order) }),
        bench.envelope(&id, 9, &OrderRejected { order: with(&order), missing }),
        bench.envelope(&id, 10, &OrderExpired { order: with(&order) }),
        bench.envelope(&id, 11, &OrderCanceled { order }),
        bench.envelope("user_00000000000000000000000001", 1, &registered()),
    ]
}

pub fn registered() -> UserRegistered {
    UserRegistered { user_id: UserId::from_bits(1), contact: contact() }
}

pub fn sold_out() -> StockLevelChanged {
    StockLevelChanged { sku: "TEA".parse().unwrap(), level: StockLevel::Out, seq: 3 }
}
