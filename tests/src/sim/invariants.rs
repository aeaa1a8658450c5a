//! What must hold at the end of a run. [`always`] and [`stock_invariants`] say what must hold at every write.

pub mod access;
pub mod actors;
pub mod always;
pub mod books;
pub mod stock_invariants;

use super::expectation::Promise;
use super::queues::Named;
use super::rest::{is_settled_or_waits, orders};
use super::stage::Stage;
use events::Capability;
use events::ids::{OrderId, PaymentId, ReservationId, ShipmentId, UserId};
use events::payments::Operation;
use inventory::domain::{Movement, Reservation, Status as HoldStatus, Stock};
use notifications::domain::email_delivery::{EmailDelivery, Status as MailStatus};
use orders::domain::messages::outgoing;
use orders::domain::order::{MAX_ATTEMPTS, Order};
use orders::domain::overdue::next_look;
use orders::domain::states::{FulfillmentState, Status};
use orders::domain::transition::TransitionKind;
use payments::domain::{Payment, SettledRefund, Transaction};
use serde::Deserialize;
use shipping::domain::shipment::{Shipment, Status as ShipmentStatus, Transition as Move, events_of};
use std::collections::{BTreeMap, BTreeSet};

/// The capabilities to which an order sends commands.
const PARTICIPANTS: [Capability; 3] = [Capability::Inventory, Capability::Payments, Capability::Shipping];

/// A look that is due may wait for a few ticks: some have little time.
const OVERDUE_SECONDS: i64 = 600;

#[derive(Deserialize)]
struct UserProfile {
    id: UserId,
    email: String,
}

struct End<'a> {
    stage: &'a Stage,
    orders: BTreeMap<OrderId, Order>,
    holds: BTreeMap<ReservationId, Reservation>,
    payments: BTreeMap<PaymentId, Payment>,
    shipments: BTreeMap<ShipmentId, Shipment>,
}

/// The payments with the refunds that they have set aside.
fn whole_payments(stage: &Stage) -> Vec<Payment> {
    let table = &stage.tables[&Capability::Payments];
    let mut payments: BTreeMap<String, Payment> = table
        .read::<Payment>(|(_, sk)| sk == "payment")
        .into_iter()
        .map(|payment| (payment.id.to_string(), payment))
        .collect();
    for (id, payment) in &mut payments {
        let aside = table.read::<SettledRefund>(|(pk, sk)| pk == id && sk.starts_with("refund#"));
        *payment = aside.into_iter().fold(payment.clone(), Payment::recall);
    }
    payments.into_values().collect()
}

/// Checks everything; `quiet` says whether the shop came to rest.
pub fn check(stage: &Stage, quiet: bool) {
    let holds: Vec<Reservation> = stage.tables[&Capability::Inventory].read(|(_, sk)| sk == "reservation");
    let payments = whole_payments(stage);
    let shipments: Vec<Shipment> = stage.tables[&Capability::Shipping].read(|(pk, _)| pk.starts_with("shp_"));
    let end = End {
        stage,
        orders: orders(stage).into_iter().map(|order| (order.id, order)).collect(),
        holds: holds.into_iter().map(|hold| (hold.id, hold)).collect(),
        payments: payments.into_iter().map(|payment| (payment.id, payment)).collect(),
        shipments: shipments.into_iter().map(|shipment| (shipment.id, shipment)).collect(),
    };
    end.everything_comes_to_rest(quiet);
    end.stock_adds_up();
    let messages = stage.queues.sent_and_acknowledged();
    for order in end.orders.values() {
        end.an_order_equals_its_quote(order);
        end.the_sweep_looked_at_what_was_due(order);
        end.stock_follows_the_order(order);
        end.money_follows_the_order(order);
        end.goods_leave_only_against_money(order);
        end.every_message_of_an_order_is_delivered(order, &messages);
    }
    end.every_reply_reaches_orders(&messages);
    end.every_mail_is_sent();
    end.carts_lose_what_was_ordered_once();
    end.everything_belongs_to_an_order();
    end.the_bank_agrees();
    for wrong in books::of_payments(stage, end.payments.values()) {
        end.broken(wrong);
    }
    for wrong in access::of_staff(stage, &messages) {
        end.broken(wrong);
    }
    for wrong in actors::of_orders(&end.orders, &end.holds, &end.payments, &end.shipments) {
        end.broken(wrong);
    }
    end.everybody_is_one_user_and_is_welcomed(&messages);
    end.nothing_is_dead_lettered();
}

