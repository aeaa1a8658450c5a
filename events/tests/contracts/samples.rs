//! The story of one order in a sample of every message.

use events::carts::{self, AbandonedLine};
use events::ids::{CartId, CredentialTokenId, OrderId, RefundId, ReturnId, SessionId, StockAlertId, UserId};
use events::inventory::{self, MissingLine, StockLevel, StockLine};
use events::message::{Message, Origin};
use events::orders::{self, OrderDetails, OrderLine};
use events::payments::{self, AmountParts, Entry, LedgerAccount, Operation};
use events::users::{self, Role};
use events::{Actor, Address, Capability, Contact, Currency, Language, Money, Outgoing, Sku, Timestamp};
use events::{notifications, shipping};
use serde_json::Value;

/// A message on its way to one of its receivers.
pub struct Sample {
    pub outgoing: Outgoing,
    /// Reads data as the message's type and writes it again.
    pub reread: fn(&Value) -> Result<Value, serde_json::Error>,
    first_receiver: bool,
}

impl Sample {
    /// `<type>.json` for the first receiver, `<type>.<receiver>.json` for the others.
    pub fn file(&self) -> String {
        let (kind, to) = (&self.outgoing.envelope.kind, self.outgoing.to);
        if self.first_receiver { format!("{kind}.json") } else { format!("{kind}.{to}.json") }
    }
}

fn reread<M: Message>(data: &Value) -> Result<Value, serde_json::Error> {
    serde_json::to_value(serde_json::from_value::<M>(data.clone())?)
}

#[derive(Default)]
struct Story(Vec<Sample>);

impl Story {
    /// The message as transition `seq` of `subject` sends it to all its receivers.
    fn publish<M: Message>(&mut self, subject: impl ToString, seq: u64, message: M) {
        self.publish_each(subject, seq, Some(customer().into()), |_| message_again(&message));
    }

    /// The same, wanted by this actor, or by nobody.
    fn publish_by<M: Message>(&mut self, actor: Option<Actor>, subject: impl ToString, seq: u64, message: M) {
        self.publish_each(subject, seq, actor, |_| message_again(&message));
    }

    /// The same, where the copies differ by receiver.
    fn publish_each<M: Message>(
        &mut self,
        subject: impl ToString,
        seq: u64,
        actor: Option<Actor>,
        message: impl Fn(Capability) -> M,
    ) {
        let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let origin = Origin { subject: subject.to_string(), seq, at: at(0), traceparent: Some(traceparent), actor };
        for &to in M::TO {
            let outgoing = Outgoing::to_one(to, &origin, &message(to));
            self.0.push(Sample { outgoing, reread: reread::<M>, first_receiver: to == M::TO[0] });
        }
    }

    /// The same of a sweep, which nobody's request began.
    fn publish_untraced<M: Message>(&mut self, actor: Option<Actor>, subject: impl ToString, seq: u64, message: M) {
        let known = self.0.len();
        self.publish_by(actor, subject, seq, message);
        self.0[known..].iter_mut().for_each(|sample| sample.outgoing.envelope.traceparent = None);
    }

    fn publish_order<M: Message>(&mut self, seq: u64, message: impl Fn(OrderDetails) -> M) {
        self.publish_order_by(Some(customer().into()), seq, message);
    }

    fn publish_order_by<M: Message>(&mut self, actor: Option<Actor>, seq: u64, message: impl Fn(OrderDetails) -> M) {
        self.publish_each(order(), seq, actor, |to| message(details(to)));
    }
}

fn message_again<M: Message>(message: &M) -> M {
    serde_json::from_value(serde_json::to_value(message).unwrap()).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_767_225_600_000).plus_seconds(seconds)
}

fn order() -> OrderId {
    OrderId::new(at(0), [1; 10])
}

fn customer() -> UserId {
    UserId::new(at(-60), [2; 10])
}

/// Who dispatched and delivered the goods.
fn staff() -> Option<Actor> {
    Some(UserId::new(at(-600), [6; 10]).into())
}

fn money(amount: i64) -> Money {
    Money::new(amount, Currency::EUR)
}

fn sku() -> Sku {
    "TEA-MINT-100".parse().unwrap()
}

fn lines() -> Vec<StockLine> {
    vec![StockLine { sku: sku(), quantity: 2 }]
}

fn missing() -> Vec<MissingLine> {
    vec![MissingLine { sku: sku(), requested: 2, available: 1 }]
}

fn contact() -> Contact {
    Contact { email: "ada@example.com".parse().unwrap(), name: Some("Ada".to_owned()) }
}

