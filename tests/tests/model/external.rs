//! What people and the clock may do to an order at any time, and how the sweep heals a stuck one.

use crate::interner::{Effects, Interner, Items};
use crate::participants::{self, Handling, money, order_decides, shipment};
use events::ids::{QuoteId, ShippingQuoteId};
use events::message::Outgoing;
use events::quotes::{Destination, QuoteClaims, QuotedLine, ShippingQuoteClaims};
use events::{Address, Contact, Country, Currency};
use orders::domain::input::Input;
use orders::domain::messages::commands;
use orders::domain::order::Order;
use orders::domain::overdue::{Overdue, completes_at, outstanding, overdue, with_warehouse};
use orders::domain::place_order::{PlaceOrder, VerifiedQuotes, place};
use orders::domain::states::{FulfillmentState, PaymentState, Status};
use shipping::domain::shipment::Status as ShipmentStatus;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExternalAction {
    /// The customer cancels.
    Cancel,
    /// The authorization is about to expire: equal to a cancellation, and counted as one.
    Lapse,
    /// The customer pays with another card.
    PayAgain,
    /// The staff refund a part, or everything.
    Refund(bool),
    /// The customer confirms on the bank's page, perhaps one that was left.
    Approve,
    /// The bank tells us of the customer's answer.
    Confirm(bool),
    /// The staff dispatch the goods.
    Dispatch,
    /// The staff correct the tracking.
    Correct,
    /// The staff want the dispatch taken back.
    TakeBack,
    /// The carrier delivers the goods.
    Deliver,
    /// The carrier has said nothing for as long as the shop waits.
    AssumeDelivered,
}

impl ExternalAction {
    pub const ALL: [Self; 13] = [
        Self::Cancel,
        Self::Lapse,
        Self::PayAgain,
        Self::Refund(false),
        Self::Refund(true),
        Self::Approve,
        Self::Confirm(true),
        Self::Confirm(false),
        Self::Dispatch,
        Self::Correct,
        Self::TakeBack,
        Self::Deliver,
        Self::AssumeDelivered,
    ];
}

/// Stands for no card.
pub const FREE: &str = "free";

/// A new order of this many units, paid with this card; without one it costs nothing.
pub fn placed(units: u32, card: &str) -> Order {
    let free = card == FREE;
    let country: Country = "DE".parse().unwrap();
    let id = QuoteId::from_bits(0x0197_7420_dc00_7000_8000_0000_0000_0001);
    let line = QuotedLine {
        sku: "MUG-1".parse().unwrap(),
        title: "Mug".to_owned(),
        quantity: units,
        unit_price: if free { 0 } else { 1000 },
        discount: 0,
        tax: if free { 0 } else { 190 },
        weight_grams: 400,
    };
    let price = QuoteClaims {
        iss: "catalog".to_owned(),
        aud: "orders".to_owned(),
        stage: "test".to_owned(),
        jti: id,
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
        aud: "orders".to_owned(),
        stage: "test".to_owned(),
        jti: ShippingQuoteId::from_bits(1),
        quote: id,
        currency: Currency::EUR,
        service: "standard".to_owned(),
        amount: if free { 0 } else { 500 },
        tax: if free { 0 } else { 95 },
        iat: 0,
        exp: 0,
    };
    let command = PlaceOrder {
        customer: None,
        contact: Some(Contact { email: "ada@example.com".parse().unwrap(), name: None }),
        language: None,
        ship_to: home(country),
        billing_address: None,
        cart_id: None,
        accepted_terms: None,
        payment_method: (!free).then(|| card.to_owned()),
        request_digest: String::new(),
        traceparent: String::new(),
    };
    let (quotes, now) = (VerifiedQuotes { price, shipping }, participants::now());
    place(command, quotes, now.plus_seconds(1_800), now).unwrap()
}

fn home(country: Country) -> Address {
    let text = str::to_owned;
    Address {
        name: text("Ada"),
        company: None,
        line1: text("Way 1"),
        line2: None,
        city: text("Kiel"),
        region: None,
        postal_code: Some(text("24103")),
        country,
        phone: None,
    }
}

