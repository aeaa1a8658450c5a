//! The front desk: a member of staff who looks orders up while everything happens, by what people say on the telephone. What is found is
//! judged by what the crowd was told. Refuses to change anything.

use super::customers::{Driver, SKUS};
use super::dice::Dice;
use super::expectation::Accepted;
use super::invariant::Invariant;
use super::place::{Place, in_the_name_of};
use super::wire::BEHIND_MILLIS;
use chassis::testing::Request;
use events::Capability;
use events::ids::OrderId;
use orders::store::Item;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

const LOOK_UPS: u32 = 12;
/// Tries within which the shop answers, whatever strikes: ten minutes of them.
const PATIENCE: u32 = 60;
/// More pages than any list of a run has.
const MAX_PAGES: usize = 1_000;
const STATUSES: [&str; 8] =
    ["pending", "awaiting_payment", "confirmed", "canceling", "completed", "rejected", "canceled", "expired"];

/// Looks orders up for an hour or so.
pub async fn work(driver: Arc<Driver>) {
    in_the_name_of("front desk".to_owned(), look_up(&driver)).await;
}

async fn look_up(driver: &Driver) {
    let desk = FrontDesk { driver };
    for _ in 0..LOOK_UPS {
        driver.idle(120_000, 480_000).await;
        let dice = driver.shop.stage.draws.at(Place::named("front desk"));
        // `None` while the shop is away, or nobody has ordered yet.
        let _ = match dice.below(5) {
            0 | 1 => desk.by_number(&dice).await,
            2 => desk.by_email(&dice).await,
            3 if dice.chance(5_000) => desk.by_sku(&dice).await,
            3 => desk.by_status(&dice).await,
            _ => desk.newest(&dice).await,
        };
    }
}

struct FrontDesk<'a> {
    driver: &'a Driver,
}

impl FrontDesk<'_> {
    /// Finds an order by its number.
    async fn by_number(&self, dice: &Dice) -> Option<()> {
        let (order, accepted) = self.somebody(dice, |_| true)?;
        self.finds(order, &accepted, &format!("number={}", order.number())).await
    }

    /// Finds a guest's order by the address.
    async fn by_email(&self, dice: &Dice) -> Option<()> {
        let (order, accepted) = self.somebody(dice, |accepted| accepted.email.is_some())?;
        let email = accepted.email.clone()?;
        // A guest who wants to be forgotten is found by the address no more.
        if self.driver.shop.stage.forgotten.lock().unwrap().contains_key(&order.to_string()) {
            return None;
        }
        self.finds(order, &accepted, &format!("email={email}&limit=1")).await
    }

    /// Whatever has the SKU has it.
    async fn by_sku(&self, dice: &Dice) -> Option<()> {
        let sku = *dice.pick(&SKUS);
        for id in ids(&self.walk(&format!("sku={sku}&limit=10")).await?) {
            let item: Item = self.driver.shop.stage.tables[&Capability::Orders].item(&id, "order")?;
            let has_it = item.order.lines.iter().any(|line| line.sku.as_str() == sku);
            self.expect(has_it, || format!("{id} is found by {sku} and has none"));
        }
        Some(())
    }

    /// Whatever has the status has it.
    async fn by_status(&self, dice: &Dice) -> Option<()> {
        let status = *dice.pick(&STATUSES);
        let limit = dice.between(2, 20);
        for order in self.walk(&format!("status={status}&limit={limit}")).await? {
            let found = || format!("{} is found as {status} and is {}", order["id"], order["status"]);
            self.expect(order["status"] == status, found);
        }
        Some(())
    }

    /// Every order is in the list of all, unless it moves in it meanwhile.
    async fn newest(&self, dice: &Dice) -> Option<()> {
        let stage = &self.driver.shop.stage;
        let settled = stage.clock.millis().saturating_sub(BEHIND_MILLIS + 1);
        let before = stage.accepted.lock().unwrap().clone();
        let limit = dice.between(20, 100);
        let found = ids(&self.walk(&format!("limit={limit}")).await?);
        let orders = &stage.tables[&Capability::Orders];
        for (order, _) in before.iter().filter(|(_, accepted)| accepted.at < settled) {
            let moves = orders.before(&order.to_string(), "order", settled).is_some();
            self.expect(moves || found.contains(&order.to_string()), || format!("{order} is in no list"));
        }
        Some(())
    }

    /// Looks for an order that somebody was told of. Until the index has it, it may be missing.
    async fn finds(&self, order: OrderId, accepted: &Accepted, query: &str) -> Option<()> {
        let is_listed = self.driver.shop.stage.clock.millis() > accepted.at + BEHIND_MILLIS;
        let found = ids(&self.walk(query).await?);
        self.expect(found.contains(&order.to_string()) || !is_listed, || format!("{order} is not found by {query}"));
        Some(())
    }

    /// An order that somebody was told of, and what they know.
    fn somebody(&self, dice: &Dice, knows: impl Fn(&Accepted) -> bool) -> Option<(OrderId, Accepted)> {
        let accepted = self.driver.shop.stage.accepted.lock().unwrap().clone();
        let all: Vec<_> = accepted.into_iter().filter(|(_, accepted)| knows(accepted)).collect();
        (!all.is_empty()).then(|| dice.pick(&all).clone())
    }

    /// Every order of a list, page by page; `None` while nobody answers.
    async fn walk(&self, query: &str) -> Option<Vec<Value>> {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        for _ in 0..MAX_PAGES {
            let page = self.page(&format!("{query}{cursor}")).await?;
            found.extend(page["items"].as_array().into_iter().flatten().cloned());
            match page["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Some(found),
            }
        }
        self.expect(false, || format!("the list {query} has no end"));
        None
    }

    /// A page of a list. Whatever strikes, it comes in the end, unless the capability is away.
    async fn page(&self, query: &str) -> Option<Value> {
        let stage = &self.driver.shop.stage;
        for _ in 0..PATIENCE {
            if stage.is_absent(Capability::Orders) {
                return None;
            }
            // A token may end meanwhile.
            let request = Request::get(&format!("/v1/orders?{query}")).bearer(&self.driver.staff());
            if let Some(answer) = self.driver.insist(Capability::Orders, &request, 1).await {
                let refused = || format!("the front desk is answered {} for {query}", answer.status);
                stage.expect(answer.status == 200, Invariant::RequestsAreAnswered, refused);
                return (answer.status == 200).then_some(answer.body);
            }
        }
        stage.violate(Invariant::RequestsAreAnswered, format!("the list {query} fails for good"));
        None
    }

    fn expect(&self, holds: bool, otherwise: impl FnOnce() -> String) {
        self.driver.shop.stage.expect(holds, Invariant::StaffFindEveryOrder, otherwise);
    }
}

fn ids(orders: &[Value]) -> BTreeSet<String> {
    orders.iter().filter_map(|order| order["id"].as_str().map(str::to_owned)).collect()
}
