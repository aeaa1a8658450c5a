//! What must happen once, however often it is asked for.

use super::end::End;
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

#[derive(Deserialize)]
struct Profile {
    email: String,
}

pub fn an_address_is_one_user(end: &End<'_>) -> Vec<String> {
    let mut users: BTreeMap<String, usize> = BTreeMap::new();
    for user in end.stage.tables[&Capability::Users].read::<Profile>(|(_, sk)| sk == "profile") {
        *users.entry(user.email).or_default() += 1;
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
