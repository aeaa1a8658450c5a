//! An order's reservation of stock and the decision on each command. A repeated command is not decided again: its
//! transition is republished. Refuses to free stock on its own; only `orders` lets reservations expire.

use super::lines::Lines;
use chassis::table::WantedBy;
use events::ids::{OrderId, ReservationId, ReturnId};
use events::inventory::{MissingLine, StockLine};
use events::{Actor, Sku, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The SKUs of one return that one write puts back. A DynamoDB transaction writes at most 100 items: here the reservation,
/// and for each SKU its stock and a movement.
const RETURN_PART: usize = 49;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The units are out of `available`, for this order alone.
    Held,
    /// The units are sold.
    Committed,
    /// The units are back, or were never taken.
    Released,
    /// At least one line fell short; nothing was taken.
    Rejected,
}

/// A command by its name, so that a repeat is recognized: a reservation is made, committed and released at most once each, and
/// each return is put back once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    Reserve,
    Commit,
    Release,
    Restock(ReturnId),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// From 1.
    pub seq: u64,
    pub input: Input,
    pub at: Timestamp,
    /// The owner is the actor of the reservation.
    #[serde(default, skip_serializing_if = "WantedBy::is_nobody")]
    pub by: WantedBy,
}

/// Units of one SKU that were taken for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldLine {
    pub sku: Sku,
    pub quantity: u32,
    /// Units that the customer has sent back.
    #[serde(default)]
    pub returned: u32,
}

/// An order's reservation of stock. It is also the record of the units that the order took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// It has the bits of the order's id.
    pub id: ReservationId,
    pub order_id: OrderId,
    pub status: Status,
    /// The units that were taken; none for a rejection and for a tombstone (released before it was requested).
    pub lines: Vec<HeldLine>,
    /// The lines that fell short when it was rejected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingLine>,
    /// Number of transitions so far.
    pub seq: u64,
    pub log: Vec<Transition>,
    /// Trace context of the work that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// Who wanted the first transition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
}

/// The write that a decision needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Nothing: it was decided before.
    Nothing,
    /// The reservation alone.
    Reservation,
    /// The reservation, and these units are taken from the stock.
    Take(Vec<StockLine>),
    /// The reservation, and these units return to the stock.
    GiveBack(Vec<StockLine>),
    /// The reservation, these units return to the stock, and a movement records that this return brought them.
    PutBack(ReturnId, Vec<StockLine>),
}

/// The outcome of a command: the reservation after it, and the transition whose reply is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub reservation: Reservation,
    /// The transition to publish.
    pub transition: Transition,
    pub write: Write,
}

impl Decision {
    /// The `seq` that the reservation must still have for this decision to hold.
    pub fn expected_seq(&self) -> u64 {
        self.reservation.seq - u64::from(self.write != Write::Nothing)
    }

    /// The same of a command that this actor wanted. What was decided before stays as it was.
    #[must_use]
    pub fn wanted_by(mut self, actor: Option<&Actor>) -> Self {
        if self.write == Write::Nothing {
            return self;
        }
        if self.reservation.seq == 1 {
            self.reservation.actor = actor.cloned();
        }
        self.transition.by = WantedBy::of(actor, self.reservation.actor.as_ref());
        if let Some(last) = self.reservation.log.last_mut() {
            last.clone_from(&self.transition);
        }
        self
    }
}

/// Takes all lines or none; `available` has the units of each SKU. A reservation that was released before it was requested
/// stays released and answers with its release.
pub fn reserve(
    current: Option<Reservation>,
    blank: Reservation,
    lines: &Lines,
    available: &BTreeMap<Sku, u32>,
    at: Timestamp,
) -> Decision {
    if let Some(reservation) = current {
        return republish(reservation, Input::Reserve, at);
    }
    let missing: Vec<_> = lines
        .as_slice()
        .iter()
        .map(|line| MissingLine {
            sku: line.sku.clone(),
            requested: line.quantity,
            available: available.get(&line.sku).copied().unwrap_or(0),
        })
        .filter(|line| line.available < line.requested)
        .collect();
    if !missing.is_empty() {
        let rejected = Reservation { status: Status::Rejected, missing, ..blank };
        return advance(rejected, Input::Reserve, Write::Reservation, at);
    }
    let held =
        lines.as_slice().iter().map(|line| HeldLine { sku: line.sku.clone(), quantity: line.quantity, returned: 0 });
    let reservation = Reservation { status: Status::Held, lines: held.collect(), ..blank };
    advance(reservation, Input::Reserve, Write::Take(lines.as_slice().to_vec()), at)
}

/// An order's request for stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservationRequest {
    /// The reservation before anything happened to it.
    pub blank: Reservation,
    pub lines: Lines,
    pub at: Timestamp,
}

/// Decides requests one after the other, each as if the decisions before it had been written: first come, first served.
pub fn reserve_in_turn<'a>(
    requests: impl Iterator<Item = &'a ReservationRequest>,
    mut holds: BTreeMap<ReservationId, Reservation>,
    mut available: BTreeMap<Sku, u32>,
) -> Vec<Decision> {
    let mut decisions = Vec::new();
    for ReservationRequest { blank, lines, at } in requests {
        let decision = reserve(holds.remove(&blank.id), blank.clone(), lines, &available, *at);
        let decision = decision.wanted_by(blank.actor.as_ref());
        if let Write::Take(taken) = &decision.write {
            for line in taken {
                available.entry(line.sku.clone()).and_modify(|left| *left = left.saturating_sub(line.quantity));
            }
        }
        holds.insert(blank.id, decision.reservation.clone());
        decisions.push(decision);
    }
    decisions
}

