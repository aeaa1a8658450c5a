//! Messages and emails at rest: all that transitions made arrived, nothing else was sent, and none was given up.

use crate::sim::contacts::address_of;
use crate::sim::invariants::end::End;
use crate::sim::invariants::in_the_end::mailboxes::is_to_a_silenced_mailbox;
use crate::sim::invariants::in_the_end::people::mailboxes_of_tokens;
use crate::sim::mail::is_delivery;
use crate::sim::queues::Named;
use events::ids::{OrderId, PaymentId, ShipmentId, UserId};
use events::inventory::BackInStock;
use events::notifications::MailsOfOrderErased;
use events::payments::{AuthorizePayment, Operation, PaymentActionRequired};
use events::shipping::{CancelRefused, CreateShipment, ShipmentDispatched, TrackingCorrected};
use events::{Capability, Message, Outgoing};
use inventory::domain::replies as replies_of_holds;
use notifications::domain::email_delivery::{EmailDelivery, Status as MailStatus};
use notifications::domain::notification_id::kind_of;
use notifications::domain::{KeptEmail, Kind, NotificationId};
use orders::domain::messages::outgoing;
use orders::domain::order::Order;
use orders::domain::transition::TransitionKind;
use payments::domain::{Payment, Transaction, replies as replies_of_payments};
use serde::Deserialize;
use shipping::domain::shipment::{Change, Shipment, Status as ShipmentStatus, Transition, events_of};
use std::collections::BTreeSet;
use users::domain::credential_token::CredentialToken;
use users::domain::erasure::KeptUser;

/// The capabilities to which an order sends commands.
const PARTICIPANTS: [Capability; 3] = [Capability::Inventory, Capability::Payments, Capability::Shipping];
/// The reminder waits as long as the order may.
const REMINDER: &str = "orders.deadline_due.v1";

/// The exceptions are a command that was lost with its stream record and superseded by a later one to the same participant, and one for
/// another payment that was lost when an earlier payment confirmed the order: nobody needs it any more.
pub fn arrive(end: &End<'_>) -> Vec<String> {
    end.orders.values().flat_map(|order| unheard_of(end, order)).collect()
}

fn unheard_of(end: &End<'_>, order: &Order) -> Vec<String> {
    let superseded = |seq: u64, participant: Capability| {
        let later = order.log.iter().filter(move |made| made.seq > seq);
        PARTICIPANTS.contains(&participant)
            && later.flat_map(|made| outgoing(order, made)).any(|again| again.to == participant)
    };
    let paid_by_another = |seq: u64, kind: &str| {
        let mut later = order.log.iter().filter(|made| made.seq > seq);
        kind == AuthorizePayment::TYPE && later.any(|made| made.kind == TransitionKind::PaymentAuthorized)
    };
    let mut wrong = Vec::new();
    for transition in &order.log {
        for Outgoing { to, envelope, .. } in outgoing(order, transition) {
            let name = (to, envelope.id.clone());
            let delivered = end.sent.contains(&name) && (envelope.kind == REMINDER || end.acknowledged.contains(&name));
            let needed = !superseded(transition.seq, to) && !paid_by_another(transition.seq, &envelope.kind);
            if !delivered && needed {
                wrong.push(format!("{to} never gets {}", envelope.id));
            }
        }
    }
    wrong
}

/// The exception is an authorization that was voided since, as a repeated command is answered with the void. Replies to HTTP
/// requests are not checked, as they may be outdated.
pub fn replies_arrive(end: &End<'_>) -> Vec<String> {
    let of_holds = end.holds.values();
    let of_holds =
        of_holds.flat_map(|hold| hold.log.iter().flat_map(|made| replies_of_holds::of_transition(hold, made)));
    let of_payments = end.payments.values().flat_map(replies_of);
    // Who knows that goods arrived, or that their dispatch was taken back, need not know that they left.
    let of_shipments = end.shipments.values().flat_map(|shipment| {
        let arrived = shipment.status == ShipmentStatus::Delivered;
        let taken_back = shipment.log.iter().rfind(|step| shipment.change(step) == Change::Retracted);
        let overtaken = taken_back.map_or(0, |step| step.seq);
        let stands =
            move |step: &&Transition| step.to != ShipmentStatus::Dispatched || !(arrived || step.seq < overtaken);
        shipment.log.iter().filter(stands).flat_map(|step| events_of(shipment, step))
    });
    let all = of_holds.chain(of_payments).chain(of_shipments);
    let unheard = all.filter(|message| !end.has_arrived(message.to, &message.envelope.id));
    unheard.map(|message| format!("{} never gets {}", message.to, message.envelope.id)).collect()
}

fn replies_of(payment: &Payment) -> Vec<Outgoing> {
    let by_a_question = |made: &&Transaction| made.input == "provider" || made.input.ends_with(".v1");
    let voided = payment.success(Operation::Void).is_some();
    let stands = |made: &&Transaction| !(voided && made.operation == Operation::Authorize);
    let made = payment.log.iter().filter(by_a_question).filter(stands);
    made.flat_map(|made| replies_of_payments::of_transition(payment, made).unwrap_or_default()).collect()
}

