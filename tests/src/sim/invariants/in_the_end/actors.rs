//! Who wanted what: a transition is wanted by whoever wanted the one that brought it about, from capability to capability, and
//! what staff did names them.

use crate::sim::invariants::end::End;
use events::Actor;
use events::ids::UserId;
use inventory::domain::{Input, Reservation};
use orders::domain::effect::Command;
use orders::domain::order::Order;
use payments::domain::Payment;
use shipping::domain::shipment::{Change, Shipment, Transition};

/// The only member of staff.
pub(super) const STAFF: UserId = UserId::from_bits(99);

/// What an order and its participants know of each other.
struct Known<'a> {
    end: &'a End<'a>,
    order: &'a Order,
    hold: Option<&'a Reservation>,
    payment: Option<&'a Payment>,
    shipment: Option<&'a Shipment>,
}

/// The prefix of an id, and the number of a transition, that a message's name begins with.
fn source(input: &str) -> Option<(&str, u64)> {
    let mut parts = input.splitn(3, '/');
    let (item, seq) = (parts.next()?, parts.next()?.parse().ok()?);
    Some((item.split_once('_')?.0, seq))
}

/// What follows from a transition was wanted by whoever wanted the transition.
pub fn are_carried_on(end: &End<'_>) -> Vec<String> {
    known(end).flat_map(|known| known.carried_on()).collect()
}

/// Dispatch, its corrections, delivery and refunds are for staff alone.
pub fn staff_are_named(end: &End<'_>) -> Vec<String> {
    known(end).flat_map(|known| known.by_staff()).collect()
}

fn known<'a>(end: &'a End<'_>) -> impl Iterator<Item = Known<'a>> {
    end.orders.values().map(|order| Known {
        end,
        order,
        hold: end.hold(order),
        payment: end.payment(order),
        shipment: end.shipment(order),
    })
}

impl Known<'_> {
    /// Who wanted the transition that a message comes from; `None` if there is no such transition.
    fn wanted(&self, prefix: &str, seq: u64) -> Option<Option<Actor>> {
        match prefix {
            "order" => self.order.transition(seq).map(|made| self.order.actor(made)),
            "rsv" => {
                self.hold.and_then(|hold| hold.log.iter().find(|made| made.seq == seq).map(|made| hold.actor(made)))
            }
            "pay" => {
                let payment = self.payment?;
                payment.log.iter().find(|made| made.seq == seq).map(|made| payment.actor(made))
            }
            "shp" => self.shipment?.log.iter().find(|made| made.seq == seq).map(|made| made.actor.clone()),
            // Of no order, as the word that a person was erased.
            _ => None,
        }
    }

    fn carried_on(&self) -> Vec<String> {
        let of_order = self.order.log.iter().map(|made| (made.input.clone(), self.order.actor(made)));
        let of_payment = self
            .payment
            .into_iter()
            .flat_map(|payment| payment.log.iter().map(|made| (made.input.clone(), payment.actor(made))));
        let of_shipment = self
            .shipment
            .into_iter()
            .flat_map(|shipment| shipment.log.iter().map(|made| (made.input.clone(), made.actor.clone())));
        let of_hold = self.hold.into_iter().flat_map(|hold| {
            let sent = |command| self.order.last_sent(|sent| sent == command).map(|(seq, _)| format!("order_/{seq}/"));
            hold.log.iter().filter_map(move |made| {
                let input = match made.input {
                    Input::Reserve => sent(Command::Reserve),
                    Input::Commit => sent(Command::Commit),
                    Input::Release => sent(Command::Release),
                    Input::Restock(_) => None,
                };
                Some((input?, hold.actor(made)))
            })
        });
        let all = of_order.chain(of_payment).chain(of_shipment).chain(of_hold);
        all.filter_map(|(input, actor)| {
            let (prefix, seq) = source(&input)?;
            let wanted = self.wanted(prefix, seq)?;
            (wanted != actor).then(|| format!("{}: {wanted:?} wanted {input}, not {actor:?}", self.order.id))
        })
        .collect()
    }

    fn by_staff(&self) -> Vec<String> {
        let refunds = self.payment.into_iter().flat_map(|payment| {
            let by_staff = |cause: &str| cause.starts_with("staff/");
            let made = payment
                .log
                .iter()
                .filter(move |made| made.refund.as_ref().is_some_and(|refund| by_staff(&refund.cause)));
            made.map(|made| payment.actor(made))
        });
        let by_staff = |shipment: &Shipment, made: &Transition| {
            let ours =
                [Change::Created, Change::Canceled, Change::Retracted, Change::RetractionRefused, Change::Erased];
            !ours.contains(&shipment.change(made))
        };
        let played = self.end.stage.played.lock().unwrap();
        // Visitors who played the warehouse are no staff. They send and deliver, and correct nothing.
        let by_visitor = |shipment: &Shipment, made: &Transition| {
            played.contains(&shipment.id)
                && made.actor != Some(STAFF.into())
                && matches!(shipment.change(made), Change::Dispatched | Change::Delivered)
        };
        let moves = self.shipment.into_iter().flat_map(|shipment| {
            let all = shipment.log.iter();
            all.filter(move |made| by_staff(shipment, made) && !by_visitor(shipment, made))
        });
        let actors = refunds.chain(moves.map(|made| made.actor.clone()));
        actors
            .filter(|actor| *actor != Some(STAFF.into()))
            .map(|actor| format!("{}: what staff did is said to be wanted by {actor:?}", self.order.id))
            .collect()
    }
}