fn details(to: Capability) -> OrderDetails {
    let (title, net) = ("Blue mug".to_owned(), Some(money(2500)));
    let line = OrderLine { sku: sku(), title, quantity: 2, net, total: money(2975) };
    let contact = (to == Capability::Notifications).then(contact);
    let (order_id, customer, total) = (order(), Some(customer()), money(3558));
    let parts = Some(AmountParts { net: 2500, shipping: 490, tax: 568 });
    OrderDetails {
        order_id,
        customer,
        contact,
        guest_token: None,
        language: Some(Language::De),
        lines: vec![line],
        parts,
        total,
    }
}

/// The same order, placed by a guest.
fn as_guests(order: OrderDetails) -> OrderDetails {
    let guest_token =
        order.contact.as_ref().map(|_| "1.1775053106.bm90LWEtdGFnLWJ1dC1hcy1sb25nLWFzLW9uZS1pcy4".to_owned());
    OrderDetails { customer: None, guest_token, ..order }
}

fn address() -> Address {
    Address {
        name: "Ada Lovelace".to_owned(),
        company: Some("Analytical Engines".to_owned()),
        line1: "Hauptstraße 1".to_owned(),
        line2: None,
        city: "Berlin".to_owned(),
        region: None,
        postal_code: Some("10115".to_owned()),
        country: "DE".parse().unwrap(),
        phone: Some("+49 30 901820".to_owned()),
    }
}

/// A sample of every published version for each of its receivers.
pub fn samples() -> Vec<Sample> {
    let mut story = Story::default();
    to_and_from_users(&mut story);
    to_inventory(&mut story);
    from_inventory(&mut story);
    to_those_who_asked(&mut story);
    to_payments(&mut story);
    from_payments(&mut story);
    within_payments(&mut story);
    to_and_from_shipping(&mut story);
    order_begins(&mut story);
    order_ends(&mut story);
    a_person_is_forgotten(&mut story);
    story.0
}

fn to_and_from_users(story: &mut Story) {
    story.publish_by(
        None,
        customer(),
        1,
        users::UserRegistered { user_id: customer(), contact: contact(), language: Some(Language::De) },
    );
    mails_of_users(story);
    let operator = Some(Actor::operator());
    story.publish_by(operator, "operator", 1, users::GrantRole { user_id: customer(), role: Role::Admin });
    let (user_id, session_id) = (customer(), SessionId::new(at(-30), [4; 10]));
    story.publish(session_id, 1, users::SessionEnded { user_id, session_id });
    story.publish(user_id, 3, users::AccessChanged { user_id, user_version: 3 });
}

/// What a user is told about their address and credentials, and what orders are told of the guest who they were.
fn mails_of_users(story: &mut Story) {
    let (user_id, contact, language) = (customer(), contact(), Some(Language::De));
    let (token, expires_at) = ("Zm9yIG9uZSB1c2UsIGluIGEgbWFpbCB0byB0aGUgdXM".to_owned(), at(3_600));
    let change = users::ContactChanged { user_id, user_version: 2, contact: contact.clone(), language };
    story.publish(user_id, 2, change);
    story.publish(user_id, 2, notifications::ContactRequested { user_id });
    let id = |number| CredentialTokenId::new(at(0), [number; 10]);
    let (owned, secret) = (contact.clone(), token.clone());
    let verify = users::EmailVerificationRequested { user_id, contact: owned, token: secret, expires_at, language };
    story.publish(id(5), 1, verify);
    let (owned, secret) = (contact.clone(), token.clone());
    let reset = users::PasswordResetRequested { user_id, contact: owned, token: secret, expires_at, language };
    story.publish_by(None, id(6), 1, reset);
    let owned = contact.clone();
    let moved = users::EmailChangeRequested { user_id, contact: owned, is_new: true, token, expires_at, language };
    story.publish(id(7), 1, moved);
    let change = users::CredentialChange::Password;
    story.publish(user_id, 4, users::CredentialsChanged { user_id, contact, change, at: at(60), language });
    let (guest, address) = ("0YpQ2b1nVwq1jJ3m6tq3hA".to_owned(), Some("Vd0l5Xo9q2rC7s4uTz8kLw".to_owned()));
    story.publish(user_id, 5, users::EmailVerified { user_id, guest, address });
}

fn to_inventory(story: &mut Story) {
    let (order_id, reservation_id, lines) = (order(), order().reservation(), lines());
    story.publish(order(), 1, inventory::ReserveStock { order_id, reservation_id, lines: lines.clone() });
    story.publish(order(), 4, inventory::CommitReservation { order_id, reservation_id });
    story.publish(order(), 5, inventory::ReleaseReservation { order_id, reservation_id });
    let return_id = ReturnId::new(at(900), [3; 10]);
    story.publish(order(), 9, inventory::Restock { order_id, reservation_id, return_id, lines });
}

