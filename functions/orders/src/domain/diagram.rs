//! The state diagram of orders, drawn from [`decide`] itself: every status that a sample order reaches by any input. The
//! diagram in docs/order-states.md therefore says nothing that the code does not do.

use super::decision::Decision;
use super::effect::PendingCommand;
use super::input::Input;
use super::order::{Order, Tracking};
use super::overdue::completes_at;
use super::place_order::{PlaceOrder, VerifiedQuotes, place};
use super::saga::decide;
use super::states::{FulfillmentState, PaymentState, Status};
use super::transition::TransitionKind;
use events::ids::{QuoteId, ShippingQuoteId};
use events::payments::Operation;
use events::quotes::{Destination, QUOTE_AUDIENCE, QuoteClaims, QuotedLine, ShippingQuoteClaims};
use events::{Address, Country, Currency, Sku, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::fmt::Write;

/// Everything that decides how an order goes on. Attempts beyond the second repeat the second.
type Situation = (Status, PaymentState, FulfillmentState, [Option<PendingCommand>; 3], u32, [u64; 2]);

/// The kinds of transitions between two statuses.
pub type Edges = BTreeMap<(Status, Status), BTreeSet<TransitionKind>>;

/// A Mermaid state diagram of the status, with the transitions that move it.
pub fn diagram() -> String {
    draw(&edges())
}

/// Every edge of the state machine. It takes longer to find them than a page may take: `state_edges.rs` keeps them.
pub fn edges() -> Edges {
    let mut edges = Edges::new();
    explore(|order, next| {
        if let Some(transition) = next.log.last() {
            edges.entry((order.status, next.status)).or_default().insert(transition.kind);
        }
    });
    edges
}

/// Visits every transition that a sample order, paid or free, can make, with the order before and after it.
pub fn explore(mut visit: impl FnMut(&Order, &Order)) {
    let mut seen: HashSet<Situation> = HashSet::new();
    let mut queue: VecDeque<Order> = [false, true].into_iter().filter_map(sample).collect();
    while let Some(order) = queue.pop_front() {
        if !seen.insert(situation(&order)) || order.attempt() > 2 {
            continue;
        }
        for input in inputs(&order) {
            // A name that no transition has: the input counts as new.
            let id = format!("{}", order.seq + 1);
            if let Ok(Decision::Moved(next)) = decide(&order, &input, &id, at(&order, &input)) {
                visit(&order, &next);
                queue.push_back(*next);
            }
        }
    }
}

fn draw(paths: &Edges) -> String {
    let mut text = "stateDiagram-v2\n    [*] --> pending: placed\n".to_owned();
    for ((from, to), kinds) in paths {
        let kinds: BTreeSet<String> = kinds.iter().map(name).collect();
        let kinds: Vec<String> = kinds.into_iter().collect();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    {} --> {}: {}", name(from), name(to), kinds.join("<br>"));
    }
    let ends: BTreeSet<Status> = paths.keys().map(|(_, to)| *to).filter(|status| status.is_terminal()).collect();
    for end in ends {
        let _ = writeln!(text, "    {} --> [*]", name(&end));
    }
    text
}

/// The name that a status or a kind of transition has in the API.
pub(super) fn name(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_value(value).unwrap_or_default();
    text.as_str().unwrap_or_default().to_owned()
}

fn situation(order: &Order) -> Situation {
    // The command and its reply matter; the time of sending does not.
    let timeless = |last: PendingCommand| PendingCommand { seq: 0, ..last };
    let commands = [order.stock, order.payment, order.shipment].map(|last| last.map(timeless));
    let corrected = [order.shipment_seq, order.retraction.unwrap_or(0)];
    (order.status, order.payment_state, order.fulfillment_state, commands, order.attempt(), corrected)
}

/// Late enough for every input, and early enough to pay again.
fn at(order: &Order, input: &Input) -> Timestamp {
    if matches!(input, Input::PayAgain { .. }) {
        return order.placed_at;
    }
    let carrier = matches!(input, Input::DeliveryAssumed).then(|| completes_at(order)).flatten();
    carrier.unwrap_or(order.deadline)
}

/// One input of each kind. Only the first capture fails, or the diagram would have no end.
fn inputs(order: &Order) -> Vec<Input> {
    let attempt = order.attempt();
    let (part, total) = (order.money(1), order.money(order.total));
    let failed = |operation, attempt| Input::PaymentFailed { operation, attempt, reason: "declined".to_owned() };
    let mut inputs = vec![
        Input::StockReserved,
        Input::StockRejected { missing: Vec::new() },
        Input::ReservationCommitted,
        Input::ReservationReleased,
        Input::PaymentAuthorized { attempt, amount: total, capture_before: Some(order.deadline) },
        Input::PaymentDeclined { attempt, reason: "declined".to_owned() },
        Input::PaymentActionRequired { attempt, url: "https://bank.example".to_owned() },
        Input::PaymentCaptured { amount: total },
        Input::PaymentVoided,
        Input::PaymentRefunded { amount: part, total_refunded: part },
        Input::PaymentRefunded { amount: total, total_refunded: total },
        failed(Operation::Capture, 1),
        failed(Operation::Void, 1),
        failed(Operation::Refund, 1),
        Input::ShipmentCreated,
        Input::ShipmentDispatched { tracking: tracking(), seq: 0 },
        Input::TrackingCorrected { tracking: tracking(), seq: 3 },
        Input::RetractionRequested { request: 4 },
        Input::DispatchRetracted,
        Input::ShipmentDelivered,
        Input::ShipmentCanceled,
        Input::CancelRefused,
        Input::DeadlineDue,
        Input::AuthorizationLapses,
        Input::DeliveryAssumed,
        Input::Cancel,
        Input::Retry,
    ];
    inputs.push(Input::PayAgain { method: "pm_other".to_owned(), key: None });
    inputs
}

fn tracking() -> Tracking {
    Tracking { carrier: "dhl".to_owned(), tracking_number: "1".to_owned() }
}

/// A usual order, or one that costs nothing.
pub(super) fn sample(free: bool) -> Option<Order> {
    let charged = |amount| if free { 0 } else { amount };
    let country: Country = "DE".parse().ok()?;
    let sku: Sku = "TEA-1".parse().ok()?;
    let quote_id = QuoteId::from_bits(1);
    let line = QuotedLine {
        sku,
        title: "Tea".to_owned(),
        quantity: 1,
        unit_price: charged(1000),
        discount: 0,
        tax: charged(70),
        weight_grams: 100,
    };
    let price = QuoteClaims {
        iss: "catalog".to_owned(),
        aud: QUOTE_AUDIENCE.to_owned(),
        stage: String::new(),
        jti: quote_id,
        sub: None,
        currency: Currency::EUR,
        ship_to: Destination { country: country.clone(), region: None, postal_code: None },
        lines: vec![line],
        terms: None,
        iat: 0,
        exp: 0,
    };
    let shipping = ShippingQuoteClaims {
        iss: "shipping".to_owned(),
        aud: QUOTE_AUDIENCE.to_owned(),
        stage: String::new(),
        jti: ShippingQuoteId::from_bits(2),
        quote: quote_id,
        service: "standard".to_owned(),
        currency: Currency::EUR,
        amount: charged(490),
        tax: charged(93),
        iat: 0,
        exp: 0,
    };
    let command = PlaceOrder {
        customer: None,
        contact: None,
        language: None,
        ship_to: address(country),
        billing_address: None,
        cart_id: None,
        accepted_terms: None,
        payment_method: Some("pm_card_visa".to_owned()),
        request_digest: String::new(),
        traceparent: String::new(),
    };
    let now = Timestamp::from_millis(0);
    place(command, VerifiedQuotes { price, shipping }, now.plus_seconds(1_800), now).ok()
}

fn address(country: Country) -> Address {
    Address {
        name: "Ada".to_owned(),
        company: None,
        line1: "1 Analytical Way".to_owned(),
        line2: None,
        city: "Berlin".to_owned(),
        region: None,
        postal_code: Some("10115".to_owned()),
        country,
        phone: None,
    }
}
