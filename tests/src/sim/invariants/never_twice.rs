//! What must happen once, however often it is asked for.

use super::end::End;
use crate::sim::expectation::Filled;
use carts::domain::Cart;
use events::Capability;
use events::ids::PaymentId;
use serde::Deserialize;
use std::collections::BTreeMap;

pub fn money_is_held_once(end: &End<'_>) -> Vec<String> {
    let charges = end.stage.bank.charges().into_iter().filter(|(_, charge)| charge.authorizations > 1);
    charges.map(|(id, charge)| format!("{id}: the provider held the money {} times", charge.authorizations)).collect()
}

pub fn refunds_are_made_once(end: &End<'_>) -> Vec<String> {
    let ours =
        |id: &PaymentId| end.payments.get(id).map_or(0, |payment| payment.amounts().unwrap_or_default().refunded);
    let charges = end.stage.bank.charges().into_iter().map(|(id, charge)| (id, charge.refunded, ours(&id)));
    let twice = charges.filter(|(_, refunded, ours)| refunded > ours);
    twice.map(|(id, refunded, ours)| format!("{id}: the provider gave back {refunded}, we {ours}")).collect()
}

pub fn carts_lose_an_order_once(end: &End<'_>) -> Vec<String> {
    let baskets = end.stage.baskets.lock().unwrap().clone();
    let carts = &end.stage.tables[&Capability::Carts];
    baskets.into_iter().filter_map(|(order, basket)| basket.wrong(carts, order)).collect()
}

pub fn added_units_stay(end: &End<'_>) -> Vec<String> {
    let carts = &end.stage.tables[&Capability::Carts];
    let wrong = |filled: &Filled| {
        let carts: Vec<_> = filled.carts.iter().filter_map(|id| carts.item::<Cart>(&id.to_string(), "cart")).collect();
        let orders: Vec<_> = filled.orders.iter().filter_map(|id| end.orders.get(id)).collect();
        filled.wrong(|sku| {
            let in_carts = carts.iter().flat_map(|cart| cart.lines.iter().map(|(sku, units)| (sku, *units)));
            let ordered = orders.iter().flat_map(|order| order.lines.iter().map(|line| (&line.sku, line.quantity)));
            in_carts.chain(ordered).filter(|(other, _)| other.as_str() == sku).map(|(_, units)| units).sum()
        })
    };
    end.stage.filled.lock().unwrap().iter().filter_map(wrong).collect()
}

#[derive(Deserialize)]
struct Profile {
    /// None of somebody who was erased.
    #[serde(default)]
    email: Option<String>,
}

pub fn an_address_is_one_user(end: &End<'_>) -> Vec<String> {
    let mut users: BTreeMap<String, usize> = BTreeMap::new();
    for user in end.stage.tables[&Capability::Users].read::<Profile>(|(_, sk)| sk == "profile") {
        if let Some(email) = user.email {
            *users.entry(email).or_default() += 1;
        }
    }
    users
        .into_iter()
        .filter(|(_, users)| *users > 1)
        .map(|(email, users)| format!("{users} users have {email}"))
        .collect()
}

pub fn a_name_is_one_message(end: &End<'_>) -> Vec<String> {
    let contradicted = end.stage.queues.contradicted();
    contradicted.into_iter().map(|(to, id)| format!("{to} got {id} with two contents")).collect()
}
