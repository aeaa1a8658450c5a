//! An order's hold on stock and what each command makes of it. A command of a kind that was already decided is not
//! decided again: its transition is told again. Refuses to free stock on its own; only `orders` lets things expire.

use super::lines::Lines;
use events::ids::{OrderId, ReservationId, ReturnId};
use events::inventory::{MissingLine, StockLine};
use events::{Sku, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// SKUs of one return that one write puts back: a DynamoDB transaction writes at most 100 items, here the reservation and
/// for each SKU its stock and a movement.
const RETURN_PART: usize = 49;

/// Where a hold stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The units are out of `available`, for this order alone.
    Held,
    /// The units are sold.
    Committed,
    /// The units are back, or were never taken.
    Released,
    /// There were not enough; nothing was taken.
    Rejected,
}

/// A command, named so that a repeat of it is recognised: an order's hold is taken, sold and let go at most once each,
/// and a return is put back once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// `reserve_stock`.
    Reserve,
    /// `commit_reservation`.
    Commit,
    /// `release_reservation`.
    Release,
    /// `restock` of that return.
    Restock(ReturnId),
}

/// One step of a reservation's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// From 1.
    pub seq: u64,
    /// What led to it.
    pub input: Input,
    /// When.
    pub at: Timestamp,
}

/// Units of one SKU that were taken for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldLine {
    /// Which SKU.
    pub sku: Sku,
    /// How many were taken.
    pub quantity: u32,
    /// How many of them the customer has sent back.
    #[serde(default)]
    pub returned: u32,
}

/// An order's hold on stock; the movement of its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// Its id, which shares its bits with the order's.
    pub id: ReservationId,
    /// For which order.
    pub order_id: OrderId,
    /// Where it stands.
    pub status: Status,
    /// What was taken; empty for a rejection and for a tombstone (released before it was asked for).
    pub lines: Vec<HeldLine>,
    /// What fell short when it was rejected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingLine>,
    /// Number of transitions so far.
    pub seq: u64,
    /// The transitions.
    pub log: Vec<Transition>,
    /// Trace context of the work that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

/// What is to be written so that a decision holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Nothing: it was decided before.
    Nothing,
    /// The reservation alone.
    Reservation,
    /// The reservation, and these units leave the shelf.
    Take(Vec<StockLine>),
    /// The reservation, and these units come back.
    GiveBack(Vec<StockLine>),
    /// The reservation, these units come back, and that return moved them.
    PutBack(ReturnId, Vec<StockLine>),
}

/// A decision: the reservation as it is to be, and the transition whose reply is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The reservation after it.
    pub reservation: Reservation,
    /// The transition to tell.
    pub transition: Transition,
    /// What is to be written.
    pub write: Write,
}

impl Decided {
    /// The `seq` that the reservation must still have for this decision to hold.
    pub fn expected_seq(&self) -> u64 {
        self.reservation.seq - u64::from(self.write != Write::Nothing)
    }
}

/// Takes all lines, or none: `available` says how much there is of each SKU. A hold that was let go before it was asked
/// for stays released, and says so.
pub fn reserve(
    current: Option<Reservation>,
    blank: Reservation,
    lines: &Lines,
    available: &BTreeMap<Sku, u32>,
    at: Timestamp,
) -> Decided {
    if let Some(reservation) = current {
        return told_again(reservation, Input::Reserve, at);
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
        return step(rejected, Input::Reserve, Write::Reservation, at);
    }
    let held =
        lines.as_slice().iter().map(|line| HeldLine { sku: line.sku.clone(), quantity: line.quantity, returned: 0 });
    let reservation = Reservation { status: Status::Held, lines: held.collect(), ..blank };
    step(reservation, Input::Reserve, Write::Take(lines.as_slice().to_vec()), at)
}

/// An order's wish for stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The hold that it would become.
    pub blank: Reservation,
    /// What it wants.
    pub lines: Lines,
    /// When it was heard.
    pub at: Timestamp,
}

