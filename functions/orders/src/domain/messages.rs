//! Renders an order's messages: a pure function of the order and one of its transitions. The relay, the inbox, a
//! redelivery and the sweep all send exactly what is made here, so a repeated message is the same message.

use super::effect::{Command, DomainEvent, Effect};
use super::explanation::CancellationReason;
use super::order::{MAX_ATTEMPTS, Order, Tracking};
use super::transition::{Transition, TransitionKind};
use events::ids::UserId;
use events::inventory::{CommitReservation, ReleaseReservation, ReserveStock};
use events::message::Origin;
use events::orders::{
    DeadlineDue, OrderCanceled, OrderCancellationRefused, OrderConfirmed, OrderDelivered, OrderDetails,
    OrderDispatched, OrderErased, OrderExpired, OrderLine, OrderPaymentActionRequired, OrderPaymentDeclined,
    OrderPlaced, OrderRefunded, OrderRejected, OrderTrackingCorrected, RetractionRefused,
};
use events::payments::{AuthorizePayment, CapturePayment, RefundPayment, VoidPayment};
use events::shipping::{CancelShipment, CreateShipment, RetractDispatch};
use events::{Capability, Message, Outgoing, Timestamp};
use std::collections::BTreeSet;

/// The refund cause of a canceled order. A cause refunds a payment once.
pub const CANCELLATION: &str = "order_canceled";

/// Seconds that the news of an order waits before people are told. Most orders are confirmed by then, and one mail says both.
pub const PLACING_WAITS: i64 = 15;

/// The messages of a transition.
pub fn outgoing(order: &Order, transition: &Transition) -> Vec<Outgoing> {
    transition.effects.iter().flat_map(|effect| render(order, transition, effect)).collect()
}

/// The messages of the transition with that number.
pub fn outgoing_of(order: &Order, seq: u64) -> Vec<Outgoing> {
    order.transition(seq).map(|transition| outgoing(order, transition)).unwrap_or_default()
}

/// Commands that got no reply, once more. The events that may be lost with them come first.
pub fn resend(order: &Order, sent: &[(u64, Command)]) -> Vec<Outgoing> {
    let mut all = republish(order, sent);
    all.extend(commands(order, sent));
    all
}

/// The events of the requests that sent these commands: what lost a command may have lost the events, too.
pub fn republish(order: &Order, sent: &[(u64, Command)]) -> Vec<Outgoing> {
    let transitions: BTreeSet<u64> = sent.iter().map(|(seq, _)| *seq).collect();
    transitions.into_iter().flat_map(|seq| events_of_requests(order, seq)).collect()
}

/// All messages but the commands of transition `seq` and of those before it, back to the first that no request made. A
/// queue remembers what follows from a message. What follows from a request is remembered by a stream record alone, and
/// each record may be lost.
pub fn events_of_requests(order: &Order, seq: u64) -> Vec<Outgoing> {
    let back = order.log.iter().rev().skip_while(|transition| transition.seq > seq);
    let published = |transition: &Transition| -> Vec<Outgoing> {
        let effects = transition.effects.iter().filter(|effect| !matches!(effect, Effect::Send(_)));
        effects.flat_map(|effect| render(order, transition, effect)).collect()
    };
    back.take_while(|transition| transition.kind.is_requested()).flat_map(published).collect()
}

/// Commands once more, exactly as their transitions sent them.
pub fn commands(order: &Order, sent: &[(u64, Command)]) -> Vec<Outgoing> {
    sent.iter()
        .filter_map(|(seq, command)| order.transition(*seq).map(|transition| (transition, *command)))
        .flat_map(|(transition, command)| render_command(order, &origin(order, transition), command))
        .collect()
}

/// The order's message to itself about its deadline, sent at `now`. SQS delays a message by 15 minutes at most, so longer
/// waits are chained.
pub fn deadline_due(order: &Order, now: Timestamp) -> Outgoing {
    let message = DeadlineDue { order_id: order.id, deadline: order.deadline };
    let left = order.deadline.millis().saturating_sub(now.millis());
    // Rounded up: a message that arrives a moment early would have to be sent once more.
    let seconds = left.saturating_add(999).div_euclid(1000);
    // Time passes by itself: nobody wants what it brings.
    let (subject, traceparent) = (order.id.to_string(), Some(order.traceparent.as_str()));
    let origin = Origin { subject, seq: 1, at: order.placed_at, traceparent, actor: None };
    Outgoing::to_one(Capability::Orders, &origin, &message).delayed(seconds)
}

