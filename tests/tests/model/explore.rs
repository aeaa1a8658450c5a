//! The model for `stateright`, the laws as its properties, and a search for a path without an end. `stateright` does not
//! see those: to it a cycle is two paths that meet.

use crate::external::placed;
use crate::interner::Items;
use crate::laws::Law;
use crate::participants::money::Funds;
use crate::shop::{Action, Bounds, OrderState, Shop, State};
use orders::domain::messages::outgoing_of;
use orders::domain::states::Status;
use stateright::{Model, Property};
use std::collections::HashMap;

impl Model for Shop {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let bounds = &self.bounds;
        let mut memory = self.memory.lock().unwrap();
        let orders = bounds.cards.iter().map(|card| {
            let interner = &mut memory.interner;
            let order = placed(bounds.units, card);
            let messages = interner.intern_messages(outgoing_of(&order, 1));
            let items = Items {
                money: interner.funds.keep(Funds::unknown(order.id)),
                order: interner.orders.keep(order),
                hold: interner.holds.keep(None),
                shipment: interner.shipments.keep(None),
            };
            let Bounds { cancels, retries, refunds, corrections, .. } = *bounds;
            OrderState { items, cancels, retries, refunds, corrections, messages }
        });
        let orders = orders.collect();
        let available = i32::try_from(bounds.stock).unwrap();
        let state = State { available, orders, faults: bounds.faults, broken: 0 };
        vec![self.judged(&mut memory, state, 0)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let memory = &mut *self.memory.lock().unwrap();
        // A broken law has been found; what follows from it proves nothing.
        if state.broken != 0 {
            return;
        }
        for (index, order) in state.orders.iter().enumerate() {
            if index > 0 && state.orders[index - 1] == *order {
                continue;
            }
            self.receipts(memory, state, index, actions);
            self.external_actions(memory, state, index, actions);
            self.healing(memory, state, index, actions);
        }
        for second in 1..state.orders.len() {
            for first in 0..second {
                self.batches(memory, state, [first, second], actions);
            }
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let memory = &mut *self.memory.lock().unwrap();
        let (next, broken) = self.moved(memory, state, action)?;
        Some(self.judged(memory, next, broken)).filter(|next| next != state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut all = laws();
        all.push(Property::eventually("every order comes to its end", |shop: &Self, state| shop.all_ended(state)));
        all.push(Property::sometimes("an order is completed", |shop, state| shop.some(state, Status::Completed)));
        all.push(Property::sometimes("an order expires", |shop, state| shop.some(state, Status::Expired)));
        all
    }
}

macro_rules! laws {
    ($($law:ident = $name:literal,)*) => {
        /// Each law as a property of every state.
        fn laws() -> Vec<Property<Shop>> {
            vec![$(Property::always($name, |_, state: &State| state.broken & Law::$law.bit() == 0)),*]
        }
    };
}

laws! {
    StockAddsUp = "sold + reserved + available = received, all at least zero",
    AConfirmedOrderHasItsUnits = "a confirmed order has its units",
    TakenAsQuotedOnceTheGoodsLeft = "money is taken of confirmed orders, once the goods left, as quoted",
    MoneyIsHeldOnce = "no money is held or taken twice, none goes back twice",
    GoodsLeaveAgainstMoney = "goods leave against money that is held or taken",
    GoodsNeverBothLeaveAndStay = "goods never both leave and are called off",
    TheBooksBalance = "the books balance",
    NothingIsDeadLettered = "no message becomes a dead letter",
    RestIsAnEndOrAWait = "at rest an order is settled or waits for somebody",
    TheEndedHoldNothing = "at rest an order that ended holds nothing",
    TheStandingHoldAll = "at rest an order that stands holds units, money and shipment",
    OrdersTellTheTruth = "at rest an order says what is so",
    NothingIsOwed = "at rest nothing is owed",
    NothingIsAuthorizedOnceCalledOff = "the provider is not asked for money that was called off",
}

impl Shop {
    fn all_ended(&self, state: &State) -> bool {
        let memory = self.memory.lock().unwrap();
        let ended = |order: &OrderState| {
            order.messages.is_empty() && memory.interner.orders.get(order.items.order).is_settled()
        };
        state.orders.iter().all(ended)
    }

    fn some(&self, state: &State, status: Status) -> bool {
        let memory = self.memory.lock().unwrap();
        state.orders.iter().any(|order| memory.interner.orders.get(order.items.order).status == status)
    }

    /// A state in one line: the status of each order and the messages on their way.
    pub fn described(&self, state: &State) -> String {
        let memory = self.memory.lock().unwrap();
        let orders = state.orders.iter().map(|OrderState { items, messages, .. }| {
            let order = memory.interner.orders.get(items.order);
            let hold = memory.interner.holds.get(items.hold);
            let funds = memory.interner.funds.get(items.money);
            let shipment = memory.interner.shipments.get(items.shipment);
            let messages: Vec<_> =
                messages.iter().map(|&message| memory.interner.messages.get(message).envelope.kind.clone()).collect();
            format!(
                "order {:?}/{:?}/{:?}, hold {:?}, held {} taken {}, shipment {:?}, on its way {messages:?}",
                order.status,
                order.payment_state,
                order.fulfillment_state,
                hold.as_ref().as_ref().map(|hold| hold.status),
                funds.held,
                funds.cash,
                shipment.as_ref().as_ref().map(|shipment| shipment.status),
            )
        });
        format!("available {}; {}", state.available, orders.collect::<Vec<_>>().join("; "))
    }

    /// An action in words.
    pub fn description(&self, action: Action) -> String {
        let memory = self.memory.lock().unwrap();
        let kind = |message| memory.interner.messages.get(message).envelope.kind.clone();
        match action {
            Action::Receive(_, message) => format!("{} is received", kind(message)),
            Action::Crash(_, message, steps) => format!("{} is received; crash after step {steps}", kind(message)),
            Action::ReceiveGroup([(_, one), (_, other)]) => {
                format!("{} and {} are received as a group", kind(one), kind(other))
            }
            Action::CrashInGroup([(_, one), (_, other)], sends) => {
                format!("{} and {} are received as a group; crash after {sends} sends", kind(one), kind(other))
            }
            Action::ReceiveOnStaleRead(_, message, _) => format!("{} is received on a stale read", kind(message)),
            Action::Lose(_, message) => format!("{} is lost", kind(message)),
            other => format!("{other:?}"),
        }
    }

    /// A state from which a path leads back to it: then messages could chase each other for ever. Every fault and every
    /// customer's action is used up, so without a cycle every path ends.
    pub fn cycle(&self) -> Option<State> {
        let mut done: HashMap<State, bool> = HashMap::new();
        let mut path: Vec<(State, Vec<State>)> = Vec::new();
        for first in self.init_states() {
            path.push((first.clone(), self.next_states(&first)));
            done.insert(first, false);
            while let Some((state, next)) = path.last_mut() {
                let Some(next) = next.pop() else {
                    done.insert(state.clone(), true);
                    path.pop();
                    continue;
                };
                match done.get(&next) {
                    Some(true) => {}
                    Some(false) => return Some(next),
                    None => {
                        path.push((next.clone(), self.next_states(&next)));
                        done.insert(next, false);
                    }
                }
            }
        }
        None
    }
}