/// Of messages that are about an order.
pub fn come_from_transitions(end: &End<'_>) -> Vec<String> {
    let mut made = Named::new();
    let name = |message: Outgoing| (message.to, message.envelope.id);
    for order in end.orders.values() {
        made.extend(order.log.iter().flat_map(|transition| outgoing(order, transition)).map(name));
    }
    for hold in end.holds.values() {
        made.extend(hold.log.iter().flat_map(|transition| replies_of_holds::of_transition(hold, transition)).map(name));
    }
    for payment in end.payments.values() {
        let operations = payment.log.iter().map(Transaction::payment_operation);
        let of_all = operations.flat_map(|of| replies_of_payments::of_operation(payment, of).unwrap_or_default());
        made.extend(of_all.map(name));
        made.extend(payment.log.iter().flat_map(|asked| replies_of_payments::execution(payment, asked)).map(name));
        made.extend(payment.says_erased().into_iter().map(name));
    }
    for shipment in end.shipments.values() {
        made.extend(shipment.log.iter().flat_map(|step| events_of(shipment, step)).map(name));
        made.extend(refusals_of(shipment));
    }
    let about_orders = |id: &str| ["order_", "rsv_", "pay_", "shp_"].iter().any(|prefix| id.starts_with(prefix));
    let unmade = end.sent.iter().filter(|name| about_orders(&name.1) && !made.contains(*name));
    let unmade = unmade.filter(|(to, id)| !is_forgotten(end, *to, id));
    unmade.map(|(to, id)| format!("{to} got {id}, which no transition made")).collect()
}

/// What an erased order, its payment or its shipment said once and cannot say again: it took what is forgotten.
fn is_forgotten(end: &End<'_>, to: Capability, id: &str) -> bool {
    let (subject, kind) = (id.split('/').next().unwrap_or_default(), id.rsplit('/').next().unwrap_or_default());
    let by_order = || {
        let order = subject.parse::<OrderId>().ok().and_then(|id| end.orders.get(&id));
        // What notifications answers follows from what it was asked, and has its name.
        let by_others = [AuthorizePayment::TYPE, CreateShipment::TYPE, MailsOfOrderErased::TYPE];
        let personal = to == Capability::Notifications || by_others.contains(&kind);
        personal && order.is_some_and(Order::is_erased)
    };
    let by_shipment = || {
        let shipment = subject.parse::<ShipmentId>().ok().and_then(|id| end.shipments.get(&id));
        let personal = [ShipmentDispatched::TYPE, TrackingCorrected::TYPE].contains(&kind);
        personal && shipment.is_some_and(Shipment::is_erased)
    };
    let by_payment = || {
        let payment = subject.parse::<PaymentId>().ok().and_then(|id| end.payments.get(&id));
        kind == PaymentActionRequired::TYPE && payment.is_some_and(|payment| payment.erased.is_some())
    };
    by_order() || by_shipment() || by_payment()
}

/// The refusal of a cancellation follows from a dispatch.
fn refusals_of(shipment: &Shipment) -> impl Iterator<Item = (Capability, String)> {
    let dispatches = shipment.log.iter().filter(|made| shipment.change(made) == Change::Dispatched);
    dispatches.map(|made| (Capability::Orders, format!("{}/{}/{}", shipment.id, made.seq, CancelRefused::TYPE)))
}

pub fn none_is_dead_lettered(end: &End<'_>) -> Vec<String> {
    let refused = end.stage.refused.lock().unwrap();
    let is_refused = |body: &str| refused.iter().any(|id| body.contains(&format!("\"{id}\"")));
    let dead = end.stage.queues.dead().into_iter().filter(|(_, body, _)| !is_refused(body));
    dead.map(|(of, body, why)| format!("{of} dead-lettered a message, {why}: {body}")).collect()
}

/// What the mail service refused for good is kept, and staff see it until they send another in its place. What was left out has its reason.
pub fn emails_are_sent(end: &End<'_>) -> Vec<String> {
    let (taken, table) = (end.stage.mail.taken(), &end.stage.tables[&Capability::Notifications]);
    let places = table.texts("index1_sort", is_delivery).into_iter();
    let listed: BTreeSet<String> = places.filter_map(|(_, place)| Some(place.split_once('/')?.1.to_owned())).collect();
    let is_kept = |id: &NotificationId| table.item::<KeptEmail>(&format!("kept#{}", id.first()), "email").is_some();
    let mails: Vec<EmailDelivery> = table.read(is_delivery);
    let known: BTreeSet<&str> = mails.iter().map(|mail| mail.message_id.as_str()).collect();
    // What was refused and was about somebody who is forgotten is kept no more.
    let is_over = |mail: &EmailDelivery| is_about_the_forgotten(end, &mail.message_id);
    let is_well = |mail: &EmailDelivery| match (mail.status, mail.id()) {
        _ if is_over(mail) => true,
        (MailStatus::Sent, _) => taken.contains_key(&mail.message_id),
        (MailStatus::Suppressed, _) => is_to_a_silenced_mailbox(end, mail),
        (MailStatus::Outdated, _) => mail.kind.parse().is_ok_and(may_be_over),
        (MailStatus::Unsubscribed, _) => mail.kind.parse().is_ok_and(|kind: Kind| !kind.is_transactional()),
        (_, Some(id)) if mail.resent => known.contains(id.next().message_id().as_str()),
        (_, Some(id)) => listed.contains(&id.to_string()) && (id.token.is_some() || is_kept(&id)),
        (_, None) => false,
    };
    let unsent = mails.iter().filter(|mail| !is_well(mail));
    let unsent = unsent.map(|mail| format!("the mail about {} is {:?}", mail.message_id, mail.status));
    unsent.chain(unwritten(end, &known)).collect()
}

