//! The messages of a transition: a pure function of the item, so that a repeat publishes exactly the same.

use super::reservation::{Input, Reservation, Transition};
use super::stock::Stock;
use events::Outgoing;
use events::inventory::{
    BackInStock, ReservationCommitted, ReservationReleased, Restocked, StockLevelChanged, StockRejected, StockReserved,
};
use events::message::Origin;

/// The reply to the command that made a transition.
pub fn of_transition(reservation: &Reservation, transition: &Transition) -> Vec<Outgoing> {
    let origin = Origin {
        subject: reservation.id.to_string(),
        seq: transition.seq,
        at: transition.at,
        traceparent: reservation.traceparent.as_deref(),
        actor: reservation.actor(transition),
    };
    let (order_id, reservation_id) = (reservation.order_id, reservation.id);
    match transition.input {
        Input::Reserve if reservation.missing.is_empty() => {
            Outgoing::to_all(&origin, &StockReserved { order_id, reservation_id })
        }
        Input::Reserve => {
            let missing = reservation.missing.clone();
            Outgoing::to_all(&origin, &StockRejected { order_id, reservation_id, missing })
        }
        Input::Commit => Outgoing::to_all(&origin, &ReservationCommitted { order_id, reservation_id }),
        Input::Release => Outgoing::to_all(&origin, &ReservationReleased { order_id, reservation_id }),
        Input::Restock(return_id) => Outgoing::to_all(&origin, &Restocked { order_id, return_id }),
    }
}

/// The event that states the level of a SKU as of its latest change.
pub fn of_level(stock: &Stock) -> Vec<Outgoing> {
    let level = StockLevelChanged { sku: stock.sku.clone(), level: stock.level(), seq: stock.seq };
    Outgoing::to_all(&origin_of(stock), &level)
}

/// The event that a SKU which was out has units again; none if they are gone already.
pub fn of_return(stock: &Stock) -> Vec<Outgoing> {
    if stock.available == 0 {
        return Vec::new();
    }
    let back = BackInStock { sku: stock.sku.clone(), available: stock.available, seq: stock.seq };
    Outgoing::to_all(&origin_of(stock), &back)
}

fn origin_of(stock: &Stock) -> Origin<'_> {
    Origin {
        subject: stock.sku.to_string(),
        seq: stock.seq,
        at: stock.changed_at,
        traceparent: stock.traceparent.as_deref(),
        actor: stock.actor.clone(),
    }
}
