//! Somebody who means no good: orders one thing after the other, or all at once, tries bad cards, and pays for nothing.

use super::{Driver, order_request, quoting};
use crate::sim::dice::Dice;
use chassis::testing::Request;
use chassis::testing::signing::access_token;
use events::Capability;
use events::ids::{OrderId, UserId};
use events::users::Role;
use futures_util::future::join_all;
use orders::domain::order::Order;
use orders::domain::step::MAX_ATTEMPTS;
use serde_json::json;

/// Orders that are tried.
const GREED: u64 = 9;
/// Orders that one customer may leave unpaid.
const MOST: usize = 5;
/// For how long they stay at most, in seconds: what was tried in vain counts for an hour.
const PATIENCE: i64 = 30 * 60;

/// A hoarder's whole visit.
pub(super) async fn hoard(driver: &Driver, dice: &Dice, number: u64) {
    let hoarder = Hoarder { driver, user: UserId::from_bits(2_000_000 + u128::from(number)) };
    let mut quotes = Vec::new();
    for _ in 0..GREED {
        quotes.extend(quoting::quoted(driver, dice, Some(hoarder.user)).await);
    }
    let orders: Vec<_> = quotes.iter().map(|(promise, ..)| promise.order).collect();
    let posts: Vec<_> = quotes
        .into_iter()
        .map(|(promise, quote, shipping_quote)| {
            driver.shop.stage.promises.lock().unwrap().insert(promise.order, promise);
            Request::post(
                "/v1/orders",
                order_request(
                    &quote,
                    &shipping_quote,
                    dice.pick::<&str>(&["pm_card_declined", "pm_card_requires_action"]),
                ),
            )
        })
        .collect();
    if dice.chance(5_000) {
        join_all(posts.iter().map(|post| hoarder.does(post))).await;
        hoarder.is_kept_in_bounds(&orders);
        return;
    }
    let clock = &driver.shop.stage.clock;
    let leaves = clock.now().plus_seconds(PATIENCE);
    for (post, order) in posts.iter().zip(&orders).take_while(|_| clock.now() < leaves) {
        hoarder.does(post).await;
        hoarder.is_kept_in_bounds(&orders);
        // Called off before the bank answers, or after.
        let (low, high) = if dice.chance(5_000) { (0, 1_500) } else { (1_000, 30_000) };
        driver.idle(low, high).await;
        match dice.below(10) {
            0..=4 => hoarder.does(&Request::new("POST", &format!("/v1/orders/{order}/cancellation"))).await,
            5..=6 => hoarder.tries_cards_for(*order).await,
            _ => {}
        }
    }
    hoarder.is_kept_in_bounds(&orders);
}

struct Hoarder<'a> {
    driver: &'a Driver,
    user: UserId,
}

impl Hoarder<'_> {
    async fn does(&self, request: &Request) {
        let token = access_token(self.user, &[Role::Customer], self.driver.shop.stage.clock.now());
        self.driver.insist(Capability::Orders, &request.clone().bearer(&token), 6).await;
    }

    /// Pays with one bad card after the other.
    async fn tries_cards_for(&self, order: OrderId) {
        for card in 0..2 * MAX_ATTEMPTS {
            let body = json!({"payment_method": "pm_card_declined"});
            let request = Request::post(&format!("/v1/orders/{order}/payment"), body);
            self.does(&request.header("idempotency-key", &format!("{order}-{card}"))).await;
            self.driver.idle(100, 10_000).await;
        }
    }

    /// Neither holds more than they may, nor tried cards for more orders: the bank knows, whatever became of the order.
    fn is_kept_in_bounds(&self, orders: &[OrderId]) {
        let stage = &self.driver.shop.stage;
        let (table, charges) = (&stage.tables[&Capability::Orders], stage.bank.charges());
        let placed: Vec<_> = orders.iter().filter_map(|id| table.item::<Order>(&id.to_string(), "order")).collect();
        let tried = |order: &Order| charges.get(&order.id.payment()).is_some_and(|charge| charge.attempts > 0);
        let kept = placed.iter().filter(|order| order.status.is_unpaid() || tried(order)).count();
        stage.expect(kept <= MOST, || format!("{} holds goods or tried cards for {kept} orders", self.user));
    }
}
