//! One order and its participants, connected by queues that lose, repeat and reorder messages.

use crate::saga_properties::{check, failed, order, tracking};
use events::Timestamp;
use events::payments::Operation;
use orders::domain::decision::Decision;
use orders::domain::effect::{Command, Effect, Participant};
use orders::domain::input::Input;
use orders::domain::order::Order;
use orders::domain::overdue::{Overdue, outstanding, overdue};
use orders::domain::saga::decide;
use orders::domain::states::{FulfillmentState, PaymentState, Status};
use std::collections::HashMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stock {
    Unknown,
    Held,
    Sold,
    Rejected,
    Released,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Money {
    Unknown,
    Declined,
    Held,
    Taken,
    Released,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shipment {
    Unknown,
    Waiting,
    Gone,
    There,
    Stopped,
}

type Reply = (String, Input);

/// One order and its participants. Each repeats its reply to a repeated command, and lets a compensation overtake the
/// command that it compensates.
pub struct World {
    order: Order,
    now: Timestamp,
    stock: Stock,
    money: Money,
    shipment: Shipment,
    was_held: bool,
    authorizations: HashMap<u32, Reply>,
    captures: HashMap<u32, Reply>,
    failed_voids: Vec<u64>,
    commands: Vec<(u64, Command)>,
    replies: Vec<Reply>,
}

impl World {
    pub fn new() -> Self {
        let order = order();
        Self {
            now: order.placed_at,
            order,
            stock: Stock::Unknown,
            money: Money::Unknown,
            shipment: Shipment::Unknown,
            was_held: false,
            authorizations: HashMap::new(),
            captures: HashMap::new(),
            failed_voids: Vec::new(),
            commands: vec![(1, Command::Reserve)],
            replies: Vec::new(),
        }
    }

    /// One thing happens. The queues deliver messages in any order, and repeat or lose some.
    pub fn happen(&mut self, choice: u16) {
        let (what, which) = (choice % 16, usize::from(choice / 16));
        let luck = which % 4;
        match what {
            0..=4 if !self.commands.is_empty() => {
                let index = which % self.commands.len();
                let command = if luck == 0 { self.commands[index] } else { self.commands.swap_remove(index) };
                self.execute(command, luck);
            }
            5..=9 if !self.replies.is_empty() => {
                let index = which % self.replies.len();
                let reply = if luck == 0 { self.replies[index].clone() } else { self.replies.swap_remove(index) };
                self.receive(reply);
            }
            10 if !self.commands.is_empty() => drop(self.commands.swap_remove(which % self.commands.len())),
            11 if !self.replies.is_empty() => {
                let index = which % self.replies.len();
                // The warehouse sends its own events once, and its queue does not lose them.
                let own = matches!(self.replies[index].1, Input::ShipmentDispatched { .. } | Input::ShipmentDelivered);
                if !own {
                    self.replies.swap_remove(index);
                }
            }
            12 if luck == 0 => self.receive((format!("cancel/{}", self.order.seq), Input::Cancel)),
            12 => self.receive((
                format!("pay/{}", self.order.seq),
                Input::PayAgain { method: format!("pm_{which}"), key: None },
            )),
            13 => self.warehouse(),
            14 => self.now = self.now.plus_seconds(200),
            15 => self.sweep(),
            _ => {}
        }
    }

    fn receive(&mut self, (id, input): Reply) {
        match decide(&self.order, &input, &id, self.now) {
            Ok(Decision::Moved(next)) => {
                check(&self.order, &next);
                self.order = *next;
                self.send(self.order.seq);
            }
            Ok(Decision::Repeat(seq)) => self.send(seq),
            Ok(Decision::Compensate(seq, command)) => self.commands.push((seq, command)),
            _ => {}
        }
    }

    fn send(&mut self, seq: u64) {
        for effect in &self.order.transition(seq).unwrap().effects {
            if let Effect::Send(command) = effect {
                self.commands.push((seq, *command));
            }
        }
    }

    fn sweep(&mut self) {
        match overdue(&self.order, self.now) {
            Some(Overdue::Deadline) => self.receive(("deadline".to_owned(), Input::DeadlineDue)),
            Some(Overdue::Lapse) => self.receive(("lapse".to_owned(), Input::AuthorizationLapses)),
            Some(Overdue::Retry) => self.receive((format!("retry/{}", self.order.seq), Input::Retry)),
            Some(Overdue::Complete) => self.receive(("assume".to_owned(), Input::DeliveryAssumed)),
            Some(Overdue::Resend(open)) => self.commands.extend(open),
            // Nobody wants to be forgotten here.
            None | Some(Overdue::Erase | Overdue::Forget(_)) => {}
        }
    }

    fn warehouse(&mut self) {
        let (next, name, input) = match self.shipment {
            Shipment::Waiting => {
                (Shipment::Gone, "shp/dispatched", Input::ShipmentDispatched { tracking: tracking(), seq: 2 })
            }
            Shipment::Gone => (Shipment::There, "shp/delivered", Input::ShipmentDelivered),
            _ => return,
        };
        self.shipment = next;
        self.replies.push((name.to_owned(), input));
    }

    fn execute(&mut self, (seq, command): (u64, Command), luck: usize) {
        let reply = match command.participant() {
            Participant::Stock => self.inventory(command, luck),
            Participant::Payment => self.payments(seq, command, luck),
            Participant::Shipment => self.shipping(command),
        };
        self.replies.push(reply);
    }

    fn inventory(&mut self, command: Command, luck: usize) -> Reply {
        let released = ("rsv/released".to_owned(), Input::ReservationReleased);
        let rejected = ("rsv/rejected".to_owned(), Input::StockRejected { missing: Vec::new() });
        match (command, self.stock) {
            (Command::Reserve, Stock::Unknown) if luck == 1 => {
                self.stock = Stock::Rejected;
                rejected
            }
            (Command::Reserve, Stock::Unknown) => {
                (self.stock, self.was_held) = (Stock::Held, true);
                ("rsv/reserved".to_owned(), Input::StockReserved)
            }
            (Command::Reserve, _) if self.was_held => ("rsv/reserved".to_owned(), Input::StockReserved),
            (Command::Reserve, Stock::Released) => released,
            (Command::Reserve, _) => rejected,
            (Command::Commit, Stock::Held | Stock::Sold) => {
                self.stock = Stock::Sold;
                ("rsv/committed".to_owned(), Input::ReservationCommitted)
            }
            (Command::Commit, _) => released,
            _ => {
                self.stock = Stock::Released;
                released
            }
        }
    }

    fn payments(&mut self, seq: u64, command: Command, luck: usize) -> Reply {
        let voided = ("pay/voided".to_owned(), Input::PaymentVoided);
        let amount = self.order.money(self.order.total);
        match command {
            Command::Authorize(attempt) => {
                if let Some(known) = self.authorizations.get(&attempt) {
                    return known.clone();
                }
                let reply = match self.money {
                    Money::Unknown | Money::Declined if luck == 2 => {
                        self.money = Money::Declined;
                        let reason = "no".to_owned();
                        (format!("pay/declined/{attempt}"), Input::PaymentDeclined { attempt, reason })
                    }
                    Money::Unknown | Money::Declined => {
                        self.money = Money::Held;
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
            Command::Capture(attempt) => {
                if let Some(known) = self.captures.get(&attempt) {
                    return known.clone();
                }
                assert!(matches!(self.money, Money::Held | Money::Taken), "captured what is {:?}", self.money);
                let reply = if luck == 3 && self.money == Money::Held {
                    (format!("pay/failed/{attempt}"), failed(Operation::Capture, attempt))
                } else {
                    self.money = Money::Taken;
                    ("pay/captured".to_owned(), Input::PaymentCaptured { amount })
                };
                self.captures.insert(attempt, reply.clone());
                reply
            }
            _ if self.failed_voids.contains(&seq) => (format!("pay/void_failed/{seq}"), failed(Operation::Void, 1)),
            _ if luck == 3 && self.money == Money::Held => {
                self.failed_voids.push(seq);
                (format!("pay/void_failed/{seq}"), failed(Operation::Void, 1))
            }
            _ => {
                assert_ne!(self.money, Money::Taken, "released what was taken");
                self.money = Money::Released;
                voided
            }
        }
    }

    fn shipping(&mut self, command: Command) -> Reply {
        let stopped = ("shp/canceled".to_owned(), Input::ShipmentCanceled);
        match (command, self.shipment) {
            (Command::Create, Shipment::Stopped) => stopped,
            (Command::Create, shipment) => {
                if shipment == Shipment::Unknown {
                    self.shipment = Shipment::Waiting;
                }
                ("shp/created".to_owned(), Input::ShipmentCreated)
            }
            (_, Shipment::Gone | Shipment::There) => ("shp/refused".to_owned(), Input::CancelRefused),
            _ => {
                self.shipment = Shipment::Stopped;
                stopped
            }
        }
    }

    /// The queues lose nothing more, the warehouse works, the sweep runs.
    pub fn come_to_rest(&mut self) {
        for _ in 0..200 {
            while let Some(command) = self.commands.pop() {
                self.execute(command, 0);
            }
            while let Some(reply) = self.replies.pop() {
                self.receive(reply);
            }
            if self.commands.is_empty() && self.order.is_settled() {
                return;
            }
            self.warehouse();
            self.now = self.now.plus_seconds(8000);
            self.sweep();
        }
        panic!("never came to rest: {:#?}", self.order);
    }

    pub fn audit(&self) {
        let found = (self.stock, self.money, self.shipment);
        assert!(outstanding(&self.order).is_empty());
        match self.order.status {
            Status::Completed => {
                assert_eq!(found, (Stock::Sold, Money::Taken, Shipment::There));
                assert_eq!(self.order.payment_state, PaymentState::Captured);
                assert_eq!(self.order.fulfillment_state, FulfillmentState::Delivered);
            }
            status => {
                assert!(status.is_void(), "{status:?}");
                assert!(matches!(self.stock, Stock::Released | Stock::Rejected), "{found:?}");
                assert!(matches!(self.money, Money::Unknown | Money::Declined | Money::Released), "{found:?}");
                assert!(matches!(self.shipment, Shipment::Unknown | Shipment::Stopped), "{found:?}");
            }
        }
    }
}
