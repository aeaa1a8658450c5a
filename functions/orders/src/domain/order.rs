//! What an order is, as it is stored. Owns its fields and states; refuses to change them, which [`super::step`] does.

use super::step::Step;
use events::ids::{CartId, OrderId, UserId};
use events::inventory::{MissingLine, StockLine};
use events::payments::AmountParts;
use events::quotes::QuotedLine;
use events::{Address, Contact, Currency, Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod compact;
mod effects;
mod states;

pub use effects::{Answer, Ask, Asked, Effect, Notice, Party};
pub use states::{FulfillmentState, PaymentState, Status};

/// Carriage as the shipping quote promised it; minor units of the order's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carriage {
    /// Code of the service.
    pub service: String,
    /// Before tax.
    pub amount: i64,
    /// Tax on it.
    pub tax: i64,
}

/// One try to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The provider's token for the means of payment.
    pub method: String,
    /// The `Idempotency-Key` that came with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// Who carries the goods under which number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tracking {
    /// Who carries them.
    pub carrier: String,
    /// The carrier's number for them.
    pub tracking_number: String,
}

/// One step of an order's life. The input's name makes a repeated input known; the effects make its messages repeatable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "compact::Transition", into = "compact::Transition")]
pub struct Transition {
    /// Its number, from 1.
    pub seq: u64,
    /// Name of the input that made it.
    pub input: String,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub step: Step,
    /// Status afterwards.
    pub status: Status,
    /// Payment state afterwards.
    pub payment_state: PaymentState,
    /// Fulfillment state afterwards.
    pub fulfillment_state: FulfillmentState,
    /// What followed.
    pub effects: Vec<Effect>,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its id: the quote's bits.
    pub id: OrderId,
    /// Whose, unless a guest's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<UserId>,
    /// How to reach the customer; travels only to `notifications`.
    pub contact: Contact,
    /// Currency of every amount.
    pub currency: Currency,
    /// What was ordered, at the quoted prices.
    #[serde(with = "compact::lines")]
    pub lines: Vec<QuotedLine>,
    /// Goods after discount, before tax; minor units.
    pub goods: i64,
    /// Tax on the goods; minor units.
    pub tax: i64,
    /// Carriage.
    pub carriage: Carriage,
    /// What is charged: goods, carriage and both taxes; minor units.
    pub total: i64,
    /// Where to.
    pub ship_to: Address,
    /// The cart it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cart_id: Option<CartId>,
    /// When it was accepted.
    pub placed_at: Timestamp,
    /// When its time to pay ends.
    pub deadline: Timestamp,
    /// Where it is on its road.
    pub status: Status,
    /// How the money stands.
    pub payment_state: PaymentState,
    /// How the goods stand.
    pub fulfillment_state: FulfillmentState,
    /// What was asked of `inventory`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<Asked>,
    /// What was asked of `payments`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<Asked>,
    /// What was asked of `shipping`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment: Option<Asked>,
    /// Tries to pay; the first is number 1.
    pub attempts: Vec<Attempt>,
    /// Until when the goods may leave against the money that is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatch_before: Option<Timestamp>,
    /// Money that went back so far; minor units.
    #[serde(default)]
    pub refunded: i64,
    /// Where the customer confirms the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_action: Option<String>,
    /// Who carries the goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Tracking>,
    /// What was out of stock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingLine>,
    /// Trace context of the request that placed it, handed on to all its work.
    pub traceparent: String,
    /// Fingerprint of who placed it and how, to tell a repeat from another request.
    pub request_digest: String,
    /// How often it was resent since its last transition.
    #[serde(default)]
    pub resends: u32,
    /// When it was resent last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resent_at: Option<Timestamp>,
    /// Number of transitions so far.
    pub seq: u64,
    /// The transitions.
    pub log: Vec<Transition>,
}

impl Order {
    /// So many minor units, as money.
    pub const fn money(&self, amount: i64) -> Money {
        Money::new(amount, self.currency)
    }

    /// What the total is made of, as the ledger books it.
    pub const fn parts(&self) -> AmountParts {
        AmountParts {
            subtotal: self.goods,
            shipping: self.carriage.amount,
            // Both were added into the total when the order was placed, so their sum fits.
            tax: self.tax.saturating_add(self.carriage.tax),
        }
    }

    /// What was ordered, as stock.
    pub fn stock_lines(&self) -> Vec<StockLine> {
        self.lines.iter().map(|line| StockLine { sku: line.sku.clone(), quantity: line.quantity }).collect()
    }

    /// Weight of all goods in grams.
    pub fn weight_grams(&self) -> u64 {
        let weights = self.lines.iter().map(|line| u64::from(line.weight_grams) * u64::from(line.quantity));
        weights.fold(0, u64::saturating_add)
    }

    /// The conversation with a party.
    pub const fn asked(&self, party: Party) -> Option<Asked> {
        match party {
            Party::Stock => self.stock,
            Party::Payment => self.payment,
            Party::Shipment => self.shipment,
        }
    }

    /// Whether that is what was asked last of its party and not answered yet.
    pub fn awaits(&self, ask: Ask) -> bool {
        self.asked(ask.party()).is_some_and(|asked| asked.ask == ask && asked.answer == Answer::Awaited)
    }

    /// Whether that is what was asked last of its party and not done, even if it failed before.
    pub fn lacks(&self, ask: Ask) -> bool {
        self.asked(ask.party()).is_some_and(|asked| asked.ask == ask && asked.answer != Answer::Given)
    }

    /// The latest transition that asked something of that kind.
    pub fn last_asked(&self, kind: impl Fn(Ask) -> bool) -> Option<(u64, Ask)> {
        self.log.iter().rev().find_map(|transition| {
            transition.effects.iter().find_map(|effect| match effect {
                Effect::Ask(ask) if kind(*ask) => Some((transition.seq, *ask)),
                _ => None,
            })
        })
    }

    /// Number of the current try to pay.
    pub fn attempt(&self) -> u32 {
        u32::try_from(self.attempts.len()).unwrap_or(u32::MAX)
    }

    /// A transition by its number.
    pub fn transition(&self, seq: u64) -> Option<&Transition> {
        self.log.iter().find(|transition| transition.seq == seq)
    }

    /// Whether it ended and everything it asked was answered: nobody needs to look at it again.
    pub fn is_settled(&self) -> bool {
        let mut asked = [self.stock, self.payment, self.shipment].into_iter().flatten();
        self.status.is_terminal() && asked.all(|asked| asked.answer == Answer::Given)
    }
}
