//! Somebody who means no good: orders one thing after the other, or all at once, tries bad cards, and pays for nothing.

use super::{Street, quoting, wish};
use crate::sim::dice::Dice;
use chassis::testing::Request;
use chassis::testing::signing::access_token;
use events::Capability;
use events::ids::{OrderId, UserId};
use events::users::Role;
use futures_util::future::join_all;
use orders::domain::order::Order;
use orders::domain::step::Step;

/// Orders that are tried.
const GREED: u64 = 9;
/// Orders that one customer may leave unpaid.
const MOST: usize = 5;

/// A hoarder's whole visit.
pub(super) async fn hoard(street: &Street, dice: &Dice, number: u64) {
    let hoarder = Hoarder { street, user: UserId::from_bits(2_000_000 + u128::from(number)) };
    let mut quotes = Vec::new();
    for _ in 0..GREED {
        quotes.extend(quoting::quoted(street, dice, Some(hoarder.user)).await);
    }
    let orders: Vec<_> = quotes.iter().map(|(promise, ..)| promise.order).collect();
    let posts: Vec<_> = quotes
        .into_iter()
        .map(|(promise, quote, carriage)| {
            street.shop.stage.promises.lock().unwrap().insert(promise.order, promise);
            Request::post(
                "/v1/orders",
                wish(&quote, &carriage, dice.pick::<&str>(&["pm_card_declined", "pm_card_requires_action"])),
            )
        })
        .collect();
    if dice.chance(5_000) {
        join_all(posts.iter().map(|post| hoarder.does(post))).await;
        hoarder.is_kept_in_bounds(&orders);
        return;
    }
    for (post, order) in posts.iter().zip(&orders) {
        hoarder.does(post).await;
        hoarder.is_kept_in_bounds(&orders);
        street.idle(1_000, 30_000).await;
        if dice.chance(5_000) {
            hoarder.does(&Request::new("POST", &format!("/v1/orders/{order}/cancellation"))).await;
        }
    }
    hoarder.is_kept_in_bounds(&orders);
}

struct Hoarder<'a> {
    street: &'a Street,
    user: UserId,
}

impl Hoarder<'_> {
    async fn does(&self, request: &Request) {
        let token = access_token(self.user, &[Role::Customer], self.street.shop.stage.clock.now());
        self.street.insist(Capability::Orders, &request.clone().bearer(&token), 6).await;
    }

    /// Neither holds more than they may, nor tried more cards.
    fn is_kept_in_bounds(&self, orders: &[OrderId]) {
        let stage = &self.street.shop.stage;
        let table = &stage.tables[&Capability::Orders];
        let placed: Vec<_> = orders.iter().filter_map(|id| table.item::<Order>(&id.to_string(), "order")).collect();
        let declined = |order: &&Order| order.log.iter().any(|made| made.step == Step::PaymentDeclined);
        let held = placed.iter().filter(|order| order.status.is_unpaid() || declined(order)).count();
        stage.expect(held <= MOST, || format!("{} holds goods of {held} orders", self.user));
    }
}
