//! A small world of neighbours with a bad postman: he loses, repeats and reorders what he carries.

use crate::laws::{check, failed, order, tracking};
use events::Timestamp;
use events::payments::Operation;
use orders::domain::order::{Ask, Effect, FulfillmentState, Order, Party, PaymentState, Status};
use orders::domain::overdue::{Overdue, outstanding, overdue};
use orders::domain::step::{Decision, Input, step};
use std::collections::HashMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goods {
    Unknown,
    Held,
    Sold,
    Rejected,
    Released,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Funds {
    Unknown,
    Declined,
    Held,
    Taken,
    LetGo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parcel {
    Unknown,
    Waiting,
    Gone,
    There,
    Stopped,
}

type Reply = (String, Input);

/// One order and its neighbours, each of which answers a repeated question as before, and lets undo overtake do.
pub struct World {
    order: Order,
    now: Timestamp,
    goods: Goods,
    funds: Funds,
    parcel: Parcel,
    was_held: bool,
    authorizations: HashMap<u32, Reply>,
    captures: HashMap<u32, Reply>,
    failed_voids: Vec<u64>,
    asks: Vec<(u64, Ask)>,
    replies: Vec<Reply>,
}

impl World {
    pub fn new() -> Self {
        let order = order();
        Self {
            now: order.placed_at,
            order,
            goods: Goods::Unknown,
            funds: Funds::Unknown,
            parcel: Parcel::Unknown,
            was_held: false,
            authorizations: HashMap::new(),
            captures: HashMap::new(),
            failed_voids: Vec::new(),
            asks: vec![(1, Ask::Reserve)],
            replies: Vec::new(),
        }
    }

    /// One thing happens. The postman delivers anything in the bag, keeps a copy now and then, and loses some.
    pub fn happen(&mut self, choice: u16) {
        let (what, which) = (choice % 16, usize::from(choice / 16));
        let luck = which % 4;
        match what {
            0..=4 if !self.asks.is_empty() => {
                let index = which % self.asks.len();
                let ask = if luck == 0 { self.asks[index] } else { self.asks.swap_remove(index) };
                self.answer(ask, luck);
            }
            5..=9 if !self.replies.is_empty() => {
                let index = which % self.replies.len();
                let reply = if luck == 0 { self.replies[index].clone() } else { self.replies.swap_remove(index) };
                self.hear(reply);
            }
            10 if !self.asks.is_empty() => drop(self.asks.swap_remove(which % self.asks.len())),
            11 if !self.replies.is_empty() => {
                let index = which % self.replies.len();
                // What the warehouse says on its own account is said once; its queue does not lose it.
                let own = matches!(self.replies[index].1, Input::ShipmentDispatched(_) | Input::ShipmentDelivered);
                if !own {
                    self.replies.swap_remove(index);
                }
            }
            12 if luck == 0 => self.hear((format!("cancel/{}", self.order.seq), Input::Cancel)),
            12 => self.hear((
                format!("pay/{}", self.order.seq),
                Input::PayAgain { method: format!("pm_{which}"), key: None },
            )),
            13 => self.warehouse(),
            14 => self.now = self.now.plus_seconds(200),
            15 => self.sweep(),
            _ => {}
        }
    }

    fn hear(&mut self, (id, input): Reply) {
        match step(&self.order, &input, &id, self.now) {
            Ok(Decision::Moved(next)) => {
                check(&self.order, &next);
                self.order = *next;
                self.say(self.order.seq);
            }
            Ok(Decision::Repeat(seq)) => self.say(seq),
            Ok(Decision::Undo(seq, ask)) => self.asks.push((seq, ask)),
            _ => {}
        }
    }

    fn say(&mut self, seq: u64) {
        for effect in &self.order.transition(seq).unwrap().effects {
            if let Effect::Ask(ask) = effect {
                self.asks.push((seq, *ask));
            }
        }
    }

    fn sweep(&mut self) {
        match overdue(&self.order, self.now) {
            Some(Overdue::Deadline) => self.hear(("deadline".to_owned(), Input::DeadlineDue)),
            Some(Overdue::Lapse) => self.hear(("lapse".to_owned(), Input::AuthorizationLapses)),
            Some(Overdue::Retry) => self.hear((format!("retry/{}", self.order.seq), Input::Retry)),
            Some(Overdue::Ask(open)) => self.asks.extend(open),
            None => {}
        }
    }

    fn warehouse(&mut self) {
        let (next, name, input) = match self.parcel {
            Parcel::Waiting => (Parcel::Gone, "shp/dispatched", Input::ShipmentDispatched(tracking())),
            Parcel::Gone => (Parcel::There, "shp/delivered", Input::ShipmentDelivered),
            _ => return,
        };
        self.parcel = next;
        self.replies.push((name.to_owned(), input));
    }

    fn answer(&mut self, (seq, ask): (u64, Ask), luck: usize) {
        let reply = match ask.party() {
            Party::Stock => self.inventory(ask, luck),
            Party::Payment => self.payments(seq, ask, luck),
            Party::Shipment => self.shipping(ask),
        };
        self.replies.push(reply);
    }

    fn inventory(&mut self, ask: Ask, luck: usize) -> Reply {
        let released = ("rsv/released".to_owned(), Input::ReservationReleased);
        let rejected = ("rsv/rejected".to_owned(), Input::StockRejected { missing: Vec::new() });
        match (ask, self.goods) {
            (Ask::Reserve, Goods::Unknown) if luck == 1 => {
                self.goods = Goods::Rejected;
                rejected
            }
            (Ask::Reserve, Goods::Unknown) => {
                (self.goods, self.was_held) = (Goods::Held, true);
                ("rsv/reserved".to_owned(), Input::StockReserved)
            }
            (Ask::Reserve, _) if self.was_held => ("rsv/reserved".to_owned(), Input::StockReserved),
            (Ask::Reserve, Goods::Released) => released,
            (Ask::Reserve, _) => rejected,
            (Ask::Commit, Goods::Held | Goods::Sold) => {
                self.goods = Goods::Sold;
                ("rsv/committed".to_owned(), Input::ReservationCommitted)
            }
            (Ask::Commit, _) => released,
            _ => {
                self.goods = Goods::Released;
                released
            }
        }
    }

    fn payments(&mut self, seq: u64, ask: Ask, luck: usize) -> Reply {
        let voided = ("pay/voided".to_owned(), Input::PaymentVoided);
        let amount = self.order.money(self.order.total);
        match ask {
            Ask::Authorize(attempt) => {
                if let Some(known) = self.authorizations.get(&attempt) {
                    return known.clone();
                }
                let reply = match self.funds {
                    Funds::Unknown | Funds::Declined if luck == 2 => {
                        self.funds = Funds::Declined;
                        let reason = "no".to_owned();
                        (format!("pay/declined/{attempt}"), Input::PaymentDeclined { attempt, reason })
                    }
                    Funds::Unknown | Funds::Declined => {
                        self.funds = Funds::Held;
                        (
                            format!("pay/authorized/{attempt}"),
                            Input::PaymentAuthorized { attempt, amount, capture_before: None },
                        )
                    }
                    _ => return voided,
                };
                self.authorizations.insert(attempt, reply.clone());
                reply
            }
            Ask::Capture(attempt) => {
                if let Some(known) = self.captures.get(&attempt) {
                    return known.clone();
                }
                assert!(matches!(self.funds, Funds::Held | Funds::Taken), "captured what is {:?}", self.funds);
                let reply = if luck == 3 && self.funds == Funds::Held {
                    (format!("pay/failed/{attempt}"), failed(Operation::Capture, attempt))
                } else {
                    self.funds = Funds::Taken;
                    ("pay/captured".to_owned(), Input::PaymentCaptured { amount })
                };
                self.captures.insert(attempt, reply.clone());
                reply
            }
            _ if self.failed_voids.contains(&seq) => (format!("pay/void_failed/{seq}"), failed(Operation::Void, 1)),
            _ if luck == 3 && self.funds == Funds::Held => {
                self.failed_voids.push(seq);
                (format!("pay/void_failed/{seq}"), failed(Operation::Void, 1))
            }
            _ => {
                assert_ne!(self.funds, Funds::Taken, "let go of what was taken");
                self.funds = Funds::LetGo;
                voided
            }
        }
    }

    fn shipping(&mut self, ask: Ask) -> Reply {
        let stopped = ("shp/canceled".to_owned(), Input::ShipmentCanceled);
        match (ask, self.parcel) {
            (Ask::Create, Parcel::Stopped) => stopped,
            (Ask::Create, parcel) => {
                if parcel == Parcel::Unknown {
                    self.parcel = Parcel::Waiting;
                }
                ("shp/created".to_owned(), Input::ShipmentCreated)
            }
            (_, Parcel::Gone | Parcel::There) => ("shp/refused".to_owned(), Input::CancelRefused),
            _ => {
                self.parcel = Parcel::Stopped;
                stopped
            }
        }
    }

    /// The postman mends his ways, the warehouse works, the sweep runs.
    pub fn come_to_rest(&mut self) {
        for _ in 0..200 {
            while let Some(ask) = self.asks.pop() {
                self.answer(ask, 0);
            }
            while let Some(reply) = self.replies.pop() {
                self.hear(reply);
            }
            if self.asks.is_empty() && self.order.is_settled() {
                return;
            }
            self.warehouse();
            self.now = self.now.plus_seconds(8000);
            self.sweep();
        }
        panic!("never came to rest: {:#?}", self.order);
    }

    pub fn audit(&self) {
        let found = (self.goods, self.funds, self.parcel);
        assert!(outstanding(&self.order).is_empty());
        match self.order.status {
            Status::Completed => {
                assert_eq!(found, (Goods::Sold, Funds::Taken, Parcel::There));
                assert_eq!(self.order.payment_state, PaymentState::Captured);
                assert_eq!(self.order.fulfillment_state, FulfillmentState::Delivered);
            }
            status => {
                assert!(status.is_void(), "{status:?}");
                assert!(matches!(self.goods, Goods::Released | Goods::Rejected), "{found:?}");
                assert!(matches!(self.funds, Funds::Unknown | Funds::Declined | Funds::LetGo), "{found:?}");
                assert!(matches!(self.parcel, Parcel::Unknown | Parcel::Stopped), "{found:?}");
            }
        }
    }
}
