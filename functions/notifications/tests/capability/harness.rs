//! A notifications capability on the bench, a mail service that records, and the messages that call for an email.

use chassis::testing::Bench;
use chassis::testing::connector::{NO_ANSWER, WireRequest, sdk_config};
use chassis::testing::signing::access_verifier;
use events::ids::{OrderId, UserId};
use events::inventory::{MissingLine, StockLevel, StockLevelChanged};
use events::orders::*;
use events::payments::AmountParts;
use events::users::{
    AccountErased, CredentialChange, CredentialsChanged, EmailChangeRequested, EmailVerificationRequested,
    PasswordResetRequested, UserRegistered,
};
use events::{Contact, Currency, Envelope, Money, Timestamp};
use notifications::domain::Branding;
use notifications::{Config, Notifications};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

pub const ORDER: OrderId = OrderId::from_bits(7);
/// A guest's token for that order.
pub const TOKEN: &str = "1.1775001600.a-tag_of-base64url";
/// A token that changes credentials.
pub const CREDENTIAL_TOKEN: &str = "b25lIHVzZSBvbmx5";
pub const ADDRESS: &str = "ada@example.com";
/// The topic on which the mail service tells what became of emails.
pub const TOPIC: &str = "arn:aws:sns:eu-central-1:123456789012:souk-test-mail-feedback";

type Meanwhile = Box<dyn FnOnce() + Send>;

/// A mail service that accepts every email unless a test asks for a refusal.
#[derive(Clone, Default)]
pub struct MailService {
    emails: Arc<Mutex<Vec<Value>>>,
    refusals: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
    meanwhile: Arc<Mutex<Option<Meanwhile>>>,
    silent: Arc<AtomicBool>,
}

impl MailService {
    /// The emails accepted since the last call.
    pub fn take(&self) -> Vec<Value> {
        std::mem::take(&mut *self.emails.lock().unwrap())
    }

    /// Answers the next `requests` with an error of that name, and of the text after a colon if there is one. An
    /// address follows the text, as in the real service's errors. The SDK itself tries three times what may pass.
    pub fn refuse_next(&self, requests: usize, status: u16, name: &'static str) {
        self.refusals.lock().unwrap().extend(std::iter::repeat_n((status, name), requests));
    }

    /// Whether it accepts emails without ever answering.
    pub fn keep_silent(&self, silent: bool) {
        self.silent.store(silent, Ordering::SeqCst);
    }

    /// Does something while the next email is being sent.
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
        if let Some((status, name)) = self.refusals.lock().unwrap().pop_front() {
            let (name, text) = name.split_once(": ").unwrap_or((name, "Trouble with"));
            return (status, json!({"__type": name, "message": format!("{text} {ADDRESS}")}).to_string());
        }
        let mut emails = self.emails.lock().unwrap();
        emails.push(serde_json::from_str(request.body).unwrap());
        let status = if self.silent.load(Ordering::SeqCst) { NO_ANSWER } else { 200 };
        (status, json!({"MessageId": format!("ses-{}", emails.len())}).to_string())
    }
}

pub fn bench() -> (Bench<Notifications>, MailService) {
    bench_of(&Branding::default())
}

/// A shop whose emails look like this.
pub fn bench_of(branding: &Branding) -> (Bench<Notifications>, MailService) {
    let mail_service = MailService::default();
    let answering = mail_service.clone();
    let bench = Bench::new(|parts| {
        let sdk = sdk_config(Arc::new(move |request| answering.answer(&request)), &parts.wiring.world);
        let branding = Branding { name: "souk".into(), public_url: "https://shop.example".into(), ..branding.clone() };
        let config = Config {
            users: access_verifier(),
            mail_from: "orders@souk.example".to_owned(),
            reply_to: None,
            branding,
            configuration_set: "souk-test".to_owned(),
            feedback_topic: TOPIC.to_owned(),
            limits_key_parameter: String::new(),
        };
        let (ses, key) = (aws_sdk_sesv2::Client::new(&sdk), parts.secret("limits key", "A".repeat(43)));
        Notifications::new(parts.table.clone(), parts.wiring.clone(), config, ses, key)
    });
    (bench, mail_service)
}

pub fn contact() -> Contact {
    Contact { email: ADDRESS.parse().unwrap(), name: Some("Ada".to_owned()) }
}