fn from_inventory(story: &mut Story) {
    let (order_id, reservation_id) = (order(), order().reservation());
    story.publish(reservation_id, 1, inventory::StockReserved { order_id, reservation_id });
    story.publish(reservation_id, 1, inventory::StockRejected { order_id, reservation_id, missing: missing() });
    story.publish(reservation_id, 2, inventory::ReservationCommitted { order_id, reservation_id });
    story.publish(reservation_id, 2, inventory::ReservationReleased { order_id, reservation_id });
    let return_id = ReturnId::new(at(900), [3; 10]);
    story.publish(return_id, 1, inventory::Restocked { order_id, return_id });
    story.publish(sku(), 17, inventory::StockLevelChanged { sku: sku(), level: StockLevel::Low, seq: 17 });
    story.publish(sku(), 19, inventory::BackInStock { sku: sku(), available: 12, seq: 19 });
}

fn to_those_who_asked(story: &mut Story) {
    let (alert_id, user_id) = (StockAlertId::new(at(900), [5; 10]), customer());
    story.publish(alert_id, 19, notifications::StockAlertsDue { sku: sku(), seq: 19, after: alert_id });
    let told = notifications::StockAlertDue { alert_id, sku: sku(), user_id: Some(user_id) };
    story.publish(user_id, 3, told);
    let line = AbandonedLine { sku: sku(), title: None, quantity: 2 };
    let cart_id = CartId::from_bits(user_id.bits());
    story.publish_untraced(
        Some(user_id.into()),
        user_id,
        7,
        carts::CartAbandoned { user_id, cart_id, lines: vec![line], seq: 7 },
    );
}

fn to_payments(story: &mut Story) {
    let (order_id, payment_id) = (order(), order().payment());
    let authorize = payments::AuthorizePayment {
        order_id,
        payment_id,
        attempt: 1,
        amount: money(3558),
        parts: AmountParts { net: 2500, shipping: 490, tax: 568 },
        payment_method: "pm_card_visa".to_owned(),
        customer: Some(customer()),
    };
    story.publish(order(), 2, authorize);
    story.publish_by(staff(), order(), 6, payments::CapturePayment { order_id, payment_id, attempt: 1 });
    story.publish(order(), 5, payments::VoidPayment { order_id, payment_id });
    let cause = "cancellation".to_owned();
    story.publish(order(), 8, payments::RefundPayment { order_id, payment_id, cause, amount: money(3558) });
}

fn from_payments(story: &mut Story) {
    let (order_id, payment_id, attempt) = (order(), order().payment(), 1);
    let amount = money(3558);
    let capture_before = Some(at(604_800));
    let authorized = payments::PaymentAuthorized { order_id, payment_id, attempt, amount, capture_before };
    story.publish(payment_id, 2, authorized);
    let reason = "card_declined".to_owned();
    story.publish(payment_id, 2, payments::PaymentDeclined { order_id, payment_id, attempt, reason });
    let url = format!("https://shop.example/v1/sandbox/payments/{payment_id}/challenge");
    story.publish(payment_id, 2, payments::PaymentActionRequired { order_id, payment_id, attempt, url });
    story.publish_by(staff(), payment_id, 4, payments::PaymentCaptured { order_id, payment_id, amount });
    story.publish(payment_id, 3, payments::PaymentVoided { order_id, payment_id });
    let refunded = payments::PaymentRefunded {
        order_id,
        payment_id,
        refund_id: RefundId::new(at(900), [4; 10]),
        cause: "cancellation".to_owned(),
        amount,
        total_refunded: amount,
    };
    story.publish_by(staff(), payment_id, 6, refunded);
    let (operation, reason) = (Operation::Capture, "card_expired".to_owned());
    story.publish(payment_id, 4, payments::PaymentFailed { order_id, payment_id, operation, attempt, reason });
}

fn within_payments(story: &mut Story) {
    let payment_id = order().payment();
    let entries = [
        (LedgerAccount::Cash, 3558),
        (LedgerAccount::Revenue, -2500),
        (LedgerAccount::Shipping, -490),
        (LedgerAccount::Tax, -568),
    ];
    let entries = entries.map(|(account, amount)| Entry { account, amount }).to_vec();
    story.publish_by(
        staff(),
        payment_id,
        4,
        payments::EntriesPosted { payment_id, seq: 4, currency: Currency::EUR, entries },
    );
    let refund_id = RefundId::new(at(900), [4; 10]);
    story.publish_by(staff(), payment_id, 5, payments::ExecuteRefund { payment_id, refund_id });
}

