//! Sums of orders that the saga moved, and of what no shop sells.

use super::*;
use crate::domain::diagram::sample;
use crate::domain::states::Status;
use crate::domain::transition::Transition;
use events::quotes::QuotedLine;

/// An order of one tea and of that many units of another SKU.
fn order(sku: &str, quantity: u32, unit_price: i64) -> Order {
    let mut order = sample(false).unwrap();
    let line =
        QuotedLine { sku: sku.parse().unwrap(), quantity, unit_price, discount: 1, tax: 5, ..order.lines[0].clone() };
    order.net = order.net.saturating_add(line.net().unwrap());
    order.tax += line.tax;
    order.lines.push(line);
    confirmed(order)
}

fn confirmed(mut order: Order) -> Order {
    let first = order.log[0].clone();
    let seq = order.seq + 1;
    order.seq = seq;
    order.status = Status::Confirmed;
    order.log.push(Transition {
        seq,
        status: Status::Confirmed,
        effects: vec![Effect::Publish(DomainEvent::Confirmed)],
        ..first
    });
    order
}

fn figures(orders: &[Order]) -> Figures {
    let mut figures = Figures::default();
    orders.iter().try_for_each(|order| figures.add(order)).unwrap();
    figures
}

fn sold(units: u64, net: i64) -> Sold {
    Sold { units, net }
}

#[test]
fn a_day_sums_its_orders_by_currency_and_sku() {
    let dollars = Order { currency: Currency::USD, ..order("MUG-1", 1, 900) };
    let orders = [order("MUG-1", 2, 700), order("CUP-1", 3, 50), dollars];
    let figures = figures(&orders);
    let euros = figures.of(Currency::EUR).unwrap();
    assert_eq!((euros.orders, euros.sold), (2, sold(7, 2 * 1000 + 1399 + 149)));
    assert_eq!(euros.sold.net, orders[0].net + orders[1].net, "what the orders say");
    let parts = [orders[0].parts(), orders[1].parts()];
    assert_eq!(euros.shipping, parts[0].shipping + parts[1].shipping);
    assert_eq!(euros.tax, parts[0].tax + parts[1].tax);
    assert_eq!(euros.gross(), Ok(euros.sold.net + euros.shipping + euros.tax));
    let by_amount: Vec<_> = euros.by_amount().into_iter().map(|(sku, sold)| (sku.to_string(), sold)).collect();
    let named = |sku: &str, sold| (sku.to_owned(), sold);
    assert_eq!(by_amount, [named("TEA-1", sold(2, 2000)), named("MUG-1", sold(2, 1399)), named("CUP-1", sold(3, 149))]);
    assert_eq!(figures.of(Currency::USD).map(|dollars| (dollars.orders, dollars.sold.net)), Some((1, 1899)));
    assert_eq!(figures.iter().count(), 2);
}

#[test]
fn only_what_was_confirmed_is_sold_and_it_stays_so_if_it_is_canceled_later() {
    assert_eq!(figures(&[sample(false).unwrap()]), Figures::default());
    let canceled = Order { status: Status::Canceled, ..order("MUG-1", 1, 900) };
    assert_eq!(figures(&[canceled]), figures(&[order("MUG-1", 1, 900)]));
    let free = figures(&[confirmed(sample(true).unwrap())]);
    assert_eq!(free.of(Currency::EUR).map(|free| (free.orders, free.sold)), Some((1, sold(1, 0))));
}

#[test]
fn the_skus_of_the_smallest_amounts_are_summed_as_one_and_nothing_is_lost() {
    let mut figures = figures(&[order("MUG-1", 2, 700), order("CUP-1", 3, 50), order("JAR-1", 1, 90)]);
    let before = figures.of(Currency::EUR).unwrap().clone();
    let (first, rest) = before.first_by_amount(2).unwrap();
    assert_eq!((first.len(), rest), (2, sold(4, 149 + 89)));
    figures.trim(2).unwrap();
    let euros = figures.of(Currency::EUR).unwrap();
    assert_eq!(euros.products.keys().map(Sku::as_str).collect::<Vec<_>>(), ["MUG-1", "TEA-1"]);
    assert_eq!(euros.other, sold(4, 149 + 89));
    assert_eq!((euros.orders, euros.sold, euros.tax), (before.orders, before.sold, before.tax));
    let all: i64 = euros.products.values().map(|product| product.net).sum();
    assert_eq!(all + euros.other.net, euros.sold.net);
    figures.add(&order("CUP-1", 1, 20)).unwrap();
    figures.trim(2).unwrap();
    assert_eq!(figures.of(Currency::EUR).unwrap().other, sold(5, 149 + 89 + 19));
}

#[test]
fn two_currencies_share_the_skus_that_are_counted_each() {
    let dollars = |sku| Order { currency: Currency::USD, ..order(sku, 1, 900) };
    let mut figures = figures(&[order("MUG-1", 2, 700), order("CUP-1", 3, 50), dollars("A"), dollars("B")]);
    figures.trim(4).unwrap();
    assert!(figures.iter().all(|(_, totals)| totals.products.len() == 2), "{figures:?}");
}

#[test]
fn the_sum_of_days_is_that_of_their_orders() {
    let days = [[order("MUG-1", 2, 700), order("CUP-1", 3, 50)], [order("MUG-1", 1, 700), order("JAR-1", 1, 90)]];
    let mut sum = Figures::default();
    days.iter().try_for_each(|orders| sum.merge(&figures(orders))).unwrap();
    assert_eq!(sum, figures(&days.concat()));
}

#[test]
fn a_sum_that_does_not_fit_is_refused() {
    let huge = order("GOLD-1", 1, i64::MAX);
    let mut sum = Figures::default();
    assert_eq!(sum.add(&huge), Err(Overflow), "with the tea");
    let huge = order("GOLD-1", 1, i64::MAX / 2);
    let once = figures(std::slice::from_ref(&huge));
    let mut twice = once.clone();
    assert_eq!(twice.merge(&once), Err(Overflow));
    let shipped = Totals { shipping: i64::MAX, sold: sold(1, 1), ..Totals::default() };
    assert_eq!(shipped.gross(), Err(Overflow));
}

#[test]
fn the_stored_form_reads_back() {
    let mut day = DaySales::begin(Day::parse("2026-01-31").unwrap());
    day.figures = figures(&[order("MUG-1", 2, 700), Order { currency: Currency::USD, ..order("CUP-1", 1, 9) }]);
    day.after = Some("1769817600000 order_1".to_owned());
    let stored = serde_json::to_value(&day).unwrap();
    assert_eq!(stored["totals"][0][0], "EUR");
    assert_eq!(stored["totals"][0][1]["products"][0], serde_json::json!(["MUG-1", [2, 1399]]));
    assert_eq!(serde_json::from_value::<DaySales>(stored).unwrap(), day);
}