/// The effects of an action; `None` if it is refused or changes nothing. The relay sends what follows, and the table's stream
/// forgets nothing, so it counts as sent.
pub fn done(interner: &mut Interner, items: Items, external_action: ExternalAction) -> Option<Effects> {
    let order = interner.orders.get(items.order);
    let funds = interner.funds.get(items.money);
    let goods = interner.shipments.get(items.shipment);
    let effects = match external_action {
        ExternalAction::Cancel => asked(interner, items, &order, &Input::Cancel, "cancel"),
        ExternalAction::Lapse => {
            let handling = order_decides(&order, &Input::AuthorizationLapses, "lapse", order.dispatch_before?);
            interner.effects_at_orders(items.order, handling)
        }
        ExternalAction::AssumeDelivered => {
            let handling = order_decides(&order, &Input::DeliveryAssumed, "assume", completes_at(&order)?);
            interner.effects_at_orders(items.order, handling)
        }
        ExternalAction::PayAgain => {
            let input = Input::PayAgain { method: "pm_card_visa".to_owned(), key: None };
            asked(interner, items, &order, &input, "pay")
        }
        ExternalAction::Refund(everything) => {
            interner.effects_at_payments(items.money, money::refund(&funds, everything)?)
        }
        ExternalAction::Confirm(succeeds) => {
            interner.effects_at_payments(items.money, money::confirm(&funds, succeeds)?)
        }
        ExternalAction::Approve => interner.effects_at_payments(items.money, money::approve(&funds)?),
        ExternalAction::Correct => interner.effects_at_shipping(items.shipment, shipment::correct(&goods)?),
        ExternalAction::TakeBack => interner.effects_at_shipping(items.shipment, shipment::take_back(&goods)?),
        ExternalAction::Dispatch => interner.effects_at_shipping(items.shipment, shipment::dispatch(&goods)?),
        ExternalAction::Deliver => interner.effects_at_shipping(items.shipment, shipment::deliver(&goods)?),
    };
    (!effects.versions.is_empty()).then_some(effects)
}

fn asked(interner: &mut Interner, items: Items, order: &Order, input: &Input, what: &str) -> Effects {
    let handling = order_decides(order, input, &format!("{what}/{}", order.seq + 1), participants::now());
    interner.effects_at_orders(items.order, handling)
}

/// What the sweep, or an operator's redrive, does for an order without messages on their way; `None` if it is settled or
/// waits for a person.
pub fn healed(interner: &mut Interner, items: Items, reminded: bool) -> Option<Effects> {
    let order = interner.orders.get(items.order);
    // With a reminder the sweep sees the order before the deadline; without one, after it and after the longest back-off.
    let now = match order.status.is_unpaid() && reminded {
        true => order.deadline.plus_seconds(-1),
        false => order.deadline.plus_seconds(24 * 60 * 60),
    };
    let at_the_bank = (order.status, order.payment_state) == (Status::AwaitingPayment, PaymentState::RequiresAction)
        && interner.funds.get(items.money).payment.status() == Ok(payments::domain::Status::RequiresAction);
    let handling = match overdue(&order, now) {
        Some(Overdue::Deadline) => order_decides(&order, &Input::DeadlineDue, "deadline", now),
        Some(Overdue::Lapse) => order_decides(&order, &Input::AuthorizationLapses, "lapse", now),
        Some(Overdue::Complete) => order_decides(&order, &Input::DeliveryAssumed, "assume", now),
        Some(Overdue::Retry) => order_decides(&order, &Input::Retry, &format!("retry/{}", order.seq + 1), now),
        // It may be asked again, but the customer still has to act.
        Some(Overdue::Resend(_)) if at_the_bank => return None,
        Some(Overdue::Resend(open)) if !outstanding(&order).is_empty() => {
            Handling::settled(Vec::new(), commands(&order, &open))
        }
        _ => Handling::settled(Vec::new(), asked_after(interner, items, &order)?),
    };
    Some(interner.effects_at_orders(items.order, handling))
}

/// The warehouse is asked, if it did something that the order does not know.
fn asked_after(interner: &Interner, items: Items, order: &Order) -> Option<Vec<Outgoing>> {
    let asked = with_warehouse(order)?;
    let goods = interner.shipments.get(items.shipment);
    let known = match order.fulfillment_state {
        FulfillmentState::Created => ShipmentStatus::Created,
        FulfillmentState::Dispatched => ShipmentStatus::Dispatched,
        _ => ShipmentStatus::Delivered,
    };
    goods.as_ref().as_ref().filter(|goods| goods.status != known)?;
    Some(commands(order, &[asked]))
}
