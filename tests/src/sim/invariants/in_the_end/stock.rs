//! Stock at rest: it adds up, its movements explain it, it follows the orders, and the catalogue shows its levels.

use crate::sim::invariants::end::End;
use events::Capability;
use events::inventory::StockLevel;
use inventory::domain::{Movement, Reservation, Status as HoldStatus, Stock};
use orders::domain::states::Status;
use serde::Deserialize;
use std::collections::BTreeMap;

fn stock(end: &End<'_>) -> Vec<Stock> {
    end.stage.tables[&Capability::Inventory].read(|(_, sk)| sk == "stock")
}

pub fn adds_up(end: &End<'_>) -> Vec<String> {
    let mut with_orders: BTreeMap<String, u64> = BTreeMap::new();
    for line in end.holds.values().flat_map(Reservation::outstanding) {
        *with_orders.entry(line.sku.to_string()).or_default() += u64::from(line.quantity);
    }
    let wrong = stock(end).into_iter().filter_map(|Stock { sku, available, received, .. }| {
        let with_orders = with_orders.get(&sku.to_string()).copied().unwrap_or(0);
        let right = u64::from(available) + with_orders == u64::from(received);
        (!right).then(|| format!("{sku}: {available} available and {with_orders} with orders are not {received}"))
    });
    wrong.collect()
}

pub fn movements_explain_it(end: &End<'_>) -> Vec<String> {
    let mut came_in: BTreeMap<String, i64> = BTreeMap::new();
    for movement in end.stage.tables[&Capability::Inventory].read::<Movement>(|(_, sk)| sk.starts_with("mov#")) {
        *came_in.entry(movement.sku.to_string()).or_default() += movement.delta;
    }
    let wrong = stock(end).into_iter().filter_map(|Stock { sku, received, .. }| {
        let moved = came_in.get(&sku.to_string()).copied();
        (moved != Some(i64::from(received))).then(|| format!("{sku}: {received} received, {moved:?} by its movements"))
    });
    wrong.collect()
}

/// All lines are held while an order is valid, and none once it ended without effect.
pub fn follows_the_order(end: &End<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    for order in end.orders.values() {
        let hold = end.hold(order);
        let live = hold.is_some_and(|hold| matches!(hold.status, HoldStatus::Held | HoldStatus::Committed));
        if order.status.is_void() && live {
            wrong.push(format!("{} ended and still holds stock", order.id));
        }
        if matches!(order.status, Status::Confirmed | Status::Completed) {
            let mut wanted: BTreeMap<String, u32> = BTreeMap::new();
            for line in &order.lines {
                *wanted.entry(line.sku.to_string()).or_default() += line.quantity;
            }
            let held = hold.map(|hold| hold.lines.iter().map(|line| (line.sku.to_string(), line.quantity)).collect());
            if !hold.is_some_and(|hold| hold.status == HoldStatus::Committed) || held != Some(wanted) {
                wrong.push(format!("{} is valid without its goods: {:?}", order.id, hold.map(|hold| hold.status)));
            }
        }
    }
    wrong
}

#[derive(Deserialize)]
struct Shown {
    sku: String,
    stock_level: StockLevel,
}

pub fn levels_are_shown(end: &End<'_>) -> Vec<String> {
    let shown = end.stage.tables[&Capability::Catalog].read::<Shown>(|(pk, _)| pk == "levels");
    let shown: BTreeMap<String, StockLevel> = shown.into_iter().map(|shown| (shown.sku, shown.stock_level)).collect();
    let known = stock(end).into_iter().filter(|stock| !end.lost.contains(&format!("stock#{}", stock.sku)));
    let wrong = known.filter_map(|stock| {
        let (level, shown) = (stock.level(), shown.get(stock.sku.as_str()).copied());
        (shown != Some(level)).then(|| format!("{} is {level:?}, and {shown:?} is shown", stock.sku))
    });
    wrong.collect()
}