fn render(order: &Order, transition: &Transition, effect: &Effect) -> Vec<Outgoing> {
    let origin = origin(order, transition);
    match effect {
        Effect::Send(command) => render_command(order, &origin, *command),
        Effect::Publish(event) => render_event(order, &origin, event),
        Effect::Schedule => vec![deadline_due(order, transition.at)],
    }
}

fn origin<'a>(order: &'a Order, transition: &Transition) -> Origin<'a> {
    Origin {
        subject: order.id.to_string(),
        seq: transition.seq,
        at: transition.at,
        traceparent: Some(&order.traceparent),
        actor: order.actor(transition),
    }
}

fn render_command(order: &Order, origin: &Origin<'_>, command: Command) -> Vec<Outgoing> {
    let order_id = order.id;
    let (reservation_id, payment_id, shipment_id) = (order_id.reservation(), order_id.payment(), order_id.shipment());
    match command {
        // They were answered before the order forgot, and a repeat would say less than they did.
        Command::Authorize(_) | Command::Create if order.is_erased() => Vec::new(),
        Command::Reserve => {
            Outgoing::to_all(origin, &ReserveStock { order_id, reservation_id, lines: order.stock_lines() })
        }
        Command::Commit => Outgoing::to_all(origin, &CommitReservation { order_id, reservation_id }),
        Command::Release => Outgoing::to_all(origin, &ReleaseReservation { order_id, reservation_id }),
        Command::Authorize(attempt) => {
            Outgoing::to_all(origin, &authorize(order, attempt, order.customer_at(origin.seq)))
        }
        Command::Capture(attempt) => Outgoing::to_all(origin, &CapturePayment { order_id, payment_id, attempt }),
        Command::Void => Outgoing::to_all(origin, &VoidPayment { order_id, payment_id }),
        Command::Refund => {
            let (cause, amount) = (CANCELLATION.to_owned(), order.money(order.total));
            Outgoing::to_all(origin, &RefundPayment { order_id, payment_id, cause, amount })
        }
        Command::Create => Outgoing::to_all(
            origin,
            &CreateShipment {
                order_id,
                shipment_id,
                lines: order.stock_lines(),
                ship_to: order.ship_to.clone(),
                service: order.shipping.service.clone(),
                weight_grams: order.weight_grams(),
                dispatch_before: order.dispatch_before,
            },
        ),
        Command::CancelShipment => Outgoing::to_all(origin, &CancelShipment { order_id, shipment_id }),
        Command::RetractDispatch(request) => {
            Outgoing::to_all(origin, &RetractDispatch { order_id, shipment_id, request })
        }
    }
}

fn authorize(order: &Order, attempt: u32, customer: Option<UserId>) -> AuthorizePayment {
    let index = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    AuthorizePayment {
        order_id: order.id,
        payment_id: order.id.payment(),
        attempt,
        amount: order.money(order.total),
        parts: order.parts(),
        payment_method: order.attempts.get(index).map(|attempt| attempt.method.clone()).unwrap_or_default(),
        customer,
    }
}