/// Turns a hold into a sale. A reservation that was rejected or released answers with that.
pub fn commit(current: Reservation, at: Timestamp) -> Decision {
    match current.status {
        Status::Held => {
            advance(Reservation { status: Status::Committed, ..current }, Input::Commit, Write::Reservation, at)
        }
        Status::Committed | Status::Released | Status::Rejected => republish(current, Input::Commit, at),
    }
}

/// Returns all units that have not come back. An unknown reservation becomes a tombstone for the request that is late.
pub fn release(current: Option<Reservation>, blank: Reservation, at: Timestamp) -> Decision {
    let reservation = match current {
        Some(reservation) if reservation.status == Status::Released => {
            return republish(reservation, Input::Release, at);
        }
        Some(reservation) => reservation,
        None => blank,
    };
    let outstanding = reservation.outstanding();
    let write = if outstanding.is_empty() { Write::Reservation } else { Write::GiveBack(outstanding) };
    advance(Reservation { status: Status::Released, ..reservation }, Input::Release, write, at)
}

/// Puts back the units of a return, never more than are still out. A return of many SKUs takes several decisions: call it until
/// nothing is left to write.
pub fn restock(current: Reservation, return_id: ReturnId, lines: &Lines, at: Timestamp) -> Decision {
    let input = Input::Restock(return_id);
    let parts_done = current.log.iter().filter(|transition| transition.input == input).count();
    let Some(part) = lines.as_slice().chunks(RETURN_PART).nth(parts_done) else {
        return republish(current, input, at);
    };
    let mut reservation = current;
    let outstanding: BTreeMap<_, _> =
        reservation.outstanding().into_iter().map(|line| (line.sku, line.quantity)).collect();
    let back: Vec<_> = part
        .iter()
        .map(|line| StockLine {
            sku: line.sku.clone(),
            quantity: line.quantity.min(outstanding.get(&line.sku).copied().unwrap_or(0)),
        })
        .filter(|line| line.quantity > 0)
        .collect();
    for line in &mut reservation.lines {
        let returned = back.iter().find(|back| back.sku == line.sku).map_or(0, |back| back.quantity);
        line.returned = line.returned.saturating_add(returned);
    }
    let write = if back.is_empty() { Write::Reservation } else { Write::PutBack(return_id, back) };
    advance(reservation, input, write, at)
}

impl Reservation {
    /// A reservation to which nothing has happened.
    pub const fn blank(id: ReservationId, order_id: OrderId, traceparent: Option<String>) -> Self {
        Self {
            id,
            order_id,
            status: Status::Released,
            lines: Vec::new(),
            missing: Vec::new(),
            seq: 0,
            log: Vec::new(),
            traceparent,
            actor: None,
        }
    }

    /// Who wanted a transition.
    pub fn actor(&self, transition: &Transition) -> Option<Actor> {
        transition.by.actor(self.actor.clone())
    }

    /// The units that were taken and have not come back.
    pub fn outstanding(&self) -> Vec<StockLine> {
        if !matches!(self.status, Status::Held | Status::Committed) {
            return Vec::new();
        }
        let lines = self
            .lines
            .iter()
            .map(|line| StockLine { sku: line.sku.clone(), quantity: line.quantity.saturating_sub(line.returned) });
        lines.filter(|line| line.quantity > 0).collect()
    }
}

fn advance(mut reservation: Reservation, input: Input, write: Write, at: Timestamp) -> Decision {
    reservation.seq += 1;
    let transition = Transition { seq: reservation.seq, input, at, by: WantedBy::Nobody };
    reservation.log.push(transition.clone());
    Decision { reservation, transition, write }
}

/// The transition that the command made before. A command that comes too late to do anything gets the transition that
/// prevented it.
fn republish(reservation: Reservation, input: Input, at: Timestamp) -> Decision {
    let ended = if reservation.status == Status::Released { Input::Release } else { Input::Reserve };
    let of = |input| reservation.log.iter().rfind(|transition| transition.input == input).cloned();
    let nothing = Transition { seq: reservation.seq, input: ended, at, by: WantedBy::Nobody };
    let transition = of(input).or_else(|| of(ended)).unwrap_or(nothing);
    Decision { reservation, transition, write: Write::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn request(order: u32, units: u32) -> ReservationRequest {
        let id = OrderId::from_bits(u128::from(order));
        let lines = Lines::sum(&[StockLine { sku: "A".parse().unwrap(), quantity: units }]).unwrap();
        ReservationRequest {
            blank: Reservation::blank(id.reservation(), id, None),
            lines,
            at: Timestamp::from_millis(0),
        }
    }

    fn stock(units: u32) -> BTreeMap<Sku, u32> {
        BTreeMap::from([("A".parse().unwrap(), units)])
    }

    proptest! {
        #[test]
        fn deciding_in_turn_is_deciding_and_writing_one_after_the_other(
            requests in prop::collection::vec((0u32..6, 1u32..5), 1..12), units in 0u32..20,
        ) {
            let requests: Vec<_> = requests.into_iter().map(|(order, units)| request(order, units)).collect();
            let in_turn = reserve_in_turn(requests.iter(), BTreeMap::new(), stock(units));

            let (mut left, mut written) = (units, BTreeMap::new());
            for (request, decision) in requests.iter().zip(in_turn) {
                let current = written.get(&request.blank.id).cloned();
                let alone = reserve(current, request.blank.clone(), &request.lines, &stock(left), request.at);
                if let Write::Take(lines) = &alone.write {
                    left = left.checked_sub(lines[0].quantity).unwrap();
                }
                written.insert(request.blank.id, alone.reservation.clone());
                prop_assert_eq!(decision, alone);
            }
        }
    }
}
