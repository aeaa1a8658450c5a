//! What an order costs, in the words and the sums of its page: lines and goods before tax, delivery, tax, total. Refuses sums of its own,
//! but for messages that have none.

use crate::domain::email::Block;
use events::Money;
use events::orders::{OrderDetails, OrderLine};
use events::payments::AmountParts;

/// The lines and what they come to.
pub(super) fn rows(order: &OrderDetails) -> Block {
    let nets: Option<Vec<Money>> = order.lines.iter().map(|line| line.net).collect();
    let Some((parts, nets)) = order.parts.zip(nets) else {
        return with_tax_within(order);
    };
    let AmountParts { net, shipping, tax } = parts;
    let mut rows: Vec<_> = order.lines.iter().zip(nets).map(|(line, net)| (named(line), net.to_string())).collect();
    let amounts = [("Goods", net), ("Delivery", shipping), ("Tax", tax), ("Total", order.total.amount)];
    rows.extend(amounts.map(|(name, amount)| (name.to_owned(), Money::new(amount, order.total.currency).to_string())));
    Block::Rows(rows)
}

/// Messages of earlier versions say what the lines cost with tax, and nothing of delivery.
fn with_tax_within(order: &OrderDetails) -> Block {
    let mut rows: Vec<_> = order.lines.iter().map(|line| (named(line), line.total.to_string())).collect();
    let goods = Money::sum(order.total.currency, order.lines.iter().map(|line| line.total));
    if let Ok(delivery) = goods.and_then(|goods| order.total.minus(goods))
        && delivery.amount > 0
    {
        rows.push(("Delivery".to_owned(), delivery.to_string()));
    }
    rows.push(("Total, including tax".to_owned(), order.total.to_string()));
    Block::Rows(rows)
}

fn named(line: &OrderLine) -> String {
    format!("{} × {} ({})", line.quantity, line.title, line.sku)
}