fn render_event(order: &Order, origin: &Origin<'_>, event: &DomainEvent) -> Vec<Outgoing> {
    let pay_until = order.deadline;
    match event.clone() {
        DomainEvent::Placed => placed(order, origin),
        DomainEvent::Confirmed => publish(order, origin, |about| OrderConfirmed { order: about }),
        DomainEvent::PaymentDeclined(reason) => {
            let attempts_left = Some(attempts_left(order, origin.seq));
            publish(order, origin, |about| OrderPaymentDeclined {
                order: about,
                reason: reason.clone(),
                pay_until,
                attempts_left,
            })
        }
        DomainEvent::ActionRequired(url) => {
            publish(order, origin, |about| OrderPaymentActionRequired { order: about, url: url.clone(), pay_until })
        }
        DomainEvent::Rejected => {
            publish(order, origin, |about| OrderRejected { order: about, missing: order.missing.clone() })
        }
        DomainEvent::Expired => publish(order, origin, |about| OrderExpired { order: about }),
        DomainEvent::Canceled => {
            let why = order.cancellation_reason();
            let by_shop = matches!(why, Some(CancellationReason::ByStaff | CancellationReason::AuthorizationLapsed));
            publish(order, origin, |about| OrderCanceled { order: about, by_shop })
        }
        DomainEvent::CancellationRefused => publish(order, origin, |about| OrderCancellationRefused { order: about }),
        DomainEvent::Dispatched => {
            let tracking = order.dispatched_as.as_ref().or(order.tracking.as_ref());
            tracking.map(|tracking| dispatched(order, origin, tracking)).unwrap_or_default()
        }
        DomainEvent::DispatchedAgain(tracking) => dispatched(order, origin, &tracking),
        DomainEvent::TrackingCorrected(Tracking { carrier, tracking_number }) => publish(order, origin, |about| {
            OrderTrackingCorrected { order: about, carrier: carrier.clone(), tracking_number: tracking_number.clone() }
        }),
        DomainEvent::RetractionRefused(request) => {
            let (order_id, shipment_id) = (order.id, order.id.shipment());
            Outgoing::to_all(origin, &RetractionRefused { order_id, shipment_id, request })
        }
        DomainEvent::Delivered => publish(order, origin, |about| OrderDelivered { order: about }),
        DomainEvent::Erased => Outgoing::to_all(origin, &OrderErased { order_id: order.id }),
        DomainEvent::Refunded(amount) => {
            publish(order, origin, |about| OrderRefunded { order: about, amount: order.money(amount) })
        }
    }
}

/// How often the customer could pay again after a transition: a message that is repeated says what it said.
fn attempts_left(order: &Order, seq: u64) -> u32 {
    let again = order.log.iter().filter(|made| made.seq <= seq && made.kind == TransitionKind::PaymentRetried).count();
    MAX_ATTEMPTS.saturating_sub(u32::try_from(again).unwrap_or(MAX_ATTEMPTS).saturating_add(1))
}

fn dispatched(order: &Order, origin: &Origin<'_>, tracking: &Tracking) -> Vec<Outgoing> {
    publish(order, origin, |about| OrderDispatched {
        order: about,
        carrier: tracking.carrier.clone(),
        tracking_number: tracking.tracking_number.clone(),
    })
}

/// News of the order that was placed. People hear of it after a while, in which more may happen that they hear instead.
fn placed(order: &Order, origin: &Origin<'_>) -> Vec<Outgoing> {
    let message = |about| OrderPlaced { order: about, cart_id: order.cart_id, lines: order.stock_lines() };
    let waits = |copy: Outgoing| match copy.to {
        Capability::Notifications => copy.delayed(PLACING_WAITS),
        _ => copy,
    };
    publish(order, origin, message).into_iter().map(waits).collect()
}

/// A copy for each receiver. Only the one for `notifications` carries the contact, of a guest. Once a customer claimed the order, that
/// one names the customer, whatever it said before: the guest's address is gone, and the customer's mailbox is the same.
fn publish<M: Message>(order: &Order, origin: &Origin<'_>, message: impl Fn(OrderDetails) -> M) -> Vec<Outgoing> {
    let copy = |to: Capability| {
        let contact = order.contact.clone().filter(|_| to == Capability::Notifications);
        let customer = if to == Capability::Notifications { order.customer } else { order.customer_at(origin.seq) };
        let about = OrderDetails {
            order_id: order.id,
            customer,
            contact,
            // A token is made with a secret, which the domain has not: the service adds it.
            guest_token: None,
            language: order.language,
            lines: order.lines.iter().map(|line| order_line(order, line)).collect(),
            parts: Some(order.parts()),
            total: order.money(order.total),
        };
        Outgoing::to_one(to, origin, &message(about))
    };
    // Nobody writes to a buyer who is forgotten.
    let is_told = |to: &&Capability| !(order.is_erased() && **to == Capability::Notifications);
    M::TO.iter().filter(is_told).map(|&to| copy(to)).collect()
}

fn order_line(order: &Order, line: &events::quotes::QuotedLine) -> OrderLine {
    // Both were added into the total when the order was placed, so their sum fits.
    let net = line.net().unwrap_or_default();
    let total = order.money(net.saturating_add(line.tax));
    let (sku, title, net) = (line.sku.clone(), line.title.clone(), Some(order.money(net)));
    OrderLine { sku, title, quantity: line.quantity, net, total }
}