fn to_and_from_shipping(story: &mut Story) {
    let (order_id, shipment_id) = (order(), order().shipment());
    let create = shipping::CreateShipment {
        order_id,
        shipment_id,
        lines: lines(),
        ship_to: address(),
        service: "standard".to_owned(),
        weight_grams: 700,
        dispatch_before: Some(at(561_600)),
    };
    story.publish(order(), 4, create);
    story.publish(order(), 5, shipping::CancelShipment { order_id, shipment_id });
    story.publish(shipment_id, 1, shipping::ShipmentCreated { order_id, shipment_id });
    let (carrier, tracking_number) = ("DHL".to_owned(), "JD014600003SE".to_owned());
    let dispatched = shipping::ShipmentDispatched {
        order_id,
        shipment_id,
        carrier,
        tracking_number: tracking_number.clone(),
        seq: 2,
    };
    let carrier = "UPS".to_owned();
    let corrected = shipping::TrackingCorrected { order_id, shipment_id, carrier, tracking_number, seq: 3 };
    story.publish_by(staff(), shipment_id, 2, dispatched);
    story.publish_by(staff(), shipment_id, 3, corrected);
    story.publish_by(staff(), shipment_id, 3, shipping::RetractionRequested { order_id, shipment_id, seq: 3 });
    story.publish_by(staff(), order(), 8, shipping::RetractDispatch { order_id, shipment_id, request: 3 });
    story.publish_by(staff(), shipment_id, 4, shipping::DispatchRetracted { order_id, shipment_id, seq: 4 });
    story.publish_by(staff(), shipment_id, 3, shipping::ShipmentDelivered { order_id, shipment_id });
    story.publish(shipment_id, 2, shipping::ShipmentCanceled { order_id, shipment_id });
    story.publish_by(staff(), shipment_id, 3, shipping::CancelRefused { order_id, shipment_id });
}

fn order_begins(story: &mut Story) {
    let cart_id = Some(CartId::new(at(-30), [5; 10]));
    story.publish_order(1, |order| orders::OrderPlaced { order, cart_id, lines: lines() });
    story.publish_order(4, |order| orders::OrderConfirmed { order });
    let (reason, pay_until) = ("card_declined", at(1800));
    story.publish_order(3, |order| orders::OrderPaymentDeclined {
        order,
        reason: reason.to_owned(),
        pay_until,
        attempts_left: Some(4),
    });
    let url = format!("https://shop.example/v1/sandbox/payments/{}/challenge", order().payment());
    story.publish_order(3, |order| orders::OrderPaymentActionRequired { order, url: url.clone(), pay_until });
    story.publish_by(None, order(), 2, orders::DeadlineDue { order_id: order(), deadline: pay_until });
}

fn order_ends(story: &mut Story) {
    story.publish_order(2, |order| orders::OrderRejected { order, missing: missing() });
    story.publish_order_by(None, 5, |order| orders::OrderExpired { order: as_guests(order) });
    story.publish_order(5, |order| orders::OrderCanceled { order, by_shop: false });
    story.publish_order(7, |order| orders::OrderCancellationRefused { order });
    let (carrier, tracking_number) = ("DHL", "JD014600003SE");
    story.publish_order_by(staff(), 6, |order| orders::OrderDispatched {
        order,
        carrier: carrier.to_owned(),
        tracking_number: tracking_number.to_owned(),
    });
    story.publish_order_by(staff(), 7, |order| orders::OrderTrackingCorrected {
        order,
        carrier: "UPS".to_owned(),
        tracking_number: tracking_number.to_owned(),
    });
    let (order_id, shipment_id) = (order(), order().shipment());
    story.publish_by(staff(), order(), 8, orders::RetractionRefused { order_id, shipment_id, request: 3 });
    story.publish_order_by(staff(), 8, |order| orders::OrderDelivered { order });
    story.publish_order_by(staff(), 9, |order| orders::OrderRefunded { order, amount: money(3558) });
}

fn a_person_is_forgotten(story: &mut Story) {
    let (user_id, order_id) = (customer(), order());
    let (contact, language) = (contact(), Some(Language::De));
    story.publish(user_id, 6, users::AccountErased { user_id, contact, at: at(90), language });
    story.publish(user_id, 6, users::UserErased { user_id, erased_at: at(90) });
    story.publish(user_id, 1, carts::CartsOfUserErased { user_id });
    story.publish(user_id, 1, notifications::MailsOfUserErased { user_id });
    story.publish(order_id, 20, notifications::MailsOfOrderErased { order_id });
    story.publish(order_id, 19, orders::OrderErased { order_id });
    story.publish_by(None, order_id.payment(), 9, payments::PaymentOfOrderErased { order_id });
    story.publish(order_id.shipment(), 9, shipping::ShipmentOfOrderErased { order_id });
    let seq = 1_796_000_000_000;
    story.publish_untraced(None, user_id, seq, orders::UserDataErased { user_id, orders: 3, open: 1, seq });
    story.publish_by(Some(Actor::operator()), "operator", 1, users::EraseUser { user_id });
    story.publish_by(Some(Actor::operator()), "operator", 2, orders::EraseOrder { order_id });
}