impl End<'_> {
    fn broken(&self, what: String) {
        self.stage.violate(what);
    }

    /// Every order ends, or waits for a person.
    fn everything_comes_to_rest(&self, quiet: bool) {
        let restless: Vec<_> = self.orders.values().filter(|order| !is_settled_or_waits(order)).collect();
        for order in &restless {
            let last = order.log.last().map(|made| made.kind);
            self.broken(format!("{} never comes to rest: {:?} after {last:?}", order.id, order.status));
        }
        if !quiet && restless.is_empty() {
            let left = self.stage.queues.under_way(|label, _| label.kind == "orders.deadline_due.v1");
            self.broken(format!("the shop never comes to rest: {left} messages are under way"));
        }
    }

    /// `sold + reserved + available = received`, and nothing below zero.
    fn stock_adds_up(&self) {
        let mut with_orders: BTreeMap<String, u64> = BTreeMap::new();
        for line in self.holds.values().flat_map(Reservation::outstanding) {
            *with_orders.entry(line.sku.to_string()).or_default() += u64::from(line.quantity);
        }
        let table = &self.stage.tables[&Capability::Inventory];
        let mut came_in: BTreeMap<String, i64> = BTreeMap::new();
        for movement in table.read::<Movement>(|(_, sk)| sk.starts_with("mov#")) {
            *came_in.entry(movement.sku.to_string()).or_default() += movement.delta;
        }
        for stock in table.read::<Stock>(|(_, sk)| sk == "stock") {
            let sku = stock.sku.to_string();
            let with_orders = with_orders.get(&sku).copied().unwrap_or(0);
            if u64::from(stock.available) + with_orders != u64::from(stock.received) {
                let Stock { available, received, .. } = stock;
                self.broken(format!("{sku}: {available} available and {with_orders} with orders are not {received}"));
            }
            if came_in.get(&sku).copied() != Some(i64::from(stock.received)) {
                self.broken(format!("{sku}: {} received, {:?} by its movements", stock.received, came_in.get(&sku)));
            }
        }
    }

    /// No look is long overdue, and none is later than the order needs it.
    fn the_sweep_looked_at_what_was_due(&self, order: &Order) {
        let (look, due, now) = (next_look(order), order.due_at, self.stage.clock.now());
        let waits = due.is_some_and(|due| now.seconds_since(due) > OVERDUE_SECONDS);
        if waits || due.is_some() != look.is_some() || due > look {
            self.broken(format!("{} is looked at {due:?}, needs something {look:?}, and it is {now}", order.id));
        }
    }

    /// An order has the lines and the total of its quote.
    fn an_order_equals_its_quote(&self, order: &Order) {
        let promises = self.stage.promises.lock().unwrap();
        let Some(Promise { total, lines, .. }) = promises.get(&order.id) else {
            return self.broken(format!("{} was never quoted", order.id));
        };
        let ordered: Vec<_> = order.lines.iter().map(|line| (line.sku.to_string(), line.quantity)).collect();
        if *total != order.total || *lines != ordered {
            self.broken(format!("{} costs {} and was quoted {total}", order.id, order.total));
        }
    }

    /// An order holds all its lines or none: all while it is valid, none once it ended without effect.
    fn stock_follows_the_order(&self, order: &Order) {
        let hold = self.holds.get(&order.id.reservation());
        let live = hold.is_some_and(|hold| matches!(hold.status, HoldStatus::Held | HoldStatus::Committed));
        if order.status.is_void() && live {
            self.broken(format!("{} ended and still holds stock", order.id));
        }
        if matches!(order.status, Status::Confirmed | Status::Completed) {
            let mut wanted: BTreeMap<String, u32> = BTreeMap::new();
            for line in &order.lines {
                *wanted.entry(line.sku.to_string()).or_default() += line.quantity;
            }
            let held = hold.map(|hold| hold.lines.iter().map(|line| (line.sku.to_string(), line.quantity)).collect());
            if !hold.is_some_and(|hold| hold.status == HoldStatus::Committed) || held != Some(wanted) {
                self.broken(format!("{} is valid without its goods: {:?}", order.id, hold.map(|hold| hold.status)));
            }
        }
    }

    /// Only confirmed orders are charged, exactly what was quoted; if the order ends, the money goes back. No authorization
    /// outlives its order.
    fn money_follows_the_order(&self, order: &Order) {
        let Some(payment) = self.payments.get(&order.id.payment()) else {
            if matches!(order.status, Status::Confirmed | Status::Completed) {
                self.broken(format!("{} is valid without a payment", order.id));
            }
            return;
        };
        let amounts = payment.amounts().unwrap_or_default();
        let confirmed = order.log.iter().any(|made| made.kind == TransitionKind::PaymentAuthorized);
        if amounts.captured != 0 && (amounts.captured != order.total || !confirmed) {
            self.broken(format!("{} was charged {} of {}", order.id, amounts.captured, order.total));
        }
        if order.status.is_void() {
            let refused = self.stage.bank.refuses_for_good(payment.id);
            if (payment.held().is_some() && !refused) || payment.unsettled().is_some() {
                self.broken(format!("{} ended and its money is still held", order.id));
            }
            if amounts.captured != amounts.refunded {
                self.broken(format!("{} ended and keeps {amounts:?}", order.id));
            }
        } else if confirmed && amounts.captured == 0 && payment.held().is_none() {
            self.broken(format!("{} is valid and its money is gone", order.id));
        }
        if amounts.pending != 0 {
            self.broken(format!("a refund of {} was granted and never made", order.id));
        }
        let known = order.refunded;
        if known != amounts.refunded && amounts.captured > 0 {
            self.broken(format!("{} knows of {known} given back, not of {}", order.id, amounts.refunded));
        }
    }

    /// Goods leave only against money that was or can still be captured, and a canceled shipment stays.
    fn goods_leave_only_against_money(&self, order: &Order) {
        let Some(shipment) = self.shipments.get(&order.id.shipment()) else { return };
        let left = matches!(shipment.status, ShipmentStatus::Dispatched | ShipmentStatus::Delivered);
        let payment = self.payments.get(&order.id.payment());
        let paid = payment.is_some_and(|payment| {
            payment.held().is_some() || payment.amounts().is_ok_and(|amounts| amounts.captured > 0)
        });
        if left && (!paid || order.status.is_void()) {
            self.broken(format!("the goods of {} left and nobody pays", order.id));
        }
        // A dispatch that was taken back, as its capture had failed, leaves the sale booked and owed.
        let taken_back = shipment.dispatch().is_some();
        let charged = payment.is_some_and(|payment| payment.success(Operation::Capture).is_some());
        if !left && (charged || (payment.is_some_and(Payment::is_sold) && !taken_back)) {
            self.broken(format!("{} was charged for goods that did not leave", order.id));
        }
        if order.status.is_void() && shipment.status == ShipmentStatus::Created {
            self.broken(format!("{} ended and its shipment waits to be dispatched", order.id));
        }
        if left && order.fulfillment_state == FulfillmentState::Created {
            self.broken(format!("the goods of {} left and it does not know", order.id));
        }
    }

    /// Every message of every transition reaches each receiver at least once. The exception is a command that was lost with its
    /// stream record and superseded by a later one to the same participant.
    fn every_message_of_an_order_is_delivered(&self, order: &Order, (sent, acknowledged): &(Named, Named)) {
        let superseded = |seq: u64, participant: Capability| {
            let later = order.log.iter().filter(move |made| made.seq > seq);
            PARTICIPANTS.contains(&participant)
                && later.flat_map(|made| outgoing(order, made)).any(|again| again.to == participant)
        };
        for transition in &order.log {
            for message in outgoing(order, transition) {
                let name = (message.to, message.envelope.id.clone());
                let timer = message.envelope.kind == "orders.deadline_due.v1";
                let delivered = sent.contains(&name) && (timer || acknowledged.contains(&name));
                if !delivered && !superseded(transition.seq, message.to) {
                    self.broken(format!("{} never gets {}", message.to, message.envelope.id));
                }
            }
        }
    }

    /// Every reply to a command reaches orders. The exceptions are an authorization that was voided since, as a repeated command is
    /// answered with the void, and a void that failed and was tried again, as the later outcome is the answer. Replies to HTTP requests are not checked, as they may be outdated.
    fn every_reply_reaches_orders(&self, (sent, acknowledged): &(Named, Named)) {
        let holds = self.holds.values();
        let of_holds = holds
            .flat_map(|hold| hold.log.iter().flat_map(|made| inventory::domain::replies::of_transition(hold, made)));
        let by_a_question = |made: &&Transaction| made.input == "provider" || made.input.ends_with(".v1");
        let of_payments = self.payments.values().flat_map(|payment| {
            let voided = payment.success(Operation::Void).is_some();
            let last = payment.latest(Operation::Void).map_or(0, |last| last.seq);
            let tried_again = move |made: &Transaction| made.operation == Operation::Void && made.seq < last;
            let stands =
                move |made: &&Transaction| !(tried_again(made) || voided && made.operation == Operation::Authorize);
            let made = payment.log.iter().filter(by_a_question).filter(stands);
            made.flat_map(|made| payments::domain::replies::of_transition(payment, made).unwrap_or_default())
        });
        // Who knows that goods arrived need not know that they left.
        let of_shipments = self.shipments.values().flat_map(|shipment| {
            let arrived = shipment.status == ShipmentStatus::Delivered;
            let stands = move |step: &&Move| !(arrived && step.to == ShipmentStatus::Dispatched);
            shipment.log.iter().filter(stands).flat_map(|step| events_of(shipment, step))
        });
        for message in of_holds.chain(of_payments).chain(of_shipments) {
            let name = (message.to, message.envelope.id.clone());
            if !sent.contains(&name) || !acknowledged.contains(&name) {
                self.broken(format!("{} never gets {}", message.to, message.envelope.id));
            }
        }
    }

    /// Every mail was sent, and its delivery was recorded.
    fn every_mail_is_sent(&self) {
        let taken = self.stage.mail.taken();
        let mails: Vec<EmailDelivery> = self.stage.tables[&Capability::Notifications].read(|(_, sk)| sk.contains('/'));
        for mail in mails {
            if mail.status != MailStatus::Sent || !taken.contains_key(&mail.message_id) {
                self.broken(format!("the mail about {} is {:?}", mail.message_id, mail.status));
            }
        }
    }

    /// A cart lost what was ordered from it, once, and kept what was added later.
    fn carts_lose_what_was_ordered_once(&self) {
        let baskets = self.stage.baskets.lock().unwrap().clone();
        for (order, basket) in baskets {
            if let Some(wrong) = basket.wrong(&self.stage.tables[&Capability::Carts], order) {
                self.broken(wrong);
            }
        }
    }

    /// Everybody who signed up is a user, an address has one user at most, and the welcome is sent unless its stream record was
    /// lost.
    fn everybody_is_one_user_and_is_welcomed(&self, (sent, acknowledged): &(Named, Named)) {
        let table = &self.stage.tables[&Capability::Users];
        let users: BTreeMap<UserId, String> = table
            .read::<UserProfile>(|(_, sk)| sk == "profile")
            .into_iter()
            .map(|user| (user.id, user.email))
            .collect();
        let addresses: BTreeSet<&String> = users.values().collect();
        if addresses.len() != users.len() {
            self.broken(format!("{} users share {} addresses", users.len(), addresses.len()));
        }
        let known = self.stage.signed_up.lock().unwrap().clone();
        for user in known.iter().filter(|user| !users.contains_key(user)) {
            self.broken(format!("{user} signed up and is not stored"));
        }
        let lost = self.stage.lost.lock().unwrap().clone();
        for user in users.keys().filter(|user| !lost.contains(&user.to_string())) {
            let welcome = (Capability::Notifications, format!("{user}/1/users.user_registered.v1"));
            if !sent.contains(&welcome) || !acknowledged.contains(&welcome) {
                self.broken(format!("{user} is never welcomed"));
            }
        }
    }

    /// Every hold, payment and shipment belongs to an order.
    fn everything_belongs_to_an_order(&self) {
        for hold in self.holds.values().filter(|hold| !self.orders.contains_key(&hold.id.order())) {
            self.broken(format!("{} belongs to no order", hold.id));
        }
        for payment in self.payments.values().filter(|payment| !self.orders.contains_key(&payment.order())) {
            self.broken(format!("{} belongs to no order", payment.id));
        }
        for shipment in self.shipments.values().filter(|shipment| !self.orders.contains_key(&shipment.id.order())) {
            self.broken(format!("{} belongs to no order", shipment.id));
        }
    }

    /// The provider's books equal ours.
    fn the_bank_agrees(&self) {
        for (id, charge) in self.stage.bank.charges() {
            let Some(payment) = self.payments.get(&id) else {
                self.broken(format!("the bank knows {id} and we do not"));
                continue;
            };
            let amounts = payment.amounts().unwrap_or_default();
            if charge.captured != amounts.captured || charge.refunded != amounts.refunded {
                self.broken(format!("{id}: the bank has {charge:?}, we have {amounts:?}"));
            }
            if charge.captured_too_late {
                self.broken(format!("{id}: a capture was attempted after the authorization expired"));
            }
            if charge.authorizations > 1 {
                self.broken(format!("{id}: the bank held the money {} times", charge.authorizations));
            }
            if charge.attempts > MAX_ATTEMPTS {
                self.broken(format!("{id}: the bank was asked for {} cards", charge.attempts));
            }
            if (charge.held > 0) && payment.held().is_none() {
                self.broken(format!("{id}: the bank still holds {} and we do not know", charge.held));
            }
        }
    }

    /// Nothing is dead-lettered: every fault here passes.
    fn nothing_is_dead_lettered(&self) {
        for (of, body, why) in self.stage.queues.dead() {
            self.broken(format!("{of} dead-lettered a message, {why}: {body}"));
        }
    }
}