/// Whether a kind asks for a payment or has a link, each of which has its time.
fn may_be_over(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::OrderPaymentDeclined
            | Kind::OrderPaymentActionRequired
            | Kind::EmailVerificationRequested
            | Kind::PasswordResetRequested
            | Kind::EmailChangeRequested
    )
}

/// Whether a message is about somebody whom the shop forgot.
fn is_about_the_forgotten(end: &End<'_>, message_id: &str) -> bool {
    let subject = message_id.split('/').next().unwrap_or_default();
    let order = subject.parse::<OrderId>().ok().and_then(|id| end.orders.get(&id));
    let of_token = || {
        let tokens: Vec<CredentialToken> =
            end.stage.tables[&Capability::Users].read(|(pk, _)| pk.starts_with("token#"));
        // The tokens of who is forgotten are gone.
        subject.starts_with("credtok_") && !tokens.iter().any(|token| token.id.to_string() == subject)
    };
    let wanted_it = match order.and_then(|order| order.customer) {
        // Nobody writes to an account that is gone, also about an order that never ends since its money cannot be given back.
        Some(customer) => is_gone(end, customer),
        None => end.stage.forgotten.lock().unwrap().contains_key(subject),
    };
    order.is_some_and(Order::is_erased) || wanted_it || of_token()
}

/// Whether the account was erased, as the table says.
fn is_gone(end: &End<'_>, user: UserId) -> bool {
    let kept: Option<KeptUser> = end.stage.tables[&Capability::Users].item(&user.to_string(), "profile");
    matches!(kept, Some(KeptUser::Erased(_)))
}

/// Messages that ask for an email of which there is no record. That of an order's placing is left out if a later one says the same.
fn unwritten(end: &End<'_>, known: &BTreeSet<&str>) -> Vec<String> {
    let asks = |id: &str| id.rsplit('/').next().and_then(|name| kind_of(name).parse::<Kind>().ok());
    let others_of = |id: &str| {
        let order = id.split_inclusive('/').next().unwrap_or(id).to_owned();
        known.iter().any(|known| known.starts_with(&order))
    };
    let asked = end.acknowledged.iter().filter(|(to, _)| *to == Capability::Notifications).map(|(_, id)| id.as_str());
    // Of a SKU that is back each of those who wait is told by a message of their own, and nobody writes to whom the shop forgot.
    let unwritten = asked
        .filter(|id| !known.contains(id) && !id.ends_with(BackInStock::TYPE) && !is_about_the_forgotten(end, id))
        .filter(|id| asks(id).is_some_and(|kind| kind != Kind::OrderPlaced || !others_of(id)));
    unwritten.map(|id| format!("no mail about {id} is on record")).collect()
}

#[derive(Deserialize)]
struct Profile {
    /// Nobody's who was erased.
    #[serde(default)]
    email: String,
}

pub fn emails_reach_their_owner(end: &End<'_>) -> Vec<String> {
    let users = &end.stage.tables[&Capability::Users];
    let mailboxes = mailboxes_of_tokens(end);
    let owner = |message: &str| {
        let subject = message.split('/').next().unwrap_or_default();
        let of_user = |user: UserId| {
            let known = users.item::<Profile>(&user.to_string(), "profile");
            Some(known.map_or_else(|| address_of(user), |known| known.email))
        };
        let of_order = |order: &Order| match order.customer {
            Some(customer) => of_user(customer),
            None => match order.guest_contact() {
                Some(contact) => Some(contact.email.as_str().to_owned()),
                // The order forgot whom it was mailed to.
                None => end.stage.forgotten.lock().unwrap().get(&order.id.to_string())?.email.clone(),
            },
        };
        let order = subject.parse::<OrderId>().ok().and_then(|id| end.orders.get(&id));
        let owner = order.map_or_else(|| subject.parse().ok().and_then(of_user), of_order);
        owner.or_else(|| mailboxes.get(subject).cloned())
    };
    // Whoever moves gets mail at both addresses for a while.
    let moving = end.stage.addresses.lock().unwrap().clone();
    let is_theirs = |message: &str, to: &String| owner(message).as_ref() == Some(to) || moving.contains(to);
    // Staff say where a sample goes.
    let about_people = end.stage.mail.addressed().into_iter().filter(|(message, _)| !message.starts_with("test/"));
    let strayed = about_people.filter(|(message, to)| !is_theirs(message, to));
    strayed.map(|(message, to)| format!("the mail about {message} went to {to}")).collect()
}