/// Decides wishes one after the other, each as if what was decided before it had been written: first come, first served.
pub fn reserve_in_turn<'a>(
    wishes: impl Iterator<Item = &'a Wish>,
    mut holds: BTreeMap<ReservationId, Reservation>,
    mut available: BTreeMap<Sku, u32>,
) -> Vec<Decided> {
    let mut decisions = Vec::new();
    for Wish { blank, lines, at } in wishes {
        let decided = reserve(holds.remove(&blank.id), blank.clone(), lines, &available, *at);
        if let Write::Take(taken) = &decided.write {
            for line in taken {
                available.entry(line.sku.clone()).and_modify(|left| *left = left.saturating_sub(line.quantity));
            }
        }
        holds.insert(blank.id, decided.reservation.clone());
        decisions.push(decided);
    }
    decisions
}

/// Turns a hold into a sale. A hold that was rejected or let go answers so.
pub fn commit(current: Reservation, at: Timestamp) -> Decided {
    match current.status {
        Status::Held => {
            step(Reservation { status: Status::Committed, ..current }, Input::Commit, Write::Reservation, at)
        }
        Status::Committed | Status::Released | Status::Rejected => told_again(current, Input::Commit, at),
    }
}

/// Gives everything back that has not come back. A hold that is not known leaves a tombstone for the command that is late.
pub fn release(current: Option<Reservation>, blank: Reservation, at: Timestamp) -> Decided {
    let reservation = match current {
        Some(reservation) if reservation.status == Status::Released => {
            return told_again(reservation, Input::Release, at);
        }
        Some(reservation) => reservation,
        None => blank,
    };
    let outstanding = reservation.outstanding();
    let write = if outstanding.is_empty() { Write::Reservation } else { Write::GiveBack(outstanding) };
    step(Reservation { status: Status::Released, ..reservation }, Input::Release, write, at)
}

/// Puts back what a return brought, never more than is still out. A return of very many SKUs takes several decisions: to
/// be asked again until nothing is left to write.
pub fn restock(current: Reservation, return_id: ReturnId, lines: &Lines, at: Timestamp) -> Decided {
    let input = Input::Restock(return_id);
    let parts_done = current.log.iter().filter(|transition| transition.input == input).count();
    let Some(part) = lines.as_slice().chunks(RETURN_PART).nth(parts_done) else {
        return told_again(current, input, at);
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
    step(reservation, input, write, at)
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
        }
    }

    /// The units that are with the order: taken and not back.
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

fn step(mut reservation: Reservation, input: Input, write: Write, at: Timestamp) -> Decided {
    reservation.seq += 1;
    let transition = Transition { seq: reservation.seq, input, at };
    reservation.log.push(transition);
    Decided { reservation, transition, write }
}

/// What was decided of that command before; or else, as it comes too late to do anything, what kept it from being done.
fn told_again(reservation: Reservation, input: Input, at: Timestamp) -> Decided {
    let ended = if reservation.status == Status::Released { Input::Release } else { Input::Reserve };
    let of = |input| reservation.log.iter().rfind(|transition| transition.input == input).copied();
    let nothing = Transition { seq: reservation.seq, input: ended, at };
    let transition = of(input).or_else(|| of(ended)).unwrap_or(nothing);
    Decided { reservation, transition, write: Write::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wish(order: u32, units: u32) -> Wish {
        let id = OrderId::from_bits(u128::from(order));
        let lines = Lines::sum(&[StockLine { sku: "A".parse().unwrap(), quantity: units }]).unwrap();
        Wish { blank: Reservation::blank(id.reservation(), id, None), lines, at: Timestamp::from_millis(0) }
    }

    fn shelf(units: u32) -> BTreeMap<Sku, u32> {
        BTreeMap::from([("A".parse().unwrap(), units)])
    }

    proptest! {
        #[test]
        fn deciding_in_turn_is_deciding_and_writing_one_after_the_other(
            wishes in prop::collection::vec((0u32..6, 1u32..5), 1..12), units in 0u32..20,
        ) {
            let wishes: Vec<_> = wishes.into_iter().map(|(order, units)| wish(order, units)).collect();
            let in_turn = reserve_in_turn(wishes.iter(), BTreeMap::new(), shelf(units));

            let (mut left, mut written) = (units, BTreeMap::new());
            for (wish, decided) in wishes.iter().zip(in_turn) {
                let current = written.get(&wish.blank.id).cloned();
                let alone = reserve(current, wish.blank.clone(), &wish.lines, &shelf(left), wish.at);
                if let Write::Take(lines) = &alone.write {
                    left = left.checked_sub(lines[0].quantity).unwrap();
                }
                written.insert(wish.blank.id, alone.reservation.clone());
                prop_assert_eq!(decided, alone);
            }
        }
    }
}
