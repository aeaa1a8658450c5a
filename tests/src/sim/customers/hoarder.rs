//! The hoarder, an abusive customer: orders one thing after the other, or all at once, tries bad cards and never pays.

use super::{Driver, order_request, quoting};
use crate::sim::dice::Dice;
use crate::sim::invariant::Invariant;
use chassis::testing::Request;
use chassis::testing::signing::access_token;
use events::Capability;
use events::ids::{OrderId, UserId};
use events::users::Role;
use futures_util::future::join_all;
use orders::domain::order::{MAX_ATTEMPTS, Order};
use serde_json::json;

/// Orders that a hoarder tries to place.
const GREED: u64 = 9;
/// Unpaid orders that one customer may have.
const MAX_UNPAID: usize = 5;
/// How long a visit takes at most, in seconds: failed attempts count for an hour.
const PATIENCE: i64 = 30 * 60;

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
            let method = dice.pick::<&str>(&["pm_card_declined", "pm_card_requires_action"]);
            let body = order_request(&promise, &quote, &shipping_quote, method);
            driver.shop.stage.promises.lock().unwrap().insert(promise.order, promise);
            Request::post("/v1/orders", body)
        })
        .collect();
    if dice.chance(5_000) {
        join_all(posts.iter().map(|post| hoarder.does(post))).await;
        hoarder.is_limited(&orders);
        return;
    }
    let clock = &driver.shop.stage.clock;
    let leaves = clock.now().plus_seconds(PATIENCE);
    for (post, order) in posts.iter().zip(&orders).take_while(|_| clock.now() < leaves) {
        hoarder.does(post).await;
        hoarder.is_limited(&orders);
        // Canceled before or after the bank answers.
        let (low, high) = if dice.chance(5_000) { (0, 1_500) } else { (1_000, 30_000) };
        driver.idle(low, high).await;
        match dice.below(10) {
            0..=4 => hoarder.does(&Request::new("POST", &format!("/v1/orders/{order}/cancellation"))).await,
            5..=6 => hoarder.tries_cards_for(*order).await,
            _ => {}
        }
    }
    hoarder.is_limited(&orders);
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

    /// Tries one bad card after the other.
    async fn tries_cards_for(&self, order: OrderId) {
        for card in 0..2 * MAX_ATTEMPTS {
            let body = json!({"payment_method": "pm_card_declined"});
            let request = Request::post(&format!("/v1/orders/{order}/payment"), body);
            self.does(&request.header("idempotency-key", &format!("{order}-{card}"))).await;
            self.driver.idle(100, 10_000).await;
        }
    }

    /// The hoarder has no more unpaid orders than allowed, and tried cards for no more orders, as the bank's books show.
    fn is_limited(&self, orders: &[OrderId]) {
        let stage = &self.driver.shop.stage;
        let (table, charges) = (&stage.tables[&Capability::Orders], stage.bank.charges());
        let placed: Vec<_> = orders.iter().filter_map(|id| table.item::<Order>(&id.to_string(), "order")).collect();
        let tried = |order: &Order| charges.get(&order.id.payment()).is_some_and(|charge| charge.attempts > 0);
        let kept = placed.iter().filter(|order| order.status.is_unpaid() || tried(order)).count();
        let too_many = || format!("{} holds goods or tried cards for {kept} orders", self.user);
        stage.expect(kept <= MAX_UNPAID, Invariant::UnpaidOrdersAreLimited, too_many);
    }
}