pub fn order() -> OrderDetails {
    let euro = |amount| Money::new(amount, Currency::EUR);
    let line = OrderLine {
        sku: "TEA".parse().unwrap(),
        title: "Tea <b>strong</b>".to_owned(),
        quantity: 2,
        net: Some(euro(1679)),
        total: euro(1998),
    };
    OrderDetails {
        order_id: ORDER,
        customer: None,
        contact: Some(contact()),
        guest_token: Some(TOKEN.to_owned()),
        language: None,
        lines: vec![line],
        parts: Some(AmountParts { net: 1679, shipping: 530, tax: 420 }),
        total: euro(2629),
    }
}

pub fn placed() -> OrderPlaced {
    OrderPlaced { order: order(), cart_id: None, lines: Vec::new() }
}

/// One message of every type that calls for an email, in the order of their transitions.
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
            &OrderPaymentDeclined {
                order: with(&order),
                reason: "card_declined".into(),
                pay_until,
                attempts_left: Some(4),
            },
        ),
        bench.envelope(&id, 3, &OrderPaymentActionRequired { order: with(&order), url, pay_until }),
        bench.envelope(&id, 4, &OrderConfirmed { order: with(&order) }),
        bench.envelope(&id, 5, &OrderCancellationRefused { order: with(&order) }),
        bench.envelope(&id, 6, &OrderDispatched { order: with(&order), carrier, tracking_number }),
        bench.envelope(&id, 7, &OrderDelivered { order: with(&order) }),
        bench.envelope(&id, 8, &OrderRefunded { amount: order.total, order: with(&order) }),
        bench.envelope(&id, 9, &OrderRejected { order: with(&order), missing }),
        bench.envelope(&id, 10, &OrderExpired { order: with(&order) }),
        bench.envelope(&id, 11, &OrderCanceled { order: with(&order), by_shop: false }),
        bench.envelope(
            &id,
            12,
            &OrderTrackingCorrected { order, carrier: "ups".into(), tracking_number: "0035".into() },
        ),
        bench.envelope("user_00000000000000000000000001", 1, &registered()),
    ]
    .into_iter()
    .chain(about_credentials(bench))
    .collect()
}

/// One message of every type about the credentials of a user.
fn about_credentials(bench: &Bench<Notifications>) -> Vec<Envelope<Value>> {
    let (user_id, contact, language) = (UserId::from_bits(1), contact(), None);
    let (token, expires_at) = (CREDENTIAL_TOKEN.to_owned(), Timestamp::parse("2026-01-01T01:00:00Z").unwrap());
    let (of, about) = ("credtok_00000000000000000000000001", contact.clone());
    let verification =
        EmailVerificationRequested { user_id, contact: about.clone(), token: token.clone(), expires_at, language };
    let reset = PasswordResetRequested { user_id, contact: about.clone(), token: token.clone(), expires_at, language };
    let change = EmailChangeRequested { user_id, contact: about, is_new: true, token, expires_at, language };
    let (what, at) = (CredentialChange::Password, expires_at);
    let erased = AccountErased { user_id, contact: contact.clone(), at, language };
    vec![
        bench.envelope(of, 1, &verification),
        bench.envelope(of, 2, &reset),
        bench.envelope(of, 3, &change),
        bench.envelope(&user_id.to_string(), 2, &CredentialsChanged { user_id, contact, change: what, at, language }),
        bench.envelope(&user_id.to_string(), 3, &erased),
    ]
}

pub fn registered() -> UserRegistered {
    UserRegistered { user_id: UserId::from_bits(1), contact: contact(), language: None }
}

pub fn sold_out() -> StockLevelChanged {
    StockLevelChanged { sku: "TEA".parse().unwrap(), level: StockLevel::Out, seq: 3 }
}

/// Another order.
pub const fn order_of(number: u128) -> OrderId {
    OrderId::from_bits(number)
}

/// The first message about another order.
pub fn about(bench: &Bench<Notifications>, number: u128) -> Envelope<Value> {
    let order_id = order_of(number);
    let placed = OrderPlaced { order: OrderDetails { order_id, ..order() }, ..placed() };
    bench.envelope(&order_id.to_string(), 1, &placed)
}

/// Has the mail service refuse the email of a message for good. Returns the email's id.
pub async fn refused(bench: &Bench<Notifications>, mail_service: &MailService, message: Envelope<Value>) -> String {
    mail_service.refuse_next(1, 400, "MessageRejected");
    assert!(bench.deliver(std::slice::from_ref(&message)).await.is_empty(), "{}", message.kind);
    message.id.replace('/', "~")
}
