//! `inventory` and one order's hold: `reserve`, `commit` and `release` as they run, written under the store's conditions.

use super::{End, Handling, now};
use crate::mutants::Mutant;
use chassis::Received;
use events::ids::OrderId;
use events::inventory::{CommitReservation, ReleaseReservation, ReserveStock};
use events::{Message, Sku};
use inventory::domain::lines::InvalidLines;
use inventory::domain::{Decision, Lines, Reservation, ReservationRequest, Write, replies, reservation};
use std::collections::BTreeMap;

pub type Hold = Option<Reservation>;

/// How inventory handles a message when `available` units are in stock, and by how many units that changes.
pub fn receive(hold: &Hold, available: u32, message: &Received, mutant: Mutant) -> (Handling<Hold>, i32) {
    match message.kind() {
        ReserveStock::TYPE => reserve(hold, available, &message.data().unwrap(), mutant),
        CommitReservation::TYPE => {
            let CommitReservation { .. } = message.data().unwrap();
            match hold {
                Some(hold) => written(reservation::commit(hold.clone(), now()), available, mutant),
                None => (Handling::ended(End::RetryLater), 0),
            }
        }
        ReleaseReservation::TYPE => {
            let ReleaseReservation { order_id, reservation_id } = message.data().unwrap();
            let blank = Reservation::blank(reservation_id, order_id, None);
            let (mut handling, moved) = written(reservation::release(hold.clone(), blank, now()), available, mutant);
            if mutant == Mutant::ReleaseLeavesNoTombstone && hold.is_none() {
                handling.versions.clear();
            }
            (handling, moved)
        }
        _ => (Handling::ended(End::DeadLettered), 0),
    }
}

/// How inventory handles two orders' reservations as a group, and by how many units each changes the stock; `None` if they
/// are not handled as a group.
pub fn receive_group(
    holds: [&Hold; 2],
    available: u32,
    messages: [&Received; 2],
    mutant: Mutant,
) -> Option<[(Handling<Hold>, i32); 2]> {
    let commands = messages.map(|message| message.data::<ReserveStock>().ok());
    let [Some(first), Some(second)] = commands else { return None };
    // All orders of the model have one id; here two meet, so one is renamed.
    let name = second.order_id;
    let other = OrderId::from_bits(name.bits() ^ 1);
    let renamed = |mut hold: Reservation, order: OrderId| {
        (hold.id, hold.order_id) = (order.reservation(), order);
        hold
    };
    let met = holds[1].clone().map(|hold| renamed(hold, other));
    let second = ReserveStock { order_id: other, reservation_id: other.reservation(), ..second };
    let requests = [reservation_request(&first).ok()?, reservation_request(&second).ok()?];
    let known = [holds[0].clone(), met].into_iter().flatten().map(|hold| (hold.id, hold)).collect();
    let mut decided =
        reservation::reserve_in_turn(requests.iter(), known, stock(&requests, available, mutant)).into_iter();
    let (first, mut second) = (decided.next()?, decided.next()?);
    second.reservation = renamed(second.reservation, name);
    let first = written(first, available, mutant);
    let left = available.saturating_add_signed(first.1);
    let (handling, moved) = written(second, left, mutant);
    Some([first, (handling, if mutant == Mutant::UnitsTakenForOneOfTwo { 0 } else { moved })])
}

fn reserve(hold: &Hold, available: u32, command: &ReserveStock, mutant: Mutant) -> (Handling<Hold>, i32) {
    let Ok(request) = reservation_request(command) else { return (Handling::ended(End::DeadLettered), 0) };
    let known = hold.clone().map(|hold| (hold.id, hold)).into_iter().collect();
    let requests = [request];
    let mut decided = reservation::reserve_in_turn(requests.iter(), known, stock(&requests, available, mutant));
    written(decided.remove(0), available, mutant)
}

fn reservation_request(command: &ReserveStock) -> Result<ReservationRequest, InvalidLines> {
    let blank = Reservation::blank(command.reservation_id, command.order_id, None);
    Ok(ReservationRequest { blank, lines: Lines::sum(&command.lines)?, at: now() })
}

fn stock(requests: &[ReservationRequest], available: u32, mutant: Mutant) -> BTreeMap<Sku, u32> {
    // A stale read may show any stock; the condition of the write detects it.
    let seen = if mutant == Mutant::StockTakenUnchecked { u32::MAX } else { available };
    requests.iter().flat_map(|request| request.lines.skus()).map(|sku| (sku.clone(), seen)).collect()
}

/// The store's write. The reservation is as it was read, so the condition on its `seq` holds; `available >= quantity` is left
/// to check.
fn written(decided: Decision, available: u32, mutant: Mutant) -> (Handling<Hold>, i32) {
    let units = |lines: &[events::inventory::StockLine]| lines.iter().map(|line| line.quantity).sum::<u32>();
    let sends = replies::of_transition(&decided.reservation, &decided.transition);
    let moved = match &decided.write {
        Write::Nothing => return (Handling::settled(Vec::new(), sends), 0),
        Write::Reservation => 0,
        Write::Take(lines) if units(lines) > available && mutant != Mutant::StockTakenUnchecked => {
            return (Handling::ended(End::RetryLater), 0);
        }
        Write::Take(lines) => -i32::try_from(units(lines)).unwrap(),
        Write::GiveBack(lines) | Write::PutBack(_, lines) => i32::try_from(units(lines)).unwrap(),
    };
    (Handling::settled(vec![Some(decided.reservation)], sends), moved)
}

/// Units that the order holds.
pub fn units_held(hold: &Hold) -> u32 {
    hold.as_ref().map_or(0, |hold| hold.outstanding().iter().map(|line| line.quantity).sum())
}

/// The mutant that releases holds by its own clock.
pub fn expire(hold: &Hold) -> Option<(Hold, i32)> {
    let held = hold.as_ref().filter(|hold| hold.status == inventory::domain::Status::Held)?;
    let blank = Reservation::blank(held.id, held.order_id, None);
    let decided = reservation::release(hold.clone(), blank, now());
    Some((Some(decided.reservation), i32::try_from(units_held(hold)).unwrap()))
}
