//! What an order costs, as its owner reads it: in the last step of the checkout and on its page.

use crate::domain::order::Order;
use ::pages::Page;
use events::quotes::QuotedLine;

/// What the lines of an order and their sums need to be written.
pub(super) trait Bill {
    /// The page and the order.
    fn bill(&self) -> (&Page, &Order);

    /// An amount in minor units of the order's currency.
    fn amount(&self, minor: &i64) -> String {
        let (page, order) = self.bill();
        page.money(order.money(*minor))
    }

    /// Price of a line after discount, before tax.
    fn line(&self, line: &QuotedLine) -> String {
        self.amount(&line.net().unwrap_or_default())
    }

    /// Tax on goods and shipping.
    fn tax(&self) -> String {
        self.amount(&self.bill().1.parts().tax)
    }
}
