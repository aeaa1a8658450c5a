//! Keys are replaced while customers shop: nobody gets a 401, and no quote and no guest's token is refused.

use crate::buying::{await_order, buy, order, order_for, order_of, quote, shipping_quote};
use crate::goods::{Goods, stocked};
use crate::operating::souk;
use crate::people::{Customer, PASSWORD, unique};
use crate::shop::Caller;
use crate::stage::stage;
use crate::waiting::until;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const SIGNERS: [&str; 4] = ["users", "catalog", "shipping", "orders-guest"];
/// Customers who shop, and one guest.
const CROWD: usize = 3;

/// What customers do meanwhile, and how far each of them got.
#[derive(Default)]
struct Load {
    phase: AtomicUsize,
    over: AtomicBool,
    /// The latest phase of which somebody finished a whole round, by person.
    finished: [AtomicUsize; CROWD + 1],
}

/// Ends the load also if the journey fails.
struct Ends<'a>(&'a Load);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::SeqCst);
    }
}

impl Load {
    /// Goes round until the load is over. Every step of a round asserts its status.
    fn run(&self, person: usize, mut round: impl FnMut()) {
        while !self.over.load(Ordering::SeqCst) {
            let phase = self.phase.load(Ordering::SeqCst);
            round();
            self.finished[person].store(phase, Ordering::SeqCst);
        }
    }

    /// Waits until everybody has gone round once more: whatever they hold was signed after this call.
    fn await_a_round(&self) {
        let phase = self.phase.fetch_add(1, Ordering::SeqCst) + 1;
        until("everybody has gone round once more", || {
            self.finished.iter().all(|finished| finished.load(Ordering::SeqCst) >= phase).then_some(())
        });
    }

    fn of_customer(&self, person: usize, goods: &Goods) {
        let mut session = session();
        self.run(person, || {
            let token = json!({"refresh_token": session["refresh_token"]});
            session = Caller::anyone().post("/v1/sessions/refresh", &token).expect(200);
            let caller = bearing(&session);
            caller.get("/v1/users/me").expect(200);
            caller.post("/v1/carts", &json!({})).expect(201);
            let id = buy(&caller, &[(goods, 1)], "pm_card_visa");
            await_order(&caller, &id, &[("status", "confirmed")]);
        });
    }

    fn of_guest(&self, person: usize, goods: &Goods) {
        self.run(person, || {
            let (id, token) = guests_order(goods);
            await_order(&Caller::anyone().with("x-guest-token", &token), &id, &[("status", "confirmed")]);
        });
    }
}

fn session() -> Value {
    let credentials = json!({"email": Customer::new().email, "password": PASSWORD});
    Caller::anyone().post("/v1/sessions", &credentials).expect(201)
}

fn bearing(session: &Value) -> Caller {
    Caller::anyone().bearing(session["access_token"].as_str().unwrap())
}

/// A guest's order, and its token.
fn guests_order(goods: &Goods) -> (String, String) {
    let mut body = order_for(&Caller::anyone(), &[(goods, 1)], "pm_card_visa");
    body["email"] = json!(format!("{}@example.com", unique()));
    let placed = Caller::anyone().post("/v1/orders", &body).expect(202);
    (placed["id"].as_str().unwrap().to_owned(), placed["guest_token"].as_str().unwrap().to_owned())
}

/// The id of the key that signed a token.
fn key_of(token: &Value) -> String {
    let header = token.as_str().unwrap().split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

#[test]
fn every_key_is_replaced_under_load_without_one_refusal_and_what_it_signed_is_refused_once_it_is_retired() {
    if stage().endpoint().is_none() {
        // On AWS this would change a stage that others use.
        return;
    }
    let (goods, load) = (stocked(1_000), Load::default());
    std::thread::scope(|scope| {
        let (load, goods) = (&load, &goods);
        let crowd: Vec<_> = (0..CROWD).map(|person| scope.spawn(move || load.of_customer(person, goods))).collect();
        let guest = scope.spawn(|| load.of_guest(CROWD, goods));
        let ends = Ends(load);
        replace_every_key(load, goods);
        drop(ends);
        crowd.into_iter().chain([guest]).for_each(|person| person.join().unwrap());
    });
}

fn replace_every_key(load: &Load, goods: &Goods) {
    load.await_a_round();
    let old = session();
    let customer = bearing(&old);
    let old_quote = quote(&customer, &[(goods, 1)]);
    let old_body = order_of(&old_quote, &shipping_quote(&customer, &old_quote), "pm_card_visa");
    let (guests_order, token) = guests_order(goods);
    let guest = Caller::anyone().with("x-guest-token", &token);

    for signer in SIGNERS {
        // Nobody outside the shop keeps its public keys here.
        souk(&["keys", "rotate", signer, "--now"]);
    }
    let new = session();
    let new_quote = quote(&bearing(&new), &[(goods, 1)]);
    assert_ne!(key_of(&old["access_token"]), key_of(&new["access_token"]));
    assert_ne!(key_of(&old_quote["quote"]), key_of(&new_quote["quote"]));
    customer.get("/v1/users/me").expect(200);
    order(&guest, &guests_order);
    let ordered = customer.post("/v1/orders", &old_body).expect(202);
    await_order(&customer, ordered["id"].as_str().unwrap(), &[("status", "confirmed")]);

    // Everybody holds what the new keys signed, so nobody notices that the old ones go before their time.
    load.await_a_round();
    for signer in SIGNERS {
        souk(&["keys", "retire", signer, "--now"]);
    }
    load.await_a_round();
    customer.get("/v1/users/me").refused(401, "unauthenticated");
    guest.get(&format!("/v1/orders/{guests_order}")).refused(404, "not_found");
    bearing(&new).post("/v1/orders", &old_body).refused(422, "quote_invalid");
    let listed = souk(&["keys", "list"]);
    assert_eq!(listed.lines().filter(|line| line.ends_with(" signs")).count(), SIGNERS.len(), "{listed}");
    assert_eq!(listed.lines().count(), SIGNERS.len(), "no former key is left: {listed}");
}
