//! The model as `stateright` explores it, the laws as its properties, and a search for a road that never ends, which
//! `stateright` does not see: it takes a circle for two roads that meet.

use crate::book::Items;
use crate::laws::Law;
use crate::parties::money::Account;
use crate::people::placed;
use crate::shop::{Action, Life, Shop, State};
use orders::domain::messages::messages_of;
use orders::domain::order::Status;
use stateright::{Model, Property};
use std::collections::HashMap;

impl Model for Shop {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let bounds = &self.bounds;
        let mut memory = self.memory.lock().unwrap();
        let lives = bounds.cards.iter().map(|card| {
            let book = &mut memory.book;
            let order = placed(bounds.units, card);
            let letters = book.post(messages_of(&order, 1));
            let items = Items {
                money: book.accounts.keep(Account::unknown(order.id)),
                order: book.orders.keep(order),
                hold: book.holds.keep(None),
                parcel: book.parcels.keep(None),
            };
            Life { items, cancels: bounds.cancels, retries: bounds.retries, refunds: bounds.refunds, letters }
        });
        let lives = lives.collect();
        let available = i32::try_from(bounds.stock).unwrap();
        let state = State { available, lives, faults: bounds.faults, broken: 0 };
        vec![self.judged(&mut memory, state, 0)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let memory = &mut *self.memory.lock().unwrap();
        // What broke a law has been found; what follows from it says no more.
        if state.broken != 0 {
            return;
        }
        for (index, life) in state.lives.iter().enumerate() {
            if index > 0 && state.lives[index - 1] == *life {
                continue;
            }
            self.receipts(memory, state, index, actions);
            self.deeds(memory, state, index, actions);
            self.healing(memory, state, index, actions);
        }
        for second in 1..state.lives.len() {
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
        /// The laws, each as a property of every state.
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
    NothingIsBuried = "no message becomes a dead letter",
    RestIsAnEndOrAWait = "at rest an order is settled or waits for somebody",
    TheEndedHoldNothing = "at rest an order that ended holds nothing",
    TheStandingHoldAll = "at rest an order that stands holds units, money and parcel",
    OrdersTellTheTruth = "at rest an order says what is so",
    NothingIsOwed = "at rest nothing is owed",
}

impl Shop {
    fn all_ended(&self, state: &State) -> bool {
        let memory = self.memory.lock().unwrap();
        let ended = |life: &Life| life.letters.is_empty() && memory.book.orders.get(life.items.order).is_settled();
        state.lives.iter().all(ended)
    }

    fn some(&self, state: &State, status: Status) -> bool {
        let memory = self.memory.lock().unwrap();
        state.lives.iter().any(|life| memory.book.orders.get(life.items.order).status == status)
    }

    /// The shortest description of a state: where each order stands and what is on its way.
    pub fn described(&self, state: &State) -> String {
        let memory = self.memory.lock().unwrap();
        let lives = state.lives.iter().map(|life| {
            let order = memory.book.orders.get(life.items.order);
            let hold = memory.book.holds.get(life.items.hold);
            let account = memory.book.accounts.get(life.items.money);
            let parcel = memory.book.parcels.get(life.items.parcel);
            let letters: Vec<_> =
                life.letters.iter().map(|&letter| memory.book.letters.get(letter).envelope.kind.clone()).collect();
            format!(
                "order {:?}/{:?}/{:?}, hold {:?}, held {} taken {}, parcel {:?}, on its way {letters:?}",
                order.status,
                order.payment_state,
                order.fulfillment_state,
                hold.as_ref().as_ref().map(|hold| hold.status),
                account.held,
                account.cash,
                parcel.as_ref().as_ref().map(|parcel| parcel.status),
            )
        });
        format!("shelf {}; {}", state.available, lives.collect::<Vec<_>>().join("; "))
    }

    /// What happened, in words.
    pub fn told(&self, action: Action) -> String {
        let memory = self.memory.lock().unwrap();
        let kind = |letter| memory.book.letters.get(letter).envelope.kind.clone();
        match action {
            Action::Receive(_, letter) => format!("{} is received", kind(letter)),
            Action::Die(_, letter, steps) => format!("{} is received; death after step {steps}", kind(letter)),
            Action::ReceiveTogether([(_, one), (_, other)]) => {
                format!("{} and {} are received together", kind(one), kind(other))
            }
            Action::DieTogether([(_, one), (_, other)], sends) => {
                format!("{} and {} are received together; death after {sends} sends", kind(one), kind(other))
            }
            Action::ReceiveBelatedly(_, letter, _) => format!("{} is received on an old read", kind(letter)),
            Action::Lose(_, letter) => format!("{} is lost", kind(letter)),
            other => format!("{other:?}"),
        }
    }

    /// Whether from some state a road leads back to it: then messages could chase each other for ever. Each fault is spent
    /// once, and so is what a customer may do, so without a circle every road has an end.
    pub fn circle(&self) -> Option<State> {
        let mut done: HashMap<State, bool> = HashMap::new();
        let mut road: Vec<(State, Vec<State>)> = Vec::new();
        for first in self.init_states() {
            road.push((first.clone(), self.next_states(&first)));
            done.insert(first, false);
            while let Some((state, next)) = road.last_mut() {
                let Some(next) = next.pop() else {
                    done.insert(state.clone(), true);
                    road.pop();
                    continue;
                };
                match done.get(&next) {
                    Some(true) => {}
                    Some(false) => return Some(next),
                    None => {
                        road.push((next.clone(), self.next_states(&next)));
                        done.insert(next, false);
                    }
                }
            }
        }
        None
    }
}
